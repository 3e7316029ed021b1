import type { EventRow } from '@tillside/hub-contract';
import { type HeldRange, readableTo } from '../../sync/position.ts';
import { UNREAD } from '../../sync/told.ts';
import type { EventLog, EventQuery, PositionRecord, QuarantinedEvent, StoredEvent, StreamKey } from '../port.ts';
import { plain, plainOrNull } from './copy.ts';
import { releaseFolds } from './folds.ts';
import { declareHole, ingestBatches } from './ingest.ts';
import { createPartitions, dayOf, monthsFor } from './partitions.ts';
import { type Database, rowsOf } from './pool.ts';

type PositionRow = Omit<PositionRecord, 'ranges'> & { ranges: string };

const POSITION = `store, epoch, stream, contiguous_seq AS "contiguousSeq", contiguous_hash AS "contiguousHash", ranges,
  last_received_at AS "lastReceivedAt"`;
const EVENT = 'seq, type, time, prevhash, hash, received_at AS "receivedAt", quarantine, envelope AS text';
const JOINED = 'events e JOIN streams s ON s.store = e.store AND s.id = e.stream_id';

const positionOf = ({ ranges, ...row }: PositionRow): PositionRecord => ({
  ...row,
  ranges: (JSON.parse(ranges) as HeldRange[]).map(({ from, to }): [number, number] => [from, to]),
});

// Read here and not there: PostgreSQL's JSON refuses characters that a store's JSON may hold.
const dataOf = (text: string): EventRow['data'] => (JSON.parse(text) as { data: EventRow['data'] }).data;

async function listEvents(
  db: Database,
  { store, stream, quarantined, before, limit }: EventQuery,
): Promise<EventRow[]> {
  const where = ['e.cursor < $1', '($2::text IS NULL OR e.store = $2)', '($3::text IS NULL OR s.stream = $3)'];
  if (quarantined !== undefined) where.push(quarantined ? UNREAD : 'quarantine IS NULL');
  const rows = await db.rows<Omit<EventRow, 'data'> & { text: string }>(
    `SELECT e.cursor, e.received_at AS "receivedAt", e.store, s.stream, s.epoch, e.seq, e.type, e.time, e.quarantine, e.envelope AS text
     FROM ${JOINED} WHERE ${where.join(' AND ')} ORDER BY e.cursor DESC LIMIT $4`,
    [before ?? Number.MAX_SAFE_INTEGER, store ?? null, stream ?? null, limit],
  );
  return rows.map(({ text, ...row }) => ({ ...row, data: dataOf(text) }));
}

const SALES = `type = 'tillside.sale.completed.v1' AND quarantine IS NULL AND store = ANY ($1)`;

/** What consumers and operators read of the log. */
function createReading(db: Database) {
  return {
    positions: async (store: string) =>
      (
        await db.rows<PositionRow>(
          `SELECT ${POSITION} FROM streams WHERE store = $1 ORDER BY last_received_at DESC, stream LIMIT 100`,
          [store],
        )
      ).map(positionOf),
    streamsSince: async (instant: string, { after, limit }: { after: StreamKey | null; limit: number }) =>
      (
        await db.rows<PositionRow>(
          `SELECT ${POSITION} FROM streams WHERE last_received_at >= $1 AND (store, epoch, stream) > ($2, $3, $4)
           ORDER BY store, epoch, stream LIMIT $5`,
          [instant, after?.store ?? '', after?.epoch ?? '', after?.stream ?? '', limit],
        )
      ).map(positionOf),
    read: async ({ store, epoch, stream }: StreamKey, afterSeq: number, limit: number) => {
      const [row] = await db.rows<{ id: number; contiguousSeq: number; ranges: string; forkSeq: number | null }>(
        `SELECT id, contiguous_seq AS "contiguousSeq", ranges, fork_seq AS "forkSeq" FROM streams WHERE store = $1 AND epoch = $2 AND stream = $3`,
        [store, epoch, stream],
      );
      if (row === undefined) return [];
      const { id, contiguousSeq, forkSeq } = row;
      const upTo = readableTo({
        contiguousSeq,
        contiguousHash: '',
        ranges: JSON.parse(row.ranges) as HeldRange[],
        forkSeq,
      });
      return db.rows<StoredEvent>(
        `SELECT ${EVENT} FROM events WHERE store = $1 AND stream_id = $2 AND seq > $3 AND seq <= $4 ORDER BY seq LIMIT $5`,
        [store, id, afterSeq, upTo, limit],
      );
    },
    sheds: ({ store, epoch, stream }: StreamKey) =>
      db.rows<{ fromSeq: number; toSeq: number; prevhash: string; lastHash: string }>(
        `SELECT h.from_seq AS "fromSeq", h.to_seq AS "toSeq", h.prevhash, h.last_hash AS "lastHash" FROM sheds h
         JOIN streams s ON s.store = h.store AND s.id = h.stream_id WHERE s.store = $1 AND s.epoch = $2 AND s.stream = $3 ORDER BY h.from_seq`,
        [store, epoch, stream],
      ),
    quarantined: (after: number, limit: number) =>
      db.rows<QuarantinedEvent>(
        `SELECT e.cursor, e.store, s.epoch, s.stream, e.seq, e.envelope AS text FROM ${JOINED}
         WHERE ${UNREAD} AND e.cursor > $1 ORDER BY e.cursor LIMIT $2`,
        [after, limit],
      ),
  };
}

export function createEventLog(db: Database): EventLog {
  const partitions = createPartitions(db);
  return {
    ...createReading(db),
    ingest: async (batches) => {
      for (const { receivedAt, events } of batches) {
        const days = new Set(events.map(({ time }) => dayOf(time, receivedAt)));
        await partitions.ensure(monthsFor(days, dayOf(receivedAt, receivedAt)));
      }
      return db.transact((session) => ingestBatches(session, batches));
    },
    release: (cursor, event) =>
      db.transact(async (session) => {
        const { saleId, receiptNumber, businessDate } = event.effects.lookup ?? {};
        const [held] = await rowsOf<{ receivedAt: string }>(
          session,
          `SELECT received_at AS "receivedAt" FROM events WHERE store = $1 AND cursor = $2 AND ${UNREAD} FOR UPDATE`,
          [event.store, cursor],
        );
        if (held === undefined || !(await declareHole(session, event))) return false;
        await session.query(
          `UPDATE events SET quarantine = NULL, sale_id = $3, receipt_number = $4, business_date = $5 WHERE store = $1 AND cursor = $2`,
          [event.store, cursor, plainOrNull(saleId), plainOrNull(receiptNumber), plainOrNull(businessDate)],
        );
        await releaseFolds(session, event, held.receivedAt);
        return true;
      }),
    conflictCount: async (store) =>
      (await db.rows<{ n: number }>('SELECT count(*) AS n FROM conflicts WHERE store = $1', [store]))[0]?.n ?? 0,
    list: (query) => listEvents(db, query),
    salesBy: async (sales) =>
      (
        await db.rows<{ store: string; text: string }>(
          `SELECT DISTINCT ON (e.store, e.sale_id) e.store, e.envelope AS text FROM unnest($1::text[], $2::text[]) AS w (store, sale_id)
           JOIN events e ON e.store = w.store AND e.sale_id = w.sale_id
           WHERE e.type = 'tillside.sale.completed.v1' AND e.quarantine IS NULL ORDER BY e.store, e.sale_id, e.cursor DESC`,
          [sales.map(({ store }) => store), sales.map(({ saleId }) => plain(saleId))],
        )
      ).map(({ store, text }) => ({ store, body: JSON.stringify(dataOf(text)) })),
    saleCount: async (stores) =>
      (await db.rows<{ n: number }>(`SELECT count(*) AS n FROM events WHERE ${SALES}`, [stores]))[0]?.n ?? 0,
  };
}
