import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairedGain } from './bootstrap.ts';
import { METRICS, meanOf, scoresOf } from './metrics.ts';

const of = (...items: number[]): Int32Array => Int32Array.from(items);
const oneTo = (last: number): Int32Array => Int32Array.from({ length: last }, (_, place) => place + 1);
const log = Math.log2;

describe('scores of a ranking', () => {
  it('are those counted by hand', () => {
    // Found at places 1 and 3 of ten, and one more at place 12; one is never found. Bought before: 1 and 99.
    const scores = scoresOf(oneTo(20), of(1, 3, 12, 99), new Set([1, 99, 7]));
    const ideal = 1 + 1 / log(3) + 1 / log(4) + 1 / log(5);
    expect(scores).toEqual({
      recallAt10: 2 / 4,
      recallAt20: 3 / 4,
      ndcgAt10: (1 + 1 / log(4)) / ideal,
      ndcgAt10Truncated: (1 + 1 / log(4)) / ideal,
      hitAt10: 1,
      repeatRecallAt10: 1 / 2,
      exploreRecallAt10: 1 / 2,
    });
  });

  it('measure against the whole truth, or against the ten that can be shown', () => {
    const truth = oneTo(12);
    const ideal = (count: number): number => [...oneTo(count)].reduce((sum, place) => sum + 1 / log(place + 1), 0);
    const scores = scoresOf(oneTo(20), truth, new Set());
    expect(scores.ndcgAt10).toBeCloseTo(ideal(10) / ideal(12), 12);
    expect(scores.ndcgAt10Truncated).toBeCloseTo(1, 12);
    expect(scores.recallAt10).toBeCloseTo(10 / 12, 12);
    expect(scores.repeatRecallAt10).toBeUndefined();
  });

  it('lie between 0 and 1, recall is made of repeat and explore, and what is behind place 20 does not count', () => {
    const aList = fc.uniqueArray(fc.nat(40), { maxLength: 30 }).map((items) => Int32Array.from(items));
    const aTruth = fc.uniqueArray(fc.nat(40), { minLength: 1, maxLength: 15 }).map((items) => Int32Array.from(items));
    fc.assert(
      fc.property(aList, aTruth, fc.uniqueArray(fc.nat(40)), (ranked, truth, own) => {
        const before = new Set(own);
        const scores = scoresOf(ranked, truth, before);
        for (const metric of METRICS) {
          expect(scores[metric] ?? 0).toBeGreaterThanOrEqual(0);
          expect(scores[metric] ?? 0).toBeLessThanOrEqual(1 + 1e-12);
        }
        expect(scores.recallAt20).toBeGreaterThanOrEqual(scores.recallAt10);
        expect(scores.ndcgAt10Truncated).toBeGreaterThanOrEqual(scores.ndcgAt10);
        expect(scores.hitAt10 === 1).toBe(scores.recallAt10 > 0);
        const repeats = truth.filter((item) => before.has(item)).length;
        const parts =
          (scores.repeatRecallAt10 ?? 0) * repeats + (scores.exploreRecallAt10 ?? 0) * (truth.length - repeats);
        expect(parts / truth.length).toBeCloseTo(scores.recallAt10, 12);
        expect(scoresOf(ranked.subarray(0, 20), truth, before)).toEqual(scores);
      }),
    );
  });

  it('are averaged over who has such targets', () => {
    expect(meanOf([1, undefined, 0.5])).toBe(0.75);
    expect(meanOf([undefined])).toBe(0);
  });
});

describe('the interval of a gain', () => {
  it('is nothing where nothing differs, holds the gain, and tells a clear one from none', () => {
    expect(
      pairedGain(
        [
          [0.5, 0.5],
          [0.1, 0.1],
        ],
        1,
      ),
    ).toEqual({ percent: 0, low: 0, high: 0 });
    const clear = Array.from({ length: 200 }, (_, place) => [0.2 + (place % 7) / 50, 0.1 + (place % 5) / 50] as const);
    const gain = pairedGain(clear, 1);
    expect(gain?.percent).toBeGreaterThan(gain?.low ?? Number.NaN);
    expect(gain?.percent).toBeLessThan(gain?.high ?? Number.NaN);
    expect(gain?.low).toBeGreaterThan(0);
    expect(pairedGain([[1, 0]], 1)).toBeUndefined();
  });
});
