import type { Migration } from './migration.ts';

/** What runs of segments found, as JSON. */
export const segments: Migration = {
  version: 6,
  name: 'segments',
  sql: 'CREATE TABLE segment_runs (id text PRIMARY KEY, started_at text COLLATE "C" NOT NULL, body text NOT NULL);',
};
