import type { ConsentState, Sealed } from '@tillside/protocol';
import type { Alias, MemberKey, MemberRow } from '../../member-port.ts';
import {
  assemble,
  byJoining,
  byProof,
  type DirectoryReads,
  type GroupMember,
  type Mark,
  type PhoneHolder,
  personsOf,
  type RawMember,
  type SeenStore,
} from '../../members/rows.ts';
import type { Sqlite } from '../open.ts';

const RAW = `m.member_id AS memberId, m.number, m.root, m.into_id AS "into", m.home, m.channel, m.joined_at AS joinedAt, m.tier, m.tier_until AS tierUntil,
  m.person_consents AS consents, m.tags, m.segments, m.household, m.profile, m.phone_index AS phoneIndex, m.changed_at AS changedAt`;
/** Who holds a key; of several the one who joined first. */
const BY_MARK = `SELECT g.root FROM member_marks k JOIN members g ON g.member_id = k.member_id
  WHERE k.lookup = ? AND k.kind = ? ORDER BY g.joined_ms, g.member_id LIMIT 1`;

function statements(db: Sqlite) {
  return {
    byId: db.prepare<[string], RawMember>(`SELECT ${RAW} FROM members m WHERE member_id = ?`),
    rootByNumber: db.prepare<[string], string>('SELECT root FROM members WHERE number = ?').pluck(),
    rootByMark: db.prepare<[string, string], string>(BY_MARK).pluck(),
    rootByPhone: db
      .prepare<[string], string>(
        `SELECT root FROM members WHERE phone_index = ? ORDER BY ${byProof('members')}, joined_ms, member_id LIMIT 1`,
      )
      .pluck(),
    phoneHolders: db.prepare<[string], { phoneIndex: string; root: string }>(
      `SELECT phone_index AS phoneIndex, root FROM members WHERE phone_index IN (SELECT value FROM json_each(?))
       ORDER BY ${byProof('members')} DESC, joined_ms DESC, member_id DESC`,
    ),
    page: db.prepare<[string, number], RawMember>(
      `SELECT ${RAW} FROM members m WHERE m.number > ? AND m.into_id IS NULL ORDER BY m.number LIMIT ?`,
    ),
    groups: db.prepare<[string], GroupMember>(
      'SELECT member_id AS memberId, root, tags FROM members WHERE root IN (SELECT value FROM json_each(?))',
    ),
    marks: db.prepare<[string], Mark>(
      `SELECT member_id AS memberId, kind, value, at_ms AS atMs FROM member_marks WHERE member_id IN (SELECT value FROM json_each(?))`,
    ),
    persons: db.prepare<[string], RawMember>(
      `SELECT ${RAW} FROM members m WHERE m.member_id IN (SELECT value FROM json_each(?)) AND m.into_id IS NULL`,
    ),
    idsOfAll: db.prepare<[string], Pick<GroupMember, 'memberId' | 'root'>>(
      `SELECT member_id AS memberId, root FROM members WHERE root IN (SELECT value FROM json_each(?)) ORDER BY joined_ms, member_id`,
    ),
    storesOfAll: db.prepare<[string], SeenStore>(
      `SELECT m.root, s.store, sum(s.orders) AS orders FROM members m JOIN member_stores s ON s.member_id = m.member_id
       WHERE m.root IN (SELECT value FROM json_each(?)) GROUP BY m.root, s.store`,
    ),
    same: db
      .prepare<[string], string>(
        'SELECT member_id FROM members WHERE root = (SELECT root FROM members WHERE member_id = ?) ORDER BY joined_ms, member_id',
      )
      .pluck(),
    // By the merges, which are few, not by a look over all members.
    aliases: db.prepare<[string, number], Alias>(
      `SELECT g.from_id AS "from", m.root AS "into" FROM member_merges g JOIN members m ON m.member_id = g.from_id
       WHERE g.from_id > ? AND g.undone_at IS NULL ORDER BY g.from_id LIMIT ?`,
    ),
    history: db.prepare<[string], Omit<ConsentState, 'granted'> & { granted: number }>(
      `SELECT purpose, granted, text_version AS textVersion, at FROM member_consents
       WHERE member_id IN (SELECT value FROM json_each(?)) ORDER BY at_ms, purpose`,
    ),
    unindexed: db.prepare<[number], { memberId: string; profile: string; key: string }>(
      `SELECT DISTINCT m.member_id AS memberId, m.profile, k.key FROM (SELECT member_id, profile FROM members WHERE is_indexed = 0 AND profile IS NOT NULL
         AND EXISTS (SELECT 1 FROM keys.member_keys k WHERE k.member_id = members.member_id) ORDER BY member_id LIMIT ?) m
       JOIN keys.member_keys k ON k.member_id = m.member_id ORDER BY m.member_id`,
    ),
    samePhone: db.prepare<[string, number], { phoneIndex: string; people: string }>(
      `SELECT phone_index AS phoneIndex, json_group_array(json_array(root, joined, isAsJoined)) AS people FROM (
         SELECT p.phone_index, p.root, min(p.joined_ms) AS joined, r.profile_ms = r.joined_ms AS isAsJoined
         FROM members p JOIN members r ON r.member_id = p.root WHERE p.phone_index > ? GROUP BY p.phone_index, p.root)
       GROUP BY phone_index HAVING count(*) > 1 ORDER BY phone_index LIMIT ?`,
    ),
    storesOf: db.prepare<[string], { store: string; lastAt: string; orders: number }>(
      `SELECT store, max(last_at) AS lastAt, sum(orders) AS orders FROM member_stores
       WHERE member_id IN (SELECT value FROM json_each(?)) GROUP BY store ORDER BY lastAt DESC, store`,
    ),
    counts: db.prepare<[], { members: number; merged: number }>(
      'SELECT count(*) FILTER (WHERE into_id IS NULL) AS members, count(*) FILTER (WHERE into_id IS NOT NULL) AS merged FROM members',
    ),
    erased: db.prepare<[], number>('SELECT count(*) FROM member_erasures').pluck(),
    seenIn: db.prepare<object, { memberId: string; lastAt: string }>(
      `SELECT m.root AS memberId, s.last_at AS lastAt FROM member_stores s JOIN members m ON m.member_id = s.member_id
       WHERE s.store = @store AND s.last_at <= @lastAt AND (s.last_at < @lastAt OR m.root > @memberId) AND NOT EXISTS (
         SELECT 1 FROM members g JOIN member_stores o ON o.member_id = g.member_id WHERE g.root = m.root AND o.last_at > s.last_at
         AND o.store IN (SELECT value FROM json_each(@stores)))
       ORDER BY s.last_at DESC, m.root LIMIT @limit`,
    ),
  };
}

/** After every text of an instant in UTC. */
const END_OF_TIME = '~';

export function createDirectoryReads(db: Sqlite): DirectoryReads & { idsOf(memberId: string): string[] } {
  const run = statements(db);
  const whole = (raws: readonly RawMember[]): MemberRow[] => {
    const groups = run.groups.all(JSON.stringify(raws.map(({ memberId }) => memberId)));
    const ids = new Set([...raws, ...groups].map(({ memberId }) => memberId));
    return assemble(raws, groups, run.marks.all(JSON.stringify([...ids])));
  };
  const rootBy = (by: MemberKey): string | undefined => {
    if ('memberId' in by) return by.memberId;
    if ('number' in by) return run.rootByNumber.get(by.number);
    if ('codeHash' in by) return run.rootByMark.get(by.codeHash, 'code');
    if ('keyId' in by) return run.rootByMark.get(by.keyId, 'key');
    return run.rootByPhone.get(by.phoneIndex);
  };
  const idsOf = (memberId: string): string[] => run.same.all(memberId);
  const grantedOf = <T extends { granted: number }>(row: T) => ({ ...row, granted: row.granted === 1 });
  return {
    idsOf,
    find: async (by) => {
      const memberId = rootBy(by);
      const raw = memberId === undefined ? undefined : run.byId.get(memberId);
      return raw === undefined ? null : (whole([raw])[0] ?? null);
    },
    consentHistory: async (memberId) => run.history.all(JSON.stringify(idsOf(memberId))).map(grantedOf),
    page: async (after, limit) => whole(run.page.all(after ?? '', limit)),
    count: async () => ({ ...(run.counts.get() ?? { members: 0, merged: 0 }), erased: run.erased.get() ?? 0 }),
    unindexed: async (limit) =>
      run.unindexed.all(limit).map((row) => ({ ...row, profile: JSON.parse(row.profile) as Sealed })),
    // The first comes last, so that it is the one that stays.
    phoneHolders: async (phoneIndexes) =>
      new Map(run.phoneHolders.all(JSON.stringify(phoneIndexes)).map(({ phoneIndex, root }) => [phoneIndex, root])),
    samePhone: async (after, limit) =>
      run.samePhone.all(after ?? '', limit).map(({ phoneIndex, people }) => ({
        phoneIndex,
        people: byJoining(JSON.parse(people) as PhoneHolder[]),
      })),
    same: async (memberId) => idsOf(memberId),
    aliases: async (after, limit) => run.aliases.all(after ?? '', limit),
    persons: async (memberIds) => {
      const rows = whole(run.persons.all(JSON.stringify(memberIds)));
      const roots = JSON.stringify(rows.map(({ memberId }) => memberId));
      return personsOf(rows, run.idsOfAll.all(roots), run.storesOfAll.all(roots));
    },
    storesOf: async (memberId) => run.storesOf.all(JSON.stringify(idsOf(memberId))),
    seenIn: async (stores, { after, limit }) => {
      const { lastAt, memberId } = after ?? { lastAt: END_OF_TIME, memberId: '' };
      const found = new Map<string, { memberId: string; lastAt: string }>();
      for (const store of new Set(stores))
        for (const row of run.seenIn.all({ store, lastAt, memberId, limit, stores: JSON.stringify(stores) }))
          found.set(row.memberId, row);
      return [...found.values()]
        .sort((a, b) => (a.lastAt === b.lastAt ? (a.memberId < b.memberId ? -1 : 1) : a.lastAt > b.lastAt ? -1 : 1))
        .slice(0, limit);
    },
  };
}
