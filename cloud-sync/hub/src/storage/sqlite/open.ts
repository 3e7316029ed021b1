import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { HubFault } from '../../fault.ts';
import { attachKeys } from './keys.ts';
import { MIGRATIONS } from './migrations/index.ts';

export type Sqlite = Database.Database;

const SYNCHRONOUS_FULL = 2;
/** The log is copied into the database at 16 MB: at SQLite's 4 MB every large transaction would end in a copy with two syncs more. */
const CHECKPOINT_PAGES = 4_000;

function sqliteCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Turns what SQLite and the file system say into the registry's codes. */
export function storageFault(error: unknown, where: string): unknown {
  const code = sqliteCode(error);
  if (code === 'ERR_DLOPEN_FAILED' || (error instanceof Error && error.message.includes('bindings file'))) {
    return new HubFault('HUB_SQLITE_MISSING');
  }
  if (/^SQLITE_(CORRUPT|NOTADB)/u.test(code)) return new HubFault('HUB_DATA_CORRUPT', where);
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') return new HubFault('HUB_STORAGE_FULL', where);
  if (/^SQLITE_(READONLY|CANTOPEN|PERM|IOERR)|^E(ACCES|ROFS|PERM|NOTDIR|EXIST)$/u.test(code)) {
    return new HubFault('HUB_DATA_UNWRITABLE', `${where} (${code})`);
  }
  return error;
}

/**
 * Holds an exclusive lock on `hub.lock` for the life of the process. The operating system frees it when the process dies, however it
 * dies, so there is no stale lock to clean up. Returns what releases it.
 */
export function lockDataDir(dataDir: string): () => void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const lock = new Database(join(dataDir, 'hub.lock'), { timeout: 0 });
    try {
      lock.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      lock.close();
      if (sqliteCode(error).startsWith('SQLITE_BUSY')) throw new HubFault('HUB_DATA_LOCKED', dataDir);
      throw error;
    }
    return () => {
      lock.close();
    };
  } catch (error) {
    throw storageFault(error, dataDir);
  }
}

/** Runs the steps that are missing, each in its own transaction. `upTo` is for tests of one step. */
export function migrate(db: Sqlite, upTo = Number.POSITIVE_INFINITY): void {
  const at = db.pragma('user_version', { simple: true }) as number;
  const newest = MIGRATIONS.at(-1)?.version ?? 0;
  if (at > newest) throw new HubFault('HUB_DATA_NEWER', `schema ${at}, this hub knows ${newest}`);
  for (const { version, sql } of MIGRATIONS) {
    if (version <= at || version > upTo) continue;
    db.transaction(() => {
      db.exec(sql);
      db.pragma(`user_version = ${version}`);
    })();
  }
}

/**
 * Opens with WAL and synchronous=FULL and asserts both: better-sqlite3 builds with NORMAL as WAL's default, which may lose commits at power loss. Who commits without waiting
 * (transact.ts) says so itself.
 */
export function openDatabase(file: string): Sqlite {
  try {
    const db = new Database(file);
    const journal = db.pragma('journal_mode = WAL', { simple: true });
    db.pragma('synchronous = FULL');
    db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    db.pragma('foreign_keys = ON');
    if (journal !== 'wal' || db.pragma('synchronous', { simple: true }) !== SYNCHRONOUS_FULL) {
      db.close();
      throw new HubFault('HUB_DURABILITY_REFUSED', file);
    }
    migrate(db);
    attachKeys(db);
    return db;
  } catch (error) {
    throw storageFault(error, file);
  }
}

/** For readers beside a hub, or without one. Refuses a database whose schema is not exactly the one known here: nothing is migrated. */
export function openReadOnly(file: string): Sqlite {
  let db: Sqlite | undefined;
  try {
    db = new Database(file, { readonly: true, fileMustExist: true });
    const at = db.pragma('user_version', { simple: true }) as number;
    const newest = MIGRATIONS.at(-1)?.version ?? 0;
    if (at > newest) throw new HubFault('HUB_DATA_NEWER', `schema ${at}, this hub knows ${newest}`);
    if (at < newest) throw new HubFault('HUB_DATA_OLDER', `schema ${at}, this reader knows ${newest}`);
    return db;
  } catch (error) {
    db?.close();
    throw storageFault(error, file);
  }
}

/** Loads the native module and says which SQLite it holds; touches no file. */
export function sqliteVersion(): string {
  let db: Sqlite;
  try {
    db = new Database(':memory:');
  } catch (error) {
    throw storageFault(error, 'SQLite');
  }
  try {
    return String(db.prepare('SELECT sqlite_version()').pluck().get());
  } finally {
    db.close();
  }
}
