import type { Migration } from './migration.ts';

/**
 * Events keep the bytes that their store wrote, and belong to a stream by its number; a stream's row is all that an ingest has to look at. Of events from before,
 * the bytes are made again from their columns: `older_hashes` says up to where the hash is that of another form, so that only the links can be audited.
 */
export const streams: Migration = {
  version: 5,
  name: 'streams',
  sql: `
    CREATE TABLE streams (
      id INTEGER PRIMARY KEY, store TEXT NOT NULL, epoch TEXT NOT NULL, stream TEXT NOT NULL, contiguous_seq INTEGER NOT NULL,
      contiguous_hash TEXT NOT NULL, ranges TEXT NOT NULL, fork_seq INTEGER, last_received_at TEXT NOT NULL, UNIQUE (store, epoch, stream)
    ) STRICT;
    CREATE INDEX streams_by_growth ON streams (last_received_at);
    INSERT INTO streams (store, epoch, stream, contiguous_seq, contiguous_hash, ranges, fork_seq, last_received_at)
      SELECT store, epoch, stream, contiguous_seq,
        coalesce((SELECT hash FROM events e WHERE (e.store, e.epoch, e.stream, e.seq) = (p.store, p.epoch, p.stream, p.contiguous_seq)), ''),
        (SELECT json_group_array(json_object('from', r.value ->> 0, 'to', r.value ->> 1,
          'prevhash', (SELECT prevhash FROM events e WHERE (e.store, e.epoch, e.stream, e.seq) = (p.store, p.epoch, p.stream, r.value ->> 0)),
          'hash', (SELECT hash FROM events e WHERE (e.store, e.epoch, e.stream, e.seq) = (p.store, p.epoch, p.stream, r.value ->> 1))))
         FROM json_each(p.ranges) AS r),
        (SELECT min(seq) FROM conflicts c WHERE (c.store, c.epoch, c.stream) = (p.store, p.epoch, p.stream)), last_received_at
      FROM positions p;
    CREATE TABLE older_hashes (stream_id INTEGER PRIMARY KEY REFERENCES streams (id), upto_seq INTEGER NOT NULL) STRICT;
    INSERT INTO older_hashes SELECT s.id, max(e.seq) FROM events e JOIN streams s USING (store, epoch, stream) GROUP BY s.id;
    CREATE TABLE new_events (
      cursor INTEGER PRIMARY KEY, stream_id INTEGER NOT NULL REFERENCES streams (id), seq INTEGER NOT NULL, type TEXT NOT NULL,
      time TEXT NOT NULL, prevhash TEXT NOT NULL, hash TEXT NOT NULL, received_at TEXT NOT NULL, quarantine TEXT,
      sale_id TEXT, receipt_number TEXT, business_date TEXT, envelope TEXT NOT NULL
    ) STRICT;
    INSERT INTO new_events
      SELECT cursor, s.id, seq, type, time, prevhash, hash, received_at, quarantine,
        CASE WHEN quarantine IS NULL AND type IN ('tillside.sale.completed.v1', 'tillside.sale.returned.v1') THEN data ->> 'saleId' END,
        CASE WHEN quarantine IS NULL AND type = 'tillside.sale.completed.v1' THEN data ->> 'receiptNumber' END,
        CASE WHEN quarantine IS NULL AND type IN ('tillside.sale.completed.v1', 'tillside.sale.returned.v1') THEN data ->> 'businessDate' END,
        json_object('specversion', '1.0', 'id', e.id, 'source', source, 'type', type, 'time', time, 'datacontenttype', 'application/json',
          'store', e.store, 'epoch', e.epoch, 'stream', e.stream, 'seq', seq, 'prevhash', prevhash, 'data', json(data))
      FROM events e JOIN streams s USING (store, epoch, stream) ORDER BY cursor;
    DROP TABLE events;
    DROP TABLE positions;
    ALTER TABLE new_events RENAME TO events;
    CREATE UNIQUE INDEX events_in_order ON events (stream_id, seq);
    CREATE INDEX events_sales ON events (cursor) WHERE type = 'tillside.sale.completed.v1' AND quarantine IS NULL;
    CREATE INDEX events_of_sale ON events (sale_id) WHERE sale_id IS NOT NULL;
    CREATE INDEX events_of_receipt ON events (receipt_number, business_date) WHERE receipt_number IS NOT NULL;
    CREATE INDEX events_quarantined ON events (cursor) WHERE quarantine IS NOT NULL;
    CREATE TABLE sheds (
      stream_id INTEGER NOT NULL REFERENCES streams (id), from_seq INTEGER NOT NULL, to_seq INTEGER NOT NULL, prevhash TEXT NOT NULL,
      last_hash TEXT NOT NULL, PRIMARY KEY (stream_id, from_seq, to_seq)
    ) STRICT;
    ALTER TABLE desired ADD COLUMN deltas TEXT;
  `,
};
