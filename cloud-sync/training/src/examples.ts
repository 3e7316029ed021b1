import {
  type Basket,
  CANDIDATES_MAX,
  candidates,
  FEATURE_COUNT,
  featurizeAll,
  HistoryFold,
  type PreparedContext,
  prepareContext,
  type RecommendationContext,
  type StatsIndex,
} from '@tillside/features';
import { NEGATIVES_PER_EXAMPLE, RANDOM_NEGATIVES, TARGETS_MAX } from './limits.ts';
import { type Random, shuffled } from './random.ts';

/** A moment of a real basket: what was known then, and what was still to come. */
export interface Question {
  readonly context: RecommendationContext;
  readonly targets: readonly string[];
}

/** Rows of one question: the targets first, then what was not bought. */
export interface Example {
  /** float32[rows, FEATURE_COUNT] */
  readonly features: Float32Array;
  readonly rows: number;
  readonly positives: number;
}

/**
 * Replays baskets in time and stops each at a random point: half of them before the first item, as on a kiosk's home page, the others
 * at the till with some items in. Members' histories hold only what lies before.
 *
 * @param from first basket to ask about; the ones before only build histories
 */
export function questions(baskets: readonly Basket[], from: number, random: Random): Question[] {
  const histories = new Map<string, HistoryFold>();
  const asked: Question[] = [];
  baskets.forEach((basket, place) => {
    const skus = basket.items.map((item) => item.sku);
    const history = basket.memberId === null ? undefined : (histories.get(basket.memberId) ?? new HistoryFold());
    if (place >= from && skus.length > 0) {
      const mixed = shuffled(skus, random);
      const atHome = random() < 0.5;
      const held = Math.floor(random() * skus.length);
      const inBasket = atHome ? 0 : held;
      const context = {
        memberHistory: history?.snapshot(),
        basketSkus: mixed.slice(0, inBasket),
        at: new Date(basket.atMs).toISOString(),
      };
      asked.push({ context, targets: mixed.slice(inBasket) });
    }
    if (basket.memberId === null || history === undefined) return;
    histories.set(basket.memberId, history);
    history.add(skus, basket.atMs);
  });
  return asked;
}

/** Features of a question's targets and of products that were not bought. Undefined when there is nothing to tell apart. */
export function toExample(question: Question, index: StatsIndex, random: Random): Example | undefined {
  const prepared = prepareContext(question.context, index);
  const targets = question.targets.filter((sku) => isReachable(sku, index, prepared)).slice(0, TARGETS_MAX);
  const bought = new Set([...question.targets, ...question.context.basketSkus]);
  const hard = shuffled(candidates(index, prepared, CANDIDATES_MAX), random).filter((sku) => !bought.has(sku));
  const negatives = new Set(hard.slice(0, NEGATIVES_PER_EXAMPLE - RANDOM_NEGATIVES));
  const { skus } = index.stats;
  for (let draw = 0; draw < RANDOM_NEGATIVES; draw += 1) {
    const sku = skus[Math.floor(random() * skus.length)];
    if (sku !== undefined && !bought.has(sku)) negatives.add(sku);
  }
  if (targets.length === 0 || negatives.size === 0) return undefined;
  const rows = [...targets, ...negatives];
  return { features: featurizeAll(prepared, rows, index), rows: rows.length, positives: targets.length };
}

/** A product that neither the statistics nor the member knows could never be offered. */
function isReachable(sku: string, index: StatsIndex, prepared: PreparedContext): boolean {
  return index.placeOf.has(sku) || prepared.personal.has(sku);
}

/** Mean and spread of every feature, over all rows; a feature that never varies gets spread 1. */
export function measure(examples: readonly Example[]): { mean: Float64Array; spread: Float64Array } {
  const mean = new Float64Array(FEATURE_COUNT);
  const spread = new Float64Array(FEATURE_COUNT);
  const rows = Math.max(
    1,
    examples.reduce((sum, example) => sum + example.rows, 0),
  );
  for (const { features } of examples) {
    features.forEach((value, place) => {
      mean[place % FEATURE_COUNT] = (mean[place % FEATURE_COUNT] ?? 0) + value / rows;
    });
  }
  for (const { features } of examples) {
    features.forEach((value, place) => {
      const column = place % FEATURE_COUNT;
      spread[column] = (spread[column] ?? 0) + (value - (mean[column] ?? 0)) ** 2 / rows;
    });
  }
  return { mean, spread: spread.map((variance) => (variance > 1e-10 ? Math.sqrt(variance) : 1)) };
}
