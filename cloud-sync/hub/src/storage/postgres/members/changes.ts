import type { MemberDirectory, MergeRecord } from '../../member-port.ts';
import { MAX_GROUP, msOf, utcOf } from '../../members/rows.ts';
import { plain } from '../copy.ts';
import { type Database, rowsOf, type Session } from '../pool.ts';
import { Touches } from './feed.ts';
import {
  addConsents,
  addMember,
  dropTaste,
  lockMembers,
  putMark,
  putMember,
  refreshConsents,
  rowOf,
} from './writes.ts';

type Changes = Pick<
  MemberDirectory,
  'merge' | 'unmerge' | 'merges' | 'redeemClaim' | 'add' | 'put' | 'putTiers' | 'seen'
>;

const SUBTREE = `WITH RECURSIVE below (id) AS (SELECT $1::text COLLATE "C" UNION SELECT member_id FROM members JOIN below ON into_id = below.id) SELECT id FROM below`;
const SEEN = `INSERT INTO member_stores AS held SELECT $1, $2, $3, 0 WHERE EXISTS (SELECT 1 FROM members WHERE member_id = $1)
  ON CONFLICT (member_id, store) DO UPDATE SET last_at = greatest(held.last_at, excluded.last_at)`;

const PUT_TIERS = `UPDATE members m SET tier = w.tier, tier_until = w.tier_until, changed_at = $4
  FROM unnest($1::text[], $2::text[], $3::text[]) AS w (member_id, tier, tier_until)
  WHERE m.member_id = w.member_id COLLATE "C" AND m.into_id IS NULL RETURNING m.member_id AS "memberId"`;

/** One transaction that changes members under their locks, and tells the feed at its end. */
async function changing<T>(
  db: Database,
  memberIds: readonly string[],
  at: string,
  work: (session: Session, touches: Touches) => Promise<T>,
): Promise<T> {
  return db.transact(async (session) => {
    const touches = new Touches();
    await lockMembers(session, memberIds);
    const done = await work(session, touches);
    await touches.write(session, at);
    return done;
  });
}

/** Merges change who a person is, of any depth: one at a time over all hubs. They are rare. */
const MERGES = 'merges';

async function merge(session: Session, touches: Touches, wish: Omit<MergeRecord, 'undoneAt'>) {
  const { from, at, basis, by } = wish;
  const [root, into] = [(await rowOf(session, from))?.root, (await rowOf(session, wish.into))?.root];
  if (root === undefined || into === undefined) return 'unknown' as const;
  // An alias is no person of its own; and who is one person already is not merged again.
  if (root !== from || into === from) return 'refused' as const;
  const ids = await rowsOf(session, 'SELECT 1 FROM members WHERE root IN ($1, $2)', [from, into]);
  if (ids.length > MAX_GROUP) return 'refused' as const;
  await session.query('INSERT INTO member_merges VALUES ($1, $2, $3, $4, $5, NULL, NULL)', [
    from,
    into,
    at,
    basis,
    plain(by),
  ]);
  await session.query('UPDATE members SET into_id = $2, changed_at = $3 WHERE member_id = $1', [from, into, at]);
  await session.query('UPDATE members SET root = $2 WHERE root = $1', [from, into]);
  // It is of no person any more; that of the other stays.
  await dropTaste(session, from);
  await refreshConsents(session, into);
  for (const id of [from, into]) touches.add(id, 'all');
  return 'merged' as const;
}

async function unmerge(session: Session, touches: Touches, { from, at, by }: { from: string; at: string; by: string }) {
  const [row] = await rowsOf<{ root: string }>(
    session,
    'SELECT root FROM members WHERE member_id = $1 AND into_id IS NOT NULL',
    [from],
  );
  if (row === undefined) return false;
  await session.query('UPDATE members SET into_id = NULL, changed_at = $2 WHERE member_id = $1', [from, at]);
  await session.query(`UPDATE members SET root = $1 WHERE member_id IN (${SUBTREE})`, [from]);
  await session.query(
    'UPDATE member_merges SET undone_at = $2, undone_by = $3 WHERE from_id = $1 AND undone_at IS NULL',
    [from, at, plain(by)],
  );
  for (const id of [from, row.root]) {
    await refreshConsents(session, id);
    touches.add(id, 'all');
  }
  return true;
}

const CLAIM = `DELETE FROM member_marks WHERE (member_id, kind, value) IN (SELECT member_id, kind, value FROM member_marks WHERE lookup = $1 AND kind = 'claim'
  ORDER BY at_ms LIMIT 1) AND until_ms >= $2 RETURNING member_id AS "memberId"`;

export function createDirectoryChanges(db: Database): Changes {
  return {
    add: (member, at) =>
      changing(db, [member.memberId], at, async (session, touches) => {
        const outcome = await addMember(session, member, at, touches);
        if (outcome === 'added' && member.home !== 'hq')
          await session.query(SEEN, [member.memberId, member.home, utcOf(member.joinedAt)]);
        return outcome;
      }),
    put: (memberId, { consents = [], ...change }, at) =>
      changing(db, [memberId], at, async (session, touches) => {
        if (!(await putMember(session, memberId, change, at, touches))) return false;
        if (consents.length > 0) await addConsents(session, memberId, consents, touches);
        return true;
      }),
    putTiers: async (tiers, at) => {
      const ids = tiers.map(({ memberId }) => memberId);
      await changing(db, ids, at, async (session, touches) => {
        const values = [ids, tiers.map(({ tier }) => plain(tier)), tiers.map(({ tierUntil }) => tierUntil), at];
        for (const { memberId } of await rowsOf<{ memberId: string }>(session, PUT_TIERS, values))
          touches.add(memberId, 'known');
      });
    },
    seen: async (memberId, store, at) => {
      await db.rows(SEEN, [memberId, store, utcOf(at)]);
    },
    merge: (wish) =>
      changing(db, [MERGES, wish.from, wish.into], wish.at, (session, touches) => merge(session, touches, wish)),
    unmerge: (from, at, by) =>
      changing(db, [MERGES, from], at, (session, touches) => unmerge(session, touches, { from, at, by })),
    merges: (memberId) =>
      db.rows<MergeRecord>(
        `SELECT from_id AS "from", into_id AS "into", at, basis, by, undone_at AS "undoneAt" FROM member_merges
         WHERE from_id = $1 OR into_id = $1 ORDER BY at, from_id`,
        [memberId],
      ),
    redeemClaim: ({ claimHash, publicKey, at }) =>
      changing(db, [], at, async (session, touches) => {
        const [held] = await rowsOf<{ memberId: string }>(session, CLAIM, [claimHash, msOf(at)]);
        if (held === undefined) return null;
        const { memberId } = held;
        const root = (await rowOf(session, memberId))?.root;
        if (
          root === undefined ||
          !(await putMark(session, { memberId, kind: 'key', value: publicKey, atMs: msOf(at) }))
        )
          return null;
        touches.add(root, 'known');
        return memberId;
      }),
  };
}
