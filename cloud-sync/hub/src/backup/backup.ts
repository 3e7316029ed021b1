import { constants } from 'node:fs';
import { copyFile, cp, mkdir, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type BackupManifest, checkBackup, flush, stampOf, swapDatabase, writeBackup } from '@tillside/protocol';
import { type Clock, instantOf } from '../clock.ts';
import { HubFault } from '../fault.ts';
import type { HubStorage } from '../storage/port.ts';
import { copyDatabase } from '../storage/sqlite/copy.ts';
import { sqliteStorage } from '../storage/sqlite/index.ts';
import { lockDataDir, openDatabase } from '../storage/sqlite/open.ts';

const DATABASE = 'hub.db';
const ARTIFACTS = 'artifacts';
/** Signing keys of the repository: in a backup only where the operator asks for them. */
const SIGNING_KEYS = 'keys';
const MINUTE_MS = 60_000;

export interface BackupWish {
  readonly dataDir: string;
  /** Folder of backups; the new one gets a folder of its own in it. */
  readonly to: string;
  readonly withSigningKeys: boolean;
}

/**
 * A whole backup of a hub on SQLite, while it runs: its database as it is at one moment, the signed artifacts, and never the sealing keys of members, so that
 * erasing a key reaches every backup. Throws HUB_BACKUP_FAILED, HUB_DATA_UNWRITABLE, HUB_STORAGE_FULL, HUB_DATA_CORRUPT.
 */
export async function backUp(wish: BackupWish, clock: Clock): Promise<{ folder: string; manifest: BackupManifest }> {
  const { dataDir, withSigningKeys } = wish;
  const database = join(dataDir, DATABASE);
  if ((await stat(database).catch(() => null)) === null)
    throw new HubFault('HUB_BACKUP_FAILED', `${database} is missing`);
  const folder = join(resolve(wish.to), `tillside-hub-${stampOf(clock.now())}`);
  const about = { of: 'hub', at: instantOf(clock.now()) } as const;
  try {
    await mkdir(wish.to, { recursive: true, mode: 0o700 });
    const manifest = await writeBackup(folder, about, async (partial) => {
      // Artifacts are named by what is in them and never change: the database first, so that each file it names is there.
      const schema = copyDatabase(database, join(partial, DATABASE));
      await copyFolder(join(dataDir, ARTIFACTS), join(partial, ARTIFACTS));
      if (withSigningKeys) await copyFolder(join(dataDir, SIGNING_KEYS), join(partial, SIGNING_KEYS));
      return schema;
    });
    return { folder, manifest };
  } catch (error) {
    if (error instanceof HubFault) throw error;
    throw new HubFault('HUB_BACKUP_FAILED', error instanceof Error ? error.message : '');
  }
}

async function copyFolder(from: string, to: string): Promise<void> {
  const names = await readdir(from).catch(() => []);
  if (names.length === 0) return;
  await mkdir(to, { recursive: true, mode: 0o700 });
  // A file that is being written has a name of its own, and is not named by the database yet.
  for (const name of names.filter((each) => !each.endsWith('.new')))
    await copyFile(join(from, name), join(to, name), constants.COPYFILE_FICLONE);
}

/**
 * Puts a backup in the place of what a stopped hub has. What was there is renamed, never overwritten; a folder of signing keys and the sealing keys of members stay as they
 * are. From then on everything is signed under numbers that no store has seen, and stores send again what the backup lacks. Returns the names that what was there got.
 * Throws HUB_BACKUP_DAMAGED before anything is touched, HUB_DATA_LOCKED while the hub runs.
 */
export async function restore(from: string, dataDir: string, clock: Clock): Promise<string[]> {
  const checked = await checkBackup(from);
  if ('fault' in checked) throw new HubFault('HUB_BACKUP_DAMAGED', `${checked.fault}: ${checked.detail}`);
  if (checked.manifest.of !== 'hub') throw new HubFault('HUB_BACKUP_DAMAGED', `a backup of a ${checked.manifest.of}`);
  const unlock = lockDataDir(dataDir);
  try {
    const path = join(dataDir, DATABASE);
    const fresh = `${path}.new`;
    await copyFile(join(from, DATABASE), fresh);
    // Artifacts that came since are signed by nothing any more, and harm nobody.
    await cp(join(from, ARTIFACTS), join(dataDir, ARTIFACTS), { recursive: true, force: false }).catch(ignoreMissing);
    await cp(join(from, SIGNING_KEYS), join(dataDir, SIGNING_KEYS), { recursive: true, force: false }).catch(
      ignoreMissing,
    );
    const storage = sqliteStorage(openDatabase(fresh));
    try {
      await raiseFloor(storage, clock);
    } finally {
      await storage.close();
    }
    await flush(fresh);
    return await swapDatabase(path, stampOf(clock.now()));
  } finally {
    unlock();
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

/**
 * To be called after any restore, also of PostgreSQL to an earlier time: minutes since 1970 are above every number that a hub can have given out by publishing, unless it
 * published more than once a minute for all that time. What stores are told of members goes on beyond what they have seen.
 */
export async function raiseFloor(storage: Pick<HubStorage, 'desired' | 'members'>, clock: Clock): Promise<void> {
  await storage.members.feed.skip(clock.now());
  await storage.desired.raiseVersionFloor(Math.floor(clock.now() / MINUTE_MS));
}
