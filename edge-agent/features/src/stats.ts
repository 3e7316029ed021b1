import { compareText, toBaskets } from './baskets.ts';
import { contentTable, NO_CATALOGUE } from './content-table.ts';
import {
  DAY_MS,
  daypartOf,
  decay,
  FEATURE_SET,
  LIFT_SMOOTHING,
  PAIR_SMOOTHING,
  POPULARITY_HALF_LIFE_DAYS,
  seasonOf,
} from './feature-set.ts';
import { countPairs, invert, type Lists } from './pair-table.ts';
import type { Basket, BasketItem, CatalogueContent, ItemColumn, ItemStats, Purchase } from './types.ts';

export const STATS_MAX_ITEMS = 200_000;
/** Items of one basket that enter the pair counts: pairs grow with the square. */
export const STATS_MAX_PAIR_ITEMS = 100;
/** Baskets further apart than this are not "the next one". */
export const STATS_MAX_FOLLOWING_DAYS = 60;

/** Statistics over purchases in any order. */
export function buildStats(purchases: Iterable<Purchase>): ItemStats {
  return buildStatsFromBaskets(toBaskets(purchases));
}

/**
 * @param baskets ordered by time, as toBaskets gives them
 * @param catalogue whose items have a place here also when nobody bought them, so that they can be proposed
 */
export function buildStatsFromBaskets(baskets: readonly Basket[], catalogue = NO_CATALOGUE): ItemStats {
  const toMs = baskets.at(-1)?.atMs ?? 0;
  const weights = Float64Array.from(baskets, (basket) => decay(toMs - basket.atMs, POPULARITY_HALF_LIFE_DAYS));
  const { skus, newest } = itemsOf(baskets, catalogue);
  const rows = placesOf(baskets, skus);
  const visits = visitsOf(baskets);
  const times = Float64Array.from(baskets, ({ atMs }) => atMs);
  const columns = itemColumns({ rows, weights, times, visits, items: skus.length });
  const paired = firstOfEach(rows, STATS_MAX_PAIR_ITEMS);
  const holders = invert(paired, skus.length);
  const next = nextBaskets(baskets, visits);
  return {
    featureSetHash: FEATURE_SET.hash,
    fromMs: baskets[0]?.atMs ?? 0,
    toMs,
    basketCount: baskets.length,
    decayedBasketCount: weights.reduce((sum, weight) => sum + weight, 0),
    skus,
    ...groupsOf(newest),
    columns,
    together: countPairs(paired, holders, (basket) => basket, columns.baskets),
    following: countPairs(paired, holders, (basket) => next[basket] ?? -1, columns.baskets),
    content: contentTable(catalogue, skus),
  };
}

/** SKUs by baskets (most first), then SKU, and the newest description of each; then the catalogue's others. */
function itemsOf(
  baskets: readonly Basket[],
  { items: known }: CatalogueContent,
): { readonly skus: string[]; readonly newest: BasketItem[] } {
  const seen = new Map<string, { count: number; newest: BasketItem }>();
  for (const { items } of baskets) {
    for (const item of items) {
      const known = seen.get(item.sku);
      if (known === undefined) {
        seen.set(item.sku, { count: 1, newest: item });
        continue;
      }
      known.count += 1;
      known.newest = item;
    }
  }
  const ordered = [...seen.values()]
    .sort((left, right) => right.count - left.count || compareText(left.newest.sku, right.newest.sku))
    .map(({ newest }) => newest)
    .concat(known.filter(({ sku }) => !seen.has(sku)))
    .slice(0, STATS_MAX_ITEMS);
  return { skus: ordered.map(({ sku }) => sku), newest: ordered };
}

function groupsOf(items: readonly BasketItem[]) {
  const of = (key: 'category' | 'department') => {
    const names = [...new Set(items.map((item) => item[key]))].sort(compareText);
    const place = new Map(names.map((name, index) => [name, index]));
    return { names, places: Uint32Array.from(items, (item) => place.get(item[key]) ?? 0) };
  };
  const [category, department] = [of('category'), of('department')];
  return {
    categories: category.names,
    departments: department.names,
    categoryOf: category.places,
    departmentOf: department.places,
  };
}

/** The known items of each basket by their places. */
function placesOf(baskets: readonly Basket[], skus: readonly string[]): Lists {
  const place = new Map(skus.map((sku, index) => [sku, index]));
  return listsOf(baskets.map(({ items }) => items.flatMap(({ sku }) => place.get(sku) ?? [])));
}

function firstOfEach({ offsets, values }: Lists, most: number): Lists {
  const lists = Array.from({ length: offsets.length - 1 }, (_, list) => {
    const from = offsets[list] ?? 0;
    return values.subarray(from, Math.min(offsets[list + 1] ?? 0, from + most));
  });
  return listsOf(lists);
}

function listsOf(lists: readonly ArrayLike<number>[]): Lists {
  const offsets = new Uint32Array(lists.length + 1);
  lists.forEach((list, place) => {
    offsets[place + 1] = (offsets[place] ?? 0) + list.length;
  });
  const values = new Uint32Array(offsets.at(-1) ?? 0);
  lists.forEach((list, place) => {
    values.set(list, offsets[place] ?? 0);
  });
  return { offsets, values };
}

/** Baskets of each member in order of time. */
function visitsOf(baskets: readonly Basket[]): readonly (readonly number[])[] {
  const visits = new Map<string, number[]>();
  baskets.forEach(({ memberId }, place) => {
    if (memberId === null) return;
    const own = visits.get(memberId);
    if (own === undefined) visits.set(memberId, [place]);
    else own.push(place);
  });
  return [...visits.values()];
}

function nextBaskets(baskets: readonly Basket[], visits: readonly (readonly number[])[]): Int32Array {
  const next = new Int32Array(baskets.length).fill(-1);
  for (const visit of visits) {
    for (let place = 1; place < visit.length; place += 1) {
      const [before, after] = [visit[place - 1] ?? 0, visit[place] ?? 0];
      const gapMs = (baskets[after]?.atMs ?? 0) - (baskets[before]?.atMs ?? 0);
      if (gapMs <= STATS_MAX_FOLLOWING_DAYS * DAY_MS) next[before] = after;
    }
  }
  return next;
}

interface Counted {
  /** Items of each basket. */
  readonly rows: Lists;
  /** Age weight of each basket. */
  readonly weights: Float64Array;
  /** Time of each basket, epoch milliseconds. */
  readonly times: Float64Array;
  /** Baskets of each member in order of time. */
  readonly visits: readonly (readonly number[])[];
  readonly items: number;
}

function itemColumns({ rows, weights, times, visits, items }: Counted): Record<ItemColumn, Float32Array> {
  const baskets = new Float32Array(items);
  const weighted = new Float64Array(items);
  weights.forEach((weight, basket) => {
    for (const item of listAt(rows, basket)) {
      baskets[item] = (baskets[item] ?? 0) + 1;
      weighted[item] = (weighted[item] ?? 0) + weight;
    }
  });
  return {
    baskets,
    weighted: Float32Array.from(weighted),
    ...repeats(rows, visits, items),
    ...liftsOf('daypart', daypartOf, { rows, times, baskets }),
    ...liftsOf('season', seasonOf, { rows, times, baskets }),
  };
}

const QUARTERS = [0, 1, 2, 3] as const;

/** How much more often than all baskets those with an item fall into each quarter. */
function liftsOf<Name extends 'daypart' | 'season'>(
  name: Name,
  quarterOf: (atMs: number) => number,
  { rows, times, baskets }: { rows: Lists; times: Float64Array; baskets: Float32Array },
): Record<`${Name}${(typeof QUARTERS)[number]}`, Float32Array> {
  const all = new Float64Array(QUARTERS.length);
  const counts = QUARTERS.map(() => new Float64Array(baskets.length));
  times.forEach((atMs, basket) => {
    const quarter = quarterOf(atMs);
    all[quarter] = (all[quarter] ?? 0) + 1;
    const count = counts[quarter] ?? new Float64Array(0);
    for (const item of listAt(rows, basket)) count[item] = (count[item] ?? 0) + 1;
  });
  const columns = counts.map((count, quarter) => {
    const usual = (all[quarter] ?? 0) / Math.max(1, times.length);
    const smoothed = (own: number, item: number) =>
      (own + LIFT_SMOOTHING * usual) / ((baskets[item] ?? 0) + LIFT_SMOOTHING) / usual;
    return [`${name}${quarter}`, Float32Array.from(count, usual === 0 ? () => 1 : smoothed)];
  });
  return Object.fromEntries(columns) as Record<`${Name}${(typeof QUARTERS)[number]}`, Float32Array>;
}

/** Baskets between two purchases of an item that nobody bought twice, and how many such are added to what was seen. */
const USUAL_GAP = 3;
const GAP_SMOOTHING = 1;

function repeats(rows: Lists, visits: readonly (readonly number[])[], items: number) {
  const bought = new Float64Array(items);
  const again = new Float64Array(items);
  const gaps = new Float64Array(items);
  const lastPlace = new Uint32Array(items);
  // The member (from 1) who bought the item last, so that no set of items a member is needed.
  const lastBuyer = new Uint32Array(items);
  visits.forEach((visit, member) => {
    for (const [place, basket] of visit.entries()) {
      for (const item of listAt(rows, basket)) {
        bought[item] = (bought[item] ?? 0) + 1;
        if (lastBuyer[item] === member + 1) {
          again[item] = (again[item] ?? 0) + 1;
          gaps[item] = (gaps[item] ?? 0) + place - (lastPlace[item] ?? 0);
        }
        lastBuyer[item] = member + 1;
        lastPlace[item] = place;
      }
    }
  });
  return {
    repeatRate: Float32Array.from(again, (count, item) => count / ((bought[item] ?? 0) + PAIR_SMOOTHING)),
    gap: Float32Array.from(
      again,
      (count, item) => ((gaps[item] ?? 0) + USUAL_GAP * GAP_SMOOTHING) / (count + GAP_SMOOTHING),
    ),
  };
}

function listAt({ offsets, values }: Lists, place: number): Uint32Array {
  return values.subarray(offsets[place] ?? 0, offsets[place + 1] ?? 0);
}
