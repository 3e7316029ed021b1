import type { Stream } from '@tillside/protocol';
import type { Reader } from './journal.ts';

/** Closed range of sequence numbers. */
export type SeqRange = readonly [number, number];

/** What the hub holds of one stream of one epoch, as far as it told us: all up to `held`, and the ranges above it. What waits is arithmetic. */
export interface OutboxLane {
  readonly epoch: string;
  readonly stream: Stream;
  readonly held: number;
  readonly ranges: readonly SeqRange[];
  /** Number of the newest event. */
  readonly head: number;
}

export interface WaitingEvent {
  readonly seq: number;
  readonly text: string;
}

type LaneRow = Omit<OutboxLane, 'ranges'> & { ranges: string };

/** A stream's row is made with its first event. */
export const OPEN_LANE = `INSERT INTO outbox_lane (epoch, stream, held, ranges, opened)
  VALUES (?, ?, 0, '[]', (SELECT coalesce(max(opened), 0) + 1 FROM outbox_lane)) ON CONFLICT DO NOTHING`;

/** Sales first; the oldest epoch first, so that it ends. Footfall goes last. */
const LANES = `SELECT epoch, stream, held, ranges,
    (SELECT max(seq) FROM event e WHERE e.epoch = l.epoch AND e.stream = l.stream) AS head
  FROM outbox_lane l WHERE closed = 0
  ORDER BY CASE stream WHEN 'sales' THEN 0 WHEN 'members' THEN 1 WHEN 'ops' THEN 2 ELSE 3 END, opened`;

export const openLanes = (reader: Reader): OutboxLane[] =>
  reader.all<LaneRow>(LANES).map((row) => ({ ...row, ranges: JSON.parse(row.ranges) as SeqRange[] }));

export const waitingIn = ({ head, held, ranges }: OutboxLane): number =>
  ranges.reduce((left, [from, to]) => left - (to - from + 1), head - held);

/** The numbers that wait, as ranges, oldest first. */
export function gaps({ head, held, ranges }: OutboxLane): SeqRange[] {
  const found: SeqRange[] = [];
  let next = held + 1;
  for (const [from, to] of ranges) {
    if (from > next) found.push([next, from - 1]);
    next = Math.max(next, to + 1);
  }
  if (next <= head) found.push([next, head]);
  return found;
}

const PART = 'SELECT seq, envelope AS text FROM event WHERE epoch = ? AND stream = ? AND seq BETWEEN ? AND ?';

/** The oldest events that wait, at most `limit`. */
export function waitingOf(reader: Reader, lane: OutboxLane, limit: number): WaitingEvent[] {
  const found: WaitingEvent[] = [];
  for (const [from, to] of gaps(lane)) {
    if (found.length >= limit) break;
    const rows = reader.all<WaitingEvent>(
      `${PART} ORDER BY seq LIMIT ?`,
      lane.epoch,
      lane.stream,
      from,
      to,
      limit - found.length,
    );
    for (const row of rows) found.push(row);
  }
  return found;
}

/** The newest events that wait, newest first, at most `limit`. */
export function newestOf(reader: Reader, lane: OutboxLane, limit: number): WaitingEvent[] {
  const [from, to] = gaps(lane).at(-1) ?? [1, 0];
  return reader.all<WaitingEvent>(`${PART} ORDER BY seq DESC LIMIT ?`, lane.epoch, lane.stream, from, to, limit);
}
