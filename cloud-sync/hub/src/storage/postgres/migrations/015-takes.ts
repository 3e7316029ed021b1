import type { Migration } from './migration.ts';

/** What became of recommendations, and how far each store is with a model, as in SQLite (019-takes there). */
export const takes: Migration = {
  version: 15,
  name: 'takes',
  sql: `
    CREATE TABLE take_cursors (store text COLLATE "C" NOT NULL, epoch text COLLATE "C" NOT NULL, seq bigint NOT NULL, PRIMARY KEY (store, epoch));
    CREATE TABLE shown_answers (
      store text COLLATE "C" NOT NULL, recommendation_id text COLLATE "C" NOT NULL, day text COLLATE "C" NOT NULL, source text NOT NULL, model_id text NOT NULL,
      told boolean NOT NULL, items text NOT NULL, touched_at text COLLATE "C" NOT NULL, PRIMARY KEY (store, recommendation_id)
    );
    CREATE INDEX shown_answers_by_age ON shown_answers (touched_at);
    CREATE TABLE take_days (
      store text COLLATE "C" NOT NULL, day text COLLATE "C" NOT NULL, source text COLLATE "C" NOT NULL, model_id text COLLATE "C" NOT NULL, explored boolean NOT NULL,
      answers bigint NOT NULL, shown bigint NOT NULL, added bigint NOT NULL, bought bigint NOT NULL, PRIMARY KEY (store, day, source, model_id, explored)
    );
    CREATE INDEX take_days_by_day ON take_days (day);
    CREATE TABLE model_stages (
      store text COLLATE "C" NOT NULL, version bigint NOT NULL, model_id text, stage text NOT NULL, share_percent bigint NOT NULL, questions bigint NOT NULL,
      failed bigint NOT NULL, late bigint NOT NULL, crashes bigint NOT NULL, overlap_percent bigint, code text, at text NOT NULL, PRIMARY KEY (store, version)
    );
  `,
};
