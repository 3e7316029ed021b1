import type { AnswerItem } from './take-port.ts';

/** Places of an item's marks in one small number. */
const MARKS = { shown: 1, explored: 2, added: 4, bought: 8 } as const;

/** Items as they lie in a database: JSON pairs of SKU and marks. */
export const packItems = (items: readonly AnswerItem[]): string =>
  JSON.stringify(
    items.map(({ sku, shown, explored, added, bought }) => [
      sku,
      (shown ? MARKS.shown : 0) |
        (explored ? MARKS.explored : 0) |
        (added ? MARKS.added : 0) |
        (bought ? MARKS.bought : 0),
    ]),
  );

export const unpackItems = (text: string): AnswerItem[] =>
  (JSON.parse(text) as [string, number][]).map(([sku, marks]) => ({
    sku,
    shown: (marks & MARKS.shown) !== 0,
    explored: (marks & MARKS.explored) !== 0,
    added: (marks & MARKS.added) !== 0,
    bought: (marks & MARKS.bought) !== 0,
  }));
