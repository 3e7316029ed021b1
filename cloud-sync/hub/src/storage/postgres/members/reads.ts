import type { ConsentState, Sealed } from '@tillside/protocol';
import type { Alias, MemberKey, MemberRow, Person } from '../../member-port.ts';
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
import { type Database, rowsOf, type Session } from '../pool.ts';

const RAW = `m.member_id AS "memberId", m.number, m.root, m.into_id AS "into", m.home, m.channel, m.joined_at AS "joinedAt", m.tier, m.tier_until AS "tierUntil",
  m.person_consents AS consents, m.tags, m.segments, m.household, m.profile, m.phone_index AS "phoneIndex", m.changed_at AS "changedAt"`;
const SAME = 'SELECT member_id FROM members WHERE root = (SELECT root FROM members WHERE member_id = $1)';
/** Who holds a key; of several the one who joined first. */
const BY_MARK = `SELECT g.root FROM member_marks k JOIN members g ON g.member_id = k.member_id
  WHERE k.lookup = $1 AND k.kind = $2 ORDER BY g.joined_ms, g.member_id LIMIT 1`;
const BY_PHONE = `SELECT root FROM members WHERE phone_index = $1 ORDER BY ${byProof('members')}, joined_ms, member_id LIMIT 1`;
const PHONE_HOLDERS = `SELECT DISTINCT ON (phone_index) phone_index AS "phoneIndex", root FROM members WHERE phone_index = ANY ($1)
  ORDER BY phone_index, ${byProof('members')}, joined_ms, member_id`;
const UNINDEXED = `SELECT DISTINCT m.member_id AS "memberId", m.profile, k.key FROM (SELECT member_id, profile FROM members WHERE NOT is_indexed AND profile IS NOT NULL
    AND EXISTS (SELECT 1 FROM member_keys k WHERE k.member_id = members.member_id) ORDER BY member_id LIMIT $1) m
  JOIN member_keys k ON k.member_id = m.member_id ORDER BY 1`;
const SAME_PHONE = `SELECT phone_index AS "phoneIndex", json_agg(json_build_array(root, joined, is_as_joined)) AS people FROM (
    SELECT p.phone_index, p.root, min(p.joined_ms) AS joined, r.profile_ms = r.joined_ms AS is_as_joined
    FROM members p JOIN members r ON r.member_id = p.root WHERE p.phone_index > $1
    GROUP BY p.phone_index, p.root, r.profile_ms, r.joined_ms) g
  GROUP BY phone_index HAVING count(*) > 1 ORDER BY phone_index LIMIT $2`;
const SEEN_IN = `SELECT m.root AS "memberId", s.last_at AS "lastAt" FROM member_stores s JOIN members m ON m.member_id = s.member_id
  WHERE s.store = $1 AND s.last_at <= $2 AND (s.last_at < $2 OR m.root > $3) AND NOT EXISTS (
    SELECT 1 FROM members g JOIN member_stores o ON o.member_id = g.member_id WHERE g.root = m.root AND o.last_at > s.last_at AND o.store = ANY ($4))
  ORDER BY s.last_at DESC, m.root LIMIT $5`;

export const sameOf = async (session: Session, memberId: string): Promise<string[]> =>
  (
    await rowsOf<{ id: string }>(
      session,
      `SELECT member_id AS id FROM (${SAME}) s JOIN members USING (member_id) ORDER BY joined_ms, member_id`,
      [memberId],
    )
  ).map(({ id }) => id);

/** After every text of an instant in UTC. */
const END_OF_TIME = '~';

async function wholeOf(db: Database, raws: readonly RawMember[]): Promise<MemberRow[]> {
  if (raws.length === 0) return [];
  const groups = await db.rows<GroupMember>(
    'SELECT member_id AS "memberId", root, tags FROM members WHERE root = ANY ($1)',
    [raws.map(({ memberId }) => memberId)],
  );
  const ids = [...new Set([...raws, ...groups].map(({ memberId }) => memberId))];
  const marks = await db.rows<Mark>(
    'SELECT member_id AS "memberId", kind, value, at_ms AS "atMs" FROM member_marks WHERE member_id = ANY ($1) ORDER BY kind, value',
    [ids],
  );
  return assemble(raws, groups, marks);
}

async function rootBy(db: Database, by: MemberKey): Promise<string | undefined> {
  const one = async (text: string, values: readonly string[]): Promise<string | undefined> =>
    (await db.rows<{ root: string }>(text, values))[0]?.root;
  if ('memberId' in by) return by.memberId;
  if ('number' in by) return one('SELECT root FROM members WHERE number = $1', [by.number]);
  if ('codeHash' in by) return one(BY_MARK, [by.codeHash, 'code']);
  if ('keyId' in by) return one(BY_MARK, [by.keyId, 'key']);
  return one(BY_PHONE, [by.phoneIndex]);
}

async function seenIn(
  db: Database,
  stores: readonly string[],
  { after, limit }: Parameters<DirectoryReads['seenIn']>[1],
): Promise<{ memberId: string; lastAt: string }[]> {
  const { lastAt, memberId } = after ?? { lastAt: END_OF_TIME, memberId: '' };
  const found = new Map<string, { memberId: string; lastAt: string }>();
  for (const store of new Set(stores))
    for (const row of await db.rows<{ memberId: string; lastAt: string }>(SEEN_IN, [
      store,
      lastAt,
      memberId,
      stores,
      limit,
    ]))
      found.set(row.memberId, row);
  return [...found.values()]
    .sort((a, b) => (a.lastAt === b.lastAt ? (a.memberId < b.memberId ? -1 : 1) : a.lastAt > b.lastAt ? -1 : 1))
    .slice(0, limit);
}

async function personsIn(db: Database, memberIds: readonly string[]): Promise<Person[]> {
  const raws = await db.rows<RawMember>(
    `SELECT ${RAW} FROM members m WHERE m.member_id = ANY ($1) AND m.into_id IS NULL`,
    [memberIds],
  );
  const rows = await wholeOf(db, raws);
  const roots = rows.map(({ memberId }) => memberId);
  const ids = await db.rows<Pick<GroupMember, 'memberId' | 'root'>>(
    'SELECT member_id AS "memberId", root FROM members WHERE root = ANY ($1) ORDER BY joined_ms, member_id',
    [roots],
  );
  const seen = await db.rows<SeenStore>(
    `SELECT m.root, s.store, sum(s.orders)::bigint AS orders FROM members m JOIN member_stores s ON s.member_id = m.member_id
     WHERE m.root = ANY ($1) GROUP BY m.root, s.store`,
    [roots],
  );
  return personsOf(rows, ids, seen);
}

export function createDirectoryReads(db: Database): DirectoryReads {
  return {
    find: async (by) => {
      const memberId = await rootBy(db, by);
      if (memberId === undefined) return null;
      const raws = await db.rows<RawMember>(`SELECT ${RAW} FROM members m WHERE member_id = $1`, [memberId]);
      return (await wholeOf(db, raws))[0] ?? null;
    },
    consentHistory: (memberId) =>
      db.rows<ConsentState>(
        `SELECT purpose, granted, text_version AS "textVersion", at FROM member_consents WHERE member_id IN (${SAME}) ORDER BY at_ms, purpose`,
        [memberId],
      ),
    page: async (after, limit) =>
      wholeOf(
        db,
        await db.rows<RawMember>(
          `SELECT ${RAW} FROM members m WHERE m.number > $1 AND m.into_id IS NULL ORDER BY m.number LIMIT $2`,
          [after ?? '', limit],
        ),
      ),
    count: async () => {
      const [counts] = await db.rows<{ members: number; merged: number; erased: number }>(
        `SELECT count(*) FILTER (WHERE into_id IS NULL) AS members, count(*) FILTER (WHERE into_id IS NOT NULL) AS merged,
           (SELECT count(*) FROM member_erasures) AS erased FROM members`,
      );
      return counts ?? { members: 0, merged: 0, erased: 0 };
    },
    unindexed: async (limit) =>
      (await db.rows<{ memberId: string; profile: string; key: string }>(UNINDEXED, [limit])).map((row) => ({
        ...row,
        profile: JSON.parse(row.profile) as Sealed,
      })),
    phoneHolders: async (phoneIndexes) => {
      const rows = await db.rows<{ phoneIndex: string; root: string }>(PHONE_HOLDERS, [phoneIndexes]);
      return new Map(rows.map(({ phoneIndex, root }) => [phoneIndex, root]));
    },
    samePhone: async (after, limit) => {
      const rows = await db.rows<{ phoneIndex: string; people: PhoneHolder[] }>(SAME_PHONE, [after ?? '', limit]);
      return rows.map(({ phoneIndex, people }) => ({ phoneIndex, people: byJoining(people) }));
    },
    same: async (memberId) => {
      const rows = await db.rows<{ id: string }>(
        'SELECT member_id AS id FROM members WHERE root = (SELECT root FROM members WHERE member_id = $1) ORDER BY joined_ms, member_id',
        [memberId],
      );
      return rows.map(({ id }) => id);
    },
    aliases: (after, limit) =>
      db.rows<Alias>(
        `SELECT g.from_id AS "from", m.root AS "into" FROM member_merges g JOIN members m ON m.member_id = g.from_id
         WHERE g.from_id > $1 AND g.undone_at IS NULL ORDER BY g.from_id LIMIT $2`,
        [after ?? '', limit],
      ),
    persons: (memberIds) => personsIn(db, memberIds),
    storesOf: (memberId) =>
      db.rows(
        `SELECT store, max(last_at) AS "lastAt", sum(orders)::bigint AS orders FROM member_stores WHERE member_id IN (${SAME}) GROUP BY store ORDER BY 2 DESC, 1`,
        [memberId],
      ),
    seenIn: (stores, page) => seenIn(db, stores, page),
  };
}
