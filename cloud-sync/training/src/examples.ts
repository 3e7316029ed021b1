import {
  CANDIDATES_MAX,
  candidates,
  decodeTaste,
  encodeTaste,
  FEATURE_COUNT,
  featurizeInto,
  HistoryFold,
  type MemberHistory,
  type MemberScore,
  type MemberTaste,
  type PreparedContext,
  prepareContext,
  type RecommendationContext,
  skuKey,
} from '@tillside/features';
import { NEGATIVES_PER_EXAMPLE } from './limits.ts';
import { type Random, shuffled } from './random.ts';
import type { TreeData } from './trees/types.ts';
import type { Target, World } from './worlds.ts';

/** A moment of a real basket: what was known then, and what was still to come. */
export interface Question {
  readonly context: RecommendationContext;
  readonly targets: readonly string[];
  /** Where it is asked. */
  readonly store: string | undefined;
}

/** What a question says before any candidate, in the store that it is asked in. */
export const preparedIn = (
  { index, stores }: Pick<World, 'index' | 'stores'>,
  { context, store }: Question,
): PreparedContext => prepareContext(context, index, stores.of(store));

export interface AskOptions {
  /** Before the first item, as on a kiosk; within: at the till, a random part of the basket is in. */
  readonly when: 'before' | 'within';
  /** Of asked members, by member. */
  readonly scores: ReadonlyMap<number, readonly MemberScore[]>;
}

/** The question that a target answers; undefined for one that says nothing, such as a single item at the till. */
export function questionOf(
  world: World,
  { member, basket }: Target,
  { when, scores }: AskOptions,
  random: Random,
): Question | undefined {
  const skus = basket.items.map(({ sku }) => sku);
  if (skus.length < (when === 'within' ? 2 : 1)) return undefined;
  const mixed = when === 'within' ? shuffled(skus, random) : skus;
  const held = when === 'within' ? 1 + Math.floor(random() * (skus.length - 1)) : 0;
  const taste = member === undefined ? undefined : onDevice(world, member, scores.get(member) ?? []);
  const context = {
    memberHistory: taste?.history,
    memberScores: taste?.scores,
    basketSkus: mixed.slice(0, held),
    at: new Date(basket.atMs).toISOString(),
  };
  return { context, targets: mixed.slice(held), store: basket.store };
}

/** What a device will know of a member: what is too much for a pack is not learnt from either. */
function onDevice(world: World, member: number, scores: readonly MemberScore[]): MemberTaste | undefined {
  const known = new Map<number, string>();
  const history = historyOf(world, member);
  for (const { sku } of [...(history?.items ?? []), ...scores]) known.set(skuKey(sku), sku);
  return decodeTaste(encodeTaste({ untilMs: 0, history, scores }), (key) => known.get(key));
}

/** A member's baskets as a device folds them. */
export function historyOf(world: World, member: number): MemberHistory | undefined {
  const fold = new HistoryFold();
  for (const { items, atMs } of world.histories[member] ?? []) {
    fold.add(
      items.map(({ sku }) => sku),
      atMs,
    );
  }
  return fold.snapshot();
}

/** Rows of questions, gathered for the trees. Room grows by doubling. */
export class Examples {
  #features = new Float32Array(1024 * FEATURE_COUNT);
  #rows = 0;
  readonly #offsets: number[] = [0];
  readonly #labels: number[] = [];

  /** The targets among a question's candidates and some of what was not bought. Nothing where no target is among them. */
  add(question: Question, world: World, random: Random): void {
    const { index } = world;
    const prepared = preparedIn(world, question);
    const wanted = new Set(question.targets);
    const found = candidates(index, prepared, CANDIDATES_MAX);
    const positives = found.filter((sku) => wanted.has(sku));
    if (positives.length === 0) return;
    const others = found.filter((sku) => !wanted.has(sku));
    const negatives = shuffled(others, random).slice(0, NEGATIVES_PER_EXAMPLE);
    for (const sku of [...positives, ...negatives]) {
      if ((this.#rows + 1) * FEATURE_COUNT > this.#features.length) {
        const grown = new Float32Array(this.#features.length * 2);
        grown.set(this.#features);
        this.#features = grown;
      }
      featurizeInto(prepared, sku, index, this.#features, this.#rows * FEATURE_COUNT);
      this.#labels.push(wanted.has(sku) ? 1 : 0);
      this.#rows += 1;
    }
    this.#offsets.push(this.#rows);
  }

  get questions(): number {
    return this.#offsets.length - 1;
  }

  data(): TreeData {
    return {
      features: this.#features.subarray(0, this.#rows * FEATURE_COUNT),
      rows: this.#rows,
      columns: FEATURE_COUNT,
      groupOffsets: Uint32Array.from(this.#offsets),
      labels: Float32Array.from(this.#labels),
    };
  }
}
