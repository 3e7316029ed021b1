import type { Migration } from './migration.ts';

/** What partners may do: a JSON list of scopes, empty for operators and stores. */
export const partners: Migration = {
  version: 8,
  name: 'partners',
  sql: `
    CREATE TABLE credentials_new (
      id TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, kind TEXT NOT NULL CHECK (kind IN ('operator', 'store', 'partner')), name TEXT NOT NULL,
      store TEXT REFERENCES stores (id), scopes TEXT NOT NULL, created_at TEXT NOT NULL, revoked_at TEXT
    ) STRICT;
    INSERT INTO credentials_new SELECT id, hash, kind, name, store, '[]', created_at, revoked_at FROM credentials;
    DROP TABLE credentials;
    ALTER TABLE credentials_new RENAME TO credentials;
    ALTER TABLE pairing_codes ADD COLUMN scopes TEXT NOT NULL DEFAULT '[]';
  `,
};
