import type { MemberDirectory, MergeRecord } from '../../member-port.ts';
import { MAX_GROUP, msOf } from '../../members/rows.ts';
import type { Sqlite } from '../open.ts';
import type { Transact } from '../transact.ts';
import type { DirectoryWrites } from './writes.ts';

type Merges = Pick<
  MemberDirectory,
  'merge' | 'unmerge' | 'merges' | 'redeemClaim' | 'add' | 'put' | 'putTiers' | 'seen'
>;

const MERGE = `from_id AS "from", into_id AS "into", at, basis, by, undone_at AS undoneAt`;

/** What a row of the tree below a member is, itself included: those that were merged into it, one after the other. */
const SUBTREE = `WITH RECURSIVE below (id) AS (SELECT @from UNION SELECT member_id FROM members JOIN below ON into_id = below.id) SELECT id FROM below`;

export function createDirectoryChanges(db: Sqlite, transact: Transact, writes: DirectoryWrites): Merges {
  const sizeOf = db.prepare<[string], number>('SELECT count(*) FROM members WHERE root = ?').pluck();
  const setInto = db.prepare('UPDATE members SET into_id = @into, changed_at = @at WHERE member_id = @from');
  const setRoot = db.prepare('UPDATE members SET root = @into WHERE root = @from');
  const dropTaste = db.prepare('DELETE FROM tastes WHERE member_id = ?');
  const setRoots = db.prepare(`UPDATE members SET root = @from WHERE member_id IN (${SUBTREE})`);
  const insert = db.prepare('INSERT INTO member_merges VALUES (@from, @into, @at, @basis, @by, NULL, NULL)');
  const undo = db.prepare(
    'UPDATE member_merges SET undone_at = @at, undone_by = @by WHERE from_id = @from AND undone_at IS NULL',
  );
  const merges = db.prepare<object, MergeRecord>(
    `SELECT ${MERGE} FROM member_merges WHERE from_id = @memberId OR into_id = @memberId ORDER BY at, from_id`,
  );
  const claim = db
    .prepare<object, string>(
      `DELETE FROM member_marks WHERE (member_id, kind, value) IN
       (SELECT member_id, kind, value FROM member_marks WHERE lookup = @claimHash AND kind = 'claim' ORDER BY at_ms LIMIT 1) AND until_ms >= @atMs RETURNING member_id`,
    )
    .pluck();
  const putTier = db.prepare(
    'UPDATE members SET tier = @tier, tier_until = @tierUntil, changed_at = @at WHERE member_id = @memberId AND into_id IS NULL',
  );
  const intoOf = db.prepare<[string], string | null>('SELECT into_id FROM members WHERE member_id = ?').pluck();

  const merge = (wish: Omit<MergeRecord, 'undoneAt'>): 'merged' | 'refused' | 'unknown' => {
    const { from, at } = wish;
    const [root, into] = [writes.rootOf(from), writes.rootOf(wish.into)];
    if (root === undefined || into === undefined) return 'unknown';
    // An alias is no person of its own; and who is one person already is not merged again.
    if (root !== from || into === from) return 'refused';
    if ((sizeOf.get(from) ?? 0) + (sizeOf.get(into) ?? 0) > MAX_GROUP) return 'refused';
    insert.run({ ...wish, into });
    setInto.run({ from, into, at });
    setRoot.run({ from, into });
    // It is of no person any more; that of the other stays.
    dropTaste.run(from);
    writes.refreshConsents(into);
    for (const id of [from, into]) writes.touch(id, 'all', at);
    return 'merged';
  };
  const unmerge = (from: string, at: string, by: string): boolean => {
    const [root, held] = [writes.rootOf(from), intoOf.get(from)];
    if (root === undefined || held === null || held === undefined) return false;
    setInto.run({ from, into: null, at });
    setRoots.run({ from });
    undo.run({ from, at, by });
    for (const id of [from, root]) {
      writes.refreshConsents(id);
      writes.touch(id, 'all', at);
    }
    return true;
  };
  return {
    add: (member, at) =>
      transact(() => {
        const outcome = writes.add(member, at);
        if (outcome === 'added' && member.home !== 'hq') writes.seen(member.memberId, member.home, member.joinedAt, 0);
        return outcome;
      }),
    put: (memberId, { consents = [], ...change }, at) =>
      transact(() => {
        if (!writes.put(memberId, change, at)) return false;
        if (consents.length > 0) writes.consent(memberId, consents, at);
        return true;
      }),
    putTiers: (tiers, at) =>
      transact(() => {
        for (const { memberId, tier, tierUntil } of tiers)
          if (putTier.run({ memberId, tier, tierUntil, at }).changes === 1) writes.touch(memberId, 'known', at);
      }),
    seen: (memberId, store, at) =>
      transact(() => {
        if (writes.rootOf(memberId) !== undefined) writes.seen(memberId, store, at, 0);
      }),
    merge: (wish) => transact(() => merge(wish)),
    unmerge: (from, at, by) => transact(() => unmerge(from, at, by)),
    merges: async (memberId) => merges.all({ memberId }),
    redeemClaim: ({ claimHash, publicKey, at }) =>
      transact(() => {
        const memberId = claim.get({ claimHash, atMs: msOf(at) });
        if (memberId === undefined) return null;
        const root = writes.rootOf(memberId);
        if (root === undefined || !writes.mark(memberId, 'key', publicKey, msOf(at))) return null;
        writes.touch(root, 'known', at);
        return memberId;
      }),
  };
}
