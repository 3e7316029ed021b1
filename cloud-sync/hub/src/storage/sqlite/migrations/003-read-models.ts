import type { Migration } from './migration.ts';

/** Sums that the console shows, kept in the transaction of the ingest; filled here from the events already held. */
export const readModels: Migration = {
  version: 3,
  name: 'read-models',
  sql: `
    CREATE TABLE sales_days (
      store TEXT NOT NULL, business_date TEXT NOT NULL, sales INTEGER NOT NULL DEFAULT 0, returns INTEGER NOT NULL DEFAULT 0,
      items INTEGER NOT NULL DEFAULT 0, member_sales INTEGER NOT NULL DEFAULT 0, list_fen INTEGER NOT NULL DEFAULT 0,
      savings_fen INTEGER NOT NULL DEFAULT 0, payable_fen INTEGER NOT NULL DEFAULT 0, refund_fen INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (store, business_date)
    ) STRICT;
    CREATE INDEX sales_days_by_date ON sales_days (business_date);
    CREATE TABLE day_totals (
      business_date TEXT NOT NULL, dimension TEXT NOT NULL, key TEXT NOT NULL, store TEXT NOT NULL, amount_fen INTEGER NOT NULL,
      count INTEGER NOT NULL, PRIMARY KEY (business_date, dimension, key, store)
    ) STRICT;
    CREATE TABLE stream_counts (
      store TEXT NOT NULL, stream TEXT NOT NULL, events INTEGER NOT NULL, quarantined INTEGER NOT NULL, last_received_at TEXT NOT NULL,
      PRIMARY KEY (store, stream)
    ) STRICT;

    INSERT INTO stream_counts SELECT store, stream, count(*), count(quarantine), max(received_at) FROM events GROUP BY store, stream;
    INSERT INTO sales_days (store, business_date, sales, items, member_sales, list_fen, savings_fen, payable_fen)
      SELECT store, data ->> 'businessDate', count(*),
        sum((SELECT sum(line.value ->> 'quantity') FROM json_each(data, '$.lines') AS line)), count(events.data ->> 'memberId'),
        sum(events.data ->> 'listFen'), sum(events.data ->> 'savingsFen'), sum(events.data ->> 'payableFen')
      FROM events WHERE events.type = 'tillside.sale.completed.v1' AND quarantine IS NULL GROUP BY 1, 2;
    INSERT INTO sales_days (store, business_date, returns, refund_fen)
      SELECT store, data ->> 'businessDate', count(*), sum(events.data ->> 'refundFen')
      FROM events WHERE events.type = 'tillside.sale.returned.v1' AND quarantine IS NULL GROUP BY 1, 2
      ON CONFLICT DO UPDATE SET returns = excluded.returns, refund_fen = excluded.refund_fen;
    INSERT INTO day_totals
      SELECT data ->> 'businessDate', 'category', line.value ->> 'category', store, sum(line.value ->> 'payableFen'), sum(line.value ->> 'quantity')
      FROM events, json_each(data, '$.lines') AS line
      WHERE events.type = 'tillside.sale.completed.v1' AND quarantine IS NULL GROUP BY 1, 3, 4;
    INSERT INTO day_totals
      SELECT data ->> 'businessDate', 'campaign', adjustment.value ->> 'campaignId', store, sum(adjustment.value ->> 'amountFen'), count(*)
      FROM events, json_each(data, '$.lines') AS line, json_each(line.value, '$.adjustments') AS adjustment
      WHERE events.type = 'tillside.sale.completed.v1' AND quarantine IS NULL GROUP BY 1, 3, 4;
    INSERT INTO day_totals
      SELECT data ->> 'businessDate', 'hour', substr(events.data ->> 'completedAt', 12, 2), store, sum(events.data ->> 'payableFen'), count(*)
      FROM events WHERE events.type = 'tillside.sale.completed.v1' AND quarantine IS NULL GROUP BY 1, 3, 4;
  `,
};
