import { MEMBER_SCORES_MAX, type MemberScore, quantised } from '@tillside/features';
import { fitFactors } from './factors/als.ts';
import { Lowest } from './neighbours/lowest.ts';
import { neighbourMeans } from './neighbours/neighbours.ts';
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

/** What members like those of `asked` buy, and what the factors say: of each asked member at most MEMBER_SCORES_MAX, as a device will have them. */
export function memberScores(
  { histories, index }: World,
  asked: Int32Array,
  random: Random,
  onProgress: (share: number) => void,
): MemberScore[][] {
  const items = index.stats.skus.length;
  const places = histories.map((baskets) =>
    baskets.map((basket) => Int32Array.from(basket.items.flatMap(({ sku }) => index.placeOf.get(sku) ?? []))),
  );
  const vectors = buildVectors(places, items, VECTORS);
  const k = Math.round(
    Math.min(NEIGHBOURS_MAX, Math.max(NEIGHBOURS_MIN, NEIGHBOURS_PER_ROOT * Math.sqrt(histories.length))),
  );
  const means = neighbourMeans(vectors, asked, { k, top: BY_NEIGHBOURS, metric: 'euclidean' });
  onProgress(0.4);
  const factors = fitFactors(countsOf(places, items), FACTORS, random, (share) => onProgress(0.4 + 0.5 * share));
  const best = new Lowest(MEMBER_SCORES_MAX - BY_NEIGHBOURS);
  const scores = new Float64Array(items);
  // The most bought items come first.
  const bought = index.stats.columns.baskets;
  const rare = bought.findIndex((count) => count < FACTOR_BASKETS_MIN);
  const scored = rare < 0 ? items : rare;
  const width = FACTORS.factors;
  const table = factors.items;
  return Array.from(asked, (member, row) => {
    const user = factors.users.subarray(member * width, (member + 1) * width);
    const found = new Map<number, number>();
    for (let at = means.start[row] ?? 0; at < (means.start[row + 1] ?? 0); at += 1) {
      found.set(means.column[at] ?? 0, means.value[at] ?? 0);
    }
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
  });
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
