import type { Migration } from './migration.ts';

/** What trainings worked out about members, as in SQLite (018-tastes there). */
export const tastes: Migration = {
  version: 14,
  name: 'tastes',
  sql: `
    CREATE TABLE taste_runs (run bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, model text COLLATE "C" NOT NULL, at text, held bigint NOT NULL);
    CREATE TABLE tastes (member_id text COLLATE "C" PRIMARY KEY, run bigint NOT NULL, taste bytea NOT NULL);
    CREATE INDEX tastes_by_run ON tastes (run);
  `,
};
