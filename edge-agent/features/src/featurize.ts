import {
  DAY_MS,
  daypartOf,
  FEATURE_COUNT,
  HISTORY_HALF_LIFE_DAYS,
  NEVER_SINCE,
  NO_RANK,
  seasonOf,
} from './feature-set.ts';
import { mixOf, type PreparedContext, prepareContext, type StatsIndex } from './prepare.ts';
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
  const { columns } = stats;
  const place = index.placeOf.get(sku) ?? -1;
  const [category, department] = [stats.categoryOf[place], stats.departmentOf[place]];
  const together = context.together.get(place);
  const following = context.following.get(place);
  const content = context.content.get(place);
  const weight = context.personalWeight;
  const gap = columns.gap[place] ?? 0;
  const { totals } = context;
  const values = [
    Math.log1p((1000 * (columns.baskets[place] ?? 0)) / Math.max(1, stats.basketCount)),
    Math.log1p((1000 * (columns.weighted[place] ?? 0)) / Math.max(1e-6, stats.decayedBasketCount)),
    columns.repeatRate[place] ?? 0,
    Math.log1p(gap),
    columns[DAYPARTS[daypartOf(context.nowMs)] ?? 'daypart0'][place] ?? 1,
    columns[SEASONS[seasonOf(context.nowMs)] ?? 'season0'][place] ?? 1,
    ...personalFeatures(context, sku, gap),
    context.lastBasket.has(sku) ? 1 : 0,
    category === undefined || weight <= 0 ? 0 : (context.categoryWeight.get(category) ?? 0) / weight,
    department === undefined || weight <= 0 ? 0 : (context.departmentWeight.get(department) ?? 0) / weight,
    category !== undefined && context.lastCategories.has(category) ? 1 : 0,
    ...scoreFeatures(context, sku),
    context.alike.get(place) ?? 0,
    together?.max ?? 0,
    Math.log1p(together?.sum ?? 0),
    following?.max ?? 0,
    Math.log1p(following?.sum ?? 0),
    category !== undefined && context.basketCategories.has(category) ? 1 : 0,
    Math.log1p(context.basketPlaces.length),
    Math.log1p(context.history?.basketCount ?? 0),
    Math.log1p(totals.items),
    totals.repeats,
    Math.log1p(totals.basket),
    Math.log1p(totals.daysSince),
    content?.basket ?? 0,
    content?.history ?? 0,
    context.store?.lifts[place] ?? 1,
  ];
  out.set(values, offset);
}

const DAYPARTS = ['daypart0', 'daypart1', 'daypart2', 'daypart3'] as const;
const SEASONS = ['season0', 'season1', 'season2', 'season3'] as const;

/** personal_count to personal_due_baskets */
function personalFeatures(context: PreparedContext, sku: string, itemGap: number): readonly number[] {
  const personal = context.personal.get(sku);
  if (personal === undefined) return NEVER_BOUGHT;
  const { item, decayedNow, fastShare, slowShare } = personal;
  const { baskets, firstBasket, lastBasket, firstAtMs, lastAtMs } = item;
  const all = Math.max(1, context.history?.basketCount ?? 1);
  const daysSince = Math.max(0, context.nowMs - lastAtMs) / DAY_MS;
  const gapDays = baskets < 2 ? 0 : (lastAtMs - firstAtMs) / DAY_MS / (baskets - 1);
  const since = Math.max(0, all - lastBasket);
  const gap = baskets < 2 ? itemGap : (lastBasket - firstBasket) / (baskets - 1);
  return [
    Math.log1p(baskets),
    baskets / all,
    baskets / Math.max(1, all - firstBasket + 1),
    decayedNow,
    fastShare,
    slowShare,
    Math.exp(-daysSince / HISTORY_HALF_LIFE_DAYS),
    Math.log1p(since),
    gapDays > 0 ? Math.min(DUE_CAP, daysSince / gapDays) : 0,
    gap > 0 ? Math.min(DUE_CAP, (since + 1) / gap) : 0,
  ];
}

const NEVER_BOUGHT = [0, 0, 0, 0, 0, 0, 0, NEVER_SINCE, 0, 0];

/** neighbours to factors_rank */
function scoreFeatures(context: PreparedContext, sku: string): readonly number[] {
  const score = context.memberScores.get(sku);
  const ranks = context.ranks.get(sku);
  const rank = (place: number | undefined) => (place === undefined || place === 0 ? NO_RANK : Math.log1p(place));
  return [
    score?.neighbours ?? 0,
    score?.factors ?? 0,
    mixOf(context.personal.get(sku)?.slowShare ?? 0, score?.neighbours ?? 0),
    rank(ranks?.mix),
    rank(ranks?.neighbours),
    rank(ranks?.factors),
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
