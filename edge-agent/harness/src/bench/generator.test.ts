import { type CampaignSet, parseBasket, parseCampaignSet } from '@tillside/decide';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createChance } from '../random.ts';
import { generateCampaigns, generateLines, generatePool, generateScene } from './generator.ts';
import { overlapOf } from './overlap.ts';

const CASES = [
  [5, 10, 1],
  [20, 40, 3],
  [60, 40, 3],
  [60, 100, 4],
] as const;
const KINDS = [
  'bulk-price',
  'bundle',
  'buy-get',
  'discount',
  'gift',
  'markdown',
  'member-price',
  'nth-item',
  'points',
  'points-pay',
  'spend-save',
];
const ROUNDS = 30;
const sceneOf = (lines: number, campaigns: number, broad: number) => ({
  lines,
  campaigns,
  broad,
  perItem: 3.5,
  competing: 0.25,
});
const kindsOf = (set: CampaignSet): string[] => [...new Set(set.campaigns.map(({ kind }) => kind))].sort();
const isWholeStore = (campaign: CampaignSet['campaigns'][number]): boolean =>
  'items' in campaign && !!campaign.items.all;

describe('the generator of baskets and campaigns', () => {
  it('makes only what a till would accept, and the same for the same seed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 31 }),
        fc.constantFrom(...CASES),
        (seed, [lines, campaigns, broad]) => {
          const make = () => generateScene(createChance(seed), sceneOf(lines, campaigns, broad));
          const { set, basket } = make();
          expect(parseCampaignSet(set)).toMatchObject({ ok: true });
          expect(parseBasket(basket)).toMatchObject({ ok: true });
          expect(set.campaigns).toHaveLength(campaigns);
          expect(new Set(basket.lines.map((line) => line.sku)).size).toBe(lines);
          expect(make()).toEqual({ set, basket });
        },
      ),
      { numRuns: 40 },
    );
  });

  it.each(CASES)(
    'overlaps as published: %i lines, %i campaigns, %i of them of the whole store',
    (lines, campaigns, broad) => {
      const chance = createChance(1);
      let perLine = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const { set, basket } = generateScene(chance, sceneOf(lines, campaigns, broad));
        const overlap = overlapOf(set, basket);
        expect(overlap.touching).toBe(campaigns);
        expect(overlap.competingShare).toBeGreaterThanOrEqual(0.25);
        expect(overlap.exclusiveGroups).toBeGreaterThanOrEqual(1);
        expect(set.campaigns.filter(isWholeStore)).toHaveLength(broad);
        perLine += overlap.campaignsPerLine / ROUNDS;
      }
      // Three without those of the whole store: they alone would say little about the search.
      expect(perLine - broad).toBeGreaterThanOrEqual(3);
      expect(perLine - broad).toBeLessThan(4.5);
    },
  );

  it('has every kind in every forty, one or two thresholds of the whole store, and what is rarer in some', () => {
    const chance = createChance(2);
    const seen = { stacking: 0, refusing: 0, limited: 0, tooManyCoupons: 0, coupons: 0, lots: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      const { set, basket } = generateScene(chance, sceneOf(20, 40, 3));
      expect(kindsOf(set)).toEqual(KINDS);
      const thresholds = set.campaigns.filter((one) => one.kind === 'spend-save' && isWholeStore(one));
      expect([1, 2]).toContain(thresholds.length);
      const stacks = set.campaigns.filter((one) => one.stackWith !== undefined);
      const ids = new Set(set.campaigns.map(({ id }) => id));
      seen.stacking += stacks.filter((one) => one.stackWith?.some((name) => ids.has(name))).length;
      seen.refusing += stacks.filter((one) => !one.stackWith?.includes('layer:basket')).length;
      seen.limited += set.campaigns.filter((one) => one.kind !== 'gift' && one.limits?.perBasket !== undefined).length;
      seen.tooManyCoupons += basket.coupons.length > set.policy.couponsPerBasket ? 1 : 0;
      seen.coupons += basket.coupons.length;
      seen.lots += basket.lines.filter((line) => line.lotId !== undefined).length;
    }
    for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(ROUNDS / 3);
    expect(seen.stacking % 2).toBe(0);
    expect(seen.tooManyCoupons).toBeLessThan(ROUNDS);
  });

  it('deals the kinds that were asked for, and without a basket as widely as told', () => {
    const chance = createChance(3);
    const pool = generatePool(chance, 60);
    const mix = { count: 40, perItem: 3.5, broad: 0, competing: 0.25, basketLines: 20 };
    const kinds = ['discount', 'bundle'] as const;
    expect(kindsOf(generateCampaigns(chance, pool, { ...mix, kinds }))).toEqual(['bundle', 'discount']);
    expect(() => generateCampaigns(chance, pool, { ...mix, kinds: [] })).toThrow(RangeError);
    let perLine = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const set = generateCampaigns(chance, pool, { ...mix, kinds: ['discount', 'spend-save', 'buy-get'] });
      const lines = generateLines(chance, pool, 20);
      const coupons = set.campaigns.map(({ id }) => ({ couponId: id, campaignId: id }));
      perLine += overlapOf(set, { lines, coupons }).campaignsPerLine / ROUNDS;
    }
    expect(perLine).toBeGreaterThan(3);
    expect(perLine).toBeLessThan(4);
  });
});
