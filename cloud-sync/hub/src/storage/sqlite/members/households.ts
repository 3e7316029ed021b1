import type { HouseholdLink, Households } from '../../member-port.ts';
import type { Sqlite } from '../open.ts';
import type { Transact } from '../transact.ts';
import type { DirectoryWrites } from './writes.ts';

type Linked = { memberId: string } & { [field in keyof Omit<HouseholdLink, 'memberId'>]: string | null };

/**
 * What becomes of a household that some have left: who is alone in it is in none, and one that was named by who left is named by who joined first of the others. Inside a transaction;
 * a household that a store named by a word of its own keeps it.
 */
export function householdSettler(db: Sqlite): (household: string, gone: readonly string[], at: string) => void {
  const rest = db
    .prepare<[string], string>(
      'SELECT member_id FROM members WHERE household = ? AND into_id IS NULL ORDER BY joined_ms, member_id',
    )
    .pluck();
  const rename = db.prepare('UPDATE members SET household = @next, changed_at = @at WHERE household = @household');
  const forget = db.prepare('DELETE FROM member_households WHERE member_id = ?');
  return (household, gone, at) => {
    const [first, second] = rest.all(household);
    const isHeadGone = gone.includes(household);
    if (second === undefined) {
      if (first !== household && !isHeadGone) return;
      rename.run({ household, next: null, at });
      if (first !== undefined) forget.run(first);
    } else if (isHeadGone) rename.run({ household, next: first, at });
  };
}

export function createHouseholds(db: Sqlite, transact: Transact, writes: DirectoryWrites): Households {
  const settle = householdSettler(db);
  const of = db.prepare<[string], string | null>('SELECT household FROM members WHERE member_id = ?').pluck();
  const say = db.prepare(
    `INSERT INTO member_households VALUES (@memberId, @at, @by, @reason) ON CONFLICT DO UPDATE SET at = excluded.at, by = excluded.by, reason = excluded.reason`,
  );
  const forget = db.prepare('DELETE FROM member_households WHERE member_id = ?');
  const members = db.prepare<[string, number], Linked>(
    `SELECT m.member_id AS memberId, h.at, h.by, h.reason FROM members m LEFT JOIN member_households h ON h.member_id = m.member_id
     WHERE m.household = ? AND m.into_id IS NULL ORDER BY m.joined_ms, m.member_id LIMIT ?`,
  );
  const said = db.prepare<[string], Omit<HouseholdLink, 'memberId'>>(
    'SELECT at, by, reason FROM member_households WHERE member_id = ?',
  );
  const move = (memberId: string, household: string | null, at: string): void => {
    const before = of.get(memberId) ?? null;
    writes.put(memberId, { household }, at);
    if (before !== null && before !== household) settle(before, [memberId], at);
  };
  return {
    link: (memberId, head, said) =>
      transact(() => {
        const [one, other] = [writes.rootOf(memberId), writes.rootOf(head)];
        if (one === undefined || other === undefined) return;
        const household = of.get(other) ?? other;
        for (const id of [other, one]) {
          move(id, household, said.at);
          say.run({ ...said, memberId: id });
        }
      }),
    leave: (memberId, at) =>
      transact(() => {
        const root = writes.rootOf(memberId);
        if (root === undefined) return;
        forget.run(root);
        move(root, null, at);
      }),
    said: async (memberId) => said.get(memberId) ?? null,
    members: async (household, limit) =>
      members.all(household, limit).map(({ memberId, at, by, reason }) => ({
        memberId,
        said: at === null || by === null || reason === null ? null : { at, by, reason },
      })),
  };
}
