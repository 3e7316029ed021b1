import { dirname, join } from 'node:path';
import { filesOn, sizeOf } from './directory.ts';
import { type Duck, openDuck } from './duck.ts';
import { ExportError, type ExportErrorCode, messageOf } from './errors.ts';
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
    for (const [partition, files] of byPartition(manifest.files)) {
      await checkPartition({ dir, duck, partition, files, events, found });
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

interface PartitionCheck {
  readonly dir: string;
  readonly duck: Duck;
  readonly partition: string;
  readonly files: readonly FileEntry[];
  /** Rows of event tables by stream, added to. */
  readonly events: Map<string, number>;
  readonly found: Report;
}

async function checkPartition({ dir, duck, partition, files, events, found }: PartitionCheck): Promise<void> {
  const table = /^table=([a-z_]+)\//.exec(partition)?.[1] ?? '';
  const isEvents = EVENT_TABLE_NAMES.has(table);
  const key = isEvents ? 'store, epoch, stream, seq' : `store, epoch, stream, seq, ${LINE_NUMBER}`;
  const list = files.map((file) => literal(join(dir, file.path))).join(', ');
  const rows = `read_parquet([${list}], union_by_name = true, hive_partitioning = false, filename = true, file_row_number = true)`;
  try {
    const counts = await duck.rows(`SELECT filename, count(*) AS n FROM ${rows} GROUP BY filename`);
    const byFile = new Map(counts.map(({ filename, n }) => [String(filename), Number(n)]));
    for (const file of files) {
      const held = byFile.get(join(dir, file.path)) ?? 0;
      if (held !== file.rows) found('EXPORT_CHECK_FAILED', `${file.path}: ${held} rows, not ${file.rows}`);
    }
    const twice = await duck.rows(`SELECT ${key} FROM ${rows} GROUP BY ALL HAVING count(*) > 1 LIMIT 3`);
    for (const row of twice) found('EXPORT_CHECK_FAILED', `${partition}: twice ${Object.values(row).join('/')}`);
    const order = isEvents ? '(store, epoch, seq)' : `(store, epoch, seq, ${LINE_NUMBER})`;
    const unsorted = await duck.rows(
      `SELECT filename FROM (SELECT filename, ${order} < lag(${order}) OVER (PARTITION BY filename ORDER BY file_row_number) AS back FROM ${rows})
       WHERE back LIMIT 1`,
    );
    for (const { filename } of unsorted) found('EXPORT_CHECK_FAILED', `${String(filename)}: not sorted`);
    if (!isEvents) return;
    for (const { stream, n } of await duck.rows(
      `SELECT store || '/' || epoch || '/' || stream AS stream, count(*) AS n FROM ${rows} GROUP BY 1`,
    )) {
      events.set(String(stream), (events.get(String(stream)) ?? 0) + Number(n));
    }
  } catch (error) {
    found('EXPORT_CHECK_FAILED', `${partition}: ${messageOf(error).slice(0, 300)}`);
  }
}
