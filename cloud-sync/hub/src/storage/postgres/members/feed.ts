import { type AccessLog, type MemberFeed, skippedCursor } from '../../member-port.ts';
import { plain } from '../copy.ts';
import { LOCK_CLASS } from '../migrate.ts';
import { type Database, rowsOf, type Session } from '../pool.ts';

/** Changes that one question looks through, of whomever they are. */
export const MAX_SCANNED = 20_000;
/** Changes that are numbered in one go. */
const MAX_NUMBERED = 10_000;
/** Of the advisory locks of a hub's database (migrate.ts); 2 and 3 are turns'. */
const FEED_LOCK = 40;

const TOUCH = `INSERT INTO member_changes AS held (member_id, cursor, is_for_all, erased_at, at)
  SELECT member_id, NULL, is_for_all, erased_at, $4 FROM unnest($1::text[], $2::boolean[], $3::text[]) AS w (member_id, is_for_all, erased_at) ORDER BY member_id COLLATE "C"
  ON CONFLICT (member_id) DO UPDATE SET cursor = NULL, is_for_all = held.is_for_all OR excluded.is_for_all,
  erased_at = coalesce(excluded.erased_at, held.erased_at), at = excluded.at`;

/** What a transaction has to tell stores of, written once at its end, in one order: so that no two wait for each other. */
export class Touches {
  readonly #all = new Map<string, { isForAll: boolean; erasedAt: string | null }>();

  add(memberId: string, scope: 'known' | 'all', erasedAt: string | null = null): void {
    const held = this.#all.get(memberId);
    this.#all.set(memberId, {
      isForAll: scope === 'all' || held?.isForAll === true,
      erasedAt: erasedAt ?? held?.erasedAt ?? null,
    });
  }

  async write(session: Session, at: string): Promise<void> {
    if (this.#all.size === 0) return;
    const list = [...this.#all.values()];
    await session.query(TOUCH, [
      [...this.#all.keys()],
      list.map(({ isForAll }) => isForAll),
      list.map(({ erasedAt }) => erasedAt),
      at,
    ]);
  }
}

const NUMBER = `UPDATE member_changes c SET cursor = n.cursor, all_cursor = CASE WHEN c.is_for_all THEN n.cursor ELSE c.all_cursor END, is_for_all = false
  FROM (SELECT member_id, nextval('member_feed_cursor') AS cursor FROM (
    SELECT member_id FROM member_changes WHERE cursor IS NULL LIMIT ${MAX_NUMBERED} FOR UPDATE SKIP LOCKED) AS fresh) AS n WHERE c.member_id = n.member_id`;

/**
 * Gives cursors to changes that are committed, one hub at a time. A row is numbered only once it can be seen, and a lock that is held until the numbers can be seen keeps them in
 * order: so a reader that stands at a cursor never misses a change that was made before and committed late. What a running transaction changes again waits for it.
 */
async function number(db: Database): Promise<void> {
  for (;;) {
    const fresh = await db.rows('SELECT 1 FROM member_changes WHERE cursor IS NULL LIMIT 1');
    if (fresh.length === 0) return;
    const done = await db.transact(async (session) => {
      await session.query('SELECT pg_advisory_xact_lock($1, $2)', [LOCK_CLASS, FEED_LOCK]);
      return (await session.query(NUMBER)).rowCount ?? 0;
    });
    if (done < MAX_NUMBERED) return;
  }
}

const NEWEST = `SELECT coalesce(max(cursor), 0) AS newest FROM member_changes`;
const SINCE = `SELECT cursor, member_id AS "memberId", erased_at AS "erasedAt", coalesce(all_cursor > $1, false) OR EXISTS (
    SELECT 1 FROM members g JOIN member_stores s ON s.member_id = g.member_id WHERE g.root = c.member_id AND s.store = ANY ($2)) AS "isTold"
  FROM (SELECT * FROM member_changes WHERE cursor > $1 ORDER BY cursor LIMIT ${MAX_SCANNED}) c ORDER BY cursor`;
type Change = { cursor: number; memberId: string; erasedAt: string | null; isTold: boolean };

export function createFeed(db: Database): MemberFeed {
  return {
    skip: async (nowMs) => {
      const [row] = await db.rows<{ newest: number }>(`SELECT nextval('member_feed_cursor') AS newest`);
      await db.rows(`SELECT setval('member_feed_cursor', $1)`, [skippedCursor(row?.newest ?? 0, nowMs)]);
    },
    newest: async () => {
      await number(db);
      const [row] = await db.rows<{ newest: number }>(NEWEST);
      return row?.newest ?? 0;
    },
    since: async (stores, after, limit) => {
      await number(db);
      const changes: { memberId: string; erasedAt: string | null }[] = [];
      const rows = await db.rows<Change>(SINCE, [after, stores]);
      let cursor = after;
      for (const row of rows) {
        if (row.isTold && changes.length === limit) return { cursor, more: true, changes };
        ({ cursor } = row);
        if (row.isTold) changes.push({ memberId: row.memberId, erasedAt: row.erasedAt });
      }
      return { cursor, more: rows.length === MAX_SCANNED, changes };
    },
    touch: (memberIds, scope, at) =>
      db.transact(async (session) => {
        const touches = new Touches();
        for (const root of await rootsOf(session, memberIds)) touches.add(root, scope);
        await touches.write(session, at);
      }),
  };
}

/** The persons; who is not known is named by the id itself. */
async function rootsOf(session: Session, memberIds: readonly string[]): Promise<string[]> {
  const rows = await rowsOf<{ root: string }>(
    session,
    'SELECT DISTINCT coalesce(m.root, w.id) AS root FROM unnest($1::text[]) AS w (id) LEFT JOIN members m ON m.member_id = w.id',
    [memberIds],
  );
  return rows.map(({ root }) => root);
}

type Access = Parameters<AccessLog['add']>[0];
const COLUMNS = 'by, what, reason, at';

export async function addAccess(session: Session, { memberId, by, what, reason, at }: Access): Promise<void> {
  await session.query('INSERT INTO access_log (member_id, by, what, reason, at) VALUES ($1, $2, $3, $4, $5)', [
    memberId,
    plain(by),
    what,
    plain(reason),
    at,
  ]);
}

export function createAccessLog(db: Database): AccessLog {
  return {
    add: (access) => db.transact((session) => addAccess(session, access)),
    of: (memberId, limit) =>
      db.rows(`SELECT ${COLUMNS} FROM access_log WHERE member_id = $1 ORDER BY id DESC LIMIT $2`, [memberId, limit]),
    list: (before, limit) =>
      db.rows(
        `SELECT id, member_id AS "memberId", ${COLUMNS} FROM access_log WHERE id < $1 ORDER BY id DESC LIMIT $2`,
        [before ?? Number.MAX_SAFE_INTEGER, limit],
      ),
  };
}
