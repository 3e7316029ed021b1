import type { Journal, Reader, Tx } from './journal.ts';
import { allLanes, type LaneState, sendableOf } from './lanes.ts';
import { oldestOf } from './outbox-missing.ts';
import { lowest, type SeqRange, setOf, union } from './ranges.ts';

/** Rows that one transaction deletes: a few milliseconds, in which a till waits. */
export const DELETED_AT_ONCE = 200;

/**
 * Deletes the oldest events of which the hub holds a copy, from each stream's beginning, at most DELETED_AT_ONCE: of those that happened before `beforeMs`, or of any age.
 * Never the newest of a stream, which the next one is chained to, nor the newest that the hub holds, nor one that waits. Returns how many.
 */
export function deleteHeld(journal: Journal, beforeMs: number): number {
  let left = DELETED_AT_ONCE;
  const found: { lane: LaneState; range: SeqRange }[] = [];
  for (const lane of allLanes(journal)) {
    const range = left > 0 ? oldestHeld(journal, lane, { beforeMs, most: left }) : undefined;
    if (range === undefined) continue;
    left -= range[1] - range[0] + 1;
    found.push({ lane, range });
  }
  if (found.length === 0) return 0;
  return journal.write((tx) => found.reduce((sum, { lane, range }) => sum + deleteEvents(tx, lane, range), 0));
}

export const deleteEvents = (tx: Tx, { epoch, stream }: LaneState, range: SeqRange): number =>
  tx.run('DELETE FROM event WHERE epoch = ? AND stream = ? AND seq BETWEEN ? AND ?', epoch, stream, ...range);

function oldestHeld(
  reader: Reader,
  lane: LaneState,
  { beforeMs, most }: { beforeMs: number; most: number },
): SeqRange | undefined {
  const { epoch, stream, head } = lane;
  const oldest = oldestOf(reader, lane);
  const settled = union(lane.held, lane.shed, lane.moved);
  // The newest of all is what the next one is chained to; where nothing is to be sent, the newest that the hub holds is what it is asked by.
  const kept = sendableOf(lane).length > 0 ? head : Math.min(head, lane.held.at(-1)?.[1] ?? head);
  const end = settled.find(([from, to]) => from <= oldest && oldest <= to)?.[1] ?? 0;
  const [range] = lowest(setOf([[oldest, Math.min(end, kept - 1)]]), most);
  if (range === undefined) return undefined;
  const rows = reader.all<{ seq: number; time: string }>(
    'SELECT seq, time FROM event WHERE epoch = ? AND stream = ? AND seq BETWEEN ? AND ? ORDER BY seq',
    epoch,
    stream,
    ...range,
  );
  const young = rows.findIndex(({ time }) => Date.parse(time) >= beforeMs);
  const last = rows[young < 0 ? rows.length - 1 : young - 1];
  return last === undefined ? undefined : [oldest, last.seq];
}
