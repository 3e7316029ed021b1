import type { Migration } from './migration.ts';

/** What runs of segments found, as JSON. */
export const segments: Migration = {
  version: 12,
  name: 'segments',
  sql: 'CREATE TABLE segment_runs (id TEXT PRIMARY KEY, started_at TEXT NOT NULL, body TEXT NOT NULL) STRICT;',
};
