import type { EventRow } from '@tillside/hub-contract';
import type { Stream } from '@tillside/protocol';
import { EMPTY_POSITION, holds, type Position, type SeqRange, withSeq } from '../../sync/positions.ts';
import { expectedPrevHash } from '../../sync/read-envelope.ts';
import type { EventLog, EventQuery, IncomingEvent, IngestResult, PositionRecord } from '../port.ts';
import { createFolds } from './folds.ts';
import type { Sqlite } from './open.ts';
import type { Transact } from './transact.ts';

type StreamKey = { store: string; epoch: string; stream: Stream };
type PositionRow = StreamKey & { contiguousSeq: number; ranges: string; lastReceivedAt: string };
type ListedRow = Omit<EventRow, 'data'> & { data: string };
type StreamOutcome = { stored: IncomingEvent[]; duplicates: number; conflicts: number[]; position: Position };

const POSITION = 'store, epoch, stream, contiguous_seq AS contiguousSeq, ranges, last_received_at AS lastReceivedAt';

function byStream(events: readonly IncomingEvent[]): Map<string, IncomingEvent[]> {
  const groups = new Map<string, IncomingEvent[]>();
  for (const event of events) {
    const key = `${event.envelope.epoch}/${event.envelope.stream}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [event]);
    else group.push(event);
  }
  for (const group of groups.values()) group.sort((a, b) => a.envelope.seq - b.envelope.seq);
  return groups;
}

function prepareStatements(db: Sqlite) {
  return {
    position: db.prepare<StreamKey, PositionRow>(
      `SELECT ${POSITION} FROM positions WHERE store = @store AND epoch = @epoch AND stream = @stream`,
    ),
    putPosition: db.prepare(
      `INSERT INTO positions VALUES (@store, @epoch, @stream, @contiguousSeq, @ranges, @lastReceivedAt) ON CONFLICT DO UPDATE SET
       contiguous_seq = excluded.contiguous_seq, ranges = excluded.ranges, last_received_at = excluded.last_received_at`,
    ),
    held: db.prepare<StreamKey & { seq: number }, { hash: string; prevhash: string }>(
      'SELECT hash, prevhash FROM events WHERE store = @store AND epoch = @epoch AND stream = @stream AND seq = @seq',
    ),
    insert: db.prepare(
      `INSERT INTO events (store, epoch, stream, seq, id, type, time, source, prevhash, hash, received_at, quarantine, data)
       VALUES (@store, @epoch, @stream, @seq, @id, @type, @time, @source, @prevhash, @hash, @receivedAt, @quarantine, @data)`,
    ),
    fork: db.prepare<StreamKey, { seq: number | null }>(
      'SELECT min(seq) AS seq FROM conflicts WHERE store = @store AND epoch = @epoch AND stream = @stream',
    ),
    conflict: db.prepare(
      'INSERT INTO conflicts VALUES (@store, @epoch, @stream, @seq, @hash, @receivedAt, @envelope) ON CONFLICT DO NOTHING',
    ),
  };
}
type Statements = ReturnType<typeof prepareStatements>;

/** Does the chain hold around this envelope, as far as its neighbours are here? */
function chainHolds(statements: Statements, key: StreamKey, event: IncomingEvent): boolean {
  const { seq, prevhash } = event.envelope;
  const before = statements.held.get({ ...key, seq: seq - 1 })?.hash;
  const expected = expectedPrevHash(key, seq, before);
  if (expected !== undefined && expected !== prevhash) return false;
  const after = statements.held.get({ ...key, seq: seq + 1 });
  return after === undefined || after.prevhash === event.hash;
}

function ingestStream(
  statements: Statements,
  key: StreamKey,
  events: readonly IncomingEvent[],
  receivedAt: string,
): StreamOutcome {
  const row = statements.position.get(key);
  let position: Position =
    row === undefined
      ? EMPTY_POSITION
      : { contiguousSeq: row.contiguousSeq, ranges: JSON.parse(row.ranges) as SeqRange[] };
  // From its first conflict on an epoch's stream is dead: what is stored above it could come again in the new epoch, and count twice.
  let forkSeq = statements.fork.get(key)?.seq ?? Number.POSITIVE_INFINITY;
  const outcome = { stored: [] as IncomingEvent[], duplicates: 0, conflicts: [] as number[] };
  for (const event of events) {
    const { envelope, hash, quarantine } = event;
    const { seq } = envelope;
    const known = holds(position, seq);
    if (known && statements.held.get({ ...key, seq })?.hash === hash) {
      outcome.duplicates += 1;
      continue;
    }
    if (known || seq > forkSeq || !chainHolds(statements, key, event)) {
      statements.conflict.run({ ...key, seq, hash, receivedAt, envelope: JSON.stringify(envelope) });
      outcome.conflicts.push(seq);
      forkSeq = Math.min(forkSeq, seq);
      continue;
    }
    const next = withSeq(position, seq);
    // No room for another range: not stored, not acknowledged; the store sends it again once holes are filled.
    if (next === null) continue;
    const { id, type, time, source, prevhash } = envelope;
    const data = JSON.stringify(envelope.data);
    statements.insert.run({ ...key, seq, id, type, time, source, prevhash, hash, receivedAt, quarantine, data });
    position = next;
    outcome.stored.push(event);
  }
  const { contiguousSeq, ranges } = position;
  statements.putPosition.run({ ...key, contiguousSeq, ranges: JSON.stringify(ranges), lastReceivedAt: receivedAt });
  return { ...outcome, position };
}

function listEvents(db: Sqlite, query: EventQuery): EventRow[] {
  const where = ['cursor < @before'];
  if (query.store !== undefined) where.push('store = @store');
  if (query.stream !== undefined) where.push('stream = @stream');
  if (query.quarantined !== undefined) where.push(`quarantine IS ${query.quarantined ? 'NOT NULL' : 'NULL'}`);
  const { store = null, stream = null, before = Number.MAX_SAFE_INTEGER, limit } = query;
  return db
    .prepare<object, ListedRow>(
      `SELECT cursor, received_at AS receivedAt, store, stream, epoch, seq, type, time, data, quarantine
       FROM events WHERE ${where.join(' AND ')} ORDER BY cursor DESC LIMIT @limit`,
    )
    .all({ store, stream, before, limit })
    .map((row) => ({ ...row, data: JSON.parse(row.data) as EventRow['data'] }));
}

const SALES_OF = `type = 'tillside.sale.completed.v1' AND quarantine IS NULL
  AND store IN (SELECT value FROM json_each(@stores))`;

export function createEventLog(db: Sqlite, transact: Transact): EventLog {
  const statements = prepareStatements(db);
  const fold = createFolds(db);
  return {
    ingest: (store, events, receivedAt) =>
      transact(() => {
        const result: IngestResult & { stored: IncomingEvent[]; duplicates: number } = {
          acks: [],
          stored: [],
          duplicates: 0,
          conflicts: [],
        };
        for (const group of byStream(events).values()) {
          const [first] = group;
          if (first === undefined) continue;
          const { epoch, stream } = first.envelope;
          const outcome = ingestStream(statements, { store, epoch, stream }, group, receivedAt);
          for (const event of outcome.stored) fold(store, event, receivedAt);
          const { contiguousSeq, ranges } = outcome.position;
          result.acks.push({ epoch, stream, contiguousSeq, ranges: ranges.map(([a, b]) => [a, b]) });
          result.stored.push(...outcome.stored);
          result.duplicates += outcome.duplicates;
          result.conflicts.push(...outcome.conflicts.map((seq) => ({ epoch, stream, seq })));
        }
        return result;
      }),
    positions: async (store) =>
      db
        .prepare<[string], PositionRow>(
          `SELECT ${POSITION} FROM positions WHERE store = ? ORDER BY last_received_at DESC, stream LIMIT 100`,
        )
        .all(store)
        .map(
          ({ epoch, stream, contiguousSeq, ranges, lastReceivedAt }): PositionRecord => ({
            epoch,
            stream,
            contiguousSeq,
            ranges: JSON.parse(ranges) as [number, number][],
            lastReceivedAt,
          }),
        ),
    conflictCount: async (store) =>
      db.prepare<[string], { n: number }>('SELECT count(*) AS n FROM conflicts WHERE store = ?').get(store)?.n ?? 0,
    list: async (query) => listEvents(db, query),
    saleBodies: async ({ after, limit, stores }) =>
      db
        .prepare<object, { cursor: number; body: string }>(
          `SELECT cursor, data AS body FROM events WHERE ${SALES_OF} AND cursor > @after ORDER BY cursor LIMIT @limit`,
        )
        .all({ after, limit, stores: JSON.stringify(stores) }),
    saleCount: async (stores) =>
      db
        .prepare<object, { n: number }>(`SELECT count(*) AS n FROM events WHERE ${SALES_OF}`)
        .get({ stores: JSON.stringify(stores) })?.n ?? 0,
  };
}
