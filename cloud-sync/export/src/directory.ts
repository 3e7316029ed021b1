import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Duck, openDuck } from './duck.ts';
import { ExportError, exportFault, messageOf } from './errors.ts';
import { BUCKETS } from './limits.ts';
import { emptyManifest, isDecided, loadManifest, type Manifest, recover } from './manifest.ts';

/** Scratch of a run; its name makes Spark, DuckDB and others pass it by. */
export const WORK = '_work';

export interface ExportDirectory {
  readonly dir: string;
  readonly duck: Duck;
  readonly manifest: Manifest;
  /** Gives the lock back and takes the scratch away. */
  close(): Promise<void>;
}

/** Directories that this process writes to: the operating system's lock tells processes apart, not parts of one. */
const openHere = new Set<string>();

/**
 * Takes the directory for one writer, finishes or takes back what a crash left, and gives what counts. `buckets` is for a new export, or must be that of the
 * one that is there.
 *
 * @throws ExportError EXPORT_LOCKED, EXPORT_DIR_FOREIGN, EXPORT_DIR_UNWRITABLE, EXPORT_MANIFEST_UNREADABLE, EXPORT_BUCKETS_DIFFER, EXPORT_FILE_MISSING
 */
export async function openDirectory(path: string, now: string, buckets?: number): Promise<ExportDirectory> {
  const dir = resolve(path);
  if (openHere.has(dir)) throw new ExportError('EXPORT_LOCKED', dir);
  openHere.add(dir);
  let duck: Duck | undefined;
  const release = async (): Promise<void> => {
    duck?.close();
    // Staged files of a commit that was decided but not finished still count: the next opening puts them in their places.
    if (!isDecided(dir)) await rm(join(dir, WORK), { recursive: true, force: true });
    openHere.delete(dir);
  };
  try {
    await refuseForeign(dir);
    await mkdir(dir, { recursive: true, mode: 0o755 });
    duck = await lockedDuck(dir);
    await recover(dir);
    // What a run that died had staged, and no decided manifest named.
    await rm(join(dir, WORK), { recursive: true, force: true });
    await mkdir(join(dir, WORK), { recursive: true, mode: 0o700 });
    const manifest = (await loadManifest(dir)) ?? emptyManifest(buckets ?? BUCKETS, now);
    if (buckets !== undefined && buckets !== manifest.buckets) {
      throw new ExportError('EXPORT_BUCKETS_DIFFER', `${manifest.buckets}, not ${buckets}`);
    }
    await compareFiles(dir, manifest);
    return { dir, duck, manifest, close: release };
  } catch (error) {
    // Whoever holds the lock owns the scratch.
    if (duck === undefined) openHere.delete(dir);
    else await release();
    throw exportFault(error, dir);
  }
}

const OURS = /^(_|\.)/;

/** A directory with other things in it is no place for files that come and go. */
async function refuseForeign(dir: string): Promise<void> {
  const names = await readdir(dir).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  const ours = names.some((name) => name.startsWith('_manifest'));
  const foreign = ours ? undefined : names.find((name) => !OURS.test(name));
  if (foreign !== undefined) throw new ExportError('EXPORT_DIR_FOREIGN', foreign);
}

const LOCK = '_lock.duckdb';

/** DuckDB locks its file for as long as the process lives, however that ends. The file stays: nothing is in it, and taking it away would undo another's lock. */
async function lockedDuck(dir: string): Promise<Duck> {
  const open = () => openDuck(join(dir, LOCK), join(dir, WORK, 'spill'));
  try {
    return await open();
  } catch (error) {
    if (/could not set lock/iu.test(messageOf(error))) throw new ExportError('EXPORT_LOCKED', dir);
    // Torn by a power cut while it was made.
    await rm(join(dir, LOCK), { force: true });
    return open();
  }
}

/** Paths of all Parquet files below `table=*`, as the manifest writes them. */
export async function filesOn(dir: string): Promise<string[]> {
  const names = await readdir(dir, { recursive: true, withFileTypes: true });
  const root = resolve(dir);
  return names
    .filter((entry) => entry.isFile() && entry.name.endsWith('.parquet'))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((path) => path.startsWith('table='))
    .sort();
}

/** Takes away leftovers of our own naming, so that reading all files reads what counts; refuses to go on where one that counts is gone. */
async function compareFiles(dir: string, { files }: Manifest): Promise<void> {
  const there = new Set(await filesOn(dir));
  for (const { path } of files) {
    if (!there.delete(path)) throw new ExportError('EXPORT_FILE_MISSING', path);
  }
  for (const path of there) {
    if (/\/part-\d+-\d+\.parquet$/.test(path)) await rm(join(dir, path));
  }
}

/** @throws ExportError EXPORT_FILE_MISSING when a file is not as long as it was when it was written */
export async function sizeOf(dir: string, path: string): Promise<number> {
  try {
    return (await stat(join(dir, path))).size;
  } catch {
    throw new ExportError('EXPORT_FILE_MISSING', path);
  }
}
