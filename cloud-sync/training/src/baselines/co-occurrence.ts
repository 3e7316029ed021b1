import { basketCounts } from './ranking.ts';

/** Items of one basket that are counted as pairs: pairs grow with the square. */
const PAIR_ITEMS_MAX = 100;
/** Added to both items' baskets, so that what was seen once is not taken for certain. */
const SMOOTHING = 3;

/** Which items are bought together, counted over baskets. */
export class CoOccurrence {
  readonly #counts: Float64Array;
  readonly #together: readonly ReadonlyMap<number, number>[];

  constructor(baskets: readonly Int32Array[], items: number) {
    this.#counts = basketCounts(baskets, items);
    const together = Array.from({ length: items }, () => new Map<number, number>());
    for (const basket of baskets) {
      const distinct = [...new Set(basket)].slice(0, PAIR_ITEMS_MAX);
      for (const left of distinct) {
        const pairs = together[left] as Map<number, number>;
        for (const right of distinct) if (left !== right) pairs.set(right, (pairs.get(right) ?? 0) + 1);
      }
    }
    this.#together = together;
  }

  /** What goes with the items of a basket, best first: the sum over them of the pair's cosine. None of the basket. */
  rank(basket: Int32Array): Int32Array {
    const held = new Set(basket);
    const scores = new Map<number, number>();
    for (const item of held) {
      for (const [other, count] of this.#together[item] ?? []) {
        if (held.has(other)) continue;
        const [left, right] = [this.#counts[item] as number, this.#counts[other] as number];
        scores.set(other, (scores.get(other) ?? 0) + count / Math.sqrt((left + SMOOTHING) * (right + SMOOTHING)));
      }
    }
    const sorted = [...scores].sort(([left, a], [right, b]) => b - a || left - right);
    return Int32Array.from(sorted, ([item]) => item);
  }
}
