import type { DuplicatePair, DuplicateRun, DuplicateStore, TwoPeople } from '../../member-port.ts';
import { inOrder, isSaidApart, OPEN_PAIRS, wasMergeUndone } from '../../members/apart.ts';
import { plain } from '../copy.ts';
import { type Database, rowsOf, type Session } from '../pool.ts';
import { lockMembers, rowOf } from './writes.ts';

type RawPair = { rank: number; from: string; into: string; reasons: string };

const PUT_RUN = `INSERT INTO duplicate_runs VALUES (1, $1, $2, $3, $4) ON CONFLICT (id) DO UPDATE SET
  at = excluded.at, took_ms = excluded.took_ms, compared = excluded.compared, is_cut = excluded.is_cut`;
const PUT_PAIRS = `INSERT INTO duplicate_pairs SELECT row_number() OVER (ORDER BY w.at), w.from_id, w.into_id, w.reasons
  FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS w (from_id, into_id, reasons, at)`;
const TAKE_BACK = `DELETE FROM member_apart WHERE (one IN (SELECT member_id FROM members WHERE root = $1) AND other IN (SELECT member_id FROM members WHERE root = $2))
  OR (one IN (SELECT member_id FROM members WHERE root = $2) AND other IN (SELECT member_id FROM members WHERE root = $1)) RETURNING 1`;
const APART = `SELECT ${isSaidApart('$1', '$2')} AS "isSaid", ${wasMergeUndone('$1', '$2')} AS "isUndone"`;

/** By what they are persons now; null where one of them is nobody. */
async function persons(session: Session, one: string, other: string): Promise<[string, string] | null> {
  const [a, b] = [(await rowOf(session, one))?.root, (await rowOf(session, other))?.root];
  return a === undefined || b === undefined ? null : [a, b];
}

export function createDuplicates(db: Database): DuplicateStore {
  return {
    put: ({ at, tookMs, compared, isCut }, pairs) =>
      db.transact(async (session) => {
        await session.query('DELETE FROM duplicate_pairs');
        await session.query(PUT_RUN, [at, tookMs, compared, isCut]);
        await session.query(PUT_PAIRS, [
          pairs.map(({ from }) => from),
          pairs.map(({ into }) => into),
          pairs.map(({ reasons }) => JSON.stringify(reasons)),
        ]);
      }),
    run: async () => {
      const [held] = await db.rows<DuplicateRun>(
        'SELECT at, took_ms AS "tookMs", compared, is_cut AS "isCut" FROM duplicate_runs',
      );
      return held ?? null;
    },
    page: async (after, limit) => {
      const rows = await db.rows<RawPair>(
        `SELECT d.rank, d.from_id AS "from", d.into_id AS "into", d.reasons FROM ${OPEN_PAIRS} AND d.rank > $1 ORDER BY d.rank LIMIT $2`,
        [after, limit],
      );
      return rows.map(({ reasons, ...pair }) => ({
        ...pair,
        reasons: JSON.parse(reasons) as DuplicatePair['reasons'],
      }));
    },
    count: async () => (await db.rows<{ pairs: number }>(`SELECT count(*) AS pairs FROM ${OPEN_PAIRS}`))[0]?.pairs ?? 0,
    saySeparate: (said) =>
      db.transact(async (session) => {
        const [one, other] = inOrder(said.one, said.other);
        await lockMembers(session, [one, other]);
        const both = await persons(session, one, other);
        if (both === null) return 'unknown';
        if (both[0] === both[1]) return 'refused';
        await session.query('INSERT INTO member_apart VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING', [
          one,
          other,
          said.at,
          plain(said.by),
          plain(said.reason),
        ]);
        return 'said';
      }),
    takeBack: (one, other) =>
      db.transact(async (session) => {
        await lockMembers(session, inOrder(one, other));
        const both = await persons(session, one, other);
        return both !== null && (await rowsOf(session, TAKE_BACK, both)).length > 0;
      }),
    apart: (one, other) =>
      db.transact(async (session) => {
        const both = await persons(session, one, other);
        const [found] = both === null ? [] : await rowsOf<{ isSaid: boolean; isUndone: boolean }>(session, APART, both);
        return found?.isSaid === true ? 'said' : found?.isUndone === true ? 'undone' : null;
      }),
    separate: (limit) =>
      db.rows<TwoPeople>('SELECT one, other, at, by, reason FROM member_apart ORDER BY at DESC, one, other LIMIT $1', [
        limit,
      ]),
  };
}
