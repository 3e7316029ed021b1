import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ReadEvent } from '@tillside/protocol';
import { WORK } from './directory.ts';
import type { Duck } from './duck.ts';
import { ROW_BYTES_MAX, STAGE_BUFFER_BYTES } from './limits.ts';
import type { FileEntry, Manifest } from './manifest.ts';
import { type Column, literal, quoted, sqlType } from './schema/columns.ts';
import { bucketOf, filingDate, hasHalfPairs, rowWriter, withoutHalfPairs } from './schema/row.ts';
import {
  ENVELOPE_COLUMNS,
  EVENT_TABLES,
  type EventTable,
  LINE_NUMBER,
  LIST_TABLES,
  type ListTable,
} from './schema/tables.ts';

/** What a row's envelope columns are read from. */
export type EnvelopeFields = Readonly<
  Record<'store' | 'epoch' | 'stream' | 'id' | 'type' | 'time' | 'receivedAt' | 'hash', string> & Record<'seq', number>
>;

export interface StagedFile {
  readonly from: string;
  readonly entry: FileEntry;
}

/** Rows on their way: JSON lines in `_work`, one file a table, until they are written as Parquet together. */
export interface Stage {
  readonly events: number;
  readonly bytes: number;
  add(envelope: EnvelopeFields, event: ReadEvent): void;
  /** Writes all that was added as Parquet into `_work`, and begins anew. Paths carry `version`. */
  write(version: number, writtenAt: string): Promise<StagedFile[]>;
}

interface TableStage {
  readonly table: EventTable;
  readonly file: string;
  readonly fd: number;
  readonly writeBody: ReturnType<typeof rowWriter>;
  waiting: string[];
  waitingBytes: number;
}

const PARTITION: readonly Column[] = [
  { name: 'date', member: 'date', path: 'date', type: { kind: 'date' }, nullable: false },
  { name: 'bucket', member: 'bucket', path: 'bucket', type: { kind: 'offset' }, nullable: false },
];
/** A commit's rows of one event table, and those of a list in them, sorted. */
const EVENTS = 'sorted_events';
const LINES = 'sorted_lines';
const writeEnvelope = rowWriter(ENVELOPE_COLUMNS);
/** By store and seq; an epoch's numbers stay together. */
export const SORTED_BY = '"store", "epoch", "seq"';

export function createStage(dir: string, duck: Duck, buckets: number): Stage {
  const tables = new Map<string, TableStage>();
  const bucketOfStore = new Map<string, number>();
  let [events, bytes] = [0, 0];

  const stageOf = (table: EventTable): TableStage => {
    const held = tables.get(table.name);
    if (held !== undefined) return held;
    const file = join(dir, WORK, `${table.name}.ndjson`);
    mkdirSync(dirname(file), { recursive: true });
    const writeBody = rowWriter(table.body);
    const made = { table, file, fd: openSync(file, 'w', 0o600), writeBody, waiting: [], waitingBytes: 0 };
    tables.set(table.name, made);
    return made;
  };
  const flush = (stage: TableStage): void => {
    if (stage.waiting.length > 0) writeAll(stage.fd, Buffer.from(`${stage.waiting.join('\n')}\n`));
    stage.waiting = [];
    stage.waitingBytes = 0;
  };
  const bucket = (store: string): number => {
    const held = bucketOfStore.get(store) ?? bucketOf(store, buckets);
    bucketOfStore.set(store, held);
    return held;
  };
  return {
    get events() {
      return events;
    },
    get bytes() {
      return bytes;
    },
    add: (envelope, { type, body }) => {
      const table = EVENT_TABLES.get(type);
      if (table === undefined) throw new Error(`no table for ${type}`);
      const stage = stageOf(table);
      const write = (of: EnvelopeFields, by: ReadEvent['body']): string =>
        `{${writeEnvelope(of)},${stage.writeBody(by)},"date":"${filingDate(by, of.time)}","bucket":${bucket(of.store)}}`;
      const plain = write(envelope, body);
      const line = hasHalfPairs(plain) ? write(withoutHalfPairs(envelope), withoutHalfPairs(body)) : plain;
      stage.waiting.push(line);
      stage.waitingBytes += line.length;
      events += 1;
      bytes += line.length;
      if (stage.waitingBytes >= STAGE_BUFFER_BYTES) flush(stage);
    },
    write: async (version, writtenAt) => {
      const staged: StagedFile[] = [];
      const all = [...tables.values()].sort((a, b) => (a.table.name < b.table.name ? -1 : 1));
      for (const each of all) {
        flush(each);
        closeSync(each.fd);
        await duck.run(`CREATE OR REPLACE TEMP TABLE ${EVENTS} AS ${eventRows(each)}`);
        await rm(each.file);
        staged.push(...(await writeTable(dir, duck, { name: each.table.name, rows: EVENTS, version, writtenAt })));
        for (const list of LIST_TABLES.filter(({ of }) => of === each.table)) {
          await duck.run(`CREATE OR REPLACE TEMP TABLE ${LINES} AS ${listRows(list)}`);
          staged.push(...(await writeTable(dir, duck, { name: list.name, rows: LINES, version, writtenAt })));
          await duck.run(`DROP TABLE ${LINES}`);
        }
        await duck.run(`DROP TABLE ${EVENTS}`);
      }
      tables.clear();
      [events, bytes] = [0, 0];
      return staged;
    },
  };
}

function writeAll(fd: number, content: Buffer): void {
  for (let at = 0; at < content.length; ) at += writeSync(fd, content, at);
}

function source({ table, file }: TableStage): string {
  const columns = [...table.columns, ...PARTITION].map(
    ({ name, type }) => `${quoted(name)}: ${literal(sqlType(type))}`,
  );
  return `read_json(${literal(file)}, format = 'newline_delimited', maximum_object_size = ${ROW_BYTES_MAX}, columns = {${columns.join(', ')}})`;
}

const eventRows = (stage: TableStage): string =>
  `SELECT * FROM ${source(stage)} ORDER BY "date", "bucket", ${SORTED_BY}`;

function listRows({ list, carried, columns }: ListTable): string {
  const kept = carried.map(({ name }) => quoted(name));
  const own = columns.map(({ name }) => `element.${quoted(name)} AS ${quoted(name)}`);
  const inner = [...kept, '"date"', '"bucket"'].join(', ');
  return `SELECT ${[...kept, quoted(LINE_NUMBER), ...own, '"date"', '"bucket"'].join(', ')} FROM (
    SELECT ${inner}, unnest(range(1, len(${quoted(list)}) + 1)) AS ${quoted(LINE_NUMBER)}, unnest(${quoted(list)}) AS element FROM ${EVENTS}
  ) ORDER BY "date", "bucket", ${SORTED_BY}, ${quoted(LINE_NUMBER)}`;
}

interface Part {
  readonly name: string;
  /** The rows of a commit, sorted: a table of DuckDB's. */
  readonly rows: string;
  readonly version: number;
  readonly writtenAt: string;
}

export const PARQUET = 'FORMAT parquet, COMPRESSION zstd';
export const fileName = (version: number): string => `part-${String(version).padStart(8, '0')}`;

/**
 * One file a partition. DuckDB's own partitioned writing keeps no order within a file, so the rows are sorted once into a table, of which each partition is a run.
 */
async function writeTable(
  dir: string,
  duck: Duck,
  { name, rows: table, version, writtenAt }: Part,
): Promise<StagedFile[]> {
  const runs = await duck.rows(
    `SELECT "date"::VARCHAR AS "date", "bucket", min(rowid) AS first, max(rowid) AS last FROM ${table} GROUP BY "date", "bucket" ORDER BY 3`,
  );
  const staged: StagedFile[] = [];
  for (const { date, bucket, first, last } of runs) {
    const path = join(
      `table=${name}`,
      `date=${String(date)}`,
      `bucket=${String(bucket)}`,
      `${fileName(version)}-0.parquet`,
    );
    const from = join(WORK, 'out', path);
    mkdirSync(join(dir, dirname(from)), { recursive: true });
    const rows = `SELECT * EXCLUDE ("date", "bucket") FROM ${table} WHERE rowid BETWEEN ${String(first)} AND ${String(last)} ORDER BY rowid`;
    const [file] = await duck.rows(`COPY (${rows}) TO ${literal(join(dir, from))} (${PARQUET}, RETURN_STATS)`);
    const entry = { path, rows: Number(file?.count), bytes: Number(file?.file_size_bytes), writtenAt, merged: false };
    staged.push({ from, entry });
  }
  return staged;
}

/** The columns of a table as the manifest names them. */
export function tableSchemas(): Manifest['tables'] {
  const named = (columns: readonly Column[]) =>
    Object.fromEntries(columns.map(({ name, type }) => [name, sqlType(type)]));
  return Object.fromEntries([
    ...[...EVENT_TABLES.values()].map(({ name, columns }) => [name, named(columns)]),
    ...LIST_TABLES.map(({ name, carried, columns }) => [
      name,
      { ...named(carried), [LINE_NUMBER]: 'BIGINT', ...named(columns) },
    ]),
  ]);
}
