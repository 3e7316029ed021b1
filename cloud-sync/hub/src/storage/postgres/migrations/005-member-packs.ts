import type { Migration } from './migration.ts';

/** Keys of member packs, in a table that no backup holds, and which stores are near which (a JSON list). */
export const memberPacks: Migration = {
  version: 5,
  name: 'member-packs',
  sql: `
    CREATE TABLE pack_keys (store text COLLATE "C" NOT NULL, version bigint NOT NULL, key text NOT NULL, PRIMARY KEY (store, version));
    CREATE TABLE nearby_stores (store text COLLATE "C" PRIMARY KEY, near text NOT NULL);
  `,
};
