import Sqlite from 'better-sqlite3';

/** A database that can't be trusted: SQLite's own code, or what its check found first. */
const DAMAGE = /^SQLITE_(CORRUPT|NOTADB)/;
export const isDamage = (error: unknown): boolean => DAMAGE.test((error as { code?: string }).code ?? '');

/** Throws an error with SQLite's code when pages or indexes are not sound. Returns the schema's version. */
export function checkJournal(file: string): number {
  const db = new Sqlite(file, { readonly: true, fileMustExist: true });
  try {
    const found = db.pragma('quick_check(1)', { simple: true });
    if (found !== 'ok') throw Object.assign(new Error(String(found)), { code: 'SQLITE_CORRUPT' });
    return db.pragma('user_version', { simple: true }) as number;
  } finally {
    db.close();
  }
}

/** A whole, compact copy of a journal as it is at this moment, while tills go on selling into it. Returns the schema's version. */
export function copyJournal(file: string, to: string): number {
  const db = new Sqlite(file, { readonly: true, fileMustExist: true });
  try {
    db.prepare('VACUUM INTO ?').run(to);
  } finally {
    db.close();
  }
  return checkJournal(to);
}

/** Reads no more than what SQLite needs to know that it is a database of ours. Throws an error with SQLite's code. */
export function readHeader(file: string): void {
  const db = new Sqlite(file, { readonly: true, fileMustExist: true });
  try {
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
  } finally {
    db.close();
  }
}
