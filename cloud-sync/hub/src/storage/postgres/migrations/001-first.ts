import type { Migration } from './migration.ts';

/**
 * The store leads every key of what grows with stores, the member every key of what belongs to members, so that both can be distributed (Citus:
 * `create_distributed_table('events', 'store')`) without a change of schema; the rest is small and can be copied to every node. Events are partitioned by the UTC month of their
 * own time; a unique key of a partitioned table holds the partition's column, so it can't keep duplicates out: the locked row in `streams` does. Texts compare by bytes (`"C"`),
 * as in SQLite. `cursor` is the order in which rows were numbered, not in which they were committed: what must not miss one reads streams by `seq`.
 */
export const first: Migration = {
  version: 1,
  name: 'first',
  sql: `
    CREATE TABLE stores (id text COLLATE "C" PRIMARY KEY, name text NOT NULL, created_at text NOT NULL, last_seen_at text);
    CREATE TABLE credentials (
      id text COLLATE "C" PRIMARY KEY, hash text NOT NULL UNIQUE, kind text NOT NULL CHECK (kind IN ('operator', 'store')), name text NOT NULL,
      store text COLLATE "C" REFERENCES stores (id), created_at text COLLATE "C" NOT NULL, revoked_at text
    );
    CREATE TABLE pairing_codes (
      code_hash text PRIMARY KEY, kind text NOT NULL, store text COLLATE "C" REFERENCES stores (id), expires_at text COLLATE "C" NOT NULL,
      attempts integer NOT NULL DEFAULT 0
    );

    CREATE TABLE member_keys (
      member_id text COLLATE "C" NOT NULL, store text COLLATE "C" NOT NULL, key text NOT NULL, PRIMARY KEY (member_id, store)
    );
    CREATE TABLE erasures (
      member_id text COLLATE "C" NOT NULL, store text COLLATE "C" NOT NULL, at text NOT NULL, PRIMARY KEY (member_id, store)
    );
    CREATE INDEX erasures_by_store ON erasures (store);

    CREATE TABLE streams (
      store text COLLATE "C" NOT NULL, epoch text COLLATE "C" NOT NULL, stream text COLLATE "C" NOT NULL, id bigserial NOT NULL,
      contiguous_seq bigint NOT NULL, contiguous_hash text NOT NULL, ranges text NOT NULL, fork_seq bigint,
      last_received_at text COLLATE "C" NOT NULL, PRIMARY KEY (store, epoch, stream), UNIQUE (store, id)
    ) WITH (fillfactor = 50);
    CREATE INDEX streams_by_growth ON streams (last_received_at);

    CREATE TABLE events (
      cursor bigserial NOT NULL, store text COLLATE "C" NOT NULL, stream_id bigint NOT NULL, seq bigint NOT NULL, day date NOT NULL,
      type text NOT NULL, time text NOT NULL, prevhash text NOT NULL, hash text NOT NULL, received_at text NOT NULL, quarantine text,
      sale_id text, receipt_number text, business_date text, envelope text NOT NULL, PRIMARY KEY (store, stream_id, seq, day)
    ) PARTITION BY RANGE (day);
    CREATE INDEX events_by_cursor ON events (cursor);
    CREATE INDEX events_quarantined ON events (cursor) WHERE quarantine IS NOT NULL;
    CREATE INDEX events_of_sale ON events (store, sale_id) WHERE sale_id IS NOT NULL;
    CREATE INDEX events_of_receipt ON events (store, receipt_number, business_date) WHERE receipt_number IS NOT NULL;
    CREATE TABLE events_odd PARTITION OF events DEFAULT;

    CREATE TABLE sheds (
      store text COLLATE "C" NOT NULL, stream_id bigint NOT NULL, from_seq bigint NOT NULL, to_seq bigint NOT NULL, prevhash text NOT NULL,
      last_hash text NOT NULL, PRIMARY KEY (store, stream_id, from_seq, to_seq)
    );
    CREATE TABLE conflicts (
      store text COLLATE "C" NOT NULL, epoch text NOT NULL, stream text NOT NULL, seq bigint NOT NULL, hash text NOT NULL,
      received_at text NOT NULL, envelope text NOT NULL, PRIMARY KEY (store, epoch, stream, seq, hash)
    );

    CREATE TABLE sales_days (
      store text COLLATE "C" NOT NULL, business_date text COLLATE "C" NOT NULL, sales bigint NOT NULL, returns bigint NOT NULL, items bigint NOT NULL,
      member_sales bigint NOT NULL, list_fen bigint NOT NULL, savings_fen bigint NOT NULL, payable_fen bigint NOT NULL, refund_fen bigint NOT NULL,
      PRIMARY KEY (store, business_date)
    ) WITH (fillfactor = 50);
    CREATE INDEX sales_days_by_date ON sales_days (business_date);
    CREATE TABLE day_totals (
      store text COLLATE "C" NOT NULL, business_date text COLLATE "C" NOT NULL, dimension text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL,
      amount_fen bigint NOT NULL, count bigint NOT NULL, PRIMARY KEY (store, business_date, dimension, key)
    ) WITH (fillfactor = 50);
    CREATE INDEX day_totals_by_date ON day_totals (business_date, dimension);
    CREATE TABLE stream_counts (
      store text COLLATE "C" NOT NULL, stream text COLLATE "C" NOT NULL, events bigint NOT NULL, quarantined bigint NOT NULL, last_received_at text NOT NULL,
      PRIMARY KEY (store, stream)
    ) WITH (fillfactor = 50);

    CREATE TABLE return_claims (
      return_id text PRIMARY KEY, claimed_by text NOT NULL, sale_store text NOT NULL, sale_id text NOT NULL, lines text NOT NULL,
      claimed_at text COLLATE "C" NOT NULL, confirmed boolean NOT NULL
    );
    CREATE INDEX return_claims_of_sale ON return_claims (sale_store, sale_id);

    CREATE TABLE metadata (role text NOT NULL, version bigint NOT NULL, body text NOT NULL, PRIMARY KEY (role, version));
    CREATE TABLE floors (name text PRIMARY KEY, version bigint NOT NULL);
    CREATE TABLE releases (
      added bigserial PRIMARY KEY, id text NOT NULL UNIQUE, published_at text COLLATE "C" NOT NULL, published_by text NOT NULL, campaign_set text NOT NULL
    );
    CREATE TABLE models (
      added bigserial PRIMARY KEY, id text NOT NULL UNIQUE, created_at text COLLATE "C" NOT NULL, sha256 text NOT NULL, size_bytes bigint NOT NULL,
      manifest text NOT NULL
    );
    CREATE TABLE desired (
      store text COLLATE "C" NOT NULL REFERENCES stores (id), kind text COLLATE "C" NOT NULL, version bigint NOT NULL, sha256 text NOT NULL,
      length_bytes bigint NOT NULL, origin text NOT NULL, published_at text NOT NULL, deltas text, PRIMARY KEY (store, kind, version)
    );
    CREATE INDEX desired_by_origin ON desired (origin);
    CREATE TABLE applied (
      store text COLLATE "C" NOT NULL, kind text NOT NULL, version bigint NOT NULL, outcome text NOT NULL, code text, message text, at text NOT NULL,
      PRIMARY KEY (store, kind, version)
    );

    CREATE TABLE artifacts (sha256 text PRIMARY KEY, length_bytes bigint NOT NULL);
    CREATE TABLE artifact_chunks (
      sha256 text NOT NULL REFERENCES artifacts (sha256), chunk integer NOT NULL, bytes bytea NOT NULL, PRIMARY KEY (sha256, chunk)
    );
    ALTER TABLE artifact_chunks ALTER COLUMN bytes SET STORAGE EXTERNAL;
    CREATE TABLE jobs (id text PRIMARY KEY, updated_at text NOT NULL, body text NOT NULL);
  `,
};
