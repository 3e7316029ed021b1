import type { Migration } from './migration.ts';

/**
 * Whose key must be gone for good, so that a key file restored from an older copy is erased again; and `floors`: after a restore nothing may be signed under a number
 * that a store has seen already. The keys themselves move to a file of their own (keys.ts).
 */
export const erasures: Migration = {
  version: 6,
  name: 'erasures',
  sql: `
    CREATE TABLE erasures (store TEXT NOT NULL, member_id TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (store, member_id)) STRICT;
    CREATE TABLE floors (name TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT;
  `,
};
