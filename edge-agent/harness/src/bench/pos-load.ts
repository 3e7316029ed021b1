import { BasketView, DecisionView } from '@tillside/agent-contract';
import type { MeasureContext } from '../measure.ts';
import type { Result } from '../output/schema.ts';
import type { Chance } from '../random.ts';
import type { MeasuredStore } from '../store/measured-store.ts';
import { TillClient } from '../store/shopper.ts';
import { type Background, picturesOf } from './background.ts';
import { generateLines, type PoolItem } from './generator.ts';
import { type LoadClient, type LoadReport, openLoad } from './open-load.ts';

export const BASKET_LINES = 20;
/** Terminals that are filled side by side before the load begins. */
const FILL_TOGETHER = 4;
const WARM_UP_SHARE = 0.1;
const MAX_WARM_UP_SECONDS = 5;
const FULL_CHECK_EVERY = 50;
/** Wishes that a change goes through; a member of the bench has more points. */
const WISHES = 1_000;

/** What a terminal of the bench asks: for the decision of its basket, or for a change of it, which is decided and stored. */
export type Asked = 'decision' | 'change';

/** A terminal with its basket of a known member. */
export interface BenchTill {
  readonly till: TillClient;
  readonly basketId: string;
}

export interface Load {
  readonly name: string;
  readonly asked: Asked;
  readonly tills: readonly BenchTill[];
  readonly store: MeasuredStore;
  readonly sales: Background;
  readonly labels: Background;
  readonly chance: Chance;
  readonly seconds: number;
  readonly rate: number;
}

/** Opens one basket of a known member on each terminal. */
export async function fillBaskets(
  store: MeasuredStore,
  { progress, signal }: MeasureContext,
  of: { pool: readonly PoolItem[]; count: number; chance: Chance },
): Promise<BenchTill[]> {
  progress.stage('baskets', of.count);
  const members = store.knownMemberCodes(of.count);
  const waiting = Array.from({ length: of.count }, (_, place) => ({
    place,
    lines: generateLines(of.chance, of.pool, BASKET_LINES),
  }));
  const tills: BenchTill[] = [];
  const fill = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      signal.throwIfAborted();
      const name = `bench-${next.place + 1}`;
      const till = new TillClient(name, await store.pair(name));
      const { basketId } = await till.fillBasket(next.lines, members[next.place % members.length]);
      tills[next.place] = { till, basketId };
      progress.tick();
    }
  };
  await Promise.all(Array.from({ length: FILL_TOGETHER }, fill));
  return tills;
}

function clientOf({ till, basketId }: BenchTill, asked: Asked): LoadClient {
  const { url, credential } = till.terminal;
  const base = `/v1/baskets/${basketId}`;
  let wish = 0;
  return {
    url,
    credential,
    next: () => {
      if (asked === 'decision') return { path: `${base}/decision` };
      wish = (wish % WISHES) + 1;
      return { path: `${base}/points`, put: { body: { points: wish }, key: till.newKey() } };
    },
  };
}

/** What was seen of the answers. */
class Answers {
  proven = 0;
  readonly sources = new Map<string, number>();
  #checked = 0;
  #asked: Asked;

  constructor(asked: Asked) {
    this.#asked = asked;
  }

  /** Every answer is looked at, some against the whole contract: the check must not eat what is being measured. */
  check(body: string): void {
    const raw: unknown = JSON.parse(body);
    const whole = this.#checked++ % FULL_CHECK_EVERY === 0;
    if (this.#asked === 'change') {
      this.#look(whole ? BasketView.parse(raw) : (raw as BasketView));
      return;
    }
    const { basket, recommendations } = whole ? DecisionView.parse(raw) : (raw as DecisionView);
    this.sources.set(recommendations.source, (this.sources.get(recommendations.source) ?? 0) + 1);
    this.#look(basket);
  }

  #look(basket: BasketView): void {
    if (basket.lines.length !== BASKET_LINES) throw new Error(`${basket.lines.length} lines`);
    this.proven += basket.decision.provenOptimal ? 1 : 0;
  }
}

/** Sent before what is counted. */
export const warmUpSeconds = (seconds: number): number => Math.min(MAX_WARM_UP_SECONDS, seconds * WARM_UP_SHARE);

/** Sends an open load for so long, while the store sells, syncs and changes labels. */
export async function runLoad(
  of: Load,
  { progress, signal }: MeasureContext,
): Promise<{ report: LoadReport; answers: Answers }> {
  const answers = new Answers(of.asked);
  of.sales.start();
  of.labels.start();
  const load = openLoad({
    clients: of.tills.map((one) => clientOf(one, of.asked)),
    ratePerSecond: of.rate,
    seconds: of.seconds,
    warmUpSeconds: warmUpSeconds(of.seconds),
    chance: of.chance,
    signal,
    check: (body) => answers.check(body),
    onSecond: () => progress.tick(),
  });
  const report = await stopAfter(load, [of.sales, of.labels]);
  if (report.firstError !== undefined) process.stderr.write(`  first error: ${report.firstError}\n`);
  return { report, answers };
}

/** One case of the bench: a load, and what the store did meanwhile. */
export async function measureLoad(of: Load, context: MeasureContext): Promise<Result[]> {
  const { store, sales, labels, name } = of;
  context.progress.stage(name, Math.ceil(of.seconds * (1 + WARM_UP_SHARE)));
  const acked = async (): Promise<number> => {
    const { sync } = await store.status();
    return sync.events - sync.waiting;
  };
  const before = {
    acked: await acked(),
    sold: sales.done,
    changes: labels.done,
    pictures: picturesOf(store),
    decided: await store.decisionsMade(),
  };
  const { report, answers } = await runLoad(of, context);
  const count = (metric: string, value: number): Result => ({ case: name, metric, value, unit: 'count' });
  const ratio = (metric: string, part: number): Result => ({
    case: name,
    metric,
    value: part / report.latency.count,
    unit: 'ratio',
  });
  return [
    ...report.latency.results({ case: name, countMetric: 'requests', far: true }),
    count('errors', report.errors),
    { case: name, metric: 'rate', value: report.answeredPerSecond, unit: '1/s' },
    { case: name, metric: 'generatorLateP99Ms', value: report.lateness.quantileMs(99), unit: 'ms' },
    ratio('provenOptimal', answers.proven),
    ...(of.asked === 'change'
      ? []
      : [
          ratio('byModel', answers.sources.get('model') ?? 0),
          ratio('withoutRecommendation', answers.sources.get('none') ?? 0),
        ]),
    count('decidedAnew', (await store.decisionsMade()) - before.decided),
    count('salesMeanwhile', sales.done - before.sold),
    count('labelChanges', labels.done - before.changes),
    count('picturesTaken', picturesOf(store) - before.pictures),
    count('eventsAcked', (await acked()) - before.acked),
  ];
}

/** What the load ended with, once what ran beside it has stopped. */
async function stopAfter<T>(load: Promise<T>, beside: readonly { stop(): unknown }[]): Promise<T> {
  try {
    return await load;
  } finally {
    await Promise.all(beside.map((each) => each.stop()));
  }
}
