import type { Journal, Reader, Tx } from './journal.ts';
import { allLanes, type LaneState } from './lanes.ts';
import { oldestOf } from './outbox-missing.ts';
import { lowest, type SeqRange, setOf, union } from './ranges.ts';

/** Rows that one transaction deletes: a few milliseconds, in which a till waits. */
export const DELETED_AT_ONCE = 200;

/**
 * Deletes the oldest events of which the hub holds a copy, from each stream's beginning, at most DELETED_AT_ONCE: of those that happened before `beforeMs`, or of any age.
 * Never the newest of a stream, which the next one is chained to, and never one that waits. Returns how many.
 */
export function deleteHeld(journal: Journal, beforeMs: number): number {
  let left = DELETED_AT_ONCE;
  const found: { lane: LaneState; range: SeqRange }[] = [];
  for (const { lane, isClosed } of allLanes(journal)) {
    const range = left > 0 ? oldestHeld(journal, lane, { isClosed, beforeMs, most: left }) : undefined;
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
  { isClosed, beforeMs, most }: { isClosed: boolean; beforeMs: number; most: number },
): SeqRange | undefined {
  const { epoch, stream, head } = lane;
  const oldest = oldestOf(reader, lane);
  // Of a closed stream all is at the hub, or came again in a later epoch.
  const settled = isClosed ? setOf([[1, head - 1]]) : union(lane.held, lane.shed);
  const end = settled.find(([from, to]) => from <= oldest && oldest <= to)?.[1] ?? 0;
  const [range] = lowest(setOf([[oldest, Math.min(end, head - 1)]]), most);
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
