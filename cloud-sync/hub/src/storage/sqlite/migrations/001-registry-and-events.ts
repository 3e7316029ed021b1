import type { Migration } from './migration.ts';

/**
 * `positions` is the one place that says what is held: locked, read and written in the transaction of the insert. `conflicts` keeps what a
 * restored store sent with a hash of its own, so that nothing is thrown away.
 */
export const registryAndEvents: Migration = {
  version: 1,
  name: 'registry-and-events',
  sql: `
    CREATE TABLE stores (id TEXT PRIMARY KEY, name TEXT NOT NULL, created_at TEXT NOT NULL, last_seen_at TEXT) STRICT;
    CREATE TABLE credentials (
      id TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, kind TEXT NOT NULL CHECK (kind IN ('operator', 'store')), name TEXT NOT NULL,
      store TEXT REFERENCES stores (id), created_at TEXT NOT NULL, revoked_at TEXT
    ) STRICT;
    CREATE TABLE pairing_codes (
      code_hash TEXT PRIMARY KEY, kind TEXT NOT NULL, store TEXT REFERENCES stores (id), expires_at TEXT NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE member_keys (store TEXT NOT NULL, member_id TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (store, member_id)) STRICT;
    CREATE TABLE positions (
      store TEXT NOT NULL, epoch TEXT NOT NULL, stream TEXT NOT NULL, contiguous_seq INTEGER NOT NULL, ranges TEXT NOT NULL,
      last_received_at TEXT NOT NULL, PRIMARY KEY (store, epoch, stream)
    ) STRICT;
    CREATE TABLE events (
      cursor INTEGER PRIMARY KEY AUTOINCREMENT, store TEXT NOT NULL, epoch TEXT NOT NULL, stream TEXT NOT NULL, seq INTEGER NOT NULL,
      id TEXT NOT NULL, type TEXT NOT NULL, time TEXT NOT NULL, source TEXT NOT NULL, prevhash TEXT NOT NULL, hash TEXT NOT NULL,
      received_at TEXT NOT NULL, quarantine TEXT, data TEXT NOT NULL, UNIQUE (store, epoch, stream, seq)
    ) STRICT;
    CREATE INDEX events_by_type ON events (type, cursor);
    CREATE INDEX events_by_store ON events (store, cursor);
    CREATE INDEX events_quarantined ON events (cursor) WHERE quarantine IS NOT NULL;
    CREATE TABLE conflicts (
      store TEXT NOT NULL, epoch TEXT NOT NULL, stream TEXT NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL,
      received_at TEXT NOT NULL, envelope TEXT NOT NULL, PRIMARY KEY (store, epoch, stream, seq, hash)
    ) STRICT;
  `,
};
