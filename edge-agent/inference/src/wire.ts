import type { HistoryItem, MemberHistory, MemberScore, RecommendationContext } from '@tillside/features';

/**
 * A question on its way to the child. Hundreds of small objects are slow to write and to read, so their numbers go as one array, a row each,
 * and their SKUs as another.
 */
export type WireContext = Omit<RecommendationContext, 'memberHistory' | 'memberScores'> & {
  readonly history?: Omit<MemberHistory, 'items'> & Rows;
  readonly scores?: Rows;
};

interface Rows {
  readonly skus: readonly string[];
  readonly numbers: Float64Array;
}

export function toWire({ memberHistory, memberScores, ...rest }: RecommendationContext): WireContext {
  return {
    ...rest,
    ...(memberHistory === undefined ? {} : { history: historyRows(memberHistory) }),
    ...(memberScores === undefined ? {} : { scores: rowsOf(memberScores, SCORE) }),
  };
}

/** The same context again, to the last bit. */
export function fromWire({ history, scores, ...rest }: WireContext): RecommendationContext {
  return {
    ...rest,
    ...(history === undefined ? {} : { memberHistory: memberHistory(history) }),
    ...(scores === undefined ? {} : { memberScores: fromRows(scores, SCORE) }),
  };
}

interface Form<T extends { readonly sku: string }> {
  readonly width: number;
  write(row: T): readonly number[];
  read(sku: string, numbers: Float64Array, at: number): T;
}

const at = (numbers: Float64Array, place: number): number => numbers[place] ?? 0;

const ITEM: Form<HistoryItem> = {
  width: 8,
  write: (item) => [
    ...[item.baskets, item.firstAtMs, item.lastAtMs, item.decayed],
    ...[item.firstBasket, item.lastBasket, item.fast, item.slow],
  ],
  read: (sku, numbers, from) => ({
    sku,
    baskets: at(numbers, from),
    firstAtMs: at(numbers, from + 1),
    lastAtMs: at(numbers, from + 2),
    decayed: at(numbers, from + 3),
    firstBasket: at(numbers, from + 4),
    lastBasket: at(numbers, from + 5),
    fast: at(numbers, from + 6),
    slow: at(numbers, from + 7),
  }),
};

const SCORE: Form<MemberScore> = {
  width: 2,
  write: ({ neighbours, factors }) => [neighbours, factors],
  read: (sku, numbers, from) => ({ sku, neighbours: at(numbers, from), factors: at(numbers, from + 1) }),
};

function historyRows({ items, ...rest }: MemberHistory): Omit<MemberHistory, 'items'> & Rows {
  return { ...rest, ...rowsOf(items, ITEM) };
}

function memberHistory({ skus, numbers, ...rest }: Omit<MemberHistory, 'items'> & Rows): MemberHistory {
  return { ...rest, items: fromRows({ skus, numbers }, ITEM) };
}

function rowsOf<T extends { readonly sku: string }>(rows: readonly T[], form: Form<T>): Rows {
  const numbers = new Float64Array(rows.length * form.width);
  rows.forEach((row, place) => {
    numbers.set(form.write(row), place * form.width);
  });
  return { skus: rows.map(({ sku }) => sku), numbers };
}

function fromRows<T extends { readonly sku: string }>({ skus, numbers }: Rows, form: Form<T>): T[] {
  return skus.map((sku, place) => form.read(sku, numbers, place * form.width));
}
