import { constants, existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { ExportError, messageOf } from './errors.ts';
import { BUCKETS_MAX, FLUSHES_AT_ONCE, WAITING_RANGES_MAX } from './limits.ts';

/** What readers are told; replaced in one step. */
export const MANIFEST = '_manifest.json';
/** A manifest that was decided on and whose files are being put in their places. */
const NEXT = '_manifest.next.json';
const FORMAT = 1;

const Count = z.number().int().nonnegative();
const FilePath = z.string().regex(/^table=[a-z_]+\/date=\d{4}-\d\d-\d\d\/bucket=\d+\/part-\d+-\d+\.parquet$/);

const FileEntry = z.strictObject({
  path: FilePath,
  rows: Count,
  bytes: Count,
  writtenAt: z.iso.datetime(),
  /** Made by merging others. */
  merged: z.boolean(),
});
export type FileEntry = z.infer<typeof FileEntry>;

const StreamEntry = z.strictObject({
  store: z.string(),
  epoch: z.string(),
  stream: z.string(),
  /** All up to here is in the files, but for `waiting` and what the store gave up. */
  seq: Count,
  /** The chain's hash at `seq`. */
  hash: z.string(),
  /** Rows of event tables that came from this stream. */
  events: Count,
  /** Runs of events whose body could not be read so far, closed, ascending. */
  waiting: z.array(z.tuple([Count, Count])).max(WAITING_RANGES_MAX + 1),
});
export type StreamEntry = z.infer<typeof StreamEntry>;

const Swap = z.strictObject({
  /** Staged file, and its place. */
  add: z.array(z.strictObject({ from: z.string(), to: FilePath })),
  remove: z.array(FilePath),
});

const Manifest = z.strictObject({
  format: z.literal(FORMAT),
  /** One more with every commit. */
  version: Count,
  writtenAt: z.iso.datetime(),
  buckets: z.number().int().min(1).max(BUCKETS_MAX),
  /** Column name to type, of each table that was ever written. */
  tables: z.record(z.string(), z.record(z.string(), z.string())),
  files: z.array(FileEntry),
  streams: z.array(StreamEntry),
  /** What the last commit moved and removed. */
  swap: Swap,
});
export type Manifest = z.infer<typeof Manifest>;

export const emptyManifest = (buckets: number, writtenAt: string): Manifest => ({
  format: FORMAT,
  version: 0,
  writtenAt,
  buckets,
  tables: {},
  files: [],
  streams: [],
  swap: { add: [], remove: [] },
});

async function readManifest(dir: string, name: string): Promise<Manifest | null> {
  const path = join(dir, name);
  if (!existsSync(path)) return null;
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new ExportError('EXPORT_MANIFEST_UNREADABLE', `${name}: ${messageOf(error)}`);
  }
  const { format } = z.object({ format: z.number() }).catch({ format: 0 }).parse(json);
  if (format > FORMAT) throw new ExportError('EXPORT_MANIFEST_NEWER', `format ${format}`);
  const read = Manifest.safeParse(json);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  throw new ExportError('EXPORT_MANIFEST_UNREADABLE', `${name}: ${issue?.path.join('.')}: ${issue?.message}`);
}

/** @throws ExportError EXPORT_MANIFEST_UNREADABLE, EXPORT_MANIFEST_NEWER. Null where there is none. */
export const loadManifest = (dir: string): Promise<Manifest | null> => readManifest(dir, MANIFEST);

async function flush(path: string): Promise<void> {
  const file = await open(path, constants.O_RDONLY);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function inTurns<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < all.length; at += FLUSHES_AT_ONCE)
    await Promise.all(all.slice(at, at + FLUSHES_AT_ONCE).map(work));
}

/** Called between the steps of a commit; tests stop there. */
export type Step = (name: 'flushed' | 'decided' | 'swapping' | 'swapped' | 'published') => void;
const NO_STEP: Step = () => undefined;

/**
 * Makes `next` the export. The moment of decision is the rename of `_manifest.next.json`: before it nothing has happened, after it `recover` finishes what a
 * crash left undone, so that files and manifest never part.
 */
export async function commit(dir: string, next: Manifest, step: Step = NO_STEP): Promise<void> {
  await inTurns(next.swap.add, ({ from }) => flush(join(dir, from)));
  step('flushed');
  const beside = join(dir, `${NEXT}.new`);
  const file = await open(beside, 'w', 0o644);
  try {
    await file.writeFile(JSON.stringify(next));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, join(dir, NEXT));
  await flush(dir);
  step('decided');
  await finish(dir, next, step);
}

/** Is there a commit that was decided and not finished? */
export const isDecided = (dir: string): boolean => existsSync(join(dir, NEXT));

/** Finishes a commit that was decided. @returns whether there was one */
export async function recover(dir: string): Promise<boolean> {
  await rm(join(dir, `${NEXT}.new`), { force: true });
  const next = await readManifest(dir, NEXT);
  if (next === null) return false;
  await finish(dir, next, NO_STEP);
  return true;
}

/**
 * Idempotent. Partition by partition, new files first come, then those that they replace go: whoever reads all files of the directory sees a partition twice for that
 * moment, and never in part.
 */
async function finish(dir: string, next: Manifest, step: Step): Promise<void> {
  const partitions = new Map<string, { add: (typeof next.swap.add)[number][]; remove: string[] }>();
  const partition = (path: string) => {
    const key = dirname(path);
    const held = partitions.get(key) ?? { add: [], remove: [] };
    partitions.set(key, held);
    return held;
  };
  for (const add of next.swap.add) partition(add.to).add.push(add);
  for (const path of next.swap.remove) partition(path).remove.push(path);
  const created = new Set<string>([dir]);
  for (const [key, { add, remove }] of partitions) {
    await mkdir(join(dir, key), { recursive: true, mode: 0o755 });
    for (let at = key; at !== '.'; at = dirname(at)) created.add(join(dir, at));
    for (const { from, to } of add) await place(dir, from, to);
    for (const path of remove) await unlink(join(dir, path)).catch(ignoreMissing);
    step('swapping');
  }
  await inTurns([...created], flush);
  step('swapped');
  await rename(join(dir, NEXT), join(dir, MANIFEST));
  await flush(dir);
  step('published');
}

async function place(dir: string, from: string, to: string): Promise<void> {
  try {
    await rename(join(dir, from), join(dir, to));
  } catch (error) {
    // Moved already, before the crash that this finishes after.
    ignoreMissing(error);
    if (!existsSync(join(dir, to))) throw new ExportError('EXPORT_FILE_MISSING', to);
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}
