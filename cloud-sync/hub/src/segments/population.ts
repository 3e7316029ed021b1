import { setImmediate as nextTurn } from 'node:timers/promises';

export const POPULATION_LIMITS = {
  /** Members whose numbers are held at once, 16 bytes each, and half as much again while cuts are found. Those beyond get the scores that these make. */
  members: 5_000_000,
  /** Numbers sorted between two turns of the event loop. */
  block: 32_768,
} as const;

/** What scores and groups are made from: a row a member, in the order of reading. */
export class Population {
  #days = new Int32Array(1024);
  #orders = new Int32Array(1024);
  #spentFen = new Float64Array(1024);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** `recencyDays`: whole days since the last purchase. */
  add(recencyDays: number, orders: number, spentFen: number): void {
    if (this.#size >= POPULATION_LIMITS.members) return;
    if (this.#size === this.#days.length) this.#grow();
    this.#days[this.#size] = recencyDays;
    this.#orders[this.#size] = orders;
    this.#spentFen[this.#size] = spentFen;
    this.#size += 1;
  }

  at(index: number): { recencyDays: number; orders: number; spentFen: number } {
    return {
      recencyDays: this.#days[index] ?? 0,
      orders: this.#orders[index] ?? 0,
      spentFen: this.#spentFen[index] ?? 0,
    };
  }

  column(name: 'recencyDays' | 'orders' | 'spentFen'): Int32Array | Float64Array {
    const columns = { recencyDays: this.#days, orders: this.#orders, spentFen: this.#spentFen };
    return columns[name].subarray(0, this.#size);
  }

  #grow(): void {
    const length = this.#size * 2;
    const days = new Int32Array(length);
    days.set(this.#days);
    const orders = new Int32Array(length);
    orders.set(this.#orders);
    const spentFen = new Float64Array(length);
    spentFen.set(this.#spentFen);
    [this.#days, this.#orders, this.#spentFen] = [days, orders, spentFen];
  }
}

/** How many of the sorted numbers are below `value`, or at most `value`. */
function countBelow(sorted: Float64Array, value: number, orEqual: boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const each = sorted[middle] ?? 0;
    if (each < value || (orEqual && each === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The lowest whole numbers from which on a score is 2, 3, 4 and 5. Who has the same number has the same score: that of the middle of all who have it (the mid-rank, `below + equal / 2`
 * of `n`, cut at each fifth). So where half of all bought once, they are scored as one, and no fifth is filled up by chance. Exact, and gives way to other work between blocks.
 */
export async function fifths(numbers: Int32Array | Float64Array): Promise<[number, number, number, number]> {
  const blocks: Float64Array[] = [];
  for (let from = 0; from < numbers.length; from += POPULATION_LIMITS.block) {
    blocks.push(Float64Array.from(numbers.subarray(from, from + POPULATION_LIMITS.block)).sort());
    await nextTurn();
  }
  const least = Math.min(...blocks.map((block) => block[0] ?? 0));
  const most = Math.max(...blocks.map((block) => block.at(-1) ?? 0));
  const twiceMidRank = (value: number): number =>
    blocks.reduce((sum, block) => sum + countBelow(block, value, false) + countBelow(block, value, true), 0);
  const cut = (fifth: number): number => {
    // One above all: nobody reaches this score.
    let [low, high] = [least, most + 1];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (5 * twiceMidRank(middle) >= 2 * numbers.length * fifth) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return [cut(1), cut(2), cut(3), cut(4)];
}
