import { type Sparse, SparseBuilder } from './sparse.ts';

/** How a history becomes a vector: Hu et al., "Modeling Personalized Item Frequency Information for Next-basket Recommendation" (SIGIR 2020), as their program does it. */
export interface VectorParams {
  /** Groups of baskets that follow each other, m; the newer groups are the larger ones where it does not divide. */
  readonly groups: number;
  /** Weight of a basket for each basket that came after it, r_b. */
  readonly withinDecay: number;
  /** Weight of a group for each group that came after it, r_g. */
  readonly groupDecay: number;
}

/**
 * One vector a history: item -> decayed share of its baskets.
 *
 * @param histories [row][basket] -> items, oldest basket first; an item counts once a basket
 * @param items items are 0 .. items - 1
 * @returns float32[histories, items]; a history without baskets is an empty row
 */
export function buildVectors(
  histories: readonly (readonly Int32Array[])[],
  items: number,
  params: VectorParams,
): Sparse {
  const builder = new SparseBuilder(items);
  const values = new Float64Array(items);
  const seenIn = new Int32Array(items).fill(-1);
  let basketNumber = 0;
  for (const baskets of histories) {
    const weights = basketWeights(baskets.length, params);
    const touched: number[] = [];
    baskets.forEach((basket, place) => {
      basketNumber += 1;
      for (const item of basket) {
        if (seenIn[item] === basketNumber) continue;
        seenIn[item] = basketNumber;
        if (values[item] === 0) touched.push(item);
        values[item] = (values[item] as number) + (weights[place] as number);
      }
    });
    builder.addRow(Int32Array.from(touched).sort(), values);
    for (const item of touched) values[item] = 0;
  }
  return builder.build();
}

/** Weight of each of `count` baskets in the vector, oldest first. Fewer baskets than groups: a group each, and the oldest groups are taken, as in the authors' program; so short histories weigh less against their neighbours. */
export function basketWeights(count: number, { groups, withinDecay, groupDecay }: VectorParams): Float64Array {
  const weights = new Float64Array(count);
  const used = Math.min(groups, count);
  const base = Math.floor(count / groups);
  const larger = count < groups ? 0 : count % groups;
  let place = 0;
  for (let group = 0; group < used; group += 1) {
    const size = count < groups ? 1 : base + (group >= groups - larger ? 1 : 0);
    for (let within = 0; within < size; within += 1, place += 1) {
      weights[place] = (withinDecay ** (count - 1 - place) * groupDecay ** (groups - 1 - group)) / (size * used);
    }
  }
  return weights;
}
