import { PAIR_SMOOTHING } from './feature-set.ts';
import type { PairTable } from './types.ts';

export const STATS_MAX_NEIGHBOURS = 30;
/** Items that one is alike to by content: fewer, since a catalogue has them of every item, sold or not. */
export const CONTENT_MAX_NEIGHBOURS = 8;

/** Lists of numbers, one after the other: list `i` stands from offsets[i] to before offsets[i + 1]. */
export interface Lists {
  readonly offsets: Uint32Array;
  readonly values: Uint32Array;
}

/** Strength of a pair, 0 to 1: count over the geometric mean of both items' baskets, smoothed. */
export function pairCosine(count: number, leftBaskets: number, rightBaskets: number): number {
  return count / (Math.sqrt(leftBaskets * rightBaskets) + PAIR_SMOOTHING);
}

/** For each value below `length` the lists that hold it, in order. */
export function invert({ offsets, values }: Lists, length: number): Lists {
  const starts = new Uint32Array(length + 1);
  for (const value of values) starts[value + 1] = (starts[value + 1] ?? 0) + 1;
  for (let value = 0; value < length; value += 1) starts[value + 1] = (starts[value + 1] ?? 0) + (starts[value] ?? 0);
  const next = starts.slice();
  const holders = new Uint32Array(values.length);
  for (let list = 0; list + 1 < offsets.length; list += 1) {
    for (let at = offsets[list] ?? 0; at < (offsets[list + 1] ?? 0); at += 1) {
      const value = values[at] ?? 0;
      const place = next[value] ?? 0;
      holders[place] = list;
      next[value] = place + 1;
    }
  }
  return { offsets: starts, values: holders };
}

/**
 * Counts, for every item, what its baskets lead to, and keeps the strongest. One row of counters serves all items in turn, so that memory
 * grows with baskets and items and not with the pairs seen.
 *
 * @param baskets items of each basket @param leadsTo the basket that one leads to (itself, or the next one), below 0 for none
 * @param bought baskets with each item
 */
export function countPairs(
  baskets: Lists,
  holders: Lists,
  leadsTo: (basket: number) => number,
  bought: Float32Array,
): PairTable {
  const row = new RowCounter(bought);
  const offsets = new Uint32Array(bought.length + 1);
  const items: number[] = [];
  const counts: number[] = [];
  for (let item = 0; item < bought.length; item += 1) {
    for (let at = holders.offsets[item] ?? 0; at < (holders.offsets[item + 1] ?? 0); at += 1) {
      const from = holders.values[at] ?? 0;
      const to = leadsTo(from);
      if (to < 0) continue;
      for (let place = baskets.offsets[to] ?? 0; place < (baskets.offsets[to + 1] ?? 0); place += 1) {
        const other = baskets.values[place] ?? 0;
        if (other !== item || to !== from) row.add(other);
      }
    }
    for (const [other, count] of row.take(item)) {
      items.push(other);
      counts.push(count);
    }
    offsets[item + 1] = items.length;
  }
  return { offsets, items: Uint32Array.from(items), counts: Float32Array.from(counts) };
}

/** The counts of one item at a time. */
class RowCounter {
  readonly #bought: Float32Array;
  readonly #counts: Uint32Array;
  readonly #touched: number[] = [];

  constructor(bought: Float32Array) {
    this.#bought = bought;
    this.#counts = new Uint32Array(bought.length);
  }

  add(other: number): void {
    const count = this.#counts[other] ?? 0;
    if (count === 0) this.#touched.push(other);
    this.#counts[other] = count + 1;
  }

  /** The neighbours that a cosine with smoothing puts first, ties to the more popular item; then everything is zero again. */
  take(item: number): (readonly [other: number, count: number])[] {
    const best: { other: number; count: number; score: number }[] = [];
    for (const other of this.#touched) {
      const count = this.#counts[other] ?? 0;
      this.#counts[other] = 0;
      const score = pairCosine(count, this.#bought[item] ?? 0, this.#bought[other] ?? 0);
      const weakest = best[STATS_MAX_NEIGHBOURS - 1];
      if (weakest !== undefined && !isBefore({ other, score }, weakest)) continue;
      let place = Math.min(best.length, STATS_MAX_NEIGHBOURS - 1);
      for (; place > 0; place -= 1) {
        const before = best[place - 1];
        if (before === undefined || !isBefore({ other, score }, before)) break;
        best[place] = before;
      }
      best[place] = { other, count, score };
    }
    this.#touched.length = 0;
    return best.map(({ other, count }) => [other, count]);
  }
}

type Scored = { readonly other: number; readonly score: number };

function isBefore(left: Scored, right: Scored): boolean {
  return left.score > right.score || (left.score === right.score && left.other < right.other);
}
