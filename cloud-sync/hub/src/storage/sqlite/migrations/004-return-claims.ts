import type { Migration } from './migration.ts';

/** Units of a sale that another store gives its money back for, and the places to find a sale by its receipt and its returns. */
export const returnClaims: Migration = {
  version: 4,
  name: 'return-claims',
  sql: `
    CREATE TABLE return_claims (
      return_id TEXT PRIMARY KEY, claimed_by TEXT NOT NULL, sale_store TEXT NOT NULL, sale_id TEXT NOT NULL, lines TEXT NOT NULL,
      claimed_at TEXT NOT NULL, confirmed INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX return_claims_of_sale ON return_claims (sale_store, sale_id);
    CREATE INDEX events_sale_receipt ON events (store, data ->> 'receiptNumber')
      WHERE type = 'tillside.sale.completed.v1' AND quarantine IS NULL;
    CREATE INDEX events_sale_id ON events (store, data ->> 'saleId')
      WHERE type = 'tillside.sale.completed.v1' AND quarantine IS NULL;
    CREATE INDEX events_return_of_sale ON events (store, data ->> 'saleId')
      WHERE type = 'tillside.sale.returned.v1' AND quarantine IS NULL;
  `,
};
