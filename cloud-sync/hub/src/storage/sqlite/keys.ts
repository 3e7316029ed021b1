import { chmodSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { MemberKeys } from '../port.ts';
import { NOTE_ALL, NOTE_TABLES } from './members/erasure-notes.ts';
import type { Sqlite } from './open.ts';
import type { Transact } from './transact.ts';

/** Beside the hub's database: what is erased here is in no backup of it. */
const KEYS_FILE = 'keys.db';

const TABLES = `CREATE TABLE IF NOT EXISTS keys.member_keys (
  store TEXT NOT NULL, member_id TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (store, member_id)) STRICT;
  CREATE INDEX IF NOT EXISTS keys.member_keys_of_member ON member_keys (member_id);
  CREATE TABLE IF NOT EXISTS keys.member_secrets (member_id TEXT PRIMARY KEY, secret TEXT NOT NULL, used_step INTEGER NOT NULL) STRICT`;
const ERASED_AGAIN = `DELETE FROM keys.member_keys WHERE (store, member_id) IN (SELECT store, member_id FROM main.erasures)
    OR member_id IN (SELECT member_id FROM main.member_erasures);
  DELETE FROM keys.member_secrets WHERE member_id IN (SELECT member_id FROM main.member_erasures)`;

/**
 * Attaches the sealing keys as schema `keys`: a file of their own whose freed bytes are overwritten (`secure_delete`) and that no log holds a copy of. Keys that lay in the
 * main file move over; who was erased is erased again, whatever copy of the file this is. Beside the keys it is noted who was erased, for a copy of the main file (`eraseAgain`).
 */
export function attachKeys(db: Sqlite): void {
  const file = db.memory ? ':memory:' : join(dirname(db.name), KEYS_FILE);
  db.prepare('ATTACH DATABASE ? AS keys').run(file);
  if (!db.memory) chmodSync(file, 0o600);
  db.pragma('keys.journal_mode = DELETE');
  db.pragma('keys.synchronous = FULL');
  db.pragma('keys.secure_delete = ON');
  db.exec(TABLES);
  db.exec(NOTE_TABLES);
  const older = db.prepare(`SELECT 1 FROM main.sqlite_schema WHERE name = 'member_keys'`).get();
  if (older !== undefined) {
    db.exec('INSERT INTO keys.member_keys SELECT * FROM main.member_keys WHERE true ON CONFLICT DO NOTHING');
    db.pragma('main.secure_delete = ON');
    db.exec('DROP TABLE main.member_keys');
    db.pragma('main.secure_delete = OFF');
    db.pragma('wal_checkpoint(TRUNCATE)');
  }
  db.exec(ERASED_AGAIN);
  db.exec(NOTE_ALL);
}

export function createMemberKeys(db: Sqlite, transact: Transact): MemberKeys {
  const insert = db.prepare(
    `INSERT INTO keys.member_keys SELECT @store, @memberId, @key WHERE NOT EXISTS
     (SELECT 1 FROM erasures WHERE store = @store AND member_id = @memberId)
     AND NOT EXISTS (SELECT 1 FROM member_erasures WHERE member_id = @memberId) ON CONFLICT DO NOTHING`,
  );
  // A key that opened nothing may have come before the right one.
  const lookAgain = db.prepare(
    'UPDATE members SET is_indexed = 0 WHERE member_id = ? AND phone_index IS NULL AND profile IS NOT NULL',
  );
  const holders = db.prepare<[string], string>('SELECT store FROM keys.member_keys WHERE member_id = ?').pluck();
  const holdersOf = db.prepare<[string], { memberId: string; key: string }>(
    'SELECT member_id AS memberId, key FROM keys.member_keys WHERE member_id IN (SELECT value FROM json_each(?))',
  );
  const remember = db.prepare('INSERT INTO erasures VALUES (@store, @memberId, @at) ON CONFLICT DO NOTHING');
  const forget = db.prepare('DELETE FROM keys.member_keys WHERE store = @store AND member_id = @memberId');
  const held = db.prepare<object, { memberId: string; key: string }>(
    `SELECT member_id AS memberId, key FROM keys.member_keys
     WHERE store = @store AND member_id IN (SELECT value FROM json_each(@memberIds))`,
  );
  return {
    put: (store, keys) =>
      transact(() => {
        for (const { memberId, key } of keys)
          if (insert.run({ store, memberId, key }).changes === 1) lookAgain.run(memberId);
        const memberIds = JSON.stringify(keys.map(({ memberId }) => memberId));
        return held.all({ store, memberIds }).length;
      }),
    held: async (store, memberIds) => held.all({ store, memberIds: JSON.stringify(memberIds) }),
    holders: async (memberId) =>
      db
        .prepare<[string], { store: string; key: string }>(
          'SELECT store, key FROM keys.member_keys WHERE member_id = ? ORDER BY store',
        )
        .all(memberId),
    holdersOf: async (memberIds) => holdersOf.all(JSON.stringify(memberIds)),
    erase: (memberId, at) =>
      transact(() => {
        const stores = holders.all(memberId);
        for (const store of stores) {
          remember.run({ store, memberId, at });
          forget.run({ store, memberId });
        }
        return stores;
      }),
    erasures: async (store) =>
      db
        .prepare<[string], { memberId: string; at: string }>(
          'SELECT member_id AS memberId, at FROM erasures WHERE store = ? ORDER BY at, member_id',
        )
        .all(store),
  };
}
