import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';

/** A backup is a folder of plain files and this list of them, written last: a folder without it is one that was not finished. */
export const BACKUP_MANIFEST = 'backup.json';
const BackupFile = z.strictObject({
  /** Below the backup's folder, with `/`. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/),
  bytes: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export const BackupManifest = z.strictObject({
  format: z.literal(1),
  of: z.enum(['store', 'hub']),
  /** The store's id; absent for a hub. */
  store: z.string().optional(),
  at: z.iso.datetime({ offset: true }),
  /** Version of the database's schema. */
  schema: z.number().int().nonnegative(),
  files: z.array(BackupFile).max(1_000_000),
});
export type BackupManifest = z.infer<typeof BackupManifest>;

/** Why a folder can't be restored from: `missing` no manifest, `unreadable` it is none, `damaged` a file is not what the manifest says. */
export type BackupFault = { fault: 'missing' | 'unreadable' | 'damaged'; detail: string };

/** `20261122T100000Z`: sorts by time, and is a file name everywhere. */
export const stampOf = (nowMs: number): string =>
  new Date(nowMs).toISOString().slice(0, 19).replace(/[-:]/g, '').concat('Z');

/**
 * Makes a backup: `fill` writes files into a folder of its own and returns the schema's version; the folder gets its manifest and its place only when all are on the disk. Rejects with what `fill` or the file
 * system says, leaving nothing behind.
 */
export async function writeBackup(
  folder: string,
  about: Omit<BackupManifest, 'format' | 'files' | 'schema'>,
  fill: (partial: string) => Promise<number>,
): Promise<BackupManifest> {
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true, mode: 0o700 });
  try {
    const schema = await fill(partial);
    const files = [];
    for (const name of await namesBelow(partial)) files.push(await describe(partial, name));
    const manifest: BackupManifest = { format: 1, ...about, schema, files };
    await writeFile(join(partial, BACKUP_MANIFEST), JSON.stringify(manifest, undefined, 2), { mode: 0o600 });
    for (const name of [...files.map((file) => file.name), BACKUP_MANIFEST, '.']) await flush(join(partial, name));
    await rename(partial, folder);
    await flush(dirname(folder));
    return manifest;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

/** Reads a backup's manifest and, file by file, whether each is what it says. */
export async function checkBackup(folder: string): Promise<{ manifest: BackupManifest } | BackupFault> {
  let text: string;
  try {
    text = await readFile(join(folder, BACKUP_MANIFEST), 'utf8');
  } catch {
    return { fault: 'missing', detail: folder };
  }
  let manifest: BackupManifest;
  try {
    manifest = BackupManifest.parse(JSON.parse(text));
  } catch {
    return { fault: 'unreadable', detail: join(folder, BACKUP_MANIFEST) };
  }
  for (const file of manifest.files) {
    const found = await describe(folder, file.name).catch(() => undefined);
    if (found?.sha256 !== file.sha256) return { fault: 'damaged', detail: file.name };
  }
  return { manifest };
}

/**
 * Puts `<path>.new`, which must be whole and on the disk, in the place of a closed SQLite database. What was there is renamed, its log with it, so that it can be read as
 * one; nothing is overwritten. Without a `.new` the place is left empty. Returns the new names. A power cut in the midst of it: see `finishSwap`.
 */
export async function swapDatabase(path: string, stamp: string): Promise<string[]> {
  const aside: string[] = [];
  for (const part of ['', '-wal', '-shm']) {
    const kept = `${path}.aside-${stamp}${part}`;
    if (await renamed(`${path}${part}`, kept)) aside.push(kept);
  }
  await renamed(`${path}.new`, path);
  await flush(dirname(path));
  return aside;
}

/** To be called before a database is opened: ends a swap that a power cut interrupted, so that nobody begins with an empty one beside a whole one. */
export async function finishSwap(path: string, stamp: string): Promise<void> {
  const isThere = (name: string): Promise<boolean> =>
    stat(name).then(
      () => true,
      () => false,
    );
  if (!(await isThere(path)) && (await isThere(`${path}.new`))) await swapDatabase(path, stamp);
}

async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return false;
    throw error;
  }
}

/** The finished backups below a folder, oldest first by their own time. */
export async function listBackups(folder: string): Promise<{ folder: string; at: string }[]> {
  const found: { folder: string; at: string }[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const each = join(folder, name);
    const text = await readFile(join(each, BACKUP_MANIFEST), 'utf8').catch(() => undefined);
    const read = BackupManifest.safeParse(text === undefined ? undefined : parsed(text));
    if (read.success) found.push({ folder: each, at: read.data.at });
  }
  return found.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function namesBelow(folder: string, prefix = ''): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await readdir(join(folder, prefix), { withFileTypes: true })) {
    const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory()) names.push(...(await namesBelow(folder, name)));
    else names.push(name);
  }
  return names.sort();
}

async function describe(folder: string, name: string) {
  const path = join(folder, name);
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return { name, bytes: (await stat(path)).size, sha256: hash.digest('hex') };
}

/** What was written to a file, or the names in a folder, are on the disk when it resolves. */
export async function flush(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
