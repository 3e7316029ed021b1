import type { Migration } from './migration.ts';

/** What the hub knows of a model beside its files: card, comparison, why it was promoted or not; as JSON. */
export const modelNotes: Migration = {
  version: 17,
  name: 'model-notes',
  sql: 'CREATE TABLE model_notes (model TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;',
};
