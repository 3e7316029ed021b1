import { genesisHash, type Stream, type StreamAck } from '@tillside/protocol';
import { sumsOf } from '../../sync/effects.ts';
import type { IncomingEvent } from '../../sync/incoming.ts';
import { heldNumbers, planEpoch, stepAcross } from '../../sync/plan.ts';
import { emptyStream, type HeldRange, type StreamState } from '../../sync/position.ts';
import type { IncomingBatch, IngestResult } from '../port.ts';
import type { Folds } from './folds.ts';
import type { Sqlite } from './open.ts';
import { createOnce } from './told.ts';

interface StreamRow {
  id: number;
  stream: Stream;
  contiguousSeq: number;
  contiguousHash: string;
  ranges: string;
  forkSeq: number | null;
  lastReceivedAt: string;
  told: 0 | 1;
}

export const ackOf = (epoch: string, stream: Stream, { contiguousSeq, ranges }: StreamState): StreamAck => ({
  epoch,
  stream,
  contiguousSeq,
  ranges: ranges.map(({ from, to }): [number, number] => [from, to]),
});

function prepareStatements(db: Sqlite) {
  return {
    streams: db.prepare<[string, string], StreamRow>(
      `SELECT id, stream, contiguous_seq AS contiguousSeq, contiguous_hash AS contiguousHash, ranges, fork_seq AS forkSeq,
         last_received_at AS lastReceivedAt, told
       FROM streams WHERE store = ? AND epoch = ?`,
    ),
    putStream: db
      .prepare<object, number>(
        `INSERT INTO streams (store, epoch, stream, contiguous_seq, contiguous_hash, ranges, fork_seq, last_received_at)
         VALUES (@store, @epoch, @stream, @contiguousSeq, @contiguousHash, @ranges, @forkSeq, @receivedAt) ON CONFLICT (store, epoch, stream) DO UPDATE SET
         contiguous_seq = excluded.contiguous_seq, contiguous_hash = excluded.contiguous_hash, ranges = excluded.ranges,
         fork_seq = excluded.fork_seq, last_received_at = excluded.last_received_at RETURNING id`,
      )
      .pluck(),
    heldHash: db.prepare<[number, number], string>('SELECT hash FROM events WHERE stream_id = ? AND seq = ?').pluck(),
    insert: db.prepare(
      `INSERT INTO events (stream_id, seq, type, time, prevhash, hash, received_at, quarantine, sale_id, receipt_number, business_date, envelope)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    shed: db.prepare('INSERT INTO sheds VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING'),
    conflict: db.prepare(
      'INSERT INTO conflicts VALUES (@store, @epoch, @stream, @seq, @hash, @receivedAt, @text) ON CONFLICT DO NOTHING',
    ),
  };
}

export interface Ingest {
  /** Carries out the plan for one batch; call it inside a transaction. */
  take(batch: IncomingBatch): IngestResult;
  /** Steps across a hole whose declaration could not be read when it came; call it inside a transaction. False when there is no room for it yet. */
  declare(event: IncomingEvent): boolean;
}

export function createIngest(db: Sqlite, folds: Folds): Ingest {
  const statements = prepareStatements(db);
  const once = createOnce(db);

  const insert = (streamId: number, event: IncomingEvent, receivedAt: string): void => {
    const { seq, type, time, prevhash, hash, quarantine, effects, text } = event;
    const { saleId = null, receiptNumber = null, businessDate = null } = effects.lookup ?? {};
    statements.insert.run(
      streamId,
      seq,
      type,
      time,
      prevhash,
      hash,
      receivedAt,
      quarantine,
      saleId,
      receiptNumber,
      businessDate,
      text,
    );
  };

  const ingestEpoch = (batch: IncomingBatch, epoch: string, events: IncomingEvent[], into: IngestResult): void => {
    const { store, receivedAt } = batch;
    const rows = new Map(statements.streams.all(store, epoch).map((row) => [row.stream, row]));
    const genesis = (stream: Stream): string => genesisHash(store, epoch, stream);
    const states = new Map([...rows].map(([stream, row]) => [stream, stateOf(row, genesis)]));
    const held = new Map<string, string>();
    for (const { stream, seq } of heldNumbers(states, events)) {
      const hash = statements.heldHash.get(rows.get(stream)?.id ?? 0, seq);
      if (hash !== undefined) held.set(`${stream}/${seq}`, hash);
    }
    const plan = planEpoch({ states, genesis, heldHash: (stream, seq) => held.get(`${stream}/${seq}`) }, events);
    const ids = new Map<Stream, number>();
    for (const [stream, state] of plan.states) {
      const ranges = JSON.stringify(state.ranges);
      ids.set(stream, statements.putStream.get({ ...state, store, epoch, stream, ranges, receivedAt }) ?? 0);
      into.acks.push(ackOf(epoch, stream, state));
    }
    const stored = into.stored as IncomingEvent[];
    for (const [event, verdict] of plan.verdicts) {
      const { stream, seq, hash, text, shed } = event;
      if (verdict === 'store') {
        const counted = once(event, rows.get(stream)?.told === 1);
        insert(ids.get(stream) ?? 0, counted, receivedAt);
        stored.push(counted);
        if (shed !== undefined)
          statements.shed.run(ids.get(shed.stream), shed.fromSeq, shed.toSeq, shed.prevhash, shed.lastHash);
      } else if (verdict === 'conflict') {
        statements.conflict.run({ store, epoch, stream, seq, hash, receivedAt, text });
        into.conflicts.push({ epoch, stream, seq });
      } else if (verdict === 'given-up') into.conflicts.push({ epoch, stream, seq });
    }
    (into as { duplicates: number }).duplicates += plan.verdicts.filter(
      ([, verdict]) => verdict === 'duplicate',
    ).length;
  };

  const declare = ({ store, epoch, shed }: IncomingEvent): boolean => {
    if (shed === undefined) return true;
    const { stream, fromSeq, toSeq, prevhash, lastHash } = shed;
    const genesis = genesisHash(store, epoch, stream);
    const row = statements.streams.all(store, epoch).find((each) => each.stream === stream);
    const state = stepAcross(row === undefined ? emptyStream(genesis) : stateOf(row, () => genesis), shed);
    if (state === null) return false;
    const ranges = JSON.stringify(state.ranges);
    // The stream did not grow.
    const receivedAt = row?.lastReceivedAt ?? '';
    const id = statements.putStream.get({ ...state, store, epoch, stream, ranges, receivedAt });
    statements.shed.run(id, fromSeq, toSeq, prevhash, lastHash);
    return true;
  };

  const take = (batch: IncomingBatch): IngestResult => {
    const result: IngestResult = { acks: [], stored: [], duplicates: 0, conflicts: [] };
    for (const [epoch, events] of byEpoch(batch.events)) ingestEpoch(batch, epoch, events, result);
    folds.add(batch.store, result.stored, sumsOf(batch, result.stored), batch.receivedAt);
    return result;
  };
  return { take, declare };
}

/** A stream of before the hashes were kept, of which nothing is contiguous yet, has none. */
const stateOf = (
  { stream, contiguousSeq, contiguousHash, ranges, forkSeq }: StreamRow,
  genesis: (stream: Stream) => string,
): StreamState => ({
  contiguousSeq,
  contiguousHash: contiguousHash === '' ? genesis(stream) : contiguousHash,
  ranges: JSON.parse(ranges) as HeldRange[],
  forkSeq,
});

function byEpoch(events: readonly IncomingEvent[]): Map<string, IncomingEvent[]> {
  const groups = new Map<string, IncomingEvent[]>();
  for (const event of events) {
    const group = groups.get(event.epoch);
    if (group === undefined) groups.set(event.epoch, [event]);
    else group.push(event);
  }
  return groups;
}
