import { MEMBER_SCORES_MAX, type MemberScore, quantised } from '@tillside/features';
import { fitFactors } from './factors/als.ts';
import { NEIGHBOUR_POOL_MAX } from './limits.ts';
import { Lowest } from './neighbours/lowest.ts';
import { meansOf, searchOf } from './neighbours/neighbours.ts';
import { type Sparse, SparseBuilder } from './neighbours/sparse.ts';
import { buildVectors } from './neighbours/vectors.ts';
import type { Random } from './random.ts';
import type { World } from './worlds.ts';

/** Weights of a history's baskets (Hu et al., 2020); the settings that found most for the validation users of Ta-Feng. */
const VECTORS = { groups: 7, withinDecay: 0.9, groupDecay: 0.7 };
const NEIGHBOURS_MIN = 20;
const NEIGHBOURS_MAX = 300;
/** Neighbours grow with the root of the members. */
const NEIGHBOURS_PER_ROOT = 2.5;
const FACTORS = { factors: 32, regularisation: 10, alpha: 5, iterations: 8 };
/** Factors of an item that hardly anybody bought say nothing. */
const FACTOR_BASKETS_MIN = 3;
/** Neighbours' means are small: few buy the same. Beyond 1 they are cut. */
const NEIGHBOURS_GAIN = 4;
/** Of a member's scores, the best by neighbours; the rest are the best by factors. */
const BY_NEIGHBOURS = Math.floor(MEMBER_SCORES_MAX * 0.7);

/** Scores of members, by their places in the world: of each at most MEMBER_SCORES_MAX, as a device will have them. */
export type MemberScorer = (asked: Int32Array) => MemberScore[][];

/**
 * What members like them buy, and what the factors say. The factors are fitted at once, the scores as they are asked for, so that those of many members need not be held
 * together; a member's do not depend on who else is asked. Of more than NEIGHBOUR_POOL_MAX members those who bought last are the neighbours of all.
 */
export function memberScorer(world: World, random: Random, onProgress: (share: number) => void): MemberScorer {
  const { histories, index } = world;
  const items = index.stats.skus.length;
  const places = histories.map((baskets) =>
    baskets.map((basket) => Int32Array.from(basket.items.flatMap(({ sku }) => index.placeOf.get(sku) ?? []))),
  );
  const vectors = buildVectors(places, items, VECTORS);
  const k = Math.round(
    Math.min(NEIGHBOURS_MAX, Math.max(NEIGHBOURS_MIN, NEIGHBOURS_PER_ROOT * Math.sqrt(histories.length))),
  );
  const search = searchOf(vectors, 'euclidean', newestMembers(world, NEIGHBOUR_POOL_MAX).sort());
  const factors = fitFactors(countsOf(places, items), FACTORS, random, onProgress);
  const best = new Lowest(MEMBER_SCORES_MAX - BY_NEIGHBOURS);
  const scores = new Float64Array(items);
  // The most bought items come first.
  const bought = index.stats.columns.baskets;
  const rare = bought.findIndex((count) => count < FACTOR_BASKETS_MIN);
  const scored = rare < 0 ? items : rare;
  const width = FACTORS.factors;
  const table = factors.items;
  const scoresOf = (member: number, found: Map<number, number>): MemberScore[] => {
    const user = factors.users.subarray(member * width, (member + 1) * width);
    for (let item = 0; item < scored; item += 1) {
      const score = dot(table, item * width, user);
      scores[item] = score;
      if (score > 0 && !found.has(item)) best.offer(-score, item);
    }
    for (const item of best.take()) found.set(item, 0);
    return [...found].map(([item, mean]) => ({
      sku: index.stats.skus[item] ?? '',
      neighbours: quantised(NEIGHBOURS_GAIN * mean),
      factors: quantised(scores[item] ?? 0),
    }));
  };
  return (asked) => {
    const means = meansOf(vectors, search(asked, k), k, BY_NEIGHBOURS);
    return Array.from(asked, (member, row) => {
      const found = new Map<number, number>();
      for (let at = means.start[row] ?? 0; at < (means.start[row + 1] ?? 0); at += 1) {
        found.set(means.column[at] ?? 0, means.value[at] ?? 0);
      }
      return scoresOf(member, found);
    });
  };
}

/** Places of those who bought last, the newest first; of equal ones the lower place. */
export function newestMembers({ histories }: World, most: number): Int32Array {
  const lastMs = Float64Array.from(histories, (baskets) => baskets.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY);
  const members = Int32Array.from(lastMs.keys());
  return members.sort((one, other) => (lastMs[other] ?? 0) - (lastMs[one] ?? 0) || one - other).slice(0, most);
}

/** Four sums at a time: of the job's time this is the most. */
function dot(table: Float32Array, from: number, user: Float32Array): number {
  let [one, two, three, four] = [0, 0, 0, 0];
  for (let at = 0; at < user.length; at += 4) {
    one += (user[at] as number) * (table[from + at] as number);
    two += (user[at + 1] as number) * (table[from + at + 1] as number);
    three += (user[at + 2] as number) * (table[from + at + 2] as number);
    four += (user[at + 3] as number) * (table[from + at + 3] as number);
  }
  return one + two + three + four;
}

/** How often each member bought each item. */
function countsOf(histories: readonly (readonly Int32Array[])[], items: number): Sparse {
  const builder = new SparseBuilder(items);
  const counts = new Float64Array(items);
  for (const baskets of histories) {
    const touched = new Set<number>();
    for (const basket of baskets) {
      for (const item of basket) {
        touched.add(item);
        counts[item] = (counts[item] ?? 0) + 1;
      }
    }
    const columns = Int32Array.from(touched).sort();
    builder.addRow(columns, counts);
    for (const item of columns) counts[item] = 0;
  }
  return builder.build();
}
