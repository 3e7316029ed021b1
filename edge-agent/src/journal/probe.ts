import Sqlite from 'better-sqlite3';

/** Loads the database library and runs a statement; its version. Throws when the native part is missing. */
export function probeSqlite(): string {
  const db = new Sqlite(':memory:');
  try {
    return String(db.prepare('SELECT sqlite_version()').pluck().get());
  } finally {
    db.close();
  }
}
