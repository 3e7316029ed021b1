import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { WORK } from './directory.ts';
import type { Duck } from './duck.ts';
import { ExportError } from './errors.ts';
import { LOOSE_AGE_MS, LOOSE_FILES_MAX, MERGE_BYTES_MAX, MERGED_FILE_BYTES, MERGES_PER_COMMIT } from './limits.ts';
import { commit, type FileEntry, type Manifest, type Step } from './manifest.ts';
import { withFiles } from './next.ts';
import { literal, quoted } from './schema/columns.ts';
import { LINE_NUMBER } from './schema/tables.ts';
import { fileName, PARQUET, SORTED_BY, type StagedFile } from './stage.ts';

/** A partition's files that become one. */
export interface Merge {
  readonly partition: string;
  readonly files: readonly FileEntry[];
}

/**
 * Which partitions are worth a rewrite: those with more loose files than the limit, or with a loose file older than a day beside others. What was merged once is
 * not touched again before something new lies beside it, and large files never are. Pure.
 */
export function planMerges(files: readonly FileEntry[], nowMs: number): Merge[] {
  const partitions = new Map<string, FileEntry[]>();
  for (const file of files) {
    if (file.bytes >= MERGED_FILE_BYTES) continue;
    const held = partitions.get(dirname(file.path));
    if (held === undefined) partitions.set(dirname(file.path), [file]);
    else held.push(file);
  }
  const merges: Merge[] = [];
  for (const [partition, all] of partitions) {
    const loose = all.filter(({ merged }) => !merged);
    const old = loose.some(({ writtenAt }) => nowMs - Date.parse(writtenAt) > LOOSE_AGE_MS);
    if (all.length < 2 || !(old || loose.length > LOOSE_FILES_MAX)) continue;
    const chosen = within(all, MERGE_BYTES_MAX);
    if (chosen.length > 1) merges.push({ partition, files: chosen });
  }
  return merges.sort((a, b) => (a.partition < b.partition ? -1 : 1));
}

/** The smallest first, as many as fit. */
function within(files: readonly FileEntry[], bytes: number): FileEntry[] {
  let room = bytes;
  return [...files]
    .sort((a, b) => a.bytes - b.bytes)
    .filter((file) => {
      room -= file.bytes;
      return room >= 0;
    });
}

export interface CompactOptions {
  readonly dir: string;
  readonly duck: Duck;
  readonly manifest: Manifest;
  readonly now: () => number;
  readonly step?: Step | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Carries out the plan, committing now and then. A stop between commits loses nothing. */
export async function compact({ dir, duck, manifest, now, step, signal }: CompactOptions): Promise<{
  manifest: Manifest;
  partitions: number;
  files: number;
}> {
  const plan = planMerges(manifest.files, now());
  let [current, partitions, files] = [manifest, 0, 0];
  for (let at = 0; at < plan.length && signal?.aborted !== true; at += MERGES_PER_COMMIT) {
    const merges = plan.slice(at, at + MERGES_PER_COMMIT);
    const writtenAt = new Date(now()).toISOString();
    const staged: StagedFile[] = [];
    for (const merge of merges)
      staged.push(await mergeFiles(dir, duck, merge, { version: current.version + 1, writtenAt }));
    const removed = merges.flatMap((merge) => merge.files.map(({ path }) => path));
    current = withFiles(current, staged, removed, writtenAt);
    await commit(dir, current, step);
    partitions += merges.length;
    files += removed.length;
  }
  return { manifest: current, partitions, files };
}

async function mergeFiles(
  dir: string,
  duck: Duck,
  { partition, files }: Merge,
  { version, writtenAt }: { version: number; writtenAt: string },
): Promise<StagedFile> {
  const path = join(partition, `${fileName(version)}-0.parquet`);
  const from = join(WORK, 'out', path);
  await mkdir(join(dir, dirname(from)), { recursive: true });
  const list = files.map((file) => literal(join(dir, file.path))).join(', ');
  const rows = `read_parquet([${list}], union_by_name = true, hive_partitioning = false)`;
  const lines = (await duck.rows(`DESCRIBE SELECT * FROM ${rows}`)).some(
    ({ column_name: name }) => name === LINE_NUMBER,
  );
  const order = lines ? `${SORTED_BY}, ${quoted(LINE_NUMBER)}` : SORTED_BY;
  const [written] = await duck.rows(
    `COPY (SELECT * FROM ${rows} ORDER BY ${order}) TO ${literal(join(dir, from))} (${PARQUET}, RETURN_STATS)`,
  );
  const count = Number(written?.count);
  const expected = files.reduce((sum, file) => sum + file.rows, 0);
  if (count !== expected) throw new ExportError('EXPORT_CHECK_FAILED', `${partition}: ${count} rows, not ${expected}`);
  return { from, entry: { path, rows: count, bytes: Number(written?.file_size_bytes), writtenAt, merged: true } };
}
