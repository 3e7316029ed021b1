import { DAY_MS, FEATURE_COUNT, HISTORY_HALF_LIFE_DAYS, NEVER_SINCE, NO_RANK } from './feature-set.ts';
import { mixOf, type PreparedContext, prepareContext, type StatsIndex } from './prepare.ts';
import type { RecommendationContext } from './types.ts';

/** Longest overdue that still says something: three times the usual gap. */
const DUE_CAP = 3;

/**
 * Writes the features of one candidate. A SKU unknown to the statistics has zeros where they would speak. Numbers go straight to `out`, part
 * by part: a till waits for a few hundred candidates, and arrays in between cost more than what stands in them.
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
  const place = index.placeOf.get(sku) ?? UNKNOWN;
  let at = writeItem(context, place, index, out, offset);
  at = writePersonal(context, sku, place === UNKNOWN ? 0 : (index.stats.columns.gap[place] ?? 0), out, at);
  at = writeGroups(context, sku, place, index, out, at);
  at = writeScores(context, sku, out, at);
  at = writePairs(context, place, index, out, at);
  at = writeTotals(context, out, at);
  writeLikeness(context, place, out, at);
}

/** Place of what the statistics don't know. */
const UNKNOWN = -1;

/** popularity to season_lift. As the other parts: returns the place after what it wrote. */
function writeItem(
  { quarters }: PreparedContext,
  place: number,
  { stats }: StatsIndex,
  out: Float32Array,
  at: number,
): number {
  const { columns } = stats;
  const isKnown = place !== UNKNOWN;
  out[at] = isKnown ? Math.log1p((1000 * (columns.baskets[place] ?? 0)) / Math.max(1, stats.basketCount)) : 0;
  out[at + 1] = isKnown
    ? Math.log1p((1000 * (columns.weighted[place] ?? 0)) / Math.max(1e-6, stats.decayedBasketCount))
    : 0;
  out[at + 2] = isKnown ? (columns.repeatRate[place] ?? 0) : 0;
  out[at + 3] = isKnown ? Math.log1p(columns.gap[place] ?? 0) : 0;
  out[at + 4] = isKnown ? (quarters.daypart[place] ?? 1) : 1;
  out[at + 5] = isKnown ? (quarters.season[place] ?? 1) : 1;
  return at + 6;
}

/** personal_count to personal_due_baskets */
function writePersonal(context: PreparedContext, sku: string, itemGap: number, out: Float32Array, at: number): number {
  const personal = context.personal.get(sku);
  if (personal === undefined) {
    out.fill(0, at, at + 10);
    out[at + 7] = NEVER_SINCE;
    return at + 10;
  }
  const { item, decayedNow, fastShare, slowShare } = personal;
  const { baskets, firstBasket, lastBasket, firstAtMs, lastAtMs } = item;
  const all = Math.max(1, context.history?.basketCount ?? 1);
  const daysSince = Math.max(0, context.nowMs - lastAtMs) / DAY_MS;
  const gapDays = baskets < 2 ? 0 : (lastAtMs - firstAtMs) / DAY_MS / (baskets - 1);
  const since = Math.max(0, all - lastBasket);
  const gap = baskets < 2 ? itemGap : (lastBasket - firstBasket) / (baskets - 1);
  out[at] = Math.log1p(baskets);
  out[at + 1] = baskets / all;
  out[at + 2] = baskets / Math.max(1, all - firstBasket + 1);
  out[at + 3] = decayedNow;
  out[at + 4] = fastShare;
  out[at + 5] = slowShare;
  out[at + 6] = Math.exp(-daysSince / HISTORY_HALF_LIFE_DAYS);
  out[at + 7] = Math.log1p(since);
  out[at + 8] = gapDays > 0 ? Math.min(DUE_CAP, daysSince / gapDays) : 0;
  out[at + 9] = gap > 0 ? Math.min(DUE_CAP, (since + 1) / gap) : 0;
  return at + 10;
}

/** personal_in_last to category_in_last */
function writeGroups(
  context: PreparedContext,
  sku: string,
  place: number,
  { stats }: StatsIndex,
  out: Float32Array,
  at: number,
): number {
  const weight = context.personalWeight;
  const isKnown = place !== UNKNOWN;
  const category = isKnown ? (stats.categoryOf[place] ?? UNKNOWN) : UNKNOWN;
  const department = isKnown ? (stats.departmentOf[place] ?? UNKNOWN) : UNKNOWN;
  const isWeighed = isKnown && weight > 0;
  out[at] = context.lastBasket.has(sku) ? 1 : 0;
  out[at + 1] = isWeighed ? (context.categoryWeight.get(category) ?? 0) / weight : 0;
  out[at + 2] = isWeighed ? (context.departmentWeight.get(department) ?? 0) / weight : 0;
  out[at + 3] = isKnown && context.lastCategories.has(category) ? 1 : 0;
  return at + 4;
}

/** neighbours to factors_rank */
function writeScores(context: PreparedContext, sku: string, out: Float32Array, at: number): number {
  const score = context.memberScores.get(sku);
  const ranks = context.ranks.get(sku);
  const neighbours = score?.neighbours ?? 0;
  out[at] = neighbours;
  out[at + 1] = score?.factors ?? 0;
  out[at + 2] = mixOf(context.personal.get(sku)?.slowShare ?? 0, neighbours);
  out[at + 3] = rankOf(ranks?.mix);
  out[at + 4] = rankOf(ranks?.neighbours);
  out[at + 5] = rankOf(ranks?.factors);
  return at + 6;
}

const rankOf = (place: number | undefined): number =>
  place === undefined || place === 0 ? NO_RANK : Math.log1p(place);

/** alike_sum to category_in_basket */
function writePairs(
  context: PreparedContext,
  place: number,
  { stats }: StatsIndex,
  out: Float32Array,
  at: number,
): number {
  const together = context.together.get(place);
  const following = context.following.get(place);
  out[at] = context.alike.get(place) ?? 0;
  out[at + 1] = together?.max ?? 0;
  out[at + 2] = Math.log1p(together?.sum ?? 0);
  out[at + 3] = following?.max ?? 0;
  out[at + 4] = Math.log1p(following?.sum ?? 0);
  const isNear = place !== UNKNOWN && context.basketCategories.has(stats.categoryOf[place] ?? UNKNOWN);
  out[at + 5] = isNear ? 1 : 0;
  return at + 6;
}

/** basket_size to history_recency */
function writeTotals({ basketPlaces, history, totals }: PreparedContext, out: Float32Array, at: number): number {
  out[at] = Math.log1p(basketPlaces.length);
  out[at + 1] = Math.log1p(history?.basketCount ?? 0);
  out[at + 2] = Math.log1p(totals.items);
  out[at + 3] = totals.repeats;
  out[at + 4] = Math.log1p(totals.basket);
  out[at + 5] = Math.log1p(totals.daysSince);
  return at + 6;
}

/** content_basket to store_lift */
function writeLikeness({ content, store }: PreparedContext, place: number, out: Float32Array, at: number): void {
  const likeness = content.get(place);
  out[at] = likeness?.basket ?? 0;
  out[at + 1] = likeness?.history ?? 0;
  out[at + 2] = place === UNKNOWN ? 1 : (store?.lifts[place] ?? 1);
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
