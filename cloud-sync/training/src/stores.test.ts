import { type Purchase, StoreCount, toBaskets } from '@tillside/features';
import { describe, expect, it } from 'vitest';
import { seededRandom, shuffled } from './random.ts';
import { trainModel } from './train.ts';
import { worldOf } from './worlds.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.parse('2026-01-01T08:00:00Z');
const STORES = ['north', 'east', 'south', 'west'] as const;
const [MEMBERS, VISITS, OWN_ITEMS] = [100, 4, 6];

/** Each store has a range of its own; members go to any by chance, so that only the store says what is bought. */
function travellers(): Purchase[] {
  const random = seededRandom(5);
  return Array.from({ length: MEMBERS * VISITS }, (_, visit) => {
    const store = STORES[Math.floor(random() * STORES.length)] ?? 'north';
    const range = Array.from({ length: OWN_ITEMS }, (_item, item) => `${store}-${item}`);
    return shuffled(range, random)
      .slice(0, 3)
      .map((sku) => ({
        ...{ memberId: `m${visit % MEMBERS}`, sku, category: '', department: '', quantity: 1, store },
        ...{ at: new Date(START_MS + (visit * DAY_MS) / 20).toISOString(), basketId: `b${visit}` },
      }));
  }).flat();
}

const purchases = travellers();
const baskets = toBaskets(purchases);
const world = worldOf(baskets, { back: 1, roleOf: () => 'learn', anonymous: new Set() });

describe("a world's stores", () => {
  it('are counted as a store counts its own, and without what is to be told', () => {
    const hidden = new Set(world.targets.map(({ basket }) => basket));
    expect(hidden.size).toBe(MEMBERS);
    for (const store of STORES) {
      const count = new StoreCount(world.index.stats.toMs);
      for (const { items, atMs } of baskets.filter((one) => one.store === store && !hidden.has(one))) {
        count.add(
          items.map(({ sku }) => sku),
          atMs,
        );
      }
      expect(world.stores.sales(store)).toEqual(count.sales());
      expect(world.stores.of(store)?.best.every((sku) => sku.startsWith(store))).toBe(true);
    }
    expect(world.stores.of('elsewhere')).toBeUndefined();
    expect(world.stores.of(undefined)).toBeUndefined();
  });

  it('teach the model what sells where', { timeout: 60_000 }, () => {
    const options = { seed: 7, dataHash: 'a'.repeat(64), createdAt: '2026-06-01T00:00:00.000Z' };
    const nowhere = purchases.map(({ store, ...purchase }) => purchase);
    const [here, anywhere] = [purchases, nowhere].map(
      (rows) => trainModel(rows, options).evaluation.cases.model.recall,
    );
    expect(here).toBeGreaterThan(1.3 * (anywhere ?? 1));
  });
});
