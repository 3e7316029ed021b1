import type { ConsentState } from '@tillside/protocol';
import type { MemberChangeSet, MemberRow } from '../../member-port.ts';
import {
  agreesToOffers,
  type HeldConsent,
  isWithdrawn,
  lookupOf,
  type MarkKind,
  msOf,
  NUMBER_TRIES,
  newestConsents,
  newNumber,
  proofMark,
  utcOf,
} from '../../members/rows.ts';
import type { Sqlite } from '../open.ts';

export type NewMember = Omit<MemberRow, 'number' | 'into' | 'phoneVerified' | 'changedAt'>;
type HeldRow = { root: string; consents: string; profileMs: number };

/** What changes the directory; call each inside a transaction. */
export interface DirectoryWrites {
  add(member: NewMember, at: string): 'added' | 'known' | 'erased';
  put(memberId: string, change: MemberChangeSet, at: string): boolean;
  /** Keeps statements, also of who is not known yet; false: erased. */
  consent(memberId: string, consents: readonly ConsentState[], at: string): boolean;
  mark(memberId: string, kind: MarkKind, value: string, atMs: number, untilMs?: number | null): boolean;
  /** A newer profile takes the place of an older one. */
  correct(memberId: string, profile: string, atMs: number, at: string): void;
  seen(memberId: string, store: string, at: string, orders: number): void;
  touch(memberId: string, scope: 'known' | 'all', at: string, erasedAt?: string | null): void;
  isErased(memberId: string): boolean;
  rootOf(memberId: string): string | undefined;
  /** What counts of a person's consents is worked out anew; true when something was withdrawn by that, null: no change. */
  refreshConsents(memberId: string): boolean | null;
}

const INSERT = `INSERT INTO members VALUES (@memberId, @number, @memberId, NULL, @home, @channel, @joinedAt, @joinedMs, @tier, @tierUntil, '[]', @tags, @segments,
  @household, @profile, @profileMs, @phoneIndex, @isIndexed, @at)`;
const TOUCH = `INSERT INTO member_changes (cursor, member_id, all_cursor, erased_at, at)
  SELECT next.cursor, @memberId, iif(@forAll, next.cursor, NULL), @erasedAt, @at FROM (SELECT coalesce(max(cursor), 0) + 1 AS cursor FROM member_changes) AS next WHERE true
  ON CONFLICT (member_id) DO UPDATE SET cursor = excluded.cursor, all_cursor = coalesce(excluded.all_cursor, all_cursor),
  erased_at = coalesce(excluded.erased_at, erased_at), at = excluded.at`;
const SEEN = `INSERT INTO member_stores VALUES (@memberId, @store, @at, @orders)
  ON CONFLICT DO UPDATE SET last_at = max(last_at, excluded.last_at), orders = orders + excluded.orders`;

function statements(db: Sqlite) {
  return {
    erased: db.prepare<[string], 1>('SELECT 1 FROM member_erasures WHERE member_id = ?'),
    row: db.prepare<[string], HeldRow>(
      'SELECT root, person_consents AS consents, profile_ms AS profileMs FROM members WHERE member_id = ?',
    ),
    takeNumber: db.prepare('INSERT INTO member_numbers VALUES (?) ON CONFLICT DO NOTHING'),
    insert: db.prepare(INSERT),
    mark: db.prepare(
      `INSERT INTO member_marks VALUES (@memberId, @kind, @value, @lookup, @atMs, @untilMs) ON CONFLICT DO UPDATE SET at_ms = max(at_ms, excluded.at_ms)`,
    ),
    dropMarks: db.prepare(
      `DELETE FROM member_marks WHERE kind = @kind AND member_id IN (SELECT member_id FROM members WHERE root = @root)
       AND value NOT IN (SELECT value FROM json_each(@values))`,
    ),
    consent: db.prepare(
      'INSERT INTO member_consents VALUES (@memberId, @purpose, @atMs, @granted, @textVersion, @at) ON CONFLICT DO NOTHING',
    ),
    consentsOf: db.prepare<object, Omit<HeldConsent, 'granted'> & { granted: number }>(
      `SELECT purpose, granted, text_version AS textVersion, at, at_ms AS atMs FROM member_consents
       WHERE member_id = @memberId OR member_id IN (SELECT member_id FROM members WHERE root = @memberId)`,
    ),
    putConsents: db.prepare('UPDATE members SET person_consents = @consents WHERE member_id = @memberId'),
    dropTaste: db.prepare('DELETE FROM tastes WHERE member_id = @memberId'),
    putProfile: db.prepare(
      'UPDATE members SET profile = @profile, profile_ms = @atMs, phone_index = NULL, is_indexed = 0, changed_at = @at WHERE member_id = @memberId',
    ),
    putPhone: db.prepare('UPDATE members SET phone_index = @phoneIndex, is_indexed = 1 WHERE member_id = @memberId'),
    seen: db.prepare(SEEN),
    touch: db.prepare(TOUCH),
  };
}

const COLUMNS = {
  home: 'home',
  channel: 'channel',
  joinedAt: 'joined_at',
  tier: 'tier',
  tierUntil: 'tier_until',
  tags: 'tags',
  segments: 'segments',
  household: 'household',
} as const;

export function createWrites(db: Sqlite): DirectoryWrites {
  const run = statements(db);
  const isErased = (memberId: string): boolean => run.erased.get(memberId) !== undefined;
  const rootOf = (memberId: string): string | undefined => run.row.get(memberId)?.root;
  const touch: DirectoryWrites['touch'] = (memberId, scope, at, erasedAt = null) => {
    run.touch.run({ memberId, forAll: scope === 'all' ? 1 : 0, erasedAt, at });
  };
  const mark: DirectoryWrites['mark'] = (memberId, kind, value, atMs, untilMs = null) => {
    if (isErased(memberId)) return false;
    return run.mark.run({ memberId, kind, value, lookup: lookupOf(kind, value), atMs, untilMs }).changes > 0;
  };
  const refreshOne = (memberId: string): boolean | null => {
    const held = run.row.get(memberId);
    if (held === undefined) return null;
    const all = run.consentsOf.all({ memberId }).map((each) => ({ ...each, granted: each.granted === 1 }));
    const consents = newestConsents(all);
    const text = JSON.stringify(consents);
    if (text === held.consents) return null;
    run.putConsents.run({ memberId, consents: text });
    if (!agreesToOffers(consents)) run.dropTaste.run({ memberId });
    return isWithdrawn(JSON.parse(held.consents) as ConsentState[], consents);
  };
  const refreshConsents = (memberId: string): boolean | null => {
    const own = refreshOne(memberId);
    const root = rootOf(memberId);
    return root === undefined || root === memberId ? own : refreshOne(root);
  };
  const consent: DirectoryWrites['consent'] = (memberId, consents, at) => {
    if (isErased(memberId)) return false;
    for (const each of consents)
      run.consent.run({ ...each, memberId, granted: each.granted ? 1 : 0, atMs: msOf(each.at) });
    const withdrawn = refreshConsents(memberId);
    if (withdrawn !== null) touch(rootOf(memberId) ?? memberId, withdrawn ? 'all' : 'known', at);
    return true;
  };
  const takeNumber = (): string => {
    for (let tries = 0; tries < NUMBER_TRIES; tries += 1) {
      const number = newNumber();
      if (run.takeNumber.run(number).changes === 1) return number;
    }
    throw new Error('no member number is free');
  };
  const putMarks = (root: string, kind: 'key' | 'code', values: readonly string[], at: string): void => {
    run.dropMarks.run({ kind, root, values: JSON.stringify(values) });
    for (const value of values) mark(root, kind, value, msOf(at));
  };
  return {
    isErased,
    rootOf,
    touch,
    mark,
    consent,
    refreshConsents,
    seen: (memberId, store, at, orders) => {
      run.seen.run({ memberId, store, at: utcOf(at), orders });
    },
    correct: (memberId, profile, atMs, at) => {
      const held = run.row.get(memberId);
      if (held === undefined || atMs < held.profileMs) return;
      run.putProfile.run({ memberId, profile, atMs, at });
      touch(held.root, 'known', at);
    },
    add: (member, at) => {
      const { memberId, joinedAt, profile, phoneIndex, tags, segments, publicKeys, codeHashes, consents } = member;
      if (isErased(memberId)) return 'erased';
      if (run.row.get(memberId) !== undefined) return 'known';
      const joinedMs = msOf(joinedAt);
      run.insert.run({
        ...member,
        number: takeNumber(),
        joinedMs,
        tags: JSON.stringify(tags),
        segments: JSON.stringify(segments),
        profile: profile === null ? null : JSON.stringify(profile),
        profileMs: joinedMs,
        isIndexed: profile === null || phoneIndex !== null ? 1 : 0,
        at,
      });
      for (const value of publicKeys) mark(memberId, 'key', value, joinedMs);
      for (const value of codeHashes) mark(memberId, 'code', value, joinedMs);
      for (const each of consents)
        run.consent.run({ ...each, memberId, granted: each.granted ? 1 : 0, atMs: msOf(each.at) });
      refreshConsents(memberId);
      touch(memberId, 'known', at);
      return 'added';
    },
    put: (memberId, change, at) => {
      const held = run.row.get(memberId);
      if (held === undefined) return false;
      const { publicKeys, codeHashes, profile, phoneIndex, phoneVerified = null, ...plain } = change;
      const sets = Object.entries(plain).filter(([name, value]) => name in COLUMNS && value !== undefined);
      const values = sets.map(([, value]) => (Array.isArray(value) ? JSON.stringify(value) : value));
      const columns = [...sets.map(([name]) => `${COLUMNS[name as keyof typeof COLUMNS]} = ?`), 'changed_at = ?'];
      db.prepare(`UPDATE members SET ${columns.join(', ')} WHERE member_id = ?`).run(...values, at, held.root);
      if (plain.joinedAt !== undefined)
        db.prepare('UPDATE members SET joined_ms = ? WHERE member_id = ?').run(msOf(plain.joinedAt), held.root);
      if (profile !== undefined)
        run.putProfile.run({
          memberId,
          profile: profile === null ? null : JSON.stringify(profile),
          atMs: msOf(at),
          at,
        });
      if (phoneIndex !== undefined) run.putPhone.run({ memberId, phoneIndex });
      if (phoneVerified !== null) mark(memberId, 'proof', proofMark(phoneVerified), msOf(at));
      if (publicKeys !== undefined) putMarks(held.root, 'key', publicKeys, at);
      if (codeHashes !== undefined) putMarks(held.root, 'code', codeHashes, at);
      touch(held.root, 'known', at);
      return true;
    },
  };
}
