import { createHash } from 'node:crypto';
import { FILING_YEARS } from '../limits.ts';
import type { Column, ColumnType } from './columns.ts';

const INSTANT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(:[0-5]\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/;
const MINUTE_MS = 60_000;
/** Minutes whose UTC is remembered: events come in the order of their times. */
const MINUTES_KEPT = 4_096;

interface ReadInstant {
  /** In UTC, microseconds kept: `2024-03-02T01:15:30.000000Z`. Null for years that Parquet's readers have no instants in. */
  readonly utc: string | null;
  /** Minutes that the writer's clock was ahead of UTC. */
  readonly offset: number | null;
}
const NO_INSTANT: ReadInstant = { utc: null, offset: null };

/** `+08:00` as minutes. */
function offsetOf(zone: string): number {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return zone.startsWith('-') && minutes !== 0 ? -minutes : minutes;
}

const minutesRead = new Map<string, string | null>();

/** A minute of a zone in UTC, `2024-03-02T01:15`. */
function utcMinute(minute: string, zone: string): string | null {
  const key = minute + zone;
  const known = minutesRead.get(key);
  if (known !== undefined) return known;
  const moved = new Date(Date.parse(`${minute}Z`) - offsetOf(zone) * MINUTE_MS);
  const year = moved.getUTCFullYear();
  const found = year >= 1 && year <= 9999 ? moved.toISOString().slice(0, 16) : null;
  if (minutesRead.size >= MINUTES_KEPT) minutesRead.clear();
  minutesRead.set(key, found);
  return found;
}

/** The last one that was read: an instant and its offset are columns beside each other. */
let last: { readonly text: string; readonly read: ReadInstant } = { text: '', read: NO_INSTANT };

export function readInstant(text: string): ReadInstant {
  if (last.text === text) return last.read;
  const [, minute, second = '', part = '', zone] = INSTANT.exec(text) ?? [];
  let read = NO_INSTANT;
  if (minute !== undefined && zone !== undefined) {
    const start = utcMinute(minute, zone);
    const utc = start === null ? null : `${start}${second}.${part.slice(0, 6).padEnd(6, '0')}Z`;
    read = { utc, offset: offsetOf(zone) };
  }
  last = { text, read };
  return read;
}

type Row = Readonly<Record<string, unknown>>;
type Cell = (value: unknown) => string;

const filled =
  (write: Cell): Cell =>
  (value) =>
    value === undefined || value === null ? 'null' : write(value);
const quotedOrNull = (text: string | null): string => (text === null ? 'null' : `"${text}"`);

function cellOf(type: ColumnType): Cell {
  switch (type.kind) {
    case 'date':
      return filled((value) => ((value as string).startsWith('0000') ? 'null' : JSON.stringify(value)));
    case 'instant':
      return filled((value) => quotedOrNull(readInstant(value as string).utc));
    case 'offset':
      return filled((value) => String(readInstant(value as string).offset));
    case 'list': {
      const each = cellOf(type.of);
      return filled((value) => `[${(value as unknown[]).map(each).join()}]`);
    }
    case 'map': {
      const each = cellOf(type.of);
      const member = ([key, value]: [string, unknown]): string => `${JSON.stringify(key)}:${each(value)}`;
      return filled(
        (value) =>
          `{${Object.entries(value as Row)
            .map(member)
            .join()}}`,
      );
    }
    case 'struct': {
      const members = rowWriter(type.fields);
      return filled((value) => `{${members(value as Row)}}`);
    }
    default:
      return filled((value) => JSON.stringify(value));
  }
}

/**
 * Writes the columns of an object as the members of a JSON object, without its braces. Text goes straight into the line: an object between costs more than all the rest
 * of a row.
 */
export function rowWriter(columns: readonly Column[]): (from: Row) => string {
  const cells = columns.map(({ name, member, type }) => ({
    head: `${JSON.stringify(name)}:`,
    member,
    cell: cellOf(type),
  }));
  return (from) => {
    let line = '';
    for (const { head, member, cell } of cells) line += `${line === '' ? '' : ','}${head}${cell(from[member])}`;
    return line;
  };
}

/** Half of a surrogate pair is no text in UTF-8; JSON shows it as an escape. */
export const hasHalfPairs = (json: string): boolean => json.includes('\\ud');
const wellFormed = (text: string): string => text.replaceAll(/\p{Surrogate}/gu, '\ufffd');

/** The same value with such halves replaced. */
export function withoutHalfPairs<T>(value: T): T {
  if (typeof value === 'string') return wellFormed(value) as T;
  if (Array.isArray(value)) return value.map(withoutHalfPairs) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [wellFormed(key), withoutHalfPairs(each)])) as T;
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
