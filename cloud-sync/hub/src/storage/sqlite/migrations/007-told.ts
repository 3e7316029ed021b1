import type { Migration } from './migration.ts';

/**
 * Occurrences that were told again in a later epoch, by where their store first wrote them: one that comes once more, in yet another epoch or under its first number after all, counts
 * once. `streams.told` spares all other streams the look.
 */
export const told: Migration = {
  version: 7,
  name: 'told',
  sql: `
    CREATE TABLE told (
      store TEXT NOT NULL, epoch TEXT NOT NULL, stream TEXT NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL, told_epoch TEXT NOT NULL,
      told_seq INTEGER NOT NULL, PRIMARY KEY (store, epoch, stream, seq, hash)
    ) STRICT, WITHOUT ROWID;
    ALTER TABLE streams ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
  `,
};
