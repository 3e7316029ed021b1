import type { Sqlite } from '../open.ts';

/**
 * What is known of erasures lies twice: in the database, and beside the keys, which no backup holds. So a database that is put back learns again whom it had to forget. Same tables,
 * same columns.
 */
const NOTED = ['member_erasures', 'member_erasure_stores', 'destroyed_keys', 'erasures'] as const;

export const NOTE_TABLES = `
  CREATE TABLE IF NOT EXISTS keys.member_erasures (member_id TEXT PRIMARY KEY, person TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS keys.member_erasure_stores (
    member_id TEXT NOT NULL, store TEXT NOT NULL, confirmed_at TEXT, PRIMARY KEY (member_id, store)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS keys.destroyed_keys (
    member_id TEXT NOT NULL, store TEXT NOT NULL, fingerprint TEXT NOT NULL, PRIMARY KEY (member_id, store, fingerprint)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS keys.erasures (store TEXT NOT NULL, member_id TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (store, member_id)) STRICT;`;

/** Who confirmed once has; all else never changes. */
const CONFLICT = {
  member_erasure_stores:
    'DO UPDATE SET confirmed_at = excluded.confirmed_at WHERE confirmed_at IS NULL AND excluded.confirmed_at IS NOT NULL',
  others: 'DO NOTHING',
} as const;
const copy = (table: (typeof NOTED)[number], from: 'main' | 'keys', to: 'main' | 'keys', where: string): string =>
  `INSERT INTO ${to}.${table} SELECT * FROM ${from}.${table} WHERE ${where}
   ON CONFLICT ${table === 'member_erasure_stores' ? CONFLICT.member_erasure_stores : CONFLICT.others}`;

/** Everything that the database knows, from before it was noted too, and what a power cut left out. */
export const NOTE_ALL = NOTED.map((table) => copy(table, 'main', 'keys', 'true')).join(';\n');
/** The reverse, once who was forgotten is forgotten again. */
export const KNOW_ALL = NOTED.map((table) => copy(table, 'keys', 'main', 'true')).join(';\n');
/** Whom the database has yet to forget. */
export const UNKNOWN = `SELECT member_id AS memberId, person, at, by, reason FROM keys.member_erasures
  WHERE member_id NOT IN (SELECT member_id FROM main.member_erasures) ORDER BY at, member_id`;

/** Notes what the running transaction did to one member. */
export function noteTaker(db: Sqlite): (memberId: string) => void {
  const notes = NOTED.map((table) => db.prepare<[string]>(copy(table, 'main', 'keys', 'member_id = ?')));
  return (memberId) => {
    for (const note of notes) note.run(memberId);
  };
}
