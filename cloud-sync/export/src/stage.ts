import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ReadEvent } from '@tillside/protocol';
import { WORK } from './directory.ts';
import type { Duck } from './duck.ts';
import { ROW_BYTES_MAX, STAGE_BUFFER_BYTES } from './limits.ts';
import type { FileEntry, Manifest } from './manifest.ts';
import { type Column, literal, quoted, sqlType } from './schema/columns.ts';
import { bucketOf, filingDate, rowOf } from './schema/row.ts';
import {
  ENVELOPE_COLUMNS,
  EVENT_TABLES,
  type EventTable,
  LINE_NUMBER,
  LIST_TABLES,
  type ListTable,
} from './schema/tables.ts';

/** What a row's envelope columns are read from. */
export interface EnvelopeFields {
  readonly store: string;
  readonly epoch: string;
  readonly stream: string;
  readonly seq: number;
  readonly id: string;
  readonly type: string;
  readonly time: string;
  readonly receivedAt: string;
  readonly hash: string;
}

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
  waiting: string[];
  waitingBytes: number;
}

const PARTITION: readonly Column[] = [
  { name: 'date', member: 'date', path: 'date', type: { kind: 'date' }, nullable: false },
  { name: 'bucket', member: 'bucket', path: 'bucket', type: { kind: 'offset' }, nullable: false },
];
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
    const made = { table, file, fd: openSync(file, 'w', 0o600), waiting: [], waitingBytes: 0 };
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
      const line = JSON.stringify({
        ...rowOf(ENVELOPE_COLUMNS, { ...envelope }),
        ...rowOf(table.body, body),
        date: filingDate(body, envelope.time),
        bucket: bucket(envelope.store),
      });
      const stage = stageOf(table);
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
        const parts = [
          { name: each.table.name, query: eventRows(each) },
          ...LIST_TABLES.filter(({ of }) => of === each.table).map((list) => ({
            name: list.name,
            query: listRows(list, each),
          })),
        ];
        for (const part of parts) staged.push(...(await writeTable(dir, duck, { ...part, version, writtenAt })));
        await rm(each.file);
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

function listRows({ list, carried, columns }: ListTable, stage: TableStage): string {
  const kept = carried.map(({ name }) => quoted(name));
  const own = columns.map(({ name }) => `element.${quoted(name)} AS ${quoted(name)}`);
  const inner = [...kept, '"date"', '"bucket"'].join(', ');
  return `SELECT ${[...kept, quoted(LINE_NUMBER), ...own, '"date"', '"bucket"'].join(', ')} FROM (
    SELECT ${inner}, unnest(range(1, len(${quoted(list)}) + 1)) AS ${quoted(LINE_NUMBER)}, unnest(${quoted(list)}) AS element FROM ${source(stage)}
  ) ORDER BY "date", "bucket", ${SORTED_BY}, ${quoted(LINE_NUMBER)}`;
}

interface Part {
  readonly name: string;
  readonly query: string;
  readonly version: number;
  readonly writtenAt: string;
}

export const PARQUET = 'FORMAT parquet, COMPRESSION zstd';
export const fileName = (version: number): string => `part-${String(version).padStart(8, '0')}`;

/** The rows of a commit, sorted, before each partition becomes a file. */
const SORTED = 'sorted_rows';

/**
 * One file a partition. DuckDB's own partitioned writing keeps no order within a file, so the rows are sorted once into a table, of which each partition is a run.
 */
async function writeTable(dir: string, duck: Duck, { name, query, version, writtenAt }: Part): Promise<StagedFile[]> {
  await duck.run(`CREATE OR REPLACE TEMP TABLE ${SORTED} AS ${query}`);
  const runs = await duck.rows(
    `SELECT "date"::VARCHAR AS "date", "bucket", min(rowid) AS first, max(rowid) AS last FROM ${SORTED} GROUP BY "date", "bucket" ORDER BY 3`,
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
    const rows = `SELECT * EXCLUDE ("date", "bucket") FROM ${SORTED} WHERE rowid BETWEEN ${String(first)} AND ${String(last)} ORDER BY rowid`;
    const [file] = await duck.rows(`COPY (${rows}) TO ${literal(join(dir, from))} (${PARQUET}, RETURN_STATS)`);
    const entry = { path, rows: Number(file?.count), bytes: Number(file?.file_size_bytes), writtenAt, merged: false };
    staged.push({ from, entry });
  }
  await duck.run(`DROP TABLE ${SORTED}`);
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
