import type { Stream } from '@tillside/protocol';
import { ROW_BYTES } from './event-row.ts';
import type { Reader, Tx } from './journal.ts';
import { countOf, minus, type Ranges, type SeqRange, setOf, union, within } from './ranges.ts';

/** What became of the events of one stream of one epoch. What waits is arithmetic: no event has a row in an outbox. */
export interface LaneState {
  readonly epoch: string;
  readonly stream: Stream;
  /** Number of the newest event. */
  readonly head: number;
  /** What the hub said it holds of what we sent. */
  readonly held: Ranges;
  /** Given up by a tombstone: their rows are gone. */
  readonly shed: Ranges;
  /** What the hub will not take; sent again after the next start. */
  readonly aside: Ranges;
  /** From this number on the hub holds another history under these numbers; null: nowhere. */
  readonly fork: number | null;
  /** Numbers from the fork on that the hub holds, of which nobody knows yet whether it is our event: to be asked by sending them. */
  readonly doubt: Ranges;
  /** Told again under numbers of a later epoch: never to be sent under these. */
  readonly moved: Ranges;
}

interface LaneRow {
  epoch: string;
  stream: Stream;
  head: number | null;
  held: number;
  ranges: string;
  shed: string;
  aside: string;
  fork: number | null;
  doubt: string;
  moved: string;
}

/** A stream's row is made with its first event. */
export const OPEN_LANE = `INSERT INTO outbox_lane (epoch, stream, held, ranges, opened)
  VALUES (?, ?, 0, '[]', (SELECT coalesce(max(opened), 0) + 1 FROM outbox_lane)) ON CONFLICT DO NOTHING`;

const COLUMNS = `epoch, stream, held, ranges, shed, aside, fork, doubt, moved,
    (SELECT max(seq) FROM event e WHERE e.epoch = l.epoch AND e.stream = l.stream) AS head`;

/** Sales first; the oldest epoch first, so that it ends. Footfall goes last. */
const LANES = `SELECT ${COLUMNS} FROM outbox_lane l
  ORDER BY CASE stream WHEN 'sales' THEN 0 WHEN 'members' THEN 1 WHEN 'ops' THEN 2 ELSE 3 END, opened`;
const LANE = `SELECT ${COLUMNS} FROM outbox_lane l WHERE epoch = ? AND stream = ?`;

const ranges = (text: string): Ranges => (text === '[]' ? [] : (JSON.parse(text) as Ranges));

const laneOf = (row: LaneRow): LaneState => ({
  epoch: row.epoch,
  stream: row.stream,
  head: row.head ?? 0,
  held: setOf([[1, row.held], ...ranges(row.ranges)]),
  shed: ranges(row.shed),
  aside: ranges(row.aside),
  fork: row.fork,
  doubt: ranges(row.doubt),
  moved: ranges(row.moved),
});

/** Of every epoch: a hub that is put back to an earlier day may lack what an older one told it. */
export const allLanes = (reader: Reader): LaneState[] => reader.all<LaneRow>(LANES).map(laneOf);

/** Bytes of a stream's events that are still here. A few look-ups, however many they are. */
export function bytesOf(reader: Reader, { epoch, stream, shed }: LaneState): number {
  const at = (seq: string): { seq: number; total: number; own: number } | undefined =>
    reader.get(
      `SELECT seq, total, length(envelope) AS own FROM event WHERE epoch = ? AND stream = ? ORDER BY seq ${seq} LIMIT 1`,
      epoch,
      stream,
    );
  const [oldest, newest] = [at('ASC'), at('DESC')];
  if (oldest === undefined || newest === undefined) return 0;
  const totalAt = (seq: number): { total: number; own: number } | undefined =>
    reader.get(
      'SELECT total, length(envelope) AS own FROM event WHERE epoch = ? AND stream = ? AND seq = ?',
      epoch,
      stream,
      seq,
    );
  const holes = shed
    .filter(([from]) => from > oldest.seq)
    .map(([from, to]) => {
      const [before, after] = [totalAt(from - 1), totalAt(to + 1)];
      return before === undefined || after === undefined ? 0 : after.total - after.own - ROW_BYTES - before.total;
    });
  return newest.total - oldest.total + oldest.own + ROW_BYTES - holes.reduce((sum, bytes) => sum + bytes, 0);
}

export function readLane(reader: Reader, epoch: string, stream: Stream): LaneState | undefined {
  const row = reader.get<LaneRow>(LANE, epoch, stream);
  return row === undefined ? undefined : laneOf(row);
}

export function writeLane(tx: Tx, lane: LaneState): void {
  const [first] = lane.held;
  const contiguous = first?.[0] === 1 ? first[1] : 0;
  const above = contiguous === 0 ? lane.held : lane.held.slice(1);
  const json = (set: Ranges): string => JSON.stringify(set);
  tx.run(
    `UPDATE outbox_lane SET held = ?, ranges = ?, shed = ?, aside = ?, fork = ?, doubt = ?, moved = ?
     WHERE epoch = ? AND stream = ?`,
    contiguous,
    json(above),
    json(lane.shed),
    json(lane.aside),
    lane.fork,
    json(lane.doubt),
    json(lane.moved),
    lane.epoch,
    lane.stream,
  );
}

/** What the hub has still to get, in this epoch or the next. */
export const waitingOf = ({ head, held, shed, aside, moved }: LaneState): Ranges =>
  minus(
    [[1, head] satisfies SeqRange].filter(([, to]) => to > 0),
    union(held, shed, aside, moved),
  );

/** What may be sent under these numbers: of a forked stream what is before the fork, and what has to be asked. */
export function sendableOf(lane: LaneState): Ranges {
  const waiting = waitingOf(lane);
  return lane.fork === null ? waiting : within(waiting, union([[1, lane.fork - 1]], lane.doubt));
}

export const laneKey = ({ epoch, stream }: { epoch: string; stream: Stream }): string => `${epoch}/${stream}`;

export const waitingIn = (lane: LaneState): number => countOf(waitingOf(lane));
