/** Closed range of sequence numbers. */
export type SeqRange = readonly [number, number];

/** Sets of numbers as ranges: ascending, none touching the next. */
export type Ranges = readonly SeqRange[];

/** Any ranges, in any order, as a set. Empty ones (from above to) are left out. */
export function setOf(ranges: Iterable<SeqRange>): Ranges {
  const found: [number, number][] = [];
  for (const [from, to] of [...ranges].sort(([left], [right]) => left - right)) {
    const last = found.at(-1);
    if (from > to) continue;
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else found.push([from, to]);
  }
  return found;
}

/** Consecutive numbers as ranges. */
export const setOfNumbers = (numbers: Iterable<number>): Ranges =>
  setOf(Array.from(numbers, (seq): SeqRange => [seq, seq]));

export const union = (...sets: readonly Ranges[]): Ranges => setOf(sets.flat());

/** What is in both. */
export function within(left: Ranges, right: Ranges): Ranges {
  const found: SeqRange[] = [];
  for (let [i, j] = [0, 0]; i < left.length && j < right.length; ) {
    const [[from, to], [otherFrom, otherTo]] = [left[i] as SeqRange, right[j] as SeqRange];
    const shared: SeqRange = [Math.max(from, otherFrom), Math.min(to, otherTo)];
    if (shared[0] <= shared[1]) found.push(shared);
    if (to < otherTo) i += 1;
    else j += 1;
  }
  return found;
}

/** What is in the first and not in the second. */
export function minus(set: Ranges, other: Ranges): Ranges {
  const found: SeqRange[] = [];
  let j = 0;
  for (const [from, to] of set) {
    let next = from;
    while (j < other.length && (other[j] as SeqRange)[1] < from) j += 1;
    for (let k = j; k < other.length && (other[k] as SeqRange)[0] <= to; k++) {
      const [otherFrom, otherTo] = other[k] as SeqRange;
      if (otherFrom > next) found.push([next, otherFrom - 1]);
      next = Math.max(next, otherTo + 1);
    }
    if (next <= to) found.push([next, to]);
  }
  return found;
}

export const countOf = (set: Ranges): number => set.reduce((sum, [from, to]) => sum + (to - from + 1), 0);

export const isIn = (set: Ranges, seq: number): boolean => set.some(([from, to]) => from <= seq && seq <= to);

/** The lowest numbers, at most so many. */
export function lowest(set: Ranges, count: number): Ranges {
  const found: SeqRange[] = [];
  let left = count;
  for (const [from, to] of set) {
    if (left <= 0) break;
    found.push([from, Math.min(to, from + left - 1)]);
    left -= to - from + 1;
  }
  return found;
}

/** The highest numbers, at most so many. */
export function highest(set: Ranges, count: number): Ranges {
  const found: SeqRange[] = [];
  let left = count;
  for (let place = set.length - 1; place >= 0 && left > 0; place--) {
    const [from, to] = set[place] as SeqRange;
    found.unshift([Math.max(from, to - left + 1), to]);
    left -= to - from + 1;
  }
  return found;
}
