import { describe, expect, it } from 'vitest';
import { buildVectors } from '../neighbours/vectors.ts';
import { CoOccurrence } from './co-occurrence.ts';
import { basketCounts, byCount, byOwnCount, firstOf } from './ranking.ts';
import { rankByTifu, tuneTifu } from './tifu-knn.ts';

const of = (...items: number[]): Int32Array => Int32Array.from(items);

describe('rules', () => {
  it('count baskets, not pieces; ties go to the lower item', () => {
    const counts = basketCounts([of(3, 3), of(1, 3), of(2, 1)], 5);
    expect([...counts]).toEqual([0, 2, 1, 2, 0]);
    expect(byCount(counts)).toEqual(of(1, 3, 2, 0, 4));
  });

  it('put the own items by count, then the newer, then the more popular', () => {
    expect(byOwnCount([of(4, 5), of(5, 1, 2), of(3)], Float64Array.of(0, 1, 9, 1, 1, 1))).toEqual(of(5, 3, 2, 1, 4));
  });

  it('fill one list from the next, each item once, none of the basket', () => {
    expect(firstOf([of(1, 2), of(2, 3, 4, 5)], 3, of(1))).toEqual(of(2, 3, 4));
    expect(firstOf([of(1)], 5)).toEqual(of(1));
  });

  it('find what goes with a basket, and nothing that is in it', () => {
    const pairs = new CoOccurrence([of(0, 1), of(0, 1), of(0, 2), of(2, 3), of(3)], 5);
    expect(pairs.rank(of(0))).toEqual(of(1, 2));
    expect(pairs.rank(of(0, 1))).toEqual(of(2));
    expect(pairs.rank(of(4))).toEqual(of());
  });
});

describe('TIFU-KNN', () => {
  const params = { groups: 2, withinDecay: 0.9, groupDecay: 0.7, metric: 'cosine', k: 2, alpha: 0.5 } as const;
  const histories = [[of(0, 1), of(0)], [of(0, 2), of(0, 2)], [of(0, 2), of(1, 3)], [of(5)], []];

  it('ranks by the mix of own and neighbours, as the definition has it', () => {
    const vectors = buildVectors(histories, 6, params);
    const rows = histories.map((_, row) => {
      const numbers = new Float64Array(6);
      for (let at = vectors.start[row] ?? 0; at < (vectors.start[row + 1] ?? 0); at += 1) {
        numbers[vectors.column[at] ?? 0] = vectors.value[at] ?? 0;
      }
      return numbers;
    });
    // Only users 1 and 2 share something with user 0, so that they are its two neighbours.
    const mix = [0, 1, 2, 3, 4, 5].map(
      (item) => 0.5 * (rows[0]?.[item] ?? 0) + 0.25 * ((rows[1]?.[item] ?? 0) + (rows[2]?.[item] ?? 0)),
    );
    const expected = [0, 1, 2, 3].sort((left, right) => (mix[right] ?? 0) - (mix[left] ?? 0));
    const [first, alone, nobody] = rankByTifu(histories, 6, of(0, 3, 4), params, 10);
    expect([...(first ?? [])]).toEqual(expected);
    expect(alone).toEqual(of(5));
    expect(nobody).toEqual(of());
  });

  it('is tuned to what the cases reward', () => {
    const cases = [{ user: 0, truth: of(2) }];
    const judge = (ranked: Int32Array, truth: Int32Array): number => (ranked[1] === truth[0] ? 1 : 0);
    const tuned = tuneTifu(histories, 6, cases, { limit: 5, judge });
    // By the settings to start from, the user's own second item comes before what the neighbours add.
    expect(rankByTifu(histories, 6, of(0), { ...params, groups: 7, alpha: 0.7 }, 5)[0]?.[1]).toBe(1);
    expect(rankByTifu(histories, 6, of(0), tuned.params, 5)[0]?.[1]).toBe(2);
    expect(tuned.score).toBe(1);
    // Nobody to tune on: the settings to start from.
    expect(tuneTifu(histories, 6, [], { limit: 5, judge }).params).toMatchObject({ groups: 7, k: 300, alpha: 0.7 });
  });
});
