import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type BackupManifest, listBackups, stampOf, writeBackup } from '@tillside/protocol';
import { AgentError } from '../errors.ts';
import { type Clock, instantOf } from '../ports.ts';
import { startThread } from './thread.ts';

export const JOURNAL_FILE = 'journal.db';

export interface CopyStart {
  readonly file: string;
  readonly to: string;
}
export type CopyReply = { readonly schema: number } | { readonly error: { code: string; message: string } };

/**
 * Backs a store's journal up while it sells: a compact copy made on a thread of its own. Neither sealing keys nor secrets are in it: forgetting a member reaches every
 * backup, and a backup that is lost gives nobody access. Throws BACKUP_FAILED and leaves no half of one.
 */
export async function backUpJournal(
  { dataDir, store, to }: { dataDir: string; store: string; to: string },
  clock: Clock,
): Promise<{ folder: string; manifest: BackupManifest }> {
  const folder = join(resolve(to), `${store}-${stampOf(clock.now())}`);
  try {
    await mkdir(to, { recursive: true, mode: 0o700 });
    const manifest = await writeBackup(folder, { of: 'store', store, at: instantOf(clock.now()) }, async (partial) => {
      const start: CopyStart = { file: join(dataDir, JOURNAL_FILE), to: join(partial, JOURNAL_FILE) };
      const [reply] = (await once(startThread('backup-thread', start), 'message')) as [CopyReply];
      if ('error' in reply) throw new Error(`${reply.error.code} ${reply.error.message}`);
      return reply.schema;
    });
    return { folder, manifest };
  } catch (error) {
    throw new AgentError('BACKUP_FAILED', { detail: `(${(error as Error).message})`, cause: error });
  }
}

/** Deletes all but the newest `keep` backups of a folder. */
export async function pruneBackups(folder: string, keep: number): Promise<void> {
  const older = (await listBackups(folder)).slice(0, -keep);
  for (const each of older) await rm(each.folder, { recursive: true, force: true });
}
