import { genesisHash, type Stream, type StreamAck } from '@tillside/protocol';
import { sumEffects } from '../../sync/effects.ts';
import type { IncomingEvent } from '../../sync/incoming.ts';
import { heldNumbers, planEpoch } from '../../sync/plan.ts';
import type { HeldRange, StreamState } from '../../sync/position.ts';
import type { IncomingBatch, IngestResult } from '../port.ts';
import type { Folds } from './folds.ts';
import type { Sqlite } from './open.ts';

interface StreamRow {
  id: number;
  stream: Stream;
  contiguousSeq: number;
  contiguousHash: string;
  ranges: string;
  forkSeq: number | null;
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
      `SELECT id, stream, contiguous_seq AS contiguousSeq, contiguous_hash AS contiguousHash, ranges, fork_seq AS forkSeq
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

/** Carries out the plan for one batch; call it inside a transaction. */
export function createIngest(db: Sqlite, folds: Folds): (batch: IncomingBatch) => IngestResult {
  const statements = prepareStatements(db);

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
    const states = new Map([...rows].map(([stream, row]) => [stream, stateOf(row)]));
    const held = new Map<string, string>();
    for (const { stream, seq } of heldNumbers(states, events)) {
      const hash = statements.heldHash.get(rows.get(stream)?.id ?? 0, seq);
      if (hash !== undefined) held.set(`${stream}/${seq}`, hash);
    }
    const plan = planEpoch(
      {
        states,
        genesis: (stream) => genesisHash(store, epoch, stream),
        heldHash: (stream, seq) => held.get(`${stream}/${seq}`),
      },
      events,
    );
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
        insert(ids.get(stream) ?? 0, event, receivedAt);
        stored.push(event);
        if (shed !== undefined)
          statements.shed.run(ids.get(shed.stream), shed.fromSeq, shed.toSeq, shed.prevhash, shed.lastHash);
      } else if (verdict === 'conflict') {
        statements.conflict.run({ store, epoch, stream, seq, hash, receivedAt, text });
        into.conflicts.push({ epoch, stream, seq });
      }
    }
    (into as { duplicates: number }).duplicates += plan.verdicts.filter(
      ([, verdict]) => verdict === 'duplicate',
    ).length;
  };

  return (batch) => {
    const result: IngestResult = { acks: [], stored: [], duplicates: 0, conflicts: [] };
    for (const [epoch, events] of byEpoch(batch.events)) ingestEpoch(batch, epoch, events, result);
    folds.add(batch.store, result.stored, sumEffects(result.stored.map(({ effects }) => effects)), batch.receivedAt);
    return result;
  };
}

const stateOf = ({ contiguousSeq, contiguousHash, ranges, forkSeq }: StreamRow): StreamState => ({
  contiguousSeq,
  contiguousHash,
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
