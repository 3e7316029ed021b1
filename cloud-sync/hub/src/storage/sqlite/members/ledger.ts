import type { LedgerEntry } from '@tillside/decide';
import type { IncludedMarks } from '@tillside/protocol';
import type { HeldRange } from '../../../sync/position.ts';
import type { PointsLedger } from '../../member-port.ts';
import { entryHash, msOf } from '../../members/rows.ts';
import type { Sqlite } from '../open.ts';
import type { Transact } from '../transact.ts';
import type { DirectoryWrites } from './writes.ts';

/** Epochs that marks tell of, the newest. */
const MAX_EPOCHS = 100;

type Heard = { readonly store: string; readonly at: string };
type StreamRow = { epoch: string; contiguousSeq: number; ranges: string };

export interface Ledger extends PointsLedger {
  /** Adds entries inside a transaction; tells the feed of their members. */
  take(entries: readonly LedgerEntry[], heard: Heard): { added: number; conflicts: number };
}

function statements(db: Sqlite) {
  return {
    insert: db.prepare(
      'INSERT INTO ledger VALUES (@entryId, @memberId, @hash, @store, @at, @entry) ON CONFLICT (entry_id) DO NOTHING',
    ),
    held: db.prepare<[string], { hash: string }>('SELECT hash FROM ledger WHERE entry_id = ?'),
    isAside: db.prepare<object, 1>('SELECT 1 FROM ledger_conflicts WHERE entry_id = @entryId AND hash = @hash'),
    setAside: db.prepare(
      `INSERT INTO ledger_conflicts SELECT entry_id, hash, member_id, store, heard_at, entry FROM ledger WHERE entry_id = ? ON CONFLICT DO NOTHING`,
    ),
    putAside: db.prepare(
      'INSERT INTO ledger_conflicts VALUES (@entryId, @hash, @memberId, @store, @at, @entry) ON CONFLICT DO NOTHING',
    ),
    replace: db.prepare(
      'UPDATE ledger SET hash = @hash, member_id = @memberId, store = @store, heard_at = @at, entry = @entry WHERE entry_id = @entryId',
    ),
    entries: db
      .prepare<[string], string>('SELECT entry FROM ledger WHERE member_id IN (SELECT value FROM json_each(?))')
      .pluck(),
    streams: db.prepare<[string, number], StreamRow>(
      `SELECT epoch, contiguous_seq AS contiguousSeq, ranges FROM streams WHERE store = ? AND stream = 'sales' ORDER BY last_received_at DESC, epoch LIMIT ?`,
    ),
    members: db
      .prepare<[string, number], string>(
        'SELECT DISTINCT member_id FROM ledger WHERE member_id > ? ORDER BY member_id LIMIT ?',
      )
      .pluck(),
    hold: db.prepare<[string], { points: number; until: string }>(
      'SELECT points, until FROM point_holds WHERE hold_id = ?',
    ),
    heldPoints: db
      .prepare<object, number>(
        'SELECT coalesce(sum(points), 0) FROM point_holds WHERE member_id IN (SELECT value FROM json_each(@ids)) AND until_ms > @atMs',
      )
      .pluck(),
    lapse: db.prepare(
      'DELETE FROM point_holds WHERE member_id IN (SELECT value FROM json_each(@ids)) AND until_ms <= @atMs',
    ),
    putHold: db.prepare('INSERT INTO point_holds VALUES (@holdId, @memberId, @store, @points, @until, @untilMs)'),
    release: db.prepare('DELETE FROM point_holds WHERE hold_id = ?'),
  };
}

export function createLedger(
  db: Sqlite,
  transact: Transact,
  writes: DirectoryWrites,
  idsOf: (memberId: string) => string[],
): Ledger {
  const run = statements(db);
  /** A content that is not the one that counts lies aside; with the lower hash it takes the other's place. */
  const conflict = (row: { entryId: string; hash: string }, heldHash: string): 'known' | 'aside' | 'counted' => {
    if (heldHash === row.hash || run.isAside.get(row) !== undefined) return 'known';
    if (heldHash < row.hash) {
      run.putAside.run(row);
      return 'aside';
    }
    run.setAside.run(row.entryId);
    run.replace.run(row);
    return 'counted';
  };
  const take: Ledger['take'] = (entries, { store, at }) => {
    let [added, conflicts] = [0, 0];
    const changed = new Set<string>();
    for (const entry of entries) {
      const { entryId, memberId } = entry;
      const row = { entryId, memberId, hash: entryHash(entry), store, at, entry: JSON.stringify(entry) };
      if (run.insert.run(row).changes === 1) {
        added += 1;
        changed.add(memberId);
        continue;
      }
      const outcome = conflict(row, run.held.get(entryId)?.hash ?? '');
      if (outcome === 'counted') changed.add(memberId);
      if (outcome !== 'known') conflicts += 1;
    }
    for (const memberId of changed) {
      const root = writes.rootOf(memberId);
      if (root !== undefined) writes.touch(root, 'known', at);
    }
    return { added, conflicts };
  };
  const entriesOf = (memberIds: readonly string[]): LedgerEntry[] =>
    run.entries.all(JSON.stringify(memberIds)).map((entry) => JSON.parse(entry) as LedgerEntry);
  const marksOf = (store: string): IncludedMarks =>
    run.streams.all(store, MAX_EPOCHS).map(({ epoch, contiguousSeq, ranges }) => ({
      epoch,
      contiguousSeq,
      ranges: (JSON.parse(ranges) as HeldRange[]).map(({ from, to }): [number, number] => [from, to]),
    }));
  return {
    take,
    add: (entries, heard) => transact(() => take(entries, heard)),
    entriesOf: async (memberIds) => entriesOf(memberIds),
    // One thread and no await between: both are of one moment.
    withMarks: async (memberIds, store) => ({ entries: entriesOf(memberIds), included: marksOf(store) }),
    members: async (after, limit) => run.members.all(after ?? '', limit),
    hold: ({ holdId, memberId, store, at, until }, work) =>
      transact(() => {
        const held = run.hold.get(holdId);
        if (held !== undefined) return held;
        const ids = JSON.stringify(idsOf(memberId));
        const atMs = msOf(at);
        run.lapse.run({ ids, atMs });
        const points = Math.max(0, work(entriesOf(idsOf(memberId)), run.heldPoints.get({ ids, atMs }) ?? 0));
        if (writes.rootOf(memberId) !== undefined)
          run.putHold.run({ holdId, memberId, store, points, until, untilMs: msOf(until) });
        return { points, until };
      }),
    releaseHold: (holdId) =>
      transact(() => {
        run.release.run(holdId);
      }),
  };
}
