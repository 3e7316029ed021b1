import Database from 'better-sqlite3';
import { storageFault } from './open.ts';

/**
 * Writes a whole, compact copy of a database as it is at this moment, while others go on writing to it. Only the file itself: what is attached to it (the sealing keys)
 * stays behind, and so do bytes that were freed. Takes as long as the file is large; meant for a process or thread of its own. Returns the schema's version.
 */
export function copyDatabase(file: string, to: string): number {
  try {
    const from = new Database(file, { readonly: true, fileMustExist: true });
    try {
      from.prepare('VACUUM INTO ?').run(to);
    } finally {
      from.close();
    }
    return checkDatabase(to);
  } catch (error) {
    throw storageFault(error, file);
  }
}

/** The schema's version of a database whose pages and indexes are sound. Throws what SQLite says of one that is not. */
export function checkDatabase(file: string): number {
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    const found = db.pragma('integrity_check(1)', { simple: true });
    if (found !== 'ok') throw Object.assign(new Error(String(found)), { code: 'SQLITE_CORRUPT' });
    return db.pragma('user_version', { simple: true }) as number;
  } finally {
    db.close();
  }
}
