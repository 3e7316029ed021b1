import type { DemoData } from '@tillside/demo';
import {
  CONTENT_MAX_NEIGHBOURS,
  FEATURE_SET,
  ITEM_COLUMNS,
  type ItemColumn,
  type ItemStats,
  type PairTable,
} from '@tillside/features';
import type { Chance } from '../../random.ts';

/** Neighbours of each item in either table of baskets. */
const NEIGHBOURS = 20;
const BASKETS = 1_000_000;
const CATEGORIES = 300;
const DEPARTMENTS = 20;
const MOST_BOUGHT = 50_000;
const DAY_MS = 86_400_000;
const YEAR_DAYS = 365;

export const fillerSku = (place: number): string => `bench-${place}`;

/** SKUs of a catalogue of this size: the demo's, whose members have bought them, and made-up ones. */
export function skusOf(data: DemoData, size: number): string[] {
  const demo = data.items.slice(0, size).map(({ sku }) => sku);
  return [...demo, ...Array.from({ length: size - demo.length }, (_, place) => fillerSku(place))];
}

/** Statistics over a million baskets that nobody bought: few items sell often, most seldom, and each goes with twenty others. */
export function madeUpStats(skus: readonly string[], toMs: number, chance: Chance): ItemStats {
  const items = skus.length;
  const baskets = Float32Array.from({ length: items }, (_, place) => Math.ceil(MOST_BOUGHT / (place + 10) ** 0.8));
  const pairs = (each: number, strength: () => number): PairTable => ({
    offsets: Uint32Array.from({ length: items + 1 }, (_, place) => place * each),
    // The square draws popular ones more often, as baskets do.
    items: Uint32Array.from({ length: items * each }, () => Math.floor(chance.next() ** 2 * items)),
    counts: Float32Array.from({ length: items * each }, strength),
  });
  const times = (): number => chance.between(1, 20);
  return {
    featureSetHash: FEATURE_SET.hash,
    fromMs: toMs - YEAR_DAYS * DAY_MS,
    toMs,
    basketCount: BASKETS,
    decayedBasketCount: BASKETS / 10,
    skus: shuffled(skus, chance),
    categories: Array.from({ length: CATEGORIES }, (_, place) => `category-${place}`),
    departments: Array.from({ length: DEPARTMENTS }, (_, place) => `department-${place}`),
    categoryOf: Uint32Array.from({ length: items }, () => chance.between(0, CATEGORIES - 1)),
    departmentOf: Uint32Array.from({ length: items }, () => chance.between(0, DEPARTMENTS - 1)),
    columns: Object.fromEntries(
      ITEM_COLUMNS.map((name) => [name, name === 'baskets' ? baskets : baskets.map(() => chance.next())]),
    ) as Record<ItemColumn, Float32Array>,
    together: pairs(NEIGHBOURS, times),
    following: pairs(NEIGHBOURS, times),
    content: pairs(CONTENT_MAX_NEIGHBOURS, () => chance.next()),
  };
}

function shuffled<T>(values: readonly T[], chance: Chance): T[] {
  const left = [...values];
  for (let last = left.length - 1; last > 0; last -= 1) {
    const other = chance.between(0, last);
    [left[last], left[other]] = [left[other] as T, left[last] as T];
  }
  return left;
}
