import type { Journal, Tx } from './journal.ts';
import { allLanes, type LaneState, sendableOf, waitingOf, writeLane } from './lanes.ts';
import { lowest, type Ranges, type SeqRange, union } from './ranges.ts';

/** Events that one transaction moves: a few milliseconds, in which a till waits. */
export const MOVED_AT_ONCE = 100;

const ENVELOPES = 'SELECT seq, envelope FROM event WHERE epoch = ? AND stream = ? AND seq BETWEEN ? AND ? ORDER BY seq';

const MOVE_POINTS = 'UPDATE points_entry SET epoch = ?, seq = ? WHERE epoch = ? AND seq = ?';

/**
 * The hub's history parts from ours: this disk was restored. From now on events are of a new epoch; in the same transaction the first that waited under
 * numbers that are taken come again in it, so that a short queue keeps its order also before what is sold next. What is under way waits for its answer.
 */
export function forkEpoch(journal: Journal, reserved: (lane: LaneState) => Ranges): void {
  journal.writeInNewEpoch((tx) => moveSome(tx, reserved));
}

/**
 * Moves the next of those that wait beyond a fork, once nothing of their stream has to be asked under the old numbers: each exactly once, in their order,
 * whatever ends the agent between. False when there is nothing to move.
 */
export function moveForked(journal: Journal, reserved: (lane: LaneState) => Ranges): boolean {
  if (!allLanes(journal).some((lane) => isReady(lane, journal.epoch, reserved))) return false;
  return journal.write((tx) => moveSome(tx, reserved, journal.epoch)) > 0;
}

const isReady = (lane: LaneState, running: string | undefined, reserved: (lane: LaneState) => Ranges): boolean =>
  lane.epoch !== running &&
  lane.fork !== null &&
  waitingOf(lane).length > 0 &&
  sendableOf(lane).length === 0 &&
  reserved(lane).length === 0;

function moveSome(tx: Tx, reserved: (lane: LaneState) => Ranges, running?: string): number {
  let left = MOVED_AT_ONCE;
  let changed = 0;
  for (const lane of allLanes(tx)) {
    if (!isReady(lane, running, reserved) || left <= 0) continue;
    const some = lowest(waitingOf(lane), left);
    for (const range of some) left -= move(tx, lane, range);
    writeLane(tx, { ...lane, moved: union(lane.moved, some) });
    changed += 1;
  }
  return changed;
}

function move(tx: Tx, { epoch, stream }: LaneState, [from, to]: SeqRange): number {
  const rows = tx.all<{ seq: number; envelope: string }>(ENVELOPES, epoch, stream, from, to);
  for (const { seq, envelope } of rows) {
    const place = tx.again(envelope);
    // What HQ says that it has heard of points goes by where it heard of them.
    if (stream === 'sales') tx.run(MOVE_POINTS, place.epoch, place.seq, epoch, seq);
  }
  return to - from + 1;
}
