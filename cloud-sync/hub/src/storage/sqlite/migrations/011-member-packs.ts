import type { Migration } from './migration.ts';

/** Which stores are near which, for member packs: a JSON list. */
export const memberPacks: Migration = {
  version: 11,
  name: 'member-packs',
  sql: 'CREATE TABLE nearby_stores (store TEXT PRIMARY KEY, near TEXT NOT NULL) STRICT;',
};
