import type { DemoBasketLine, DemoItem } from '../types.ts';
import { centsToFen, gramsFor } from './money.ts';
import { grossCents, groupBy, paidCents, type SourceLine } from './source.ts';

/** Thirteen periods of four source weeks; week 1 has one day and joins the first. The last period becomes the demo day. */
export const DAY_PERIOD = 12;
export const DAY_DATE = '2018-01-02';
/** The demo store's own zone; the source's wall clock is kept and read as this zone's. */
export const STORE_OFFSET = '+08:00';
/** One household in three of the last period shops on the demo day; one in five of those does not say who it is. */
const DAY_HOUSEHOLD_MODULO = 3;
const ANONYMOUS_MODULO = 15;
/** A weighing outside these is a slip of the derived weight, not a purchase. */
export const MIN_GRAMS = 20;
export const MAX_GRAMS = 20_000;

export const periodOf = (week: number): number => Math.max(0, Math.floor((week - 2) / 4));
export const memberIdOf = (householdId: string): string => `M${householdId.padStart(6, '0')}`;

export interface BasketRow extends DemoBasketLine {
  readonly basketId: string;
  readonly memberId: string;
  readonly completedAt: string;
}

/** One line for one SKU of a basket, its source lines added up; undefined when the derived weight is not believable. */
export function mergeLines(item: DemoItem, lines: readonly SourceLine[]): DemoBasketLine | undefined {
  const sum = (of: (line: SourceLine) => number) => lines.reduce((total, line) => total + of(line), 0);
  const paidFen = centsToFen(sum(paidCents));
  // Shelf value less what was paid: loyalty price, matched coupon and the maker's coupon together.
  const discountFen = centsToFen(sum(grossCents)) - paidFen;
  if (item.soldBy === 'each')
    return { sku: item.sku, quantity: sum((line) => line.quantity), weightGrams: 0, paidFen, discountFen };
  const weightGrams = gramsFor(paidFen + discountFen, item.priceFen);
  if (weightGrams < MIN_GRAMS || weightGrams > MAX_GRAMS) return undefined;
  return { sku: item.sku, quantity: 1, weightGrams, paidFen, discountFen };
}

function basketRows(
  lines: readonly SourceLine[],
  items: ReadonlyMap<string, DemoItem>,
  head: (last: SourceLine) => Omit<BasketRow, keyof DemoBasketLine>,
): BasketRow[] {
  const last = lines.reduce((a, b) => (b.localTime > a.localTime ? b : a));
  const rows: BasketRow[] = [];
  for (const [sku, group] of groupBy(lines, (line) => line.productId)) {
    const item = items.get(sku);
    const merged = item === undefined ? undefined : mergeLines(item, group);
    if (merged !== undefined) rows.push({ ...head(last), ...merged });
  }
  return rows;
}

const byTime = (a: BasketRow, b: BasketRow): number =>
  a.completedAt === b.completedAt
    ? a.basketId < b.basketId
      ? -1
      : a.basketId > b.basketId
        ? 1
        : 0
    : a.completedAt < b.completedAt
      ? -1
      : 1;

/** Assembles every household's lines of a period into one basket, stamped with its last line's time. */
export function makeBaskets(
  lines: readonly SourceLine[],
  items: readonly DemoItem[],
): { history: BasketRow[]; day: BasketRow[] } {
  const bySku = new Map(items.map((item) => [item.sku, item]));
  const kept = lines
    .filter((line) => bySku.has(line.productId))
    .sort((a, b) => (a.localTime < b.localTime ? -1 : a.localTime > b.localTime ? 1 : 0));
  const history: BasketRow[] = [];
  const day: BasketRow[] = [];
  for (const group of groupBy(kept, (line) => `${line.householdId}|${periodOf(line.week)}`).values()) {
    const first = group[0];
    if (first === undefined) continue;
    const household = Number(first.householdId);
    const period = periodOf(first.week);
    const digits = first.householdId.padStart(6, '0');
    if (period < DAY_PERIOD) {
      const head = (last: SourceLine) => ({
        basketId: `H${digits}-${String(period + 1).padStart(2, '0')}`,
        memberId: memberIdOf(last.householdId),
        completedAt: `${last.localTime}${STORE_OFFSET}`,
      });
      history.push(...basketRows(group, bySku, head));
    } else if (household % DAY_HOUSEHOLD_MODULO === 0) {
      const head = (last: SourceLine) => ({
        basketId: '',
        memberId: household % ANONYMOUS_MODULO === 0 ? '' : memberIdOf(last.householdId),
        completedAt: `${DAY_DATE}${last.localTime.slice(10)}${STORE_OFFSET}`,
      });
      day.push(...basketRows(group, bySku, (last) => ({ ...head(last), basketId: `D${digits}` })));
    }
  }
  history.sort(byTime);
  day.sort(byTime);
  return { history, day: numberDay(day) };
}

/** Day baskets are numbered in order of the day, so an anonymous one does not carry its household's number. */
function numberDay(rows: readonly BasketRow[]): BasketRow[] {
  const numbers = new Map<string, string>();
  return rows.map((row) => {
    const known = numbers.get(row.basketId) ?? `D${String(numbers.size + 1).padStart(4, '0')}`;
    numbers.set(row.basketId, known);
    return { ...row, basketId: known };
  });
}
