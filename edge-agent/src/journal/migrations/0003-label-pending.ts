/**
 * The lowest price among pictures that were handed over for a label and may still appear on it: until the newest is proven, an older one that was
 * cheaper may be what a shopper reads.
 */
export const migration0003 = {
  version: 3,
  sql: `
ALTER TABLE label ADD COLUMN pending_fen INTEGER;
UPDATE label SET pending_fen = json_extract(wanted, '$.priceFen') WHERE wanted IS NOT NULL AND state <> 'shown';
`,
} as const;
