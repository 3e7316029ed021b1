import { dirname, join } from 'node:path';
import { filesOn, sizeOf } from './directory.ts';
import { type Duck, openDuck } from './duck.ts';
import { ExportError, type ExportErrorCode, messageOf } from './errors.ts';
import { CHECK_FILES, CHECK_ROWS } from './limits.ts';
import { type FileEntry, loadManifest, type Manifest } from './manifest.ts';
import { literal } from './schema/columns.ts';
import { EVENT_TABLES, LINE_NUMBER } from './schema/tables.ts';

export interface Finding {
  readonly code: ExportErrorCode;
  /** A file, partition or stream, and what is wrong there. */
  readonly where: string;
}

export interface CheckReport {
  readonly version: number;
  readonly files: number;
  readonly rows: number;
  readonly streams: number;
  /** At most `FINDINGS_MAX`. */
  readonly findings: readonly Finding[];
}

const FINDINGS_MAX = 100;

/**
 * Reads every file of an export and holds it against the manifest: the files that count are there and no others, with the rows they should have, sorted, each
 * event once, and as many of each stream as were exported. Writes nothing; a commit that a crash left half done is reported as what it looks like to readers.
 *
 * @throws ExportError EXPORT_NOT_THERE, EXPORT_MANIFEST_UNREADABLE
 */
export async function checkExport(dir: string): Promise<CheckReport> {
  const manifest = await loadManifest(dir);
  if (manifest === null) throw new ExportError('EXPORT_NOT_THERE', dir);
  const findings: Finding[] = [];
  const found = (code: ExportErrorCode, where: string): void => {
    if (findings.length < FINDINGS_MAX) findings.push({ code, where });
  };
  await compareNames(dir, manifest, found);
  const duck = await openDuck(':memory:', join(dir, '_work'));
  try {
    const events = new Map<string, number>();
    for (const files of inChunks(manifest.files)) await checkFiles({ dir, duck, files, events, found });
    for (const [partition, files] of byPartition(manifest.files)) {
      if (files.length > 1) await checkPartition({ dir, duck, partition, files, found });
    }
    for (const { store, epoch, stream, events: expected } of manifest.streams) {
      const key = `${store}/${epoch}/${stream}`;
      const held = events.get(key) ?? 0;
      events.delete(key);
      if (held !== expected) found('EXPORT_CHECK_FAILED', `${key}: ${held} events, ${expected} were exported`);
    }
    for (const key of events.keys()) found('EXPORT_CHECK_FAILED', `${key}: no such stream was exported`);
  } finally {
    duck.close();
  }
  const { version, files, streams } = manifest;
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  return { version, files: files.length, rows, streams: streams.length, findings };
}

type Report = (code: ExportErrorCode, where: string) => void;

async function compareNames(dir: string, { files }: Manifest, found: Report): Promise<void> {
  const there = new Set(await filesOn(dir));
  for (const { path, bytes } of files) {
    if (!there.delete(path) || (await sizeOf(dir, path)) !== bytes) found('EXPORT_FILE_MISSING', path);
  }
  for (const path of there) found('EXPORT_DIR_FOREIGN', path);
}

function byPartition(files: readonly FileEntry[]): [string, FileEntry[]][] {
  const partitions = new Map<string, FileEntry[]>();
  for (const file of files) {
    const key = dirname(file.path);
    partitions.set(key, [...(partitions.get(key) ?? []), file]);
  }
  return [...partitions].sort(([a], [b]) => (a < b ? -1 : 1));
}

const EVENT_TABLE_NAMES = new Set([...EVENT_TABLES.values()].map(({ name }) => name));
const tableOf = (path: string): string => /^table=([a-z_]+)\//.exec(path)?.[1] ?? '';

/** Files of one table at a time, as many as one query should look at. */
function* inChunks(files: readonly FileEntry[]): Generator<FileEntry[]> {
  let [chunk, rows]: [FileEntry[], number] = [[], 0];
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const full = rows + file.rows > CHECK_ROWS || chunk.length >= CHECK_FILES;
    if (chunk[0] !== undefined && (full || tableOf(chunk[0].path) !== tableOf(file.path))) {
      yield chunk;
      [chunk, rows] = [[], 0];
    }
    chunk.push(file);
    rows += file.rows;
  }
  if (chunk.length > 0) yield chunk;
}

interface FilesCheck {
  readonly dir: string;
  readonly duck: Duck;
  readonly files: readonly FileEntry[];
  readonly found: Report;
}

const keyOf = (table: string): string[] => [
  'store',
  'epoch',
  'stream',
  'seq',
  ...(EVENT_TABLE_NAMES.has(table) ? [] : [LINE_NUMBER]),
];

const rowsOf = (dir: string, files: readonly FileEntry[]): string => {
  const list = files.map((file) => literal(join(dir, file.path))).join(', ');
  return `read_parquet([${list}], union_by_name = true, hive_partitioning = false, filename = true, file_row_number = true)`;
};

/** Rows of each file, their order (each above the one before it, so none twice), and events by stream, which are added to `events`. */
async function checkFiles({
  dir,
  duck,
  files,
  events,
  found,
}: FilesCheck & { events: Map<string, number> }): Promise<void> {
  const table = tableOf(files[0]?.path ?? '');
  const order = `(${keyOf(table)
    .filter((column) => column !== 'stream')
    .join(', ')})`;
  const counted = new Map<string, number>();
  try {
    const groups = await duck.rows(
      `SELECT filename, store || '/' || epoch || '/' || stream AS stream, count(*) AS n, count(*) FILTER (WHERE NOT key > before) AS wrong
       FROM (SELECT filename, store, epoch, stream, ${order} AS key, lag(${order}) OVER (PARTITION BY filename ORDER BY file_row_number) AS before
       FROM ${rowsOf(dir, files)}) GROUP BY ALL`,
    );
    for (const { filename, stream, n, wrong } of groups) {
      const [name, of] = [String(filename), String(stream)];
      counted.set(name, (counted.get(name) ?? 0) + Number(n));
      if (EVENT_TABLE_NAMES.has(table)) events.set(of, (events.get(of) ?? 0) + Number(n));
      if (Number(wrong) > 0) found('EXPORT_CHECK_FAILED', `${name}: not sorted, or a row twice`);
    }
    for (const { path, rows } of files) {
      const held = counted.get(join(dir, path)) ?? 0;
      if (held !== rows) found('EXPORT_CHECK_FAILED', `${path}: ${held} rows, not ${rows}`);
    }
  } catch (error) {
    found('EXPORT_CHECK_FAILED', messageOf(error).slice(0, 300));
  }
}

/** The same row in two files of a partition. */
async function checkPartition({
  dir,
  duck,
  partition,
  files,
  found,
}: FilesCheck & { partition: string }): Promise<void> {
  try {
    const key = keyOf(tableOf(partition)).join(', ');
    const twice = await duck.rows(`SELECT ${key} FROM ${rowsOf(dir, files)} GROUP BY ALL HAVING count(*) > 1 LIMIT 3`);
    for (const row of twice) found('EXPORT_CHECK_FAILED', `${partition}: twice ${Object.values(row).join('/')}`);
  } catch (error) {
    found('EXPORT_CHECK_FAILED', `${partition}: ${messageOf(error).slice(0, 300)}`);
  }
}
