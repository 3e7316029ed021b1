import type { MemberDirectory } from '../../member-port.ts';
import { type Database, rowsOf, type Session } from '../pool.ts';
import { Touches } from './feed.ts';
import { householdOf, settleHousehold } from './households.ts';
import { sameOf } from './reads.ts';
import { isErased, lockMembers, rowOf } from './writes.ts';

interface Erasure {
  readonly at: string;
  readonly by: 'member' | 'staff' | 'hq';
  readonly reason: string;
}

/** Tables in which rows are of one member and personal, or lead to the person. Merges and entries stay: they name ids of nobody. */
const PERSONAL = [
  'members',
  'member_marks',
  'member_consents',
  'member_stores',
  'member_sums',
  'member_months',
  'member_sales',
  'point_holds',
  'member_households',
  'tastes',
  'member_keys',
  'member_secrets',
];

const PAIRS = ['duplicate_pairs WHERE from_id = $1 OR into_id = $1', 'member_apart WHERE one = $1 OR other = $1'];

const EXPECT = `INSERT INTO member_erasure_stores SELECT $1, store, NULL FROM (SELECT store FROM member_stores WHERE member_id = $1
  UNION SELECT store FROM member_keys WHERE member_id = $1 UNION SELECT home FROM members WHERE member_id = $1 AND home <> 'hq') k
  ON CONFLICT DO NOTHING`;

async function erase(
  session: Session,
  person: { readonly root: string; readonly ids: readonly string[] },
  { at, by, reason }: Erasure,
  touches: Touches,
): Promise<string[]> {
  const households = new Set(person.ids);
  for (const id of person.ids) households.add((await householdOf(session, id)) ?? id);
  for (const memberId of person.ids) {
    await session.query(EXPECT, [memberId]);
    await session.query(
      'INSERT INTO erasures SELECT member_id, store, $2 FROM member_keys WHERE member_id = $1 ON CONFLICT DO NOTHING',
      [memberId, at],
    );
    await session.query('INSERT INTO member_erasures VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING', [
      memberId,
      person.root,
      at,
      by,
      reason,
    ]);
    for (const table of PERSONAL) await session.query(`DELETE FROM ${table} WHERE member_id = $1`, [memberId]);
    for (const rows of PAIRS) await session.query(`DELETE FROM ${rows}`, [memberId]);
    touches.add(memberId, 'all', at);
  }
  for (const household of households) await settleHousehold(session, household, person.ids, at);
  const stores = await rowsOf<{ store: string }>(
    session,
    'SELECT DISTINCT store FROM member_erasure_stores WHERE member_id = ANY ($1) ORDER BY store',
    [person.ids],
  );
  return stores.map(({ store }) => store);
}

/** What a store's own event says: the store has forgotten the member with it. Under the member's lock. */
export async function toldErased(
  session: Session,
  store: string,
  { memberId, at, by }: { memberId: string; at: string; by: Erasure['by'] },
  touches: Touches,
): Promise<void> {
  if (!(await isErased(session, memberId))) {
    const ids = await sameOf(session, memberId);
    const root = (await rowOf(session, memberId))?.root ?? memberId;
    await lockMembers(session, ids);
    // Who was not heard of yet is erased all the same: a sign-up that comes later is not taken.
    const person = { root, ids: ids.length === 0 ? [memberId] : ids };
    await erase(session, person, { at, by, reason: `told by ${store}` }, touches);
  }
  await session.query('INSERT INTO erasures VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [memberId, store, at]);
  await session.query(
    `INSERT INTO member_erasure_stores AS held VALUES ($1, $2, $3) ON CONFLICT (member_id, store) DO UPDATE SET confirmed_at = coalesce(held.confirmed_at, excluded.confirmed_at)`,
    [memberId, store, at],
  );
}

export function createErasures(db: Database): Pick<MemberDirectory, 'erase' | 'erasure'> {
  return {
    erase: (memberId, erasure) =>
      db.transact(async (session) => {
        const touches = new Touches();
        await lockMembers(session, [memberId]);
        const row = await rowOf(session, memberId);
        if (row === undefined) return null;
        const memberIds = await sameOf(session, memberId);
        await lockMembers(session, memberIds);
        const stores = await erase(session, { root: row.root, ids: memberIds }, erasure, touches);
        await touches.write(session, erasure.at);
        return { memberIds, stores };
      }),
    erasure: async (memberId) => {
      const [held] = await db.rows<{ person: string; at: string; by: Erasure['by'] }>(
        'SELECT person, at, by FROM member_erasures WHERE member_id = $1',
        [memberId],
      );
      if (held === undefined) return null;
      const ids = await db.rows<{ id: string }>(
        'SELECT member_id AS id FROM member_erasures WHERE person = $1 ORDER BY member_id',
        [held.person],
      );
      const memberIds = ids.map(({ id }) => id);
      const stores = await db.rows<{ store: string; confirmedAt: string | null }>(
        `SELECT store, CASE WHEN count(*) = count(confirmed_at) THEN max(confirmed_at) END AS "confirmedAt" FROM member_erasure_stores
         WHERE member_id = ANY ($1) GROUP BY store ORDER BY store`,
        [memberIds],
      );
      return { at: held.at, by: held.by, memberIds, stores };
    },
  };
}
