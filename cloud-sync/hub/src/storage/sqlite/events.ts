import type { EventRow } from '@tillside/hub-contract';
import { sumEffects } from '../../sync/effects.ts';
import type { HeldRange } from '../../sync/position.ts';
import { UNREAD } from '../../sync/told.ts';
import type { EventLog, EventQuery, PositionRecord, QuarantinedEvent, StoredEvent, StreamKey } from '../port.ts';
import { createFolds } from './folds.ts';
import { createIngest } from './ingest.ts';
import type { MemberWrites } from './members/index.ts';
import type { Sqlite } from './open.ts';
import type { Transact } from './transact.ts';

type PositionRow = Omit<PositionRecord, 'ranges'> & { ranges: string };
type ListedRow = Omit<EventRow, 'data'> & { data: string };

const POSITION = `store, epoch, stream, contiguous_seq AS contiguousSeq, contiguous_hash AS contiguousHash, ranges,
  last_received_at AS lastReceivedAt`;
const EVENT = 'seq, type, time, prevhash, hash, received_at AS receivedAt, quarantine, envelope AS text';
const OF_STREAM = 'stream_id = (SELECT id FROM streams WHERE store = @store AND epoch = @epoch AND stream = @stream)';
/** As `readableTo` of sync/position.ts. */
const READABLE_TO = 'iif(fork_seq IS NOT NULL AND contiguous_seq >= fork_seq - 1, 2147483647, contiguous_seq)';

const positionOf = ({ ranges, ...row }: PositionRow): PositionRecord => ({
  ...row,
  ranges: (JSON.parse(ranges) as HeldRange[]).map(({ from, to }): [number, number] => [from, to]),
});

function listEvents(db: Sqlite, query: EventQuery): EventRow[] {
  const where = ['cursor < @before'];
  if (query.store !== undefined) where.push('store = @store');
  if (query.stream !== undefined) where.push('stream = @stream');
  if (query.quarantined !== undefined) where.push(query.quarantined ? UNREAD : 'quarantine IS NULL');
  const { store = null, stream = null, before = Number.MAX_SAFE_INTEGER, limit } = query;
  return db
    .prepare<object, ListedRow>(
      `SELECT cursor, received_at AS receivedAt, store, stream, epoch, seq, type, time, envelope -> '$.data' AS data, quarantine
       FROM events JOIN streams ON streams.id = stream_id WHERE ${where.join(' AND ')} ORDER BY cursor DESC LIMIT @limit`,
    )
    .all({ store, stream, before, limit })
    .map((row) => ({ ...row, data: JSON.parse(row.data) as EventRow['data'] }));
}

const SALES_OF = `type = 'tillside.sale.completed.v1' AND quarantine IS NULL
  AND stream_id IN (SELECT id FROM streams WHERE store IN (SELECT value FROM json_each(@stores)))`;

/** What consumers and operators read of the log. */
export function createReading(db: Sqlite) {
  const since = db.prepare<object, PositionRow>(
    `SELECT ${POSITION} FROM streams WHERE last_received_at >= @since AND (store, epoch, stream) > (@store, @epoch, @stream)
     ORDER BY store, epoch, stream LIMIT @limit`,
  );
  const read = db.prepare<object, StoredEvent>(
    `SELECT ${EVENT} FROM events WHERE ${OF_STREAM} AND seq > @afterSeq AND seq <=
     (SELECT ${READABLE_TO} FROM streams WHERE store = @store AND epoch = @epoch AND stream = @stream) ORDER BY seq LIMIT @limit`,
  );
  return {
    positions: async (store: string) =>
      db
        .prepare<[string], PositionRow>(
          `SELECT ${POSITION} FROM streams WHERE store = ? ORDER BY last_received_at DESC, stream LIMIT 100`,
        )
        .all(store)
        .map(positionOf),
    streamsSince: async (instant: string, { after, limit }: { after: StreamKey | null; limit: number }) =>
      since.all({ since: instant, ...(after ?? { store: '', epoch: '', stream: '' }), limit }).map(positionOf),
    read: async ({ store, epoch, stream }: StreamKey, afterSeq: number, limit: number) =>
      read.all({ store, epoch, stream, afterSeq, limit }),
    sheds: async ({ store, epoch, stream }: StreamKey) =>
      db
        .prepare<object, { fromSeq: number; toSeq: number; prevhash: string; lastHash: string }>(
          `SELECT from_seq AS fromSeq, to_seq AS toSeq, prevhash, last_hash AS lastHash FROM sheds WHERE ${OF_STREAM} ORDER BY from_seq`,
        )
        .all({ store, epoch, stream }),
    quarantined: async (after: number, limit: number) =>
      db
        .prepare<[number, number], QuarantinedEvent>(
          `SELECT cursor, store, epoch, stream, seq, envelope AS text FROM events JOIN streams ON streams.id = stream_id
           WHERE ${UNREAD} AND cursor > ? ORDER BY cursor LIMIT ?`,
        )
        .all(after, limit),
  };
}

export function createEventLog(db: Sqlite, transact: Transact, members: MemberWrites): EventLog {
  const folds = createFolds(db, members);
  const ingest = createIngest(db, folds);
  const free = db.prepare(
    `UPDATE events SET quarantine = NULL, sale_id = @saleId, receipt_number = @receiptNumber, business_date = @businessDate
     WHERE cursor = @cursor`,
  );
  const quarantinedAt = db
    .prepare<[number], string>(`SELECT received_at FROM events WHERE cursor = ? AND ${UNREAD}`)
    .pluck();
  const saleBy = db.prepare<object, { body: string }>(
    `SELECT envelope -> '$.data' AS body FROM events WHERE type = 'tillside.sale.completed.v1' AND quarantine IS NULL AND sale_id = @saleId
     AND stream_id IN (SELECT id FROM streams WHERE store = @store) ORDER BY cursor DESC LIMIT 1`,
  );
  return {
    ...createReading(db),
    ingest: (batches) => transact(() => batches.map(ingest.take)),
    release: (cursor, event) =>
      transact(() => {
        const heardAt = quarantinedAt.get(cursor);
        if (heardAt === undefined || !ingest.declare(event)) return false;
        const { saleId = null, receiptNumber = null, businessDate = null } = event.effects.lookup ?? {};
        free.run({ cursor, saleId, receiptNumber, businessDate });
        folds.release(event, sumEffects([event.effects]), heardAt);
        return true;
      }),
    conflictCount: async (store) =>
      db.prepare<[string], { n: number }>('SELECT count(*) AS n FROM conflicts WHERE store = ?').get(store)?.n ?? 0,
    list: async (query) => listEvents(db, query),
    salesBy: async (sales) =>
      sales.flatMap(({ store, saleId }) => saleBy.all({ store, saleId }).map(({ body }) => ({ store, body }))),
    saleCount: async (stores) =>
      db
        .prepare<object, { n: number }>(`SELECT count(*) AS n FROM events WHERE ${SALES_OF}`)
        .get({ stores: JSON.stringify(stores) })?.n ?? 0,
  };
}
