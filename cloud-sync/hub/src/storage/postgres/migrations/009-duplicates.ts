import type { Migration } from './migration.ts';

/** Who may be there twice, a person's word that two are two people, and what was said when a household was linked; as in SQLite (013-duplicates there). */
export const duplicates: Migration = {
  version: 9,
  name: 'duplicates',
  sql: `
    CREATE TABLE duplicate_runs (
      id integer PRIMARY KEY CHECK (id = 1), at text NOT NULL, took_ms bigint NOT NULL, compared bigint NOT NULL, is_cut boolean NOT NULL
    );
    CREATE TABLE duplicate_pairs (
      rank bigint PRIMARY KEY, from_id text COLLATE "C" NOT NULL, into_id text COLLATE "C" NOT NULL, reasons text NOT NULL
    );
    CREATE INDEX duplicate_pairs_from ON duplicate_pairs (from_id);
    CREATE INDEX duplicate_pairs_into ON duplicate_pairs (into_id);
    CREATE TABLE member_apart (
      one text COLLATE "C" NOT NULL, other text COLLATE "C" NOT NULL, at text COLLATE "C" NOT NULL, by text NOT NULL, reason text NOT NULL, PRIMARY KEY (one, other)
    );
    CREATE INDEX member_apart_other ON member_apart (other);
    CREATE INDEX member_apart_by_time ON member_apart (at);
    CREATE TABLE member_households (member_id text COLLATE "C" PRIMARY KEY, at text NOT NULL, by text NOT NULL, reason text NOT NULL);
    CREATE INDEX members_of_household ON members (household) WHERE household IS NOT NULL;
  `,
};
