import { compareText, toBaskets } from './baskets.ts';
import { DAY_MS, decay, FEATURE_SET, PAIR_SMOOTHING, POPULARITY_HALF_LIFE_DAYS } from './feature-set.ts';
import type { Basket, BasketItem, ItemRow, ItemStats, Pair, Purchase } from './types.ts';

export const STATS_MAX_ITEMS = 50_000;
export const STATS_MAX_NEIGHBOURS = 30;
/** Items of one basket that enter the pair counts: pairs grow with the square. */
export const STATS_MAX_PAIR_ITEMS = 100;
/** Baskets further apart than this are not "the next one". */
export const STATS_MAX_FOLLOWING_DAYS = 60;

interface Counts {
  baskets: number;
  weighted: number;
  memberBaskets: number;
  repeats: number;
}

type PairCounts = Map<number, number>[];

/** Statistics over purchases in any order. */
export function buildStats(purchases: Iterable<Purchase>): ItemStats {
  return buildStatsFromBaskets(toBaskets(purchases));
}

/** @param baskets ordered by time, as toBaskets gives them */
export function buildStatsFromBaskets(baskets: readonly Basket[]): ItemStats {
  const toMs = baskets.at(-1)?.atMs ?? 0;
  const { counts, newest } = countItems(baskets, toMs);
  const skus = [...counts]
    .sort(([leftSku, left], [rightSku, right]) => right.baskets - left.baskets || compareText(leftSku, rightSku))
    .slice(0, STATS_MAX_ITEMS)
    .map(([sku]) => sku);
  const place = new Map(skus.map((sku, index) => [sku, index]));
  const categories = distinct(skus, newest, 'category');
  const departments = distinct(skus, newest, 'department');
  const categoryPlace = new Map(categories.map((name, index) => [name, index]));
  const departmentPlace = new Map(departments.map((name, index) => [name, index]));
  const items = skus.map((sku): ItemRow => {
    const count = counts.get(sku) ?? { baskets: 0, weighted: 0, memberBaskets: 0, repeats: 0 };
    return {
      c: categoryPlace.get(newest.get(sku)?.category ?? '') ?? 0,
      d: departmentPlace.get(newest.get(sku)?.department ?? '') ?? 0,
      n: count.baskets,
      w: round(count.weighted),
      r: round(count.repeats / (count.memberBaskets + PAIR_SMOOTHING)),
    };
  });
  const { together, following } = countPairs(baskets, place);
  return {
    format: 'tillside-item-stats-1',
    featureSetHash: FEATURE_SET.hash,
    fromMs: baskets[0]?.atMs ?? 0,
    toMs,
    basketCount: baskets.length,
    decayedBasketCount: round(baskets.reduce((sum, basket) => sum + weightOf(basket, toMs), 0)),
    skus,
    categories,
    departments,
    items,
    together: together.map((pairs, item) => strongest(item, pairs, items)),
    following: following.map((pairs, item) => strongest(item, pairs, items)),
  };
}

function weightOf(basket: Basket, toMs: number): number {
  return decay(toMs - basket.atMs, POPULARITY_HALF_LIFE_DAYS);
}

function countItems(baskets: readonly Basket[], toMs: number) {
  const counts = new Map<string, Counts>();
  const newest = new Map<string, BasketItem>();
  const seen = new Map<string, Set<string>>();
  for (const basket of baskets) {
    const weight = weightOf(basket, toMs);
    const bought = basket.memberId === null ? undefined : (seen.get(basket.memberId) ?? new Set<string>());
    if (basket.memberId !== null && bought !== undefined) seen.set(basket.memberId, bought);
    for (const item of basket.items) {
      const count = counts.get(item.sku) ?? { baskets: 0, weighted: 0, memberBaskets: 0, repeats: 0 };
      counts.set(item.sku, count);
      newest.set(item.sku, item);
      count.baskets += 1;
      count.weighted += weight;
      if (bought === undefined) continue;
      count.memberBaskets += 1;
      if (bought.has(item.sku)) count.repeats += 1;
      bought.add(item.sku);
    }
  }
  return { counts, newest };
}

function countPairs(baskets: readonly Basket[], place: ReadonlyMap<string, number>) {
  const together: PairCounts = Array.from({ length: place.size }, () => new Map());
  const following: PairCounts = Array.from({ length: place.size }, () => new Map());
  const last = new Map<string, { here: readonly number[]; atMs: number }>();
  for (const basket of baskets) {
    const here = places(basket.items.slice(0, STATS_MAX_PAIR_ITEMS), place);
    for (const from of here) for (const to of here) if (from !== to) bump(together, from, to);
    if (basket.memberId === null) continue;
    const before = last.get(basket.memberId);
    if (before !== undefined && basket.atMs - before.atMs <= STATS_MAX_FOLLOWING_DAYS * DAY_MS) {
      for (const from of before.here) for (const to of here) bump(following, from, to);
    }
    last.set(basket.memberId, { here, atMs: basket.atMs });
  }
  return { together, following };
}

function places(items: readonly BasketItem[], place: ReadonlyMap<string, number>): number[] {
  return items.flatMap((item) => place.get(item.sku) ?? []);
}

function bump(counts: PairCounts, from: number, to: number): void {
  const row = counts[from];
  row?.set(to, (row.get(to) ?? 0) + 1);
}

/** The neighbours that a cosine with smoothing puts first; ties go to the more popular item. */
function strongest(item: number, pairs: ReadonlyMap<number, number>, items: readonly ItemRow[]): Pair[] {
  const own = items[item]?.n ?? 0;
  return [...pairs]
    .map(([other, count]): { pair: Pair; score: number } => ({
      pair: [other, count],
      score: pairCosine(count, own, items[other]?.n ?? 0),
    }))
    .sort((left, right) => right.score - left.score || left.pair[0] - right.pair[0])
    .slice(0, STATS_MAX_NEIGHBOURS)
    .map(({ pair }) => pair);
}

/** Strength of a pair, 0 to 1: count over the geometric mean of both items' baskets, smoothed. */
export function pairCosine(count: number, leftBaskets: number, rightBaskets: number): number {
  return count / (Math.sqrt(leftBaskets * rightBaskets) + PAIR_SMOOTHING);
}

function distinct(skus: readonly string[], newest: ReadonlyMap<string, BasketItem>, key: 'category' | 'department') {
  return [...new Set(skus.map((sku) => newest.get(sku)?.[key] ?? ''))].sort(compareText);
}

/** Six decimals keep the JSON short; both training and serving read the rounded value. */
function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
