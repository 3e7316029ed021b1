import type { Migration } from './migration.ts';

/** What the hub knows of a model beside its files, as in SQLite (017-model-notes there). */
export const modelNotes: Migration = {
  version: 13,
  name: 'model-notes',
  sql: 'CREATE TABLE model_notes (model text COLLATE "C" PRIMARY KEY, body text NOT NULL);',
};
