import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RecommendationCandidate, rankRecommendations } from './index.ts';

const candidate = fc.record({
  sku: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  category: fc.constantFrom('x', 'y'),
  score: fc.oneof(fc.constantFrom(0.5, 0.7), fc.double()),
  reasons: fc.constant<RecommendationCandidate['reasons']>([]),
});

describe('rankRecommendations', () => {
  it('sorts by score, then SKU, with a cap for a category and without what is in the basket', () => {
    const candidates = ['d', 'c', 'b', 'a'].map((sku) => ({
      sku,
      category: sku === 'd' ? 'y' : 'x',
      score: sku === 'd' ? 0.1 : 0.9,
      reasons: [],
    }));
    const items = rankRecommendations({ candidates, exclude: ['a'], limit: 3, perCategory: 1 });
    expect(items.map((item) => [item.rank, item.sku])).toEqual([
      [1, 'b'],
      [2, 'd'],
    ]);
  });

  it('does not depend on the order of candidates, and keeps its limits', () => {
    const cases = fc
      .uniqueArray(candidate, { selector: (one) => one.sku })
      .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
    fc.assert(
      fc.property(cases, fc.nat(6), ([all, shuffled], limit) => {
        const options = { exclude: ['a'], limit, perCategory: 2 };
        const items = rankRecommendations({ candidates: all, ...options });
        expect(rankRecommendations({ candidates: shuffled, ...options })).toEqual(items);
        expect(items.length).toBeLessThanOrEqual(limit);
        expect(items.map((item) => item.sku)).not.toContain('a');
        for (const category of ['x', 'y'])
          expect(items.filter((item) => item.category === category).length).toBeLessThanOrEqual(2);
      }),
    );
  });
});
