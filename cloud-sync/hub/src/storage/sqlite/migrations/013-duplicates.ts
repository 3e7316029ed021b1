import type { Migration } from './migration.ts';

/**
 * Who may be there twice, as the newest run found it (`duplicate_pairs`, best first); a person's word that two are two people (`one` < `other`); what was said when a household was
 * linked. None of them outlives an erasure.
 */
export const duplicates: Migration = {
  version: 13,
  name: 'duplicates',
  sql: `
    CREATE TABLE duplicate_runs (
      id INTEGER PRIMARY KEY CHECK (id = 1), at TEXT NOT NULL, took_ms INTEGER NOT NULL, compared INTEGER NOT NULL, is_cut INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE duplicate_pairs (rank INTEGER PRIMARY KEY, from_id TEXT NOT NULL, into_id TEXT NOT NULL, reasons TEXT NOT NULL) STRICT;
    CREATE INDEX duplicate_pairs_from ON duplicate_pairs (from_id);
    CREATE INDEX duplicate_pairs_into ON duplicate_pairs (into_id);
    CREATE TABLE member_apart (
      one TEXT NOT NULL, other TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (one, other)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX member_apart_other ON member_apart (other);
    CREATE INDEX member_apart_by_time ON member_apart (at);
    CREATE TABLE member_households (member_id TEXT PRIMARY KEY, at TEXT NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE INDEX members_below ON members (into_id) WHERE into_id IS NOT NULL;
  `,
};
