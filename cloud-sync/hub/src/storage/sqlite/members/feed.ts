import { type AccessLog, type MemberFeed, skippedCursor } from '../../member-port.ts';
import type { Sqlite } from '../open.ts';
import type { Transact } from '../transact.ts';
import type { DirectoryWrites } from './writes.ts';

/** Changes that one question looks through, of whomever they are. */
export const MAX_SCANNED = 20_000;

type Change = { cursor: number; memberId: string; erasedAt: string | null; isTold: 0 | 1 };

const NEWEST = 'SELECT coalesce(max(cursor), 0) FROM member_changes';
const SINCE = `SELECT c.cursor, c.member_id AS memberId, c.erased_at AS erasedAt, c.all_cursor > @after OR EXISTS (
    SELECT 1 FROM members g JOIN member_stores s ON s.member_id = g.member_id
    WHERE g.root = c.member_id AND s.store IN (SELECT value FROM json_each(@stores))) AS isTold
  FROM member_changes c WHERE c.cursor > @after ORDER BY c.cursor LIMIT ${MAX_SCANNED}`;

/** After the database was put back: stores have seen cursors that it has yet to give. The row is of nobody. */
export function skipCursors(db: Sqlite, nowMs: number): void {
  const newest = db.prepare<[], number>(NEWEST).pluck().get() ?? 0;
  db.prepare(
    `INSERT INTO member_changes (cursor, member_id, at) VALUES (?, '', '') ON CONFLICT (member_id) DO UPDATE SET cursor = excluded.cursor`,
  ).run(skippedCursor(newest, nowMs));
}

/** One writer at a time: a row with a lower number is never committed after one with a higher. */
export function createFeed(db: Sqlite, transact: Transact, writes: DirectoryWrites): MemberFeed {
  const newest = db.prepare<[], number>(NEWEST).pluck();
  const since = db.prepare<object, Change>(SINCE);
  return {
    skip: (nowMs) => transact(() => skipCursors(db, nowMs)),
    newest: async () => newest.get() ?? 0,
    since: async (stores, after, limit) => {
      const changes: { memberId: string; erasedAt: string | null }[] = [];
      let [cursor, scanned] = [after, 0];
      for (const row of since.iterate({ stores: JSON.stringify(stores), after })) {
        if (row.isTold === 1 && changes.length === limit) return { cursor, more: true, changes };
        ({ cursor } = row);
        scanned += 1;
        if (row.isTold === 1) changes.push({ memberId: row.memberId, erasedAt: row.erasedAt });
      }
      return { cursor, more: scanned === MAX_SCANNED, changes };
    },
    touch: (memberIds, scope, at) =>
      transact(() => {
        for (const memberId of memberIds) writes.touch(writes.rootOf(memberId) ?? memberId, scope, at);
      }),
  };
}

export function createAccessLog(db: Sqlite, transact: Transact): AccessLog & { take: AccessTake } {
  const COLUMNS = 'by, what, reason, at';
  const insert = db.prepare(
    'INSERT INTO access_log (member_id, by, what, reason, at) VALUES (@memberId, @by, @what, @reason, @at)',
  );
  const of = db.prepare<[string, number], Access>(
    `SELECT ${COLUMNS} FROM access_log WHERE member_id = ? ORDER BY id DESC LIMIT ?`,
  );
  const list = db.prepare<[number, number], Access & { id: number; memberId: string }>(
    `SELECT id, member_id AS memberId, ${COLUMNS} FROM access_log WHERE id < ? ORDER BY id DESC LIMIT ?`,
  );
  const take: AccessTake = (access) => {
    insert.run(access);
  };
  return {
    take,
    add: (access) => transact(() => take(access)),
    of: async (memberId, limit) => of.all(memberId, limit),
    list: async (before, limit) => list.all(before ?? Number.MAX_SAFE_INTEGER, limit),
  };
}

type Access = { by: string; what: string; reason: string; at: string };
/** Inside a transaction. */
export type AccessTake = (access: Access & { memberId: string }) => void;
