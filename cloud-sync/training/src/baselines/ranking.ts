/** Baskets of one user, oldest first; an item is a whole number from 0, and may stand in a basket more than once. */
export type Baskets = readonly Int32Array[];

/** How many baskets hold each item. @returns float64[items] */
export function basketCounts(baskets: Iterable<Int32Array>, items: number): Float64Array {
  const counts = new Float64Array(items);
  for (const basket of baskets) for (const item of new Set(basket)) counts[item] = (counts[item] as number) + 1;
  return counts;
}

/** Items in order of their counts, most first; of equal ones the lower item. */
export function byCount(counts: Float64Array): Int32Array {
  return Int32Array.from(counts.keys()).sort(
    (left, right) => (counts[right] as number) - (counts[left] as number) || left - right,
  );
}

/** A user's own items, most bought first; of equal ones the newer, then the more popular. */
export function byOwnCount(history: Baskets, popularity: Float64Array): Int32Array {
  const own = new Map<number, { count: number; last: number }>();
  history.forEach((basket, place) => {
    for (const item of new Set(basket)) own.set(item, { count: (own.get(item)?.count ?? 0) + 1, last: place });
  });
  const sorted = [...own].sort(
    ([left, a], [right, b]) =>
      b.count - a.count ||
      b.last - a.last ||
      (popularity[right] as number) - (popularity[left] as number) ||
      left - right,
  );
  return Int32Array.from(sorted, ([item]) => item);
}

/** The first `limit` items of some lists, one list after the other, each item once and none of `without`. */
export function firstOf(lists: readonly Iterable<number>[], limit: number, without: Iterable<number> = []): Int32Array {
  const left = new Set(without);
  const chosen: number[] = [];
  for (const list of lists) {
    for (const item of list) {
      if (chosen.length >= limit) return Int32Array.from(chosen);
      if (left.has(item)) continue;
      left.add(item);
      chosen.push(item);
    }
  }
  return Int32Array.from(chosen);
}
