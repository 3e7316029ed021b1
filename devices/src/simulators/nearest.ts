/** The known word that takes the fewest changed letters; undefined when there is none. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let best: { name: string; changes: number } | undefined;
  for (const name of known) {
    const changes = distance(word, name);
    if (best === undefined || changes < best.changes) best = { name, changes };
  }
  return best?.name;
}

/** Insertions, deletions and replacements from one word to the other. */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, place) => place);
  for (let i = 1; i <= left.length; i += 1) {
    const above = row;
    row = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const change = (above[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      row.push(Math.min(change, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
  }
  return row[right.length] ?? 0;
}
