import { genesisHash, type Stream, type StreamAck } from '@tillside/protocol';
import { sumsOf } from '../../sync/effects.ts';
import type { IncomingEvent } from '../../sync/incoming.ts';
import { type EpochPlan, heldNumbers, planEpoch, stepAcross } from '../../sync/plan.ts';
import type { HeldRange, StreamState } from '../../sync/position.ts';
import type { IncomingBatch, IngestResult } from '../port.ts';
import { copyIn, copyLine, plain, plainOrNull } from './copy.ts';
import { addFolds } from './folds.ts';
import { dayOf } from './partitions.ts';
import { rowsOf, type Session } from './pool.ts';
import { Once } from './told.ts';

interface StreamRow {
  id: number;
  store: string;
  epoch: string;
  stream: Stream;
  contiguousSeq: number;
  contiguousHash: string;
  ranges: string;
  forkSeq: number | null;
  lastReceivedAt: string;
  told: boolean;
}

/** A stream under its lock, with what the transaction makes of it. */
interface Locked {
  readonly row: StreamRow;
  state: StreamState;
  receivedAt: string | null;
}

const keyOf = (store: string, epoch: string, stream: Stream): string => `${store}\n${epoch}\n${stream}`;

const stateOf = ({ contiguousSeq, contiguousHash, ranges, forkSeq }: StreamRow): StreamState => ({
  contiguousSeq,
  contiguousHash,
  ranges: JSON.parse(ranges) as HeldRange[],
  forkSeq,
});

const ackOf = (epoch: string, stream: Stream, { contiguousSeq, ranges }: StreamState): StreamAck => ({
  epoch,
  stream,
  contiguousSeq,
  ranges: ranges.map(({ from, to }): [number, number] => [from, to]),
});

const WANTED = 'unnest($1::text[], $2::text[], $3::text[]) AS w (store, epoch, stream)';
const LOCK = `SELECT id, store, epoch, stream, contiguous_seq AS "contiguousSeq", contiguous_hash AS "contiguousHash", ranges, fork_seq AS "forkSeq",
  last_received_at AS "lastReceivedAt", told FROM streams WHERE (store, epoch, stream) IN (SELECT store, epoch, stream FROM ${WANTED}) ORDER BY store, epoch, stream FOR UPDATE`;
const MAKE = `INSERT INTO streams (store, epoch, stream, contiguous_seq, contiguous_hash, ranges, last_received_at)
  SELECT store, epoch, stream, 0, hash, '[]', received_at FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
  AS w (store, epoch, stream, hash, received_at) ORDER BY store, epoch, stream ON CONFLICT DO NOTHING`;

/** Locks the streams that the batches touch, always in the same order, so that no two hubs wait for each other; one that is new is made first. */
async function lockStreams(session: Session, batches: readonly IncomingBatch[]): Promise<Map<string, Locked>> {
  const wanted = new Map<string, { store: string; epoch: string; stream: Stream; receivedAt: string }>();
  for (const { store, receivedAt, events } of batches) {
    for (const { epoch, stream, shed, again } of events) {
      wanted.set(keyOf(store, epoch, stream), { store, epoch, stream, receivedAt });
      if (again !== undefined)
        wanted.set(keyOf(store, again.epoch, stream), { store, epoch: again.epoch, stream, receivedAt });
      if (shed !== undefined)
        wanted.set(keyOf(store, epoch, shed.stream), { store, epoch, stream: shed.stream, receivedAt });
    }
  }
  const columns = (list: readonly { store: string; epoch: string; stream: Stream }[]) => [
    list.map(({ store }) => store),
    list.map(({ epoch }) => epoch),
    list.map(({ stream }) => stream),
  ];
  const all = [...wanted.values()];
  let rows = await rowsOf<StreamRow>(session, LOCK, columns(all));
  if (rows.length < all.length) {
    const held = new Set(rows.map(({ store, epoch, stream }) => keyOf(store, epoch, stream)));
    const fresh = all.filter(({ store, epoch, stream }) => !held.has(keyOf(store, epoch, stream)));
    const hashes = fresh.map(({ store, epoch, stream }) => genesisHash(store, epoch, stream));
    await session.query(MAKE, [...columns(fresh), hashes, fresh.map(({ receivedAt }) => receivedAt)]);
    rows = await rowsOf<StreamRow>(session, LOCK, columns(all));
  }
  return new Map(
    rows.map((row) => [keyOf(row.store, row.epoch, row.stream), { row, state: stateOf(row), receivedAt: null }]),
  );
}

const HELD = `SELECT e.store, e.stream_id AS "streamId", e.seq, e.hash FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::date[]) AS w (store, stream_id, seq, day)
  JOIN events e ON e.store = w.store AND e.stream_id = w.stream_id AND e.seq = w.seq AND e.day = w.day`;
/** Over all partitions: what is sent with another date than it is held with, and numbers that were given up. */
const HELD_ANY_DAY = `SELECT e.store, e.stream_id AS "streamId", e.seq, e.hash FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS w (store, stream_id, seq)
  JOIN events e ON e.store = w.store AND e.stream_id = w.stream_id AND e.seq = w.seq`;

/** Hashes of what is sent and held already, by stream's number and seq. The same event has the same date, so that one partition is enough to look in. */
async function heldHashes(session: Session, epochs: readonly Epoch[]): Promise<Map<string, string>> {
  const asked = epochs.flatMap(({ store, receivedAt, streams, events }) =>
    heldNumbers(statesOf(streams), events).map(({ stream, seq, time }) => ({
      store,
      id: streams.get(stream)?.row.id ?? 0,
      seq,
      day: dayOf(time, receivedAt),
    })),
  );
  const found = new Map<string, string>();
  const look = async (text: string, list: typeof asked, withDay: boolean): Promise<void> => {
    if (list.length === 0) return;
    const columns: unknown[] = [list.map(({ store }) => store), list.map(({ id }) => id), list.map(({ seq }) => seq)];
    if (withDay) columns.push(list.map(({ day }) => day));
    for (const { streamId, seq, hash } of await rowsOf<{ streamId: number; seq: number; hash: string }>(
      session,
      text,
      columns,
    ))
      found.set(`${streamId}/${seq}`, hash);
  };
  await look(HELD, asked, true);
  const rest = asked.filter(({ id, seq }) => !found.has(`${id}/${seq}`));
  await look(HELD_ANY_DAY, rest, false);
  return found;
}

/** What one batch brings of one epoch. */
interface Epoch {
  readonly store: string;
  readonly epoch: string;
  readonly receivedAt: string;
  readonly events: readonly IncomingEvent[];
  /** The locked streams of the epoch. */
  readonly streams: ReadonlyMap<Stream, Locked>;
}

const statesOf = (streams: Epoch['streams']): Map<Stream, StreamState> =>
  new Map([...streams].map(([stream, { state }]) => [stream, state]));

function epochsOf({ store, receivedAt, events }: IncomingBatch, locked: ReadonlyMap<string, Locked>): Epoch[] {
  const groups = new Map<string, { events: IncomingEvent[]; streams: Map<Stream, Locked> }>();
  for (const event of events) {
    const group = groups.get(event.epoch) ?? { events: [], streams: new Map<Stream, Locked>() };
    groups.set(event.epoch, group);
    group.events.push(event);
    for (const stream of [event.stream, ...(event.shed === undefined ? [] : [event.shed.stream])]) {
      const held = locked.get(keyOf(store, event.epoch, stream));
      if (held !== undefined) group.streams.set(stream, held);
    }
  }
  return [...groups].map(([epoch, group]) => ({ store, epoch, receivedAt, ...group }));
}

/** What is written once every batch was judged. */
interface Writes {
  readonly lines: string[];
  readonly sheds: (readonly [string, number, NonNullable<IncomingEvent['shed']>])[];
  readonly conflicts: (readonly [IncomingEvent, string])[];
}

const EVENTS = `events (store, stream_id, seq, day, type, time, prevhash, hash, received_at, quarantine, sale_id, receipt_number, business_date, envelope)`;

function eventLine(store: string, streamId: number, event: IncomingEvent, receivedAt: string): string {
  const { seq, type, time, prevhash, hash, quarantine, effects, text } = event;
  const { saleId, receiptNumber, businessDate } = effects.lookup ?? {};
  const found = [plainOrNull(saleId), plainOrNull(receiptNumber), plainOrNull(businessDate)];
  const day = dayOf(time, receivedAt);
  return copyLine([
    store,
    streamId,
    seq,
    day,
    plain(type),
    time,
    prevhash,
    hash,
    receivedAt,
    quarantine,
    ...found,
    text,
  ]);
}

function judge(epoch: Epoch, held: Map<string, string>, into: IngestResult, writes: Writes, once: Once): void {
  const { store, streams, receivedAt, events } = epoch;
  const idOf = (stream: Stream): number => streams.get(stream)?.row.id ?? 0;
  const plan: EpochPlan<IncomingEvent> = planEpoch(
    {
      states: statesOf(streams),
      genesis: (stream) => genesisHash(store, epoch.epoch, stream),
      heldHash: (stream, seq) => held.get(`${idOf(stream)}/${seq}`),
    },
    events,
  );
  for (const [stream, state] of plan.states) {
    const locked = streams.get(stream);
    if (locked !== undefined) Object.assign(locked, { state, receivedAt });
    into.acks.push(ackOf(epoch.epoch, stream, state));
  }
  for (const [event, verdict] of plan.verdicts) {
    const { stream, seq, hash, shed } = event;
    if (verdict === 'store') {
      const counted = once.of(event);
      writes.lines.push(eventLine(store, idOf(stream), counted, receivedAt));
      // The next batch of this transaction may bring it again.
      held.set(`${idOf(stream)}/${seq}`, hash);
      (into.stored as IncomingEvent[]).push(counted);
      if (shed !== undefined) writes.sheds.push([store, idOf(shed.stream), shed]);
    } else if (verdict === 'conflict') {
      writes.conflicts.push([event, receivedAt]);
      into.conflicts.push({ epoch: epoch.epoch, stream, seq });
    } else if (verdict === 'given-up') into.conflicts.push({ epoch: epoch.epoch, stream, seq });
    else if (verdict === 'duplicate') (into as { duplicates: number }).duplicates += 1;
  }
}

const PUT_STREAMS = `UPDATE streams SET contiguous_seq = w.contiguous_seq, contiguous_hash = w.contiguous_hash, ranges = w.ranges, fork_seq = w.fork_seq,
  last_received_at = w.received_at FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::bigint[], $8::text[])
  AS w (store, epoch, stream, contiguous_seq, contiguous_hash, ranges, fork_seq, received_at)
  WHERE streams.store = w.store AND streams.epoch = w.epoch AND streams.stream = w.stream`;

async function putStreams(session: Session, touched: readonly Locked[]): Promise<void> {
  const list = touched.filter(({ receivedAt }) => receivedAt !== null);
  await session.query(PUT_STREAMS, [
    list.map(({ row }) => row.store),
    list.map(({ row }) => row.epoch),
    list.map(({ row }) => row.stream),
    list.map(({ state }) => state.contiguousSeq),
    list.map(({ state }) => state.contiguousHash),
    list.map(({ state }) => JSON.stringify(state.ranges)),
    list.map(({ state }) => state.forkSeq),
    list.map(({ receivedAt }) => receivedAt),
  ]);
}

async function putKeptAside(session: Session, { sheds, conflicts }: Writes): Promise<void> {
  for (const [store, streamId, { fromSeq, toSeq, prevhash, lastHash }] of sheds)
    await session.query('INSERT INTO sheds VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING', [
      store,
      streamId,
      fromSeq,
      toSeq,
      prevhash,
      lastHash,
    ]);
  if (conflicts.length === 0) return;
  const events = conflicts.map(([event]) => event);
  await session.query(
    `INSERT INTO conflicts SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[]) ON CONFLICT DO NOTHING`,
    [
      events.map(({ store }) => store),
      events.map(({ epoch }) => epoch),
      events.map(({ stream }) => stream),
      events.map(({ seq }) => seq),
      events.map(({ hash }) => hash),
      conflicts.map(([, receivedAt]) => receivedAt),
      events.map(({ text }) => text),
    ],
  );
}

/** Steps across a hole whose declaration could not be read when it came, inside a transaction. False when there is no room for it yet. */
export async function declareHole(session: Session, event: IncomingEvent): Promise<boolean> {
  const { store, epoch, shed } = event;
  if (shed === undefined) return true;
  const locked = await lockStreams(session, [{ store, receivedAt: '', events: [event] }]);
  const held = locked.get(keyOf(store, epoch, shed.stream));
  const state = held === undefined ? null : stepAcross(held.state, shed);
  if (held === undefined || state === null) return false;
  // The stream did not grow.
  await putStreams(session, [{ ...held, state, receivedAt: held.row.lastReceivedAt }]);
  await putKeptAside(session, { lines: [], sheds: [[store, held.row.id, shed]], conflicts: [] });
  return true;
}

/** Batches in their order, inside one transaction. */
export async function ingestBatches(session: Session, batches: readonly IncomingBatch[]): Promise<IngestResult[]> {
  const locked = await lockStreams(session, batches);
  const epochs = batches.map((batch) => epochsOf(batch, locked));
  const held = await heldHashes(session, epochs.flat());
  const once = await Once.among(
    session,
    batches.flatMap(({ events }) => events),
    ({ store, epoch, stream }) => locked.get(keyOf(store, epoch, stream))?.row.told === true,
  );
  const writes: Writes = { lines: [], sheds: [], conflicts: [] };
  const results = epochs.map((list): IngestResult => {
    const result: IngestResult = { acks: [], stored: [], duplicates: 0, conflicts: [] };
    for (const epoch of list) judge(epoch, held, result, writes, once);
    return result;
  });
  if (writes.lines.length > 0) await copyIn(session, EVENTS, writes.lines);
  await putStreams(session, [...locked.values()]);
  await once.write(session);
  await putKeptAside(session, writes);
  await addFolds(
    session,
    batches.map((batch, index) => {
      const events = results[index]?.stored ?? [];
      return { store: batch.store, receivedAt: batch.receivedAt, events, sums: sumsOf(batch, events) };
    }),
  );
  return results;
}
