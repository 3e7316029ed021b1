import type { HouseholdLink, Households } from '../../member-port.ts';
import { plain } from '../copy.ts';
import { type Database, rowsOf, type Session } from '../pool.ts';
import { Touches } from './feed.ts';
import { lockMembers, putMember, rowOf } from './writes.ts';

type Linked = { memberId: string } & { [field in keyof Omit<HouseholdLink, 'memberId'>]: string | null };

const REST =
  'SELECT member_id AS id FROM members WHERE household = $1 AND into_id IS NULL ORDER BY joined_ms, member_id LIMIT 2';
const RENAME = 'UPDATE members SET household = $2, changed_at = $3 WHERE household = $1';
const FORGET = 'DELETE FROM member_households WHERE member_id = $1';
const SAY = `INSERT INTO member_households VALUES ($1, $2, $3, $4) ON CONFLICT (member_id) DO UPDATE SET at = excluded.at, by = excluded.by, reason = excluded.reason`;

/** Households change one at a time over all hubs. They are rare. */
const HOUSEHOLDS = 'households';

/** As householdSettler of SQLite. */
export async function settleHousehold(
  session: Session,
  household: string,
  gone: readonly string[],
  at: string,
): Promise<void> {
  const [first, second] = (await rowsOf<{ id: string }>(session, REST, [household])).map(({ id }) => id);
  const isHeadGone = gone.includes(household);
  if (second === undefined) {
    if (first !== household && !isHeadGone) return;
    await session.query(RENAME, [household, null, at]);
    if (first !== undefined) await session.query(FORGET, [first]);
  } else if (isHeadGone) await session.query(RENAME, [household, first, at]);
}

export const householdOf = async (session: Session, memberId: string): Promise<string | null> =>
  (
    await rowsOf<{ household: string | null }>(session, 'SELECT household FROM members WHERE member_id = $1', [
      memberId,
    ])
  )[0]?.household ?? null;

async function move(session: Session, memberId: string, household: string | null, at: string, touches: Touches) {
  const before = await householdOf(session, memberId);
  await putMember(session, memberId, { household }, at, touches);
  if (before !== null && before !== household) await settleHousehold(session, before, [memberId], at);
}

export function createHouseholds(db: Database): Households {
  return {
    link: (memberId, head, said) =>
      db.transact(async (session) => {
        const touches = new Touches();
        await lockMembers(session, [HOUSEHOLDS, memberId, head]);
        const [one, other] = [(await rowOf(session, memberId))?.root, (await rowOf(session, head))?.root];
        if (one === undefined || other === undefined) return;
        const household = (await householdOf(session, other)) ?? other;
        for (const id of [other, one]) {
          await move(session, id, household, said.at, touches);
          await session.query(SAY, [id, said.at, plain(said.by), plain(said.reason)]);
        }
        await touches.write(session, said.at);
      }),
    leave: (memberId, at) =>
      db.transact(async (session) => {
        const touches = new Touches();
        await lockMembers(session, [HOUSEHOLDS, memberId]);
        const root = (await rowOf(session, memberId))?.root;
        if (root === undefined) return;
        await session.query(FORGET, [root]);
        await move(session, root, null, at, touches);
        await touches.write(session, at);
      }),
    said: async (memberId) =>
      (
        await db.rows<Omit<HouseholdLink, 'memberId'>>(
          'SELECT at, by, reason FROM member_households WHERE member_id = $1',
          [memberId],
        )
      )[0] ?? null,
    members: async (household, limit) =>
      (
        await db.rows<Linked>(
          `SELECT m.member_id AS "memberId", h.at, h.by, h.reason FROM members m LEFT JOIN member_households h ON h.member_id = m.member_id
           WHERE m.household = $1 AND m.into_id IS NULL ORDER BY m.joined_ms, m.member_id LIMIT $2`,
          [household, limit],
        )
      ).map(({ memberId, at, by, reason }) => ({
        memberId,
        said: at === null || by === null || reason === null ? null : { at, by, reason },
      })),
  };
}
