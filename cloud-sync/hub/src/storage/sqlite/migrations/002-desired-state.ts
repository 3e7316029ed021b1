import type { Migration } from './migration.ts';

/** Signed metadata, what was published to whom, and what each store says it applied. */
export const desiredState: Migration = {
  version: 2,
  name: 'desired-state',
  sql: `
    CREATE TABLE metadata (role TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (role, version)) STRICT;
    CREATE TABLE releases (
      id TEXT PRIMARY KEY, published_at TEXT NOT NULL, published_by TEXT NOT NULL, campaign_set TEXT NOT NULL
    ) STRICT;
    CREATE TABLE models (
      id TEXT PRIMARY KEY, created_at TEXT NOT NULL, sha256 TEXT NOT NULL, size_bytes INTEGER NOT NULL, manifest TEXT NOT NULL
    ) STRICT;
    CREATE TABLE desired (
      store TEXT NOT NULL REFERENCES stores (id), kind TEXT NOT NULL, version INTEGER NOT NULL, sha256 TEXT NOT NULL,
      length_bytes INTEGER NOT NULL, origin TEXT NOT NULL, published_at TEXT NOT NULL, PRIMARY KEY (store, kind, version)
    ) STRICT;
    CREATE INDEX desired_by_origin ON desired (origin);
    CREATE TABLE applied (
      store TEXT NOT NULL, kind TEXT NOT NULL, version INTEGER NOT NULL, outcome TEXT NOT NULL, code TEXT, message TEXT, at TEXT NOT NULL,
      PRIMARY KEY (store, kind, version)
    ) STRICT;
  `,
};
