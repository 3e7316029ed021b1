import type { EventBody, EventType } from '@tillside/protocol';
import type { Journal, Reader } from './journal.ts';
import { type LaneState, readLane, waitingOf, writeLane } from './lanes.ts';
import { tombstoneOf } from './outbox-missing.ts';
import { lowest, minus, type Ranges, type SeqRange, setOf, union, within } from './ranges.ts';
import { deleteEvents } from './retention.ts';

export type ShedReason = Exclude<EventBody<'tillside.stream.shed.v1'>['reason'], 'retention'>;

/**
 * What of the operations only informs, and may be given up after footfall. Not the proof that a label showed its price (a till charges by it, and an
 * inspector asks for it), not a cancelled basket (loss prevention), not what became of HQ's pushes, and never a tombstone.
 */
export const INFORMING: readonly EventType[] = [
  'tillside.recommendation.served.v1',
  'tillside.recommendation.outcome.v1',
  'tillside.device.changed.v1',
];

/** Events that one transaction gives up, behind one tombstone. */
export const SHED_AT_ONCE = 500;
/** A tombstone takes the room of two such events: fewer in a row than this are not worth one. */
const LEAST_RUN = 8;
/** Rows that are looked at for a run in one step. */
const LOOKED_AT_ONCE = 2_000;
/** Holes that a stream's marks may name; beyond, nothing more of it is given up. */
const MAX_HOLES = 1_000;

export interface ShedStep {
  readonly shed: number;
  /** Where among the operations the next look begins. */
  readonly cursor: number;
}

/**
 * Gives up the next of what waits, in the declared order: footfall, oldest first, then the operations that only inform. The tombstone is in the same transaction. Sales,
 * redemptions, returns and members are never given up, nor what is under way to the hub.
 */
export function shedNext(
  journal: Journal,
  of: { reason: ShedReason; cursor: number; reserved: (lane: LaneState) => Ranges },
): ShedStep {
  const giveUp = (lane: LaneState, range: SeqRange): number =>
    journal.write((tx) => {
      const stone = tombstoneOf(tx, lane, range, of.reason, journal.instant());
      const deleted = deleteEvents(tx, lane, range);
      // After what it stands for is gone: on a full disk it may need the room of that.
      if (stone !== undefined) tx.append('tillside.stream.shed.v1', stone);
      // The tombstone may be of this very stream.
      const now = readLane(tx, lane.epoch, lane.stream) ?? lane;
      writeLane(tx, { ...now, shed: union(now.shed, [range]) });
      return deleted;
    });
  const presence = readLane(journal, journal.epoch, 'presence');
  const [oldest] = presence === undefined ? [] : lowest(free(presence, of.reserved), SHED_AT_ONCE);
  if (presence !== undefined && oldest !== undefined && isWorth(oldest))
    return { shed: giveUp(presence, oldest), cursor: of.cursor };
  const ops = readLane(journal, journal.epoch, 'ops');
  if (ops === undefined) return { shed: 0, cursor: of.cursor };
  const { run, cursor } = nextRun(journal, ops, within(free(ops, of.reserved), setOf([[of.cursor + 1, ops.head]])));
  if (run === undefined) return { shed: 0, cursor: Math.max(cursor, of.cursor) };
  return { shed: giveUp(ops, run), cursor: run[1] };
}

/** What may be given up: it waits, is not under way, and is not the newest, which the next event is chained to. */
const free = (lane: LaneState, reserved: (lane: LaneState) => Ranges): Ranges =>
  lane.shed.length >= MAX_HOLES ? [] : minus(waitingOf(lane), union(reserved(lane), [[lane.head, lane.head]]));

const isWorth = ([from, to]: SeqRange): boolean => to - from + 1 >= LEAST_RUN;

/** The first run of informing events, and how far was looked. */
function nextRun(reader: Reader, { epoch, stream }: LaneState, among: Ranges): { run?: SeqRange; cursor: number } {
  const [first] = lowest(among, LOOKED_AT_ONCE);
  if (first === undefined) return { cursor: 0 };
  const rows = reader.all<{ seq: number; type: string }>(
    'SELECT seq, type FROM event WHERE epoch = ? AND stream = ? AND seq BETWEEN ? AND ? ORDER BY seq',
    epoch,
    stream,
    ...first,
  );
  const informing = rows.filter(({ type }) => (INFORMING as readonly string[]).includes(type));
  const runs = setOf(informing.map(({ seq }): SeqRange => [seq, seq]));
  const [run] = lowest(runs.filter(isWorth), SHED_AT_ONCE);
  return run === undefined ? { cursor: first[1] } : { run, cursor: run[1] };
}
