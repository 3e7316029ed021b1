import { pipeline, Readable } from 'node:stream';
import { itemCells, NOTE_COLUMNS } from '@tillside/protocol';
import { CsvError, type Options, parse } from 'csv-parse';
import { parse as parseAll } from 'csv-parse/sync';
import { AgentError } from '../../errors.ts';
import { type Cells, ITEM_COLUMNS, NEEDED_COLUMNS } from './columns.ts';
import { IMPORT_LIMITS } from './limits.ts';

/** A row before anything is known of its meaning: cells by column, or why there are none. The header is row 1. */
export type RawRow =
  | { readonly row: number; readonly cells: Cells }
  | {
      readonly row: number;
      readonly problem: 'ROW_COLUMNS' | 'ROW_SYNTAX' | 'ROW_TOO_LONG';
      readonly message: string;
      readonly raw: string;
    };

const isNote = (column: string): boolean => (NOTE_COLUMNS as readonly string[]).includes(column);

const CSV_OPTIONS = {
  bom: true,
  skip_empty_lines: true,
  relax_column_count: true,
  relax_quotes: true,
  max_record_size: IMPORT_LIMITS.maxRecordChars,
} as const satisfies Options;

/** What a header must hold: every needed column for a full file, `sku` for a delta. */
export type Needed = 'all' | 'sku';

/** Rows of a CSV as they are read, in batches. Throws IMPORT_REFUSED: another header, or a quote that is never closed. */
export async function* csvRows(source: AsyncIterable<string>, needed: Needed): AsyncGenerator<RawRow[]> {
  const parser = parse(CSV_OPTIONS);
  // What ends the reading early is thrown by the loop below.
  pipeline(Readable.from(source, { objectMode: true, highWaterMark: 2 }), parser, () => {});
  const records = new Records(needed);
  let batch: RawRow[] = [];
  try {
    for await (const fields of parser as AsyncIterable<string[]>) {
      const row = records.take(fields);
      if (row !== undefined) batch.push(row);
      if (batch.length < IMPORT_LIMITS.batchRows) continue;
      yield batch;
      batch = [];
    }
  } catch (error) {
    throw refusal(error);
  }
  if (batch.length > 0) yield batch;
  records.end();
}

/** The same for a small text that is there already. */
export function csvRowsOf(csv: string, needed: Needed): RawRow[] {
  const records = new Records(needed);
  try {
    const rows = (parseAll(csv, CSV_OPTIONS) as unknown as string[][]).flatMap((fields) => records.take(fields) ?? []);
    records.end();
    return rows;
  } catch (error) {
    throw refusal(error);
  }
}

function refusal(error: unknown): unknown {
  if (!(error instanceof CsvError)) return error;
  const words =
    error.code === 'CSV_QUOTE_NOT_CLOSED' || error.code === 'CSV_MAX_RECORD_SIZE'
      ? 'a quote that is opened and not closed'
      : error.message;
  return new AgentError('IMPORT_REFUSED', { detail: `After row ${Number(error.records)}: ${words}`.slice(0, 200) });
}

/** Turns fields into rows, once the first record has said which columns there are. */
class Records {
  #needed: Needed;
  #header: readonly string[] | undefined;
  row = 0;

  constructor(needed: Needed) {
    this.#needed = needed;
  }

  take(fields: string[]): RawRow | undefined {
    this.row += 1;
    if (this.#header === undefined) {
      this.#header = checkHeader(fields, this.#needed);
      return undefined;
    }
    const header = this.#header;
    if (fields.length !== header.length)
      return {
        row: this.row,
        problem: 'ROW_COLUMNS',
        message: `${fields.length} fields for ${header.length} columns`,
        raw: fields.join(','),
      };
    const cells: Record<string, string> = {};
    for (const [index, column] of header.entries()) if (!isNote(column)) cells[column] = fields[index] ?? '';
    return { row: this.row, cells };
  }

  /** A file without a header is none. */
  end(): void {
    if (this.#header === undefined) checkHeader([], this.#needed);
  }
}

function checkHeader(fields: readonly string[], needed: Needed): string[] {
  const header = fields.map((column) => column.trim());
  const known = new Set<string>([...ITEM_COLUMNS, ...NOTE_COLUMNS]);
  const say = (words: string, names: readonly string[]): string =>
    names.length > 0 ? `${words}: ${names.slice(0, 10).join(', ').slice(0, 200)}. ` : '';
  const missing = (needed === 'all' ? NEEDED_COLUMNS : ['sku']).filter((name) => !header.includes(name));
  const detail =
    say('Missing', missing) +
    say(
      'Unknown',
      header.filter((column) => !known.has(column)),
    ) +
    say(
      'Twice',
      header.filter((column, index) => header.indexOf(column) !== index),
    );
  const parted = header.length === 1 && /[;\t|]/.test(header[0] ?? '') ? 'Columns are parted by commas. ' : '';
  if (detail !== '') throw new AgentError('IMPORT_REFUSED', { detail: (parted + detail).trim() });
  return header;
}

/** Rows of JSON lines, in batches: an object a line, its keys being columns. A line that is too long is passed over, not kept. */
export async function* jsonRows(source: AsyncIterable<string>): AsyncGenerator<RawRow[]> {
  const lines = new Lines();
  let batch: RawRow[] = [];
  for await (const text of source) {
    for (const row of lines.take(text)) {
      batch.push(row);
      if (batch.length < IMPORT_LIMITS.batchRows) continue;
      yield batch;
      batch = [];
    }
  }
  batch.push(...lines.take('\n'));
  if (batch.length > 0) yield batch;
}

class Lines {
  #rest = '';
  #tooLong = false;
  #row = 0;

  *take(text: string): Generator<RawRow> {
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      this.#grow(text.slice(from, end));
      from = end + 1;
      const row = this.#line();
      if (row !== undefined) yield row;
    }
    this.#grow(text.slice(from));
  }

  #grow(part: string): void {
    this.#tooLong ||= this.#rest.length + part.length > IMPORT_LIMITS.maxRecordChars;
    this.#rest = this.#tooLong ? (this.#rest + part).slice(0, IMPORT_LIMITS.maxRawChars) : this.#rest + part;
  }

  #line(): RawRow | undefined {
    const [line, tooLong] = [this.#rest.replace(/^\uFEFF/, '').trim(), this.#tooLong];
    this.#rest = '';
    this.#tooLong = false;
    this.#row += 1;
    if (line === '') return undefined;
    if (tooLong) return { row: this.#row, problem: 'ROW_TOO_LONG', message: 'the line is too long', raw: line };
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      return { row: this.#row, problem: 'ROW_SYNTAX', message: (error as Error).message.slice(0, 100), raw: line };
    }
    return jsonRow(this.#row, value, line);
  }
}

/** A row from JSON. */
export function jsonRow(row: number, value: unknown, raw: string): RawRow {
  const read = itemCells(value);
  return read.ok ? { row, cells: read.cells } : { row, problem: read.code, message: read.message, raw };
}
