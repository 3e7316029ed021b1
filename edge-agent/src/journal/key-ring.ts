import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import type { EventBody } from '@tillside/protocol';
import Sqlite, { type Database } from 'better-sqlite3';

export interface MemberKey {
  readonly memberId: string;
  /** 32 bytes, base64url. */
  readonly key: string;
}

/** Who was forgotten, when (RFC 3339) and by whom, as the event says it. */
export type Forgotten = Pick<EventBody<'tillside.member.erased.v1'>, 'memberId' | 'at' | 'by'>;

/**
 * The sealing keys of members, in a file of their own: erasing a key makes what was sealed with it unreadable in the journal, at the hub and in every backup, so no copy of
 * the journal may hold it. Freed bytes are overwritten (`secure_delete`), and no write-ahead log keeps an older page. Writes are rare and synced.
 */
export class KeyRing {
  readonly #db: Database;

  private constructor(db: Database) {
    this.#db = db;
  }

  static open(dataDir: string): KeyRing {
    const path = join(dataDir, 'keys.db');
    const db = new Sqlite(path);
    chmodSync(path, 0o600);
    db.pragma('journal_mode = DELETE');
    db.pragma('synchronous = FULL');
    db.pragma('secure_delete = ON');
    db.exec('CREATE TABLE IF NOT EXISTS pack_key (version INTEGER PRIMARY KEY, key TEXT NOT NULL) STRICT');
    db.exec(
      `CREATE TABLE IF NOT EXISTS member_key (member_id TEXT PRIMARY KEY, key TEXT NOT NULL, deposited INTEGER NOT NULL DEFAULT 0) STRICT`,
    );
    // Never pruned: whatever backup is put back in ten years, its members who left are known here.
    db.exec(
      'CREATE TABLE IF NOT EXISTS forgotten (member_id TEXT PRIMARY KEY, at TEXT NOT NULL, by TEXT NOT NULL) STRICT',
    );
    return new KeyRing(db);
  }

  /** Before the journal knows the member: a key without a member is harmless, a member without a key could never be read. A key once held is never replaced. */
  put({ memberId, key }: MemberKey, deposited = false): void {
    this.#db
      .prepare('INSERT INTO member_key (member_id, key, deposited) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
      .run(memberId, key, deposited ? 1 : 0);
  }

  get(memberId: string): string | undefined {
    return this.#db.prepare<[string], string>('SELECT key FROM member_key WHERE member_id = ?').pluck().get(memberId);
  }

  /** For good, and notes who was forgotten: a journal that is put back forgets them again (`forgottenAfter`). Idempotent; what was noted first stays. */
  erase(forgotten: Iterable<Forgotten>): void {
    const remove = this.#db.prepare('DELETE FROM member_key WHERE member_id = ?');
    const note = this.#db.prepare('INSERT INTO forgotten (member_id, at, by) VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
    this.#db.transaction(() => {
      for (const { memberId, at, by } of forgotten) {
        remove.run(memberId);
        note.run(memberId, at, by);
      }
    })();
  }

  /** Who was ever forgotten, ascending by id; at most `limit` after one. */
  forgottenAfter(memberId: string, limit: number): Forgotten[] {
    return this.#db
      .prepare<[string, number], Forgotten>(
        'SELECT member_id AS memberId, at, by FROM forgotten WHERE member_id > ? ORDER BY member_id LIMIT ?',
      )
      .all(memberId, limit);
  }

  /** Keys that the hub has not confirmed yet. */
  toDeposit(limit: number): MemberKey[] {
    return this.#db
      .prepare<[number], MemberKey>('SELECT member_id AS memberId, key FROM member_key WHERE deposited = 0 LIMIT ?')
      .all(limit);
  }

  deposited(memberIds: readonly string[]): void {
    const mark = this.#db.prepare('UPDATE member_key SET deposited = 1 WHERE member_id = ?');
    this.#db.transaction(() => {
      for (const memberId of memberIds) mark.run(memberId);
    })();
  }

  /** The key of a member pack, base64url: of what lies on the disk nothing can be read without it. */
  packKey(version: number): string | undefined {
    return this.#db.prepare<[number], string>('SELECT key FROM pack_key WHERE version = ?').pluck().get(version);
  }

  /** HQ may have built a version again, under another key. */
  putPackKey(version: number, key: string): void {
    this.#db.prepare('INSERT OR REPLACE INTO pack_key (version, key) VALUES (?, ?)').run(version, key);
  }

  /** Packs of other versions can be read by nobody here from now on. */
  keepPackKey(version: number): void {
    this.#db.prepare('DELETE FROM pack_key WHERE version <> ?').run(version);
  }

  /** Takes over the keys that an older journal held itself, and overwrites them there. */
  takeOver(journal: Database): void {
    const older = journal.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'member_key'`).get();
    if (older === undefined) return;
    const rows = journal
      .prepare<[], MemberKey & { deposited: number }>('SELECT member_id AS memberId, key, deposited FROM member_key')
      .all();
    this.#db.transaction(() => {
      for (const row of rows) this.put(row, row.deposited === 1);
    })();
    journal.pragma('secure_delete = ON');
    journal.exec('DROP TABLE member_key');
    journal.pragma('secure_delete = OFF');
    journal.pragma('wal_checkpoint(TRUNCATE)');
  }

  close(): void {
    if (this.#db.open) this.#db.close();
  }
}
