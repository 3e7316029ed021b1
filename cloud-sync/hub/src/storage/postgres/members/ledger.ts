import type { LedgerEntry } from '@tillside/decide';
import type { HeldRange } from '../../../sync/position.ts';
import type { PointsLedger } from '../../member-port.ts';
import { entryHash, msOf } from '../../members/rows.ts';
import { type Database, rowsOf, type Session } from '../pool.ts';
import { Touches } from './feed.ts';
import { sameOf } from './reads.ts';
import { lockMembers, rowOf } from './writes.ts';

/** Epochs that marks tell of, the newest. */
const MAX_EPOCHS = 100;
/** Two that bring one entry wait for each other. */
const LOCK_ENTRIES = `SELECT pg_advisory_xact_lock(hashtextextended('entry/' || id, 0)) FROM (SELECT DISTINCT id FROM unnest($1::text[]) AS w (id) ORDER BY id) AS ordered`;

export interface HeardEntry {
  readonly entry: LedgerEntry;
  readonly store: string;
  readonly at: string;
}
interface Row {
  readonly entryId: string;
  readonly memberId: string;
  readonly hash: string;
  readonly store: string;
  readonly at: string;
  readonly text: string;
}

const INSERT = `INSERT INTO ledger (entry_id, member_id, hash, store, heard_at, entry)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])`;
const columnsOf = (rows: readonly Row[]): string[][] => [
  rows.map(({ entryId }) => entryId),
  rows.map(({ memberId }) => memberId),
  rows.map(({ hash }) => hash),
  rows.map(({ store }) => store),
  rows.map(({ at }) => at),
  rows.map(({ text }) => text),
];

const rowOfEntry = ({ entry, store, at }: HeardEntry): Row => ({
  entryId: entry.entryId,
  memberId: entry.memberId,
  hash: entryHash(entry),
  store,
  at,
  text: JSON.stringify(entry),
});
const HELD = `SELECT entry_id AS "entryId", member_id AS "memberId", hash, store, heard_at AS at, entry AS text FROM ledger WHERE entry_id = ANY ($1)`;
const TOLD_ASIDE = 'SELECT entry_id AS "entryId", hash FROM ledger_conflicts WHERE entry_id = ANY ($1)';
const PUT_ASIDE = `INSERT INTO ledger_conflicts (entry_id, member_id, hash, store, heard_at, entry)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) ON CONFLICT DO NOTHING`;

/** Adds entries inside a transaction that nobody else brings them in meanwhile. `changed`: whose points are others by that. */
export async function takeEntries(
  session: Session,
  heard: readonly HeardEntry[],
): Promise<{ added: number; conflicts: number; changed: Set<string> }> {
  const rows = heard.map(rowOfEntry);
  const ids = [...new Set(rows.map(({ entryId }) => entryId))];
  const before = new Map((await rowsOf<Row>(session, HELD, [ids])).map((row) => [row.entryId, row]));
  const counted = new Map(before);
  const contested: Row[] = [];
  for (const row of rows) {
    const held = counted.get(row.entryId);
    if (held === undefined) counted.set(row.entryId, row);
    else if (held.hash !== row.hash) contested.push(row);
  }
  const aside = contested.length === 0 ? [] : await setAside(session, contested, counted);
  const written = [...counted.values()].filter((row) => before.get(row.entryId) !== row);
  const replaced = written.filter(({ entryId }) => before.has(entryId));
  if (replaced.length > 0)
    await session.query('DELETE FROM ledger WHERE entry_id = ANY ($1)', [replaced.map(({ entryId }) => entryId)]);
  if (written.length > 0) await session.query(INSERT, columnsOf(written));
  const lost = replaced.map(({ entryId }) => before.get(entryId)?.memberId ?? '');
  const changed = new Set([...written.map(({ memberId }) => memberId), ...lost]);
  return { added: written.length - replaced.length, conflicts: aside.length, changed };
}

/** Of two contents the one with the lower hash counts, the other lies aside. Returns what was put there; `counted` is changed. */
async function setAside(session: Session, contested: readonly Row[], counted: Map<string, Row>): Promise<Row[]> {
  const ids = contested.map(({ entryId }) => entryId);
  const told = await rowsOf<{ entryId: string; hash: string }>(session, TOLD_ASIDE, [ids]);
  const seen = new Set(told.map(({ entryId, hash }) => `${entryId}\n${hash}`));
  const aside: Row[] = [];
  for (const row of contested) {
    const held = counted.get(row.entryId);
    if (held === undefined || held.hash === row.hash || seen.has(`${row.entryId}\n${row.hash}`)) continue;
    const [counts, other] = held.hash < row.hash ? [held, row] : [row, held];
    counted.set(row.entryId, counts);
    aside.push(other);
    seen.add(`${other.entryId}\n${other.hash}`);
  }
  if (aside.length > 0) await session.query(PUT_ASIDE, columnsOf(aside));
  return aside;
}

const entriesOf = async (session: Session, memberIds: readonly string[]): Promise<LedgerEntry[]> =>
  (await rowsOf<{ entry: string }>(session, 'SELECT entry FROM ledger WHERE member_id = ANY ($1)', [memberIds])).map(
    ({ entry }) => JSON.parse(entry) as LedgerEntry,
  );

/** Tells the feed of the persons whose entries changed. */
export async function touchPersons(session: Session, memberIds: Iterable<string>, touches: Touches): Promise<void> {
  const ids = [...new Set(memberIds)];
  if (ids.length === 0) return;
  const rows = await rowsOf<{ root: string }>(session, 'SELECT DISTINCT root FROM members WHERE member_id = ANY ($1)', [
    ids,
  ]);
  for (const { root } of rows) touches.add(root, 'known');
}

async function hold(
  session: Session,
  { holdId, memberId, store, at, until }: Parameters<PointsLedger['hold']>[0],
  work: Parameters<PointsLedger['hold']>[1],
): Promise<{ points: number; until: string }> {
  const root = (await rowOf(session, memberId))?.root;
  await lockMembers(session, [`hold/${root ?? memberId}`]);
  const [held] = await rowsOf<{ points: number; until: string }>(
    session,
    'SELECT points, until FROM point_holds WHERE hold_id = $1',
    [holdId],
  );
  if (held !== undefined) return held;
  const ids = await sameOf(session, memberId);
  await session.query('DELETE FROM point_holds WHERE member_id = ANY ($1) AND until_ms <= $2', [ids, msOf(at)]);
  const [sum] = await rowsOf<{ points: number }>(
    session,
    'SELECT coalesce(sum(points), 0)::bigint AS points FROM point_holds WHERE member_id = ANY ($1)',
    [ids],
  );
  const points = Math.max(0, work(await entriesOf(session, ids), sum?.points ?? 0));
  if (root !== undefined)
    await session.query('INSERT INTO point_holds VALUES ($1, $2, $3, $4, $5, $6)', [
      memberId,
      holdId,
      store,
      points,
      until,
      msOf(until),
    ]);
  return { points, until };
}

export function createLedger(db: Database): PointsLedger {
  return {
    add: (entries, { store, at }) =>
      db.transact(async (session) => {
        await session.query(LOCK_ENTRIES, [entries.map(({ entryId }) => entryId)]);
        const { changed, ...counts } = await takeEntries(
          session,
          entries.map((entry) => ({ entry, store, at })),
        );
        const touches = new Touches();
        await touchPersons(session, changed, touches);
        await touches.write(session, at);
        return counts;
      }),
    entriesOf: (memberIds) => db.transact((session) => entriesOf(session, memberIds)),
    withMarks: (memberIds, store) =>
      db.transact(async (session) => {
        await session.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
        const entries = await entriesOf(session, memberIds);
        const streams = await rowsOf<{ epoch: string; contiguousSeq: number; ranges: string }>(
          session,
          `SELECT epoch, contiguous_seq AS "contiguousSeq", ranges FROM streams WHERE store = $1 AND stream = 'sales' ORDER BY last_received_at DESC, epoch LIMIT $2`,
          [store, MAX_EPOCHS],
        );
        const included = streams.map(({ ranges, ...row }) => ({
          ...row,
          ranges: (JSON.parse(ranges) as HeldRange[]).map(({ from, to }): [number, number] => [from, to]),
        }));
        return { entries, included };
      }),
    members: async (after, limit) =>
      (
        await db.rows<{ id: string }>(
          'SELECT DISTINCT member_id AS id FROM ledger WHERE member_id > $1 ORDER BY member_id LIMIT $2',
          [after ?? '', limit],
        )
      ).map(({ id }) => id),
    hold: (wish, work) => db.transact((session) => hold(session, wish, work)),
    releaseHold: async (holdId) => {
      await db.rows('DELETE FROM point_holds WHERE hold_id = $1', [holdId]);
    },
  };
}
