import type { PointsStatement } from '@tillside/agent-contract';

export type StatementLine = PointsStatement['lines'][number];

/** Names the words of a line; what is given back of a payment is another thing than what is taken back of an earning. */
export const kindOf = ({ kind, of }: StatementLine) => (kind === 'reverse' && of === 'burn' ? 'givenBack' : kind);

/** The newest lines, as many as a page shows, and what there was before the last of them. */
export function newestLines({ lines, beforePoints }: PointsStatement, most: number) {
  const shown = lines.slice(0, most);
  const oldest = shown.at(-1);
  const before = oldest === undefined || shown.length === lines.length ? beforePoints : oldest.balance - oldest.points;
  return { shown, before };
}

/** Where a line was made, by the page's words for this store and HQ; undefined where nobody knows. */
export const placeOf = (
  { where, store }: StatementLine,
  words: { readonly here: string; readonly hq: string },
): string | undefined => (where === 'here' || where === 'hq' ? words[where] : store);
