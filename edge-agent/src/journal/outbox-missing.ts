import { type Envelope, type EventBody, genesisHash } from '@tillside/protocol';
import type { Tx } from './journal.ts';
import { type LaneState, waitingOf } from './lanes.ts';
import { countOf, minus, type Ranges, type SeqRange, union, within } from './ranges.ts';

type Reason = EventBody<'tillside.stream.shed.v1'>['reason'];

/** Declares a range as given up. Its own events say how it is chained, while they are here; afterwards the events around it do. */
export function tombstone(tx: Tx, lane: LaneState, range: SeqRange, reason: Reason, at: string): void {
  const stone = tombstoneOf(tx, lane, range, reason, at);
  if (stone !== undefined) tx.append('tillside.stream.shed.v1', stone);
}

/** What stands for events that are still here and about to go; undefined where the chain around them is not known. */
export function tombstoneOf(
  tx: Pick<Tx, 'get'>,
  lane: LaneState,
  [fromSeq, toSeq]: SeqRange,
  reason: Reason,
  at: string,
): EventBody<'tillside.stream.shed.v1'> | undefined {
  const { epoch, stream } = lane;
  const eventAt = (seq: number): { hash: string; envelope: string } | undefined =>
    tx.get('SELECT hash, envelope FROM event WHERE epoch = ? AND stream = ? AND seq = ?', epoch, stream, seq);
  const before = (seq: number): string | undefined => {
    const text = eventAt(seq)?.envelope;
    return text === undefined ? undefined : (JSON.parse(text) as Envelope).prevhash;
  };
  const genesis = fromSeq === 1 ? genesisHash(storeOf(tx), epoch, stream) : undefined;
  const prevhash = genesis ?? before(fromSeq) ?? eventAt(fromSeq - 1)?.hash;
  const lastHash = eventAt(toSeq)?.hash ?? before(toSeq + 1);
  if (prevhash === undefined || lastHash === undefined) return undefined;
  return { stream, fromSeq, toSeq, prevhash, lastHash, reason, at };
}

const storeOf = (tx: Pick<Tx, 'get'>): string =>
  tx.get<{ value: string }>(`SELECT value FROM meta WHERE key = 'store'`)?.value ?? '';

/** The lowest number of a stream that is still here. */
export const oldestOf = (tx: Pick<Tx, 'get'>, { epoch, stream }: Pick<LaneState, 'epoch' | 'stream'>): number =>
  tx.get<{ seq: number | null }>('SELECT min(seq) AS seq FROM event WHERE epoch = ? AND stream = ?', epoch, stream)
    ?.seq ?? 1;

/**
 * A hub that was restored from a backup lacks what it held before: it gets all that is still here. What is not is declared: what the retention deleted, from
 * the stream's beginning, and once more what had been given up for want of room.
 */
export function declareMissing(
  tx: Tx,
  before: LaneState,
  after: LaneState,
  of: { isRunning: boolean; at: string },
): LaneState {
  const lost = minus(before.held, after.held);
  if (lost.length === 0) return after;
  const oldest = oldestOf(tx, after);
  const gone = within(waitingOf(after), [[1, oldest - 1]]);
  let next = after;
  if (countOf(gone) > 0) {
    if (of.isRunning) tombstone(tx, after, [1, oldest - 1], 'retention', of.at);
    next = { ...after, shed: union(after.shed, [[1, oldest - 1]]) };
  }
  const lowestLost = lost[0]?.[0] ?? 0;
  const again: Ranges = after.shed.filter(([from]) => from >= Math.max(lowestLost, oldest));
  if (of.isRunning) for (const range of again) tombstone(tx, after, range, 'disk-budget', of.at);
  return next;
}
