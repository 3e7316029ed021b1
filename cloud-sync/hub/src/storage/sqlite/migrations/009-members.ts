import type { Migration } from './migration.ts';

/**
 * Members. `root` is the person: the member itself, or what it was merged into in the end; `into_id` the merge that led there. Consents, cards, keys, purchases and entries stay by
 * the id that they were told of, so that a merge can be undone. `person_consents` is what counts of a person's. Instants that are compared are UTC, or milliseconds.
 */
export const members: Migration = {
  version: 9,
  name: 'members',
  sql: `
    CREATE TABLE members (
      member_id TEXT PRIMARY KEY, number TEXT NOT NULL UNIQUE, root TEXT NOT NULL, into_id TEXT, home TEXT NOT NULL, channel TEXT NOT NULL,
      joined_at TEXT NOT NULL, joined_ms INTEGER NOT NULL, tier TEXT NOT NULL, tier_until TEXT, person_consents TEXT NOT NULL, tags TEXT NOT NULL,
      segments TEXT NOT NULL, household TEXT, profile TEXT, profile_ms INTEGER NOT NULL, phone_index TEXT, is_indexed INTEGER NOT NULL, changed_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX members_by_root ON members (root);
    CREATE INDEX members_by_phone ON members (phone_index) WHERE phone_index IS NOT NULL;
    CREATE INDEX members_unindexed ON members (member_id) WHERE is_indexed = 0;
    CREATE INDEX members_of_household ON members (household) WHERE household IS NOT NULL;
    CREATE TABLE member_numbers (number TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
    CREATE TABLE member_marks (
      member_id TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, lookup TEXT NOT NULL, at_ms INTEGER NOT NULL, until_ms INTEGER,
      PRIMARY KEY (member_id, kind, value)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX member_marks_by_lookup ON member_marks (lookup, kind);
    CREATE TABLE member_consents (
      member_id TEXT NOT NULL, purpose TEXT NOT NULL, at_ms INTEGER NOT NULL, granted INTEGER NOT NULL, text_version TEXT NOT NULL, at TEXT NOT NULL,
      PRIMARY KEY (member_id, purpose, at_ms, granted, text_version)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE member_merges (
      from_id TEXT NOT NULL, into_id TEXT NOT NULL, at TEXT NOT NULL, basis TEXT NOT NULL, by TEXT NOT NULL, undone_at TEXT, undone_by TEXT,
      PRIMARY KEY (from_id, at)
    ) STRICT;
    CREATE INDEX member_merges_into ON member_merges (into_id);
    CREATE TABLE member_stores (
      member_id TEXT NOT NULL, store TEXT NOT NULL, last_at TEXT NOT NULL, orders INTEGER NOT NULL, PRIMARY KEY (member_id, store)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX member_stores_by_time ON member_stores (store, last_at);
    CREATE TABLE member_sums (
      member_id TEXT PRIMARY KEY, first_at TEXT, last_at TEXT, prior_at TEXT, orders INTEGER NOT NULL, spent_fen INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE member_months (
      member_id TEXT NOT NULL, month TEXT NOT NULL, orders INTEGER NOT NULL, spent_fen INTEGER NOT NULL, PRIMARY KEY (member_id, month)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE open_refunds (
      store TEXT NOT NULL, sale_id TEXT NOT NULL, month TEXT NOT NULL, fen INTEGER NOT NULL, PRIMARY KEY (store, sale_id, month)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE member_erasures (member_id TEXT PRIMARY KEY, person TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE INDEX member_erasures_of_person ON member_erasures (person);
    CREATE TABLE member_erasure_stores (
      member_id TEXT NOT NULL, store TEXT NOT NULL, confirmed_at TEXT, PRIMARY KEY (member_id, store)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE member_changes (
      cursor INTEGER PRIMARY KEY, member_id TEXT NOT NULL UNIQUE, all_cursor INTEGER, erased_at TEXT, at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE ledger (entry_id TEXT PRIMARY KEY, member_id TEXT NOT NULL, hash TEXT NOT NULL, store TEXT NOT NULL, heard_at TEXT NOT NULL, entry TEXT NOT NULL) STRICT;
    CREATE INDEX ledger_of_member ON ledger (member_id);
    CREATE TABLE ledger_conflicts (
      entry_id TEXT NOT NULL, hash TEXT NOT NULL, member_id TEXT NOT NULL, store TEXT NOT NULL, heard_at TEXT NOT NULL, entry TEXT NOT NULL, PRIMARY KEY (entry_id, hash)
    ) STRICT;
    CREATE TABLE point_holds (
      hold_id TEXT PRIMARY KEY, member_id TEXT NOT NULL, store TEXT NOT NULL, points INTEGER NOT NULL, until TEXT NOT NULL, until_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX point_holds_of_member ON point_holds (member_id);
    CREATE TABLE guest_sales (
      cursor INTEGER PRIMARY KEY AUTOINCREMENT, store TEXT NOT NULL, sale_id TEXT NOT NULL, code_hash TEXT, shown TEXT, at TEXT NOT NULL, points INTEGER NOT NULL,
      business_date TEXT NOT NULL, payable_fen INTEGER NOT NULL, UNIQUE (store, sale_id)
    ) STRICT;
    CREATE TABLE access_log (
      id INTEGER PRIMARY KEY AUTOINCREMENT, member_id TEXT NOT NULL, by TEXT NOT NULL, what TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX access_log_of_member ON access_log (member_id, id);
    CREATE TABLE member_settings (version INTEGER PRIMARY KEY, body TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL) STRICT;
  `,
};
