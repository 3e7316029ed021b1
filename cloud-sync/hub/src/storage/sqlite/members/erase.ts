import type { MemberDirectory } from '../../member-port.ts';
import { fingerprintOf } from '../../partner-port.ts';
import type { Sqlite } from '../open.ts';
import type { Transact } from '../transact.ts';
import { KNOW_ALL, noteTaker, UNKNOWN } from './erasure-notes.ts';
import { skipCursors } from './feed.ts';
import { householdSettler } from './households.ts';
import { createWrites, type DirectoryWrites } from './writes.ts';

type Erasure = { at: string; by: 'member' | 'staff' | 'hq'; reason: string };

export interface Erasures extends Pick<MemberDirectory, 'erase' | 'erasure'> {
  /** What a store's own event says; inside a transaction. The store has forgotten the member with it. */
  told(store: string, erased: { memberId: string; at: string; by: Erasure['by'] }): void;
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
  'keys.member_keys',
  'keys.member_secrets',
];

function statements(db: Sqlite) {
  return {
    knew: db
      .prepare<object, string>(
        `SELECT store FROM member_stores WHERE member_id = @memberId UNION SELECT store FROM keys.member_keys WHERE member_id = @memberId
         UNION SELECT home FROM members WHERE member_id = @memberId AND home <> 'hq' ORDER BY 1`,
      )
      .pluck(),
    keyHolders: db.prepare<[string], { store: string; key: string }>(
      'SELECT store, key FROM keys.member_keys WHERE member_id = ?',
    ),
    destroyed: db.prepare('INSERT INTO destroyed_keys VALUES (?, ?, ?) ON CONFLICT DO NOTHING'),
    remember: db.prepare('INSERT INTO erasures VALUES (?, ?, ?) ON CONFLICT DO NOTHING'),
    insert: db.prepare(
      'INSERT INTO member_erasures VALUES (@memberId, @person, @at, @by, @reason) ON CONFLICT DO NOTHING',
    ),
    expect: db.prepare('INSERT INTO member_erasure_stores VALUES (?, ?, NULL) ON CONFLICT DO NOTHING'),
    confirm: db.prepare(
      `INSERT INTO member_erasure_stores VALUES (@memberId, @store, @at) ON CONFLICT DO UPDATE SET confirmed_at = coalesce(confirmed_at, excluded.confirmed_at)`,
    ),
    held: db.prepare<[string], { person: string; at: string; by: Erasure['by'] }>(
      'SELECT person, at, by FROM member_erasures WHERE member_id = ?',
    ),
    idsOf: db
      .prepare<[string], string>('SELECT member_id FROM member_erasures WHERE person = ? ORDER BY member_id')
      .pluck(),
    confirmed: db.prepare<[string], { store: string; confirmedAt: string | null }>(
      `SELECT store, iif(count(*) = count(confirmed_at), max(confirmed_at), NULL) AS confirmedAt FROM member_erasure_stores
       WHERE member_id IN (SELECT member_id FROM member_erasures WHERE person = ?) GROUP BY store ORDER BY store`,
    ),
    household: db.prepare<[string], string | null>('SELECT household FROM members WHERE member_id = ?').pluck(),
    forgetPairs: [
      'duplicate_pairs WHERE from_id = @id OR into_id = @id',
      'member_apart WHERE one = @id OR other = @id',
    ].map((rows) => db.prepare<object>(`DELETE FROM ${rows}`)),
    forget: PERSONAL.map((table) => db.prepare(`DELETE FROM ${table} WHERE member_id = ?`)),
  };
}

type Erase = (memberIds: readonly string[], person: string, erasure: Erasure) => string[];

function eraser(db: Sqlite, writes: DirectoryWrites, run: ReturnType<typeof statements>): Erase {
  const note = noteTaker(db);
  const settle = householdSettler(db);
  return (memberIds, person, { at, by, reason }) => {
    const stores = new Set<string>();
    const households = new Set(memberIds.flatMap((id) => [id, run.household.get(id) ?? id]));
    for (const memberId of memberIds) {
      for (const store of run.knew.all({ memberId })) {
        stores.add(store);
        run.expect.run(memberId, store);
      }
      // In two files: what a power cut leaves of the keys is done when they are opened (keys.ts).
      for (const { store, key } of run.keyHolders.all(memberId)) {
        run.remember.run(store, memberId, at);
        run.destroyed.run(memberId, store, fingerprintOf(key));
      }
      run.insert.run({ memberId, person, at, by, reason });
      for (const forget of run.forget) forget.run(memberId);
      for (const forget of run.forgetPairs) forget.run({ id: memberId });
      writes.touch(memberId, 'all', at, at);
      note(memberId);
    }
    for (const household of households) settle(household, memberIds, at);
    return [...stores].sort();
  };
}

/**
 * A database that was put back may be from before an erasure: whom the file of the keys knows to be erased is erased again, and the stores are told under cursors that none of them has seen.
 * To be called before anybody is served. Returns how many ids.
 */
export function eraseAgain(db: Sqlite, nowMs: number): number {
  const lost = db.prepare<[], Erasure & { memberId: string; person: string }>(UNKNOWN).all();
  const writes = createWrites(db);
  const erase = eraser(db, writes, statements(db));
  const claims = db.prepare(`UPDATE deed_claims SET content = '' WHERE member_id = ?`);
  db.transaction(() => {
    if (lost.length > 0) skipCursors(db, nowMs);
    for (const { memberId, person, ...erasure } of lost) {
      erase([memberId], person, erasure);
      claims.run(memberId);
    }
    db.exec(KNOW_ALL);
  })();
  return lost.length;
}

export function createErasures(
  db: Sqlite,
  transact: Transact,
  writes: DirectoryWrites,
  idsOf: (memberId: string) => string[],
): Erasures {
  const run = statements(db);
  const note = noteTaker(db);
  const erase = eraser(db, writes, run);
  return {
    erase: (memberId, erasure) =>
      transact(() => {
        const memberIds = idsOf(memberId);
        const person = writes.rootOf(memberId);
        if (person === undefined) return null;
        return { memberIds, stores: erase(memberIds, person, erasure) };
      }),
    erasure: async (memberId) => {
      const held = run.held.get(memberId);
      if (held === undefined) return null;
      const { person, at, by } = held;
      return { at, by, memberIds: run.idsOf.all(person), stores: run.confirmed.all(person) };
    },
    told: (store, { memberId, at, by }) => {
      if (!writes.isErased(memberId)) {
        const ids = idsOf(memberId);
        // Who was not heard of yet is erased all the same: a sign-up that comes later is not taken.
        erase(ids.length === 0 ? [memberId] : ids, writes.rootOf(memberId) ?? memberId, {
          at,
          by,
          reason: `told by ${store}`,
        });
      }
      run.remember.run(store, memberId, at);
      run.confirm.run({ memberId, store, at });
      note(memberId);
    },
  };
}
