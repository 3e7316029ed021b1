import type { SalesDay } from '@tillside/hub-contract';

/** All stores together, one business day. Money in fen. */
export interface DayTotal {
  readonly businessDate: string;
  readonly sales: number;
  readonly items: number;
  readonly memberSales: number;
  readonly listFen: number;
  readonly savingsFen: number;
  readonly payableFen: number;
}

/** Sums stores by day, oldest first. */
export function byDay(days: readonly SalesDay[]): DayTotal[] {
  const totals = new Map<string, DayTotal>();
  for (const day of days) {
    const held = totals.get(day.businessDate);
    totals.set(day.businessDate, {
      businessDate: day.businessDate,
      sales: (held?.sales ?? 0) + day.sales,
      items: (held?.items ?? 0) + day.items,
      memberSales: (held?.memberSales ?? 0) + day.memberSales,
      listFen: (held?.listFen ?? 0) + day.listFen,
      savingsFen: (held?.savingsFen ?? 0) + day.savingsFen,
      payableFen: (held?.payableFen ?? 0) + day.payableFen,
    });
  }
  return [...totals.values()].sort((a, b) => a.businessDate.localeCompare(b.businessDate));
}

/** Days needed before "usual" means anything. */
const MIN_DAYS_BEFORE = 4;

export type Certainty =
  /** Too few days to compare with. */
  | { readonly kind: 'first-days'; readonly daysBefore: number }
  /** `change` is the share by which the last day differs from the median of the days before; `spread` their usual distance from it. */
  | {
      readonly kind: 'usual' | 'unusual';
      readonly change: number;
      readonly spread: number;
      readonly daysBefore: number;
    };

/**
 * How sure a change of the last day is: its distance from the median of the days before, against three times their median absolute
 * distance. Medians, so that one holiday among the days before doesn't hide everything after it. Counts of sales, not estimates.
 */
export function certaintyOf(days: readonly DayTotal[]): Certainty {
  const last = days.at(-1);
  const before = days.slice(0, -1).map(({ payableFen }) => payableFen);
  if (last === undefined || before.length < MIN_DAYS_BEFORE) return { kind: 'first-days', daysBefore: before.length };
  const middle = median(before);
  if (middle <= 0) return { kind: 'first-days', daysBefore: before.length };
  const spread = median(before.map((value) => Math.abs(value - middle))) / middle;
  const change = (last.payableFen - middle) / middle;
  const kind = Math.abs(change) > 3 * spread ? 'unusual' : 'usual';
  return { kind, change, spread, daysBefore: before.length };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? 0) + upper) / 2;
}
