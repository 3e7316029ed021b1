import type { Migration } from './migration.ts';

/** What trainings worked out about members: opaque bytes, by the training that they are of. */
export const tastes: Migration = {
  version: 18,
  name: 'tastes',
  sql: `
    CREATE TABLE taste_runs (run INTEGER PRIMARY KEY, model TEXT NOT NULL, at TEXT, held INTEGER NOT NULL) STRICT;
    CREATE TABLE tastes (member_id TEXT PRIMARY KEY, run INTEGER NOT NULL, taste BLOB NOT NULL) STRICT;
    CREATE INDEX tastes_by_run ON tastes (run);
  `,
};
