import type { Migration } from './migration.ts';

/**
 * What became of recommendations, by day and by what made them, counted from the log by cursor; with what was shown lately, so that an item counts once an answer. And how far each store is with
 * a model, as it told last of each version.
 */
export const takes: Migration = {
  version: 19,
  name: 'takes',
  sql: `
    CREATE TABLE take_cursors (store TEXT NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (store, epoch)) STRICT, WITHOUT ROWID;
    CREATE TABLE shown_answers (
      store TEXT NOT NULL, recommendation_id TEXT NOT NULL, day TEXT NOT NULL, source TEXT NOT NULL, model_id TEXT NOT NULL, told INTEGER NOT NULL,
      items TEXT NOT NULL, touched_at TEXT NOT NULL, PRIMARY KEY (store, recommendation_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX shown_answers_by_age ON shown_answers (touched_at);
    CREATE TABLE take_days (
      day TEXT NOT NULL, store TEXT NOT NULL, source TEXT NOT NULL, model_id TEXT NOT NULL, explored INTEGER NOT NULL, answers INTEGER NOT NULL,
      shown INTEGER NOT NULL, added INTEGER NOT NULL, bought INTEGER NOT NULL, PRIMARY KEY (day, store, source, model_id, explored)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE model_stages (
      store TEXT NOT NULL, version INTEGER NOT NULL, model_id TEXT, stage TEXT NOT NULL, share_percent INTEGER NOT NULL, questions INTEGER NOT NULL,
      failed INTEGER NOT NULL, late INTEGER NOT NULL, crashes INTEGER NOT NULL, overlap_percent INTEGER, code TEXT, at TEXT NOT NULL,
      PRIMARY KEY (store, version)
    ) STRICT, WITHOUT ROWID;
  `,
};
