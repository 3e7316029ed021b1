import { createHash } from 'node:crypto';
import { FILING_YEARS } from '../limits.ts';
import type { Column, ColumnType } from './columns.ts';

const INSTANT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;
const MINUTE_MS = 60_000;

/** Minutes that the writer's clock was ahead of UTC. Null for what is no instant. */
export function offsetMinutes(instant: string): number | null {
  const read = INSTANT.exec(instant);
  if (read === null) return null;
  const minutes = Number(read[4] ?? 0) * 60 + Number(read[5] ?? 0);
  return read[3] === '-' && minutes !== 0 ? -minutes : minutes;
}

/** The same instant in UTC, microseconds kept: `2024-03-02T01:15:30.000000Z`. Null for years that Parquet's readers have no instants in. */
export function utc(instant: string): string | null {
  const read = INSTANT.exec(instant);
  const offset = offsetMinutes(instant);
  if (read === null || offset === null) return null;
  const moved = new Date(Date.parse(`${read[1]}Z`) - offset * MINUTE_MS);
  const year = moved.getUTCFullYear();
  if (!(year >= 1 && year <= 9999)) return null;
  return `${moved.toISOString().slice(0, 19)}.${(read[2] ?? '').slice(0, 6).padEnd(6, '0')}Z`;
}

/** Half of a surrogate pair is no text in UTF-8. */
const wellFormed = (text: string): string => text.replaceAll(/\p{Surrogate}/gu, '\ufffd');

function cell(type: ColumnType, value: unknown): unknown {
  if (value === undefined || value === null) return null;
  switch (type.kind) {
    case 'text':
      return wellFormed(value as string);
    case 'date':
      return (value as string).startsWith('0000') ? null : value;
    case 'instant':
      return utc(value as string);
    case 'offset':
      return offsetMinutes(value as string);
    case 'list':
      return (value as unknown[]).map((each) => cell(type.of, each));
    case 'map':
      return Object.fromEntries(
        Object.entries(value as object).map(([key, each]) => [wellFormed(key), cell(type.of, each)]),
      );
    case 'struct':
      return rowOf(type.fields, value as Record<string, unknown>);
    default:
      return value;
  }
}

/** The columns of an object, ready for JSON. */
export function rowOf(columns: readonly Column[], from: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(columns.map(({ name, member, type }) => [name, cell(type, from[member])]));
}

const [FIRST_YEAR, LAST_YEAR] = FILING_YEARS;

/** The date that an event is filed under: its business date where it has one, else the store's own date of its time. */
export function filingDate(body: Readonly<Record<string, unknown>>, time: string): string {
  const date = typeof body.businessDate === 'string' ? body.businessDate : time.slice(0, 10);
  const year = Number(date.slice(0, 4));
  return year >= FIRST_YEAR && year <= LAST_YEAR ? date : `${FIRST_YEAR}-01-01`;
}

/** Which bucket a store is in: the first 32 bits of the SHA-256 of its id, big-endian, modulo the number of buckets. */
export function bucketOf(store: string, buckets: number): number {
  return createHash('sha256').update(store).digest().readUInt32BE(0) % buckets;
}
