/** SQL that both databases read: are two persons, by their roots, said to be two people? Everything that was said of any of their ids counts. */
const linked = (
  table: string,
  [one, other]: readonly [string, string],
  only: string,
  [a, b]: readonly [string, string],
): string =>
  `EXISTS (SELECT 1 FROM members x JOIN ${table} p ON p.${one} = x.member_id JOIN members y ON y.member_id = p.${other}
     WHERE x.root = ${a} AND y.root = ${b}${only})`;
const either = (table: string, columns: readonly [string, string], only: string, a: string, b: string): string =>
  `(${linked(table, columns, only, [a, b])} OR ${linked(table, columns, only, [b, a])})`;

export const isSaidApart = (a: string, b: string): string => either('member_apart', ['one', 'other'], '', a, b);
export const wasMergeUndone = (a: string, b: string): string =>
  either('member_merges', ['from_id', 'into_id'], ' AND p.undone_at IS NOT NULL', a, b);

/** Pairs that still wait for a person's word. */
export const OPEN_PAIRS = `duplicate_pairs d JOIN members f ON f.member_id = d.from_id AND f.into_id IS NULL
  JOIN members i ON i.member_id = d.into_id AND i.into_id IS NULL
  WHERE NOT ${isSaidApart('d.from_id', 'd.into_id')} AND NOT ${wasMergeUndone('d.from_id', 'd.into_id')}`;

/** Which of the two is named first in a statement. */
export const inOrder = (one: string, other: string): [string, string] => (one < other ? [one, other] : [other, one]);
