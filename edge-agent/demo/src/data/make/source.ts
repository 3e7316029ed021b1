import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';

export type Row = Readonly<Record<string, string>>;

/** A CSV with a header line, gzipped when its name ends in .gz. */
export function readCsv(path: string): Row[] {
  const bytes = readFileSync(path);
  return parse(path.endsWith('.gz') ? gunzipSync(bytes) : bytes, { columns: true }) as Row[];
}

/** A column that must be there; a missing one means the folder is not the data set the README names. */
export function field(row: Row, name: string): string {
  const value = row[name];
  if (value === undefined) throw new Error(`column "${name}" is missing: is this the Complete Journey folder?`);
  return value;
}

/** One line of the purchase sample; money in US cents, quantity in the units of the receipt. */
export interface SourceLine {
  readonly householdId: string;
  readonly productId: string;
  readonly quantity: number;
  readonly salesCents: number;
  readonly retailDiscountCents: number;
  readonly couponCents: number;
  readonly couponMatchCents: number;
  readonly week: number;
  /** Local wall time at the stores, `YYYY-MM-DDTHH:mm:ss`. */
  readonly localTime: string;
}

/** The sample's clock is UTC (its weeks turn at 05:00 and trade peaks at 22:00); its stores are in US Eastern time. */
const STORE_ZONE = 'America/New_York';
const wallClock = new Intl.DateTimeFormat('sv-SE', { timeZone: STORE_ZONE, dateStyle: 'short', timeStyle: 'medium' });

/** Store wall time of a source timestamp (UTC, no zone written). */
export function storeWallTime(utc: string): string {
  return wallClock.format(new Date(`${utc}Z`)).replace(' ', 'T');
}

const cents = (text: string): number => Math.round(Number(text) * 100);

/** What the shelf would have charged: receipts before loyalty price and matched coupon (completejourney, ?transactions). */
export const grossCents = (line: SourceLine): number =>
  line.salesCents + line.retailDiscountCents + line.couponMatchCents;

/** What the shopper paid: the retailer's receipts less the maker's coupon, which the maker pays back to the retailer. */
export const paidCents = (line: SourceLine): number => line.salesCents - line.couponCents;

/** Usable lines: something was bought, money was taken, and the coupon did not exceed it. */
export function readLines(folder: string): SourceLine[] {
  return readCsv(join(folder, 'transactions_sample.csv.gz'))
    .map((row) => ({
      householdId: field(row, 'household_id'),
      productId: field(row, 'product_id'),
      quantity: Number(field(row, 'quantity')),
      salesCents: cents(field(row, 'sales_value')),
      retailDiscountCents: cents(field(row, 'retail_disc')),
      couponCents: cents(field(row, 'coupon_disc')),
      couponMatchCents: cents(field(row, 'coupon_match_disc')),
      week: Number(field(row, 'week')),
      localTime: storeWallTime(field(row, 'transaction_timestamp')),
    }))
    .filter((line) => line.quantity > 0 && line.salesCents > 0 && paidCents(line) >= 0);
}

/** Middle value (upper of the two when even); the list must not be empty. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new RangeError('the median of nothing was asked for');
  return middle;
}

/** Groups in order of first appearance. */
export function groupBy<T>(values: Iterable<T>, keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}
