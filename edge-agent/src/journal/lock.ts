import Sqlite from 'better-sqlite3';
import { AgentError } from '../errors.ts';

/**
 * One agent a data folder. The lock is SQLite's own file lock on a small file beside the journal, so it goes with the process however that ends:
 * no stale lock files. Throws DATABASE_IN_USE.
 */
export function lockDataDir(path: string): { release(): void } {
  const db = new Sqlite(path, { timeout: 0 });
  try {
    db.pragma('journal_mode = DELETE');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if ((error as { code?: string }).code?.startsWith('SQLITE_BUSY'))
      throw new AgentError('DATABASE_IN_USE', { detail: path });
    throw error;
  }
  return {
    release() {
      if (db.open) db.close();
    },
  };
}
