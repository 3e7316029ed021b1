import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXPLORE_POOL, rankRecommendations } from './rank.ts';
import type { RecommendationCandidate } from './schema/recommendation.ts';

const candidate = fc.record({
  sku: fc.stringMatching(/^[a-z]{1,2}$/),
  category: fc.constantFrom('x', 'y', 'z'),
  department: fc.constantFrom('p', 'q'),
  score: fc.oneof(fc.constantFrom(0.5, 0.7), fc.double()),
  reasons: fc.constant<RecommendationCandidate['reasons']>([]),
});
const someCandidates = fc.uniqueArray(candidate, { selector: (one) => one.sku, maxLength: 40 });
const CALM = { explore: 0.99, place: 0, item: 0 };

describe('rankRecommendations', () => {
  it('sorts by score, then SKU, with a cap for a category and without what is excluded', () => {
    const candidates = ['d', 'c', 'b', 'a'].map((sku) => ({
      sku,
      category: sku === 'd' ? 'y' : 'x',
      department: 'p',
      score: sku === 'd' ? 0.1 : 0.9,
      reasons: [],
    }));
    const items = rankRecommendations({ candidates, exclude: ['a'], limit: 3, perCategory: 1 });
    expect(items.map((item) => [item.rank, item.sku])).toEqual([
      [1, 'b'],
      [2, 'd'],
    ]);
  });

  it('leaves room for a second department, and fills the list from the first when there is none', () => {
    const of = (sku: string, department: string, score: number): RecommendationCandidate => ({
      sku,
      category: sku,
      department,
      score,
      reasons: [],
    });
    const food = ['a', 'b', 'c', 'd', 'e'].map((sku, at) => of(sku, 'food', 10 - at));
    const skusOf = (candidates: RecommendationCandidate[]) =>
      rankRecommendations({ candidates, exclude: [], limit: 4 }).map(({ sku }) => sku);
    expect(skusOf([...food, of('soap', 'care', 1)])).toEqual(['a', 'b', 'c', 'soap']);
    expect(skusOf(food)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('does not depend on the order of candidates, and keeps its limits, exploring or not', () => {
    const cases = someCandidates.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(cases, fc.nat(6), fc.record({ explore: draw, place: draw, item: draw }), (lists, limit, draws) => {
        const [all, shuffled] = lists;
        const options = { exclude: ['a'], limit, perCategory: 2, explore: { share: 0.5, draws } };
        const items = rankRecommendations({ candidates: all, ...options });
        expect(rankRecommendations({ candidates: shuffled, ...options })).toEqual(items);
        expect(items.length).toBeLessThanOrEqual(limit);
        expect(new Set(items.map(({ sku }) => sku)).size).toBe(items.length);
        expect(items.map(({ sku }) => sku)).not.toContain('a');
        for (const category of ['x', 'y', 'z'])
          expect(items.filter((item) => item.category === category).length).toBeLessThanOrEqual(2);
      }),
    );
  });

  it('says of each item exactly how often it would stand at its place', () => {
    /** The middles of equal parts of 0 to 1: over a whole grid of them, shares are exact. */
    const grid = (parts: number): number[] => Array.from({ length: parts }, (_, at) => (at + 0.5) / parts);
    const share = 0.25;
    fc.assert(
      fc.property(someCandidates, fc.integer({ min: 1, max: 4 }), (candidates, limit) => {
        const ask = (draws: { explore: number; place: number; item: number }) =>
          rankRecommendations({ candidates, exclude: [], limit, explore: { share, draws } });
        const n = ask(CALM).length;
        const seen = new Map<string, { times: number; propensity: number; explored: boolean }>();
        // A fine grid meets every candidate of the pool, whose size is not told.
        const pool = new Set(grid(EXPLORE_POOL * 20).map((item) => ask({ explore: 0, place: 0, item })[0]?.sku ?? ''))
          .size;
        let total = 0;
        for (const explore of grid(4))
          for (const place of grid(Math.max(1, n)))
            for (const item of grid(pool)) {
              total += 1;
              for (const shown of ask({ explore, place, item })) {
                const key = `${shown.rank} ${shown.sku}`;
                const known = seen.get(key) ?? { times: 0, propensity: shown.propensity, explored: shown.explored };
                expect([shown.propensity, shown.explored]).toEqual([known.propensity, known.explored]);
                seen.set(key, { ...known, times: known.times + 1 });
              }
            }
        for (const { times, propensity } of seen.values()) expect(times / total).toBeCloseTo(propensity, 12);
      }),
      { numRuns: 60 },
    );
  });

  it('explores with what stands behind, never with what would break a limit', () => {
    const candidates = [9, 8, 7, 6].map((score) => ({
      sku: `s${score}`,
      category: score === 7 ? 'x' : `c${score}`,
      department: 'p',
      score,
      reasons: [],
    }));
    const [first, second] = candidates;
    const all = [{ ...first, category: 'x' } as RecommendationCandidate, second as RecommendationCandidate];
    const options = { candidates: [...all, ...candidates.slice(2)], exclude: [], limit: 2, perCategory: 1 };
    const draws = { explore: 0, place: 0.99, item: 0 };
    expect(rankRecommendations({ ...options, explore: { share: 0.1, draws } })).toMatchObject([
      { sku: 's9', propensity: 0.95, explored: false },
      { sku: 's6', propensity: 0.05, explored: true },
    ]);
    // Nothing behind: nothing is left to chance.
    const alone = rankRecommendations({ ...options, candidates: all, explore: { share: 0.1, draws } });
    expect(alone.map(({ propensity }) => propensity)).toEqual([1, 1]);
  });
});
