import type { Migration } from './migration.ts';

/**
 * Occurrences that were told again in a later epoch, by where their store first wrote them: one that comes once more, in yet another epoch or under its first number after all, counts
 * once. `streams.told` spares all other streams the look; who sets it has that stream's lock.
 */
export const told: Migration = {
  version: 2,
  name: 'told',
  sql: `
    CREATE TABLE told (
      store text COLLATE "C" NOT NULL, epoch text COLLATE "C" NOT NULL, stream text COLLATE "C" NOT NULL, seq bigint NOT NULL, hash text COLLATE "C" NOT NULL,
      told_epoch text NOT NULL, told_seq bigint NOT NULL, PRIMARY KEY (store, epoch, stream, seq, hash)
    );
    ALTER TABLE streams ADD COLUMN told boolean NOT NULL DEFAULT false;
  `,
};
