import type { Migration } from './migration.ts';

/**
 * Members, as in SQLite (009-members there). Every key of what belongs to a member begins with it; what finds a member by something else is an index or a small table of its own. A
 * change of the feed has no cursor until it is committed: whoever reads the feed numbers what is new, one at a time (members/feed.ts).
 */
export const members: Migration = {
  version: 7,
  name: 'members',
  sql: `
    CREATE TABLE members (
      member_id text COLLATE "C" PRIMARY KEY, number text COLLATE "C" NOT NULL, root text COLLATE "C" NOT NULL, into_id text COLLATE "C", home text NOT NULL,
      channel text NOT NULL, joined_at text NOT NULL, joined_ms bigint NOT NULL, tier text NOT NULL, tier_until text, person_consents text NOT NULL,
      tags text NOT NULL, segments text NOT NULL, household text COLLATE "C", profile text, profile_ms bigint NOT NULL, phone_index text COLLATE "C",
      is_indexed boolean NOT NULL, changed_at text NOT NULL
    );
    CREATE INDEX members_by_number ON members (number);
    CREATE INDEX members_by_root ON members (root);
    CREATE INDEX members_below ON members (into_id) WHERE into_id IS NOT NULL;
    CREATE INDEX members_by_phone ON members (phone_index) WHERE phone_index IS NOT NULL;
    CREATE INDEX members_unindexed ON members (member_id) WHERE NOT is_indexed;
    CREATE TABLE member_numbers (number text COLLATE "C" PRIMARY KEY);
    CREATE TABLE member_marks (
      member_id text COLLATE "C" NOT NULL, kind text COLLATE "C" NOT NULL, value text COLLATE "C" NOT NULL, lookup text COLLATE "C" NOT NULL, at_ms bigint NOT NULL,
      until_ms bigint, PRIMARY KEY (member_id, kind, value)
    );
    CREATE INDEX member_marks_by_lookup ON member_marks (lookup, kind);
    CREATE TABLE member_consents (
      member_id text COLLATE "C" NOT NULL, purpose text COLLATE "C" NOT NULL, at_ms bigint NOT NULL, granted boolean NOT NULL, text_version text NOT NULL,
      at text NOT NULL, PRIMARY KEY (member_id, purpose, at_ms, granted, text_version)
    );
    CREATE TABLE member_merges (
      from_id text COLLATE "C" NOT NULL, into_id text COLLATE "C" NOT NULL, at text COLLATE "C" NOT NULL, basis text NOT NULL, by text NOT NULL, undone_at text,
      undone_by text, PRIMARY KEY (from_id, at)
    );
    CREATE INDEX member_merges_into ON member_merges (into_id);
    CREATE TABLE member_stores (
      member_id text COLLATE "C" NOT NULL, store text COLLATE "C" NOT NULL, last_at text COLLATE "C" NOT NULL, orders bigint NOT NULL, PRIMARY KEY (member_id, store)
    );
    CREATE INDEX member_stores_by_time ON member_stores (store, last_at);
    CREATE TABLE member_sums (
      member_id text COLLATE "C" PRIMARY KEY, first_at text COLLATE "C", last_at text COLLATE "C", prior_at text COLLATE "C", orders bigint NOT NULL,
      spent_fen bigint NOT NULL
    ) WITH (fillfactor = 70);
    CREATE TABLE member_months (
      member_id text COLLATE "C" NOT NULL, month text COLLATE "C" NOT NULL, orders bigint NOT NULL, spent_fen bigint NOT NULL, PRIMARY KEY (member_id, month)
    ) WITH (fillfactor = 70);
    CREATE TABLE open_refunds (
      store text COLLATE "C" NOT NULL, sale_id text COLLATE "C" NOT NULL, month text COLLATE "C" NOT NULL, fen bigint NOT NULL, PRIMARY KEY (store, sale_id, month)
    );
    CREATE TABLE member_erasures (
      member_id text COLLATE "C" PRIMARY KEY, person text COLLATE "C" NOT NULL, at text NOT NULL, by text NOT NULL, reason text NOT NULL
    );
    CREATE INDEX member_erasures_of_person ON member_erasures (person);
    CREATE TABLE member_erasure_stores (
      member_id text COLLATE "C" NOT NULL, store text COLLATE "C" NOT NULL, confirmed_at text, PRIMARY KEY (member_id, store)
    );
    CREATE SEQUENCE member_feed_cursor;
    CREATE TABLE member_changes (
      member_id text COLLATE "C" PRIMARY KEY, cursor bigint, is_for_all boolean NOT NULL, all_cursor bigint, erased_at text, at text NOT NULL
    ) WITH (fillfactor = 70);
    CREATE INDEX member_changes_by_cursor ON member_changes (cursor);
    CREATE TABLE ledger (
      member_id text COLLATE "C" NOT NULL, entry_id text COLLATE "C" NOT NULL, hash text COLLATE "C" NOT NULL, store text NOT NULL, heard_at text NOT NULL,
      entry text NOT NULL, PRIMARY KEY (member_id, entry_id)
    );
    CREATE INDEX ledger_by_entry ON ledger (entry_id);
    CREATE TABLE ledger_conflicts (
      member_id text COLLATE "C" NOT NULL, entry_id text COLLATE "C" NOT NULL, hash text COLLATE "C" NOT NULL, store text NOT NULL, heard_at text NOT NULL,
      entry text NOT NULL, PRIMARY KEY (member_id, entry_id, hash)
    );
    CREATE INDEX ledger_conflicts_by_entry ON ledger_conflicts (entry_id);
    CREATE TABLE point_holds (
      member_id text COLLATE "C" NOT NULL, hold_id text COLLATE "C" NOT NULL, store text NOT NULL, points bigint NOT NULL, until text NOT NULL, until_ms bigint NOT NULL,
      PRIMARY KEY (member_id, hold_id)
    );
    CREATE INDEX point_holds_by_id ON point_holds (hold_id);
    CREATE TABLE guest_sales (
      cursor bigserial NOT NULL, store text COLLATE "C" NOT NULL, sale_id text COLLATE "C" NOT NULL, code_hash text, shown text, at text NOT NULL,
      points bigint NOT NULL, business_date text NOT NULL, payable_fen bigint NOT NULL, PRIMARY KEY (store, sale_id)
    );
    CREATE INDEX guest_sales_in_order ON guest_sales (cursor);
    CREATE TABLE access_log (
      id bigserial NOT NULL, member_id text COLLATE "C" NOT NULL, by text NOT NULL, what text NOT NULL, reason text NOT NULL, at text NOT NULL,
      PRIMARY KEY (member_id, id)
    );
    CREATE INDEX access_log_in_order ON access_log (id);
    CREATE TABLE member_secrets (member_id text COLLATE "C" PRIMARY KEY, secret text NOT NULL, used_step bigint NOT NULL);
    CREATE TABLE member_settings (version bigint PRIMARY KEY, body text NOT NULL, at text NOT NULL, by text NOT NULL);
  `,
};
