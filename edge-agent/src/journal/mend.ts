import { existsSync, statSync } from 'node:fs';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type BackupManifest,
  checkBackup,
  finishSwap,
  flush,
  listBackups,
  stampOf,
  swapDatabase,
} from '@tillside/protocol';
import { AgentError } from '../errors.ts';
import type { Clock, Random } from '../ports.ts';
import { JOURNAL_FILE } from './backup.ts';
import { checkJournal, isDamage, readHeader } from './copy.ts';
import { lockDataDir } from './lock.ts';
import { salvage, startAfresh } from './salvage.ts';

/** A journal that was not closed is looked through before it is trusted, unless that would keep the tills waiting. */
const MAX_CHECKED_BYTES = 1024 ** 3;

/** What became of a journal that could not be trusted, or that an operator replaced. */
export interface Mended {
  /** Names under which the files that were there are kept. */
  readonly aside: readonly string[];
  /** The backup that took its place; none: it began empty, and HQ's state comes by sync. */
  readonly from?: { readonly folder: string; readonly at: string } | undefined;
  /** Events that the backup lacked and that could still be read. */
  readonly salvaged: number;
}

export interface MendOptions {
  readonly dataDir: string;
  readonly store: string;
  readonly backupDir: string;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * To be called before the journal is opened. A damaged one is set aside under another name, never overwritten; the newest whole backup takes its place, and events that
 * it lacks are taken from what can still be read. Without a backup the store begins with an empty journal, and HQ's state is fetched again. Undefined when all is well.
 */
export async function mendJournal(options: MendOptions): Promise<Mended | undefined> {
  const path = join(options.dataDir, JOURNAL_FILE);
  await finishSwap(path, stampOf(options.clock.now()));
  if (!existsSync(path) || !isDamaged(path)) return undefined;
  const whole = [];
  for (const each of (await listBackups(options.backupDir)).reverse()) {
    const checked = await checkBackup(each.folder);
    if ('manifest' in checked && isOf(checked.manifest, options.store)) whole.push(each);
    if (whole.length > 0) break;
  }
  return replace(options, whole[0]);
}

/** Puts one backup in the place of a stopped agent's journal. Throws BACKUP_REFUSED before anything is touched, DATABASE_IN_USE. */
export async function restoreJournal(options: Omit<MendOptions, 'backupDir'>, from: string): Promise<Mended> {
  const checked = await checkBackup(from);
  if ('fault' in checked) throw new AgentError('BACKUP_REFUSED', { detail: `(${checked.fault}: ${checked.detail})` });
  if (!isOf(checked.manifest, options.store))
    throw new AgentError('BACKUP_REFUSED', { detail: `(${checked.manifest.of} ${checked.manifest.store ?? ''})` });
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  return replace(options, { folder: from, at: checked.manifest.at });
}

const isOf = (manifest: BackupManifest, store: string): boolean => manifest.of === 'store' && manifest.store === store;

function isDamaged(path: string): boolean {
  const wal = `${path}-wal`;
  const wasClosed = !existsSync(wal) || statSync(wal).size === 0;
  try {
    if (wasClosed || statSync(path).size > MAX_CHECKED_BYTES) readHeader(path);
    else checkJournal(path);
    return false;
  } catch (error) {
    if (isDamage(error)) return true;
    throw error;
  }
}

async function replace(
  { dataDir, clock, random, store }: Omit<MendOptions, 'backupDir'>,
  from: { folder: string; at: string } | undefined,
): Promise<Mended> {
  const lock = lockDataDir(join(dataDir, 'agent.lock'));
  try {
    const path = join(dataDir, JOURNAL_FILE);
    const fresh = `${path}.new`;
    let salvaged = 0;
    await rm(fresh, { force: true });
    if (from !== undefined) {
      await copyFile(join(from.folder, JOURNAL_FILE), fresh);
      startAfresh(fresh, random.uuid());
      salvaged = salvage({ from: path, into: fresh, store });
      await flush(fresh);
    }
    const aside = await swapDatabase(path, stampOf(clock.now()));
    return { aside, from, salvaged };
  } finally {
    lock.release();
  }
}
