import { DAY_MS, FEATURE_COUNT, HISTORY_HALF_LIFE_DAYS } from './feature-set.ts';
import { type PreparedContext, prepareContext, type StatsIndex } from './prepare.ts';
import type { RecommendationContext } from './types.ts';

/** Longest overdue that still says something: three times the usual gap. */
const DUE_CAP = 3;

/**
 * Writes the features of one candidate. A SKU unknown to the statistics has zeros where they would speak.
 *
 * @param out receives FEATURE_COUNT floats, in the order of FEATURE_SET.names
 * @param offset first place in `out`
 */
export function featurizeInto(
  context: PreparedContext,
  sku: string,
  index: StatsIndex,
  out: Float32Array,
  offset: number,
): void {
  const { stats } = index;
  const place = index.placeOf.get(sku) ?? -1;
  const [category, department] = [stats.categoryOf[place], stats.departmentOf[place]];
  const together = context.together.get(place);
  const following = context.following.get(place);
  const weight = context.personalWeight;
  const values = [
    Math.log1p((1000 * (stats.columns.baskets[place] ?? 0)) / Math.max(1, stats.basketCount)),
    Math.log1p((1000 * (stats.columns.weighted[place] ?? 0)) / Math.max(1e-6, stats.decayedBasketCount)),
    stats.columns.repeatRate[place] ?? 0,
    ...personalFeatures(context, sku),
    context.lastBasket.has(sku) ? 1 : 0,
    category === undefined || weight <= 0 ? 0 : (context.categoryWeight.get(category) ?? 0) / weight,
    department === undefined || weight <= 0 ? 0 : (context.departmentWeight.get(department) ?? 0) / weight,
    together?.max ?? 0,
    Math.log1p(together?.sum ?? 0),
    following?.max ?? 0,
    Math.log1p(following?.sum ?? 0),
    category !== undefined && context.basketCategories.has(category) ? 1 : 0,
    Math.log1p(context.basketPlaces.length),
    Math.log1p(context.history?.basketCount ?? 0),
  ];
  out.set(values, offset);
}

/** personal_count, _share, _decayed, _recency, _due */
function personalFeatures(context: PreparedContext, sku: string): readonly number[] {
  const personal = context.personal.get(sku);
  if (personal === undefined) return [0, 0, 0, 0, 0];
  const { item, decayedNow } = personal;
  const daysSince = Math.max(0, context.nowMs - item.lastAtMs) / DAY_MS;
  const gapDays = item.baskets < 2 ? 0 : (item.lastAtMs - item.firstAtMs) / DAY_MS / (item.baskets - 1);
  return [
    Math.log1p(item.baskets),
    item.baskets / Math.max(1, context.history?.basketCount ?? 1),
    decayedNow,
    Math.exp(-daysSince / HISTORY_HALF_LIFE_DAYS),
    gapDays > 0 ? Math.min(DUE_CAP, daysSince / gapDays) : 0,
  ];
}

/** Features of several candidates as one row-major block: float[skus.length * FEATURE_COUNT]. */
export function featurizeAll(context: PreparedContext, skus: readonly string[], index: StatsIndex): Float32Array {
  const out = new Float32Array(skus.length * FEATURE_COUNT);
  skus.forEach((sku, row) => {
    featurizeInto(context, sku, index, out, row * FEATURE_COUNT);
  });
  return out;
}

/** Features of one candidate: float[FEATURE_COUNT]. */
export function featurize(context: RecommendationContext, sku: string, index: StatsIndex): Float32Array {
  return featurizeAll(prepareContext(context, index), [sku], index);
}
