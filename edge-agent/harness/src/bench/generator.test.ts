import { parseBasket, parseCampaignSet } from '@tillside/decide';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createChance } from '../random.ts';
import { generateCampaigns, generateLines, generatePool, memberBasket, overlapOf } from './generator.ts';

const CASES = [
  [5, 10],
  [20, 40],
  [60, 40],
] as const;
const mixOf = (lines: number, count: number) => ({ count, basketLines: lines, perItem: 3.5, competing: 0.25 });

describe('the generator of baskets and campaigns', () => {
  it('makes only what a till would accept, and the same for the same seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.constantFrom(...CASES), (seed, [lines, campaigns]) => {
        const make = () => {
          const chance = createChance(seed);
          const pool = generatePool(chance, lines);
          const set = generateCampaigns(chance, pool, mixOf(lines, campaigns));
          return { set, basket: memberBasket(generateLines(chance, pool, lines)) };
        };
        const { set, basket } = make();
        expect(parseCampaignSet(set)).toMatchObject({ ok: true });
        expect(parseBasket(basket)).toMatchObject({ ok: true });
        expect(set.campaigns).toHaveLength(campaigns);
        expect(new Set(basket.lines.map((line) => line.sku)).size).toBe(lines);
        expect(make()).toEqual({ set, basket });
      }),
      { numRuns: 40 },
    );
  });

  it.each(CASES)('overlaps as published: %i lines, %i campaigns', (lines, campaigns) => {
    const chance = createChance(1);
    let touches = 0;
    const kinds = new Set<string>();
    for (let round = 0; round < 50; round++) {
      const pool = generatePool(chance, lines);
      const set = generateCampaigns(chance, pool, mixOf(lines, campaigns));
      const overlap = overlapOf(set, generateLines(chance, pool, lines));
      touches += overlap.campaignsPerLine / 50;
      expect(overlap.competingShare).toBeGreaterThanOrEqual(0.25);
      expect(overlap.exclusiveGroups).toBeGreaterThanOrEqual(1);
      for (const campaign of set.campaigns) kinds.add(campaign.kind);
    }
    expect(touches).toBeGreaterThanOrEqual(3);
    expect([...kinds].sort()).toEqual(['buy-get', 'discount', 'member-price', 'spend-save']);
  });
});
