import type { Migration } from './migration.ts';

/** What partners may do: a JSON list of scopes, empty for operators and stores. */
export const partners: Migration = {
  version: 3,
  name: 'partners',
  sql: `
    ALTER TABLE credentials DROP CONSTRAINT credentials_kind_check;
    ALTER TABLE credentials ADD CONSTRAINT credentials_kind_check CHECK (kind IN ('operator', 'store', 'partner'));
    ALTER TABLE credentials ADD COLUMN scopes text NOT NULL DEFAULT '[]';
    ALTER TABLE pairing_codes ADD COLUMN scopes text NOT NULL DEFAULT '[]';
  `,
};
