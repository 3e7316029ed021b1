import type { EventBody, EventType, ReadEvent } from '@tillside/protocol';
import type { AnswerItem, ShownAnswer, TakeSum } from '../storage/take-port.ts';

const SERVED = 'tillside.recommendation.served.v1';
const OUTCOME = 'tillside.recommendation.outcome.v1';
/** What is counted; of the rest of a stream nothing is looked at but the type. */
export const TAKE_TYPES: readonly EventType[] = [SERVED, OUTCOME];

export type TakeEvent = Extract<ReadEvent, { type: typeof SERVED | typeof OUTCOME }>;

const DATE_CHARS = 10;
/** Days are UTC: recommendations do not tell their store's zone. */
const dayOf = (at: string): string => new Date(at).toISOString().slice(0, DATE_CHARS);

const UNSEEN: Omit<AnswerItem, 'sku'> = { shown: false, explored: false, added: false, bought: false };

/** Items by SKU with some changed, others added behind. */
function withItems(
  items: readonly AnswerItem[],
  skus: readonly string[],
  change: (sku: string, place: number) => Partial<AnswerItem>,
): AnswerItem[] {
  const held = new Map(items.map((item) => [item.sku, item]));
  skus.forEach((sku, place) => {
    held.set(sku, { ...UNSEEN, ...held.get(sku), sku, ...change(sku, place) });
  });
  return [...held.values()];
}

function told(held: ShownAnswer | undefined, body: EventBody<typeof SERVED>): ShownAnswer {
  if (held?.isTold) return held;
  const { recommendationId, source, modelId = '', skus, shown, at } = body;
  const items = withItems(held?.items ?? [], skus, (_, place) => ({
    shown: true,
    explored: shown?.[place]?.explored === true,
  }));
  return { recommendationId, day: dayOf(at), source, modelId, isTold: true, items };
}

function became(held: ShownAnswer | undefined, body: EventBody<typeof OUTCOME>): ShownAnswer | undefined {
  const { recommendationId, source, modelId = '', skus, outcome, at } = body;
  // What was put back was in the basket all the same.
  if (outcome === 'removed') return held;
  const before = held ?? { recommendationId, day: dayOf(at), source, modelId, isTold: false, items: [] };
  return { ...before, items: withItems(before.items, skus, () => ({ [outcome]: true })) };
}

/** What one answer counts for: all of it, and what of it was explored. */
function sumsOf({ day, source, modelId, isTold, items }: ShownAnswer, sign: 1 | -1): TakeSum[] {
  const of = (explored: boolean): TakeSum => {
    const some = items.filter((item) => item.explored === explored);
    const count = (what: 'shown' | 'added' | 'bought'): number => sign * some.filter((item) => item[what]).length;
    // An answer counts once, with what was not explored, whatever is in it.
    const answers = isTold && !explored ? sign : 0;
    return {
      day,
      source,
      modelId,
      explored,
      answers,
      shown: count('shown'),
      added: count('added'),
      bought: count('bought'),
    };
  };
  return items.some(({ explored }) => explored) ? [of(false), of(true)] : [of(false)];
}

const keyOf = ({ day, source, modelId, explored }: TakeSum): string =>
  `${day}\n${source}\n${modelId}\n${String(explored)}`;

function added(all: readonly TakeSum[]): TakeSum[] {
  const sums = new Map<string, TakeSum>();
  for (const one of all) {
    const held = sums.get(keyOf(one));
    if (held === undefined) sums.set(keyOf(one), one);
    else
      sums.set(keyOf(one), {
        ...held,
        answers: held.answers + one.answers,
        shown: held.shown + one.shown,
        added: held.added + one.added,
        bought: held.bought + one.bought,
      });
  }
  return [...sums.values()].filter(
    (sum) => sum.answers !== 0 || sum.shown !== 0 || sum.added !== 0 || sum.bought !== 0,
  );
}

/**
 * What events of one store, in their order, make of the answers that are remembered, and what that adds to the days. Pure. An item counts once an answer, however often it is told; the same event
 * again changes nothing. What was bought counts on the day when it was shown.
 */
export function countTakes(
  held: readonly ShownAnswer[],
  events: readonly TakeEvent[],
): { answers: ShownAnswer[]; sums: TakeSum[] } {
  const before = new Map(held.map((answer) => [answer.recommendationId, answer]));
  const after = new Map(before);
  for (const event of events) {
    const id = event.body.recommendationId;
    const answer = event.type === SERVED ? told(after.get(id), event.body) : became(after.get(id), event.body);
    if (answer !== undefined) after.set(id, answer);
  }
  const answers = [...after.values()].filter((answer) => answer !== before.get(answer.recommendationId));
  const sums = answers.flatMap((answer) => {
    const was = before.get(answer.recommendationId);
    return [...(was === undefined ? [] : sumsOf(was, -1)), ...sumsOf(answer, 1)];
  });
  return { answers, sums: added(sums) };
}
