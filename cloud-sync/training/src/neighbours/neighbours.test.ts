import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Lowest } from './lowest.ts';
import { type Metric, meansOf, nearest, searchOf } from './neighbours.ts';
import type { Sparse } from './sparse.ts';
import { basketWeights, buildVectors } from './vectors.ts';

const PARAMS = { groups: 2, withinDecay: 0.5, groupDecay: 0.25 };
const ITEMS = 6;

const aHistory = fc.array(
  fc.array(fc.nat(ITEMS - 1), { maxLength: 4 }).map((basket) => Int32Array.from(basket)),
  // Four baskets make groups of one or two: powers of two, so that sums are exact in any order.
  { maxLength: 4 },
);

function dense({ columns, start, column, value }: Sparse, row: number): number[] {
  const numbers = new Array<number>(columns).fill(0);
  for (let place = start[row] as number; place < (start[row + 1] as number); place += 1) {
    numbers[column[place] as number] = value[place] as number;
  }
  return numbers;
}

/** The definition, without an index. */
function nearestByHand(rows: readonly number[][], query: number, k: number, metric: Metric): number[] {
  const own = rows[query] ?? [];
  const dot = (row: readonly number[]) => row.reduce((sum, value, at) => sum + value * (own[at] ?? 0), 0);
  const norm = (row: readonly number[]) => row.reduce((sum, value) => sum + value * value, 0);
  const keyOf = (row: readonly number[]) =>
    metric === 'euclidean' ? norm(row) - 2 * dot(row) : -dot(row) / Math.sqrt(norm(row));
  return rows
    .map((row, id) => ({ id, key: keyOf(row), alike: dot(row) > 0, empty: norm(row) === 0 }))
    .filter(({ id, alike, empty }) => id !== query && !empty && (metric === 'euclidean' || alike))
    .sort((left, right) => left.key - right.key || left.id - right.id)
    .slice(0, k)
    .map(({ id }) => id);
}

describe('vectors of histories', () => {
  it('weigh baskets by their age and their group, counted by hand', () => {
    // 5 baskets in 2 groups: 2 and 3. Newest: 0.5^0 * 0.25^0 / (3 * 2); oldest: 0.5^4 * 0.25 / (2 * 2).
    expect([...basketWeights(5, PARAMS)]).toEqual([1 / 256, 1 / 128, 1 / 24, 1 / 12, 1 / 6]);
    // Fewer baskets than groups: the one basket is the oldest of two groups.
    expect([...basketWeights(1, PARAMS)]).toEqual([0.25]);
    expect([...basketWeights(0, PARAMS)]).toEqual([]);
  });

  it('count an item once a basket and are empty without baskets', () => {
    const vectors = buildVectors([[], [Int32Array.of(3, 1, 3), Int32Array.of(3)]], ITEMS, PARAMS);
    expect(dense(vectors, 0)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(dense(vectors, 1)).toEqual([0, 0.0625, 0, 0.5625, 0, 0]);
  });
});

describe('neighbours', () => {
  it.each(['euclidean', 'cosine'] as const)('by %s are those of the definition', (metric) => {
    fc.assert(
      fc.property(
        fc.array(aHistory, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        (histories, k) => {
          const vectors = buildVectors(histories, ITEMS, PARAMS);
          const rows = histories.map((_, row) => dense(vectors, row));
          const queries = Int32Array.from(histories.keys());
          const found = nearest(vectors, queries, k, metric);
          for (const query of queries) {
            const mine = [...found.row.slice(query * k, query * k + (found.count[query] as number))];
            expect(mine).toEqual(nearestByHand(rows, query, k, metric));
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('give the mean of the nearest, at most `top` of it, ties to the lower item', () => {
    const one = [Int32Array.of(0, 1)];
    const vectors = buildVectors([one, one, [Int32Array.of(0, 2)], [Int32Array.of(5)]], ITEMS, {
      ...PARAMS,
      groups: 1,
    });
    const means = meansOf(vectors, nearest(vectors, Int32Array.of(0), 2, 'cosine'), 2, 2);
    expect(dense(means, 0)).toEqual([1, 0.5, 0, 0, 0, 0]);
    const fewer = meansOf(vectors, nearest(vectors, Int32Array.of(0), 2, 'cosine'), 1, ITEMS);
    expect(dense(fewer, 0)).toEqual([1, 1, 0, 0, 0, 0]);
    // Who shares nothing is further away than those who do, and still a neighbour by distance.
    expect(nearest(vectors, Int32Array.of(0), 3, 'euclidean').row).toEqual(Int32Array.of(1, 2, 3));
  });

  it('are only of the pool, in order; who is asked need not be in it', () => {
    fc.assert(
      fc.property(
        fc.array(aHistory, { minLength: 1, maxLength: 12 }),
        fc.constantFrom<Metric>('euclidean', 'cosine'),
        fc.nat(4095),
        (shop, metric, isIn) => {
          const vectors = buildVectors(shop, ITEMS, PARAMS);
          const everybody = Int32Array.from(shop.keys());
          const pool = everybody.filter((row) => (isIn & (1 << row)) !== 0);
          const found = searchOf(vectors, metric, pool)(everybody, 2);
          const all = nearest(vectors, everybody, everybody.length, metric);
          for (const row of everybody) {
            const ordered = all.row
              .subarray(row * all.k, row * all.k + (all.count[row] ?? 0))
              .filter((other) => pool.includes(other));
            expect(found.row.subarray(row * 2, row * 2 + (found.count[row] ?? 0))).toEqual(ordered.slice(0, 2));
          }
        },
      ),
    );
  });
});

it('the lowest keys are kept in order, whatever the order of offers', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { maxLength: 40 }), fc.nat(8), (keys, limit) => {
      const lowest = new Lowest(limit);
      keys.forEach((key, id) => {
        lowest.offer(key, id);
      });
      const expected = [...keys.keys()].sort((a, b) => (keys[a] as number) - (keys[b] as number) || a - b);
      expect([...lowest.take()]).toEqual(expected.slice(0, limit));
    }),
  );
});
