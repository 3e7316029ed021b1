import { describe, expect, it } from 'vitest';
import {
  buildStats,
  candidates,
  FEATURE_SET,
  featurizeAll,
  indexStats,
  indexStore,
  type Purchase,
  prepareContext,
  STORE_ITEMS_MAX,
  STORE_SALES_DAYS,
  StoreCount,
} from './index.ts';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-03-01T00:00:00Z');

/** `times` baskets of one item each, all on one day. */
const sold = (store: string, sku: string, times: number): Purchase[] =>
  Array.from({ length: times }, (_, place) => ({
    ...{ memberId: null, sku, category: '', department: '', quantity: 1, store },
    ...{ at: new Date(NOW - DAY_MS).toISOString(), basketId: `${store}-${sku}-${place}` },
  }));

/** Milk sells everywhere alike; mooncake in one store only, and tea in all others. */
const purchases = [
  ...sold('south', 'milk', 50),
  ...sold('north', 'milk', 150),
  ...sold('south', 'mooncake', 50),
  ...sold('north', 'tea', 150),
];
const index = indexStats(buildStats(purchases));
const countOf = (store: string) => {
  const count = new StoreCount(NOW);
  for (const { sku, at } of purchases.filter((row) => row.store === store)) count.add([sku], Date.parse(at));
  return count.sales();
};
const south = indexStore(countOf('south'), index);
const context = { basketSkus: [], at: new Date(NOW).toISOString() };
const liftOf = (sku: string, store = south) => store.lifts[index.placeOf.get(sku) ?? -1];

describe('what one store sells', () => {
  it('lifts an item by its baskets here over those to be expected, smoothed', () => {
    // A quarter of all baskets are here, so a quarter of each item's are to be expected.
    expect(liftOf('milk')).toBe(1);
    expect(liftOf('mooncake')).toBeCloseTo((50 + 10) / (12.5 + 10), 6);
    expect(liftOf('tea')).toBeCloseTo((0 + 10) / (37.5 + 10), 6);
  });

  it('is a feature; where no store is known it is 1', () => {
    const place = FEATURE_SET.names.indexOf('store_lift');
    const of = (...store: (typeof south)[]) =>
      featurizeAll(prepareContext(context, index, ...store), ['mooncake'], index)[place];
    expect(of(south)).toBe(liftOf('mooncake'));
    expect(of()).toBe(1);
    const stranger = featurizeAll(prepareContext(context, index, south), ['unknown'], index);
    expect(stranger[place]).toBe(1);
  });

  it('proposes what sells most here before what sells elsewhere', () => {
    expect(candidates(index, prepareContext(context, index), 2)).toEqual(['milk', 'tea']);
    expect(candidates(index, prepareContext(context, index, south), 2)).toEqual(['milk', 'mooncake']);
  });

  it('counts only the days before a time, and only the most sold items', () => {
    const count = new StoreCount(NOW);
    count.add(['late'], NOW + 1);
    count.add(['old'], NOW - STORE_SALES_DAYS * DAY_MS);
    count.add(['odd'], Number.NaN);
    for (let item = 0; item <= STORE_ITEMS_MAX; item += 1) count.add([`item-${item}`], NOW);
    count.add(['item-1', 'item-2'], NOW);
    const { baskets, counts } = count.sales();
    expect(baskets).toBe(STORE_ITEMS_MAX + 2);
    expect(counts.size).toBe(STORE_ITEMS_MAX);
    expect([...counts].slice(0, 3)).toEqual([
      ['item-1', 2],
      ['item-2', 2],
      ['item-0', 1],
    ]);
  });

  it('takes an item beyond the most sold for a usual one, no better than the least of them', () => {
    const counts = new Map(Array.from({ length: STORE_ITEMS_MAX }, (_, item) => [`item-${item}`, 20]));
    const { lifts } = indexStore({ baskets: 100, counts }, index);
    // 12.5 to be expected, which 20 allow; 50 to be expected, which they don't.
    expect(lifts[index.placeOf.get('mooncake') ?? -1]).toBe(1);
    expect(lifts[index.placeOf.get('milk') ?? -1]).toBeCloseTo((20 + 10) / (50 + 10), 6);
  });

  it('keeps a lift within bounds', () => {
    const flooded = indexStore({ baskets: 1, counts: new Map([['tea', 1_000_000]]) }, index);
    expect(liftOf('tea', flooded)).toBe(20);
    expect(liftOf('milk', indexStore({ baskets: 1_000_000, counts: new Map() }, index))).toBeCloseTo(1 / 20, 6);
  });
});
