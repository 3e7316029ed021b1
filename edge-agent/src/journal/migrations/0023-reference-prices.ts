/**
 * Prices that were in force on labels, for the rule that compares a reduced price with the lowest one applied before; and the evidence behind every
 * "was" that a label was given, as it stood then.
 */
export const migration0023 = {
  version: 23,
  sql: `
CREATE TABLE applied_price (
  sku TEXT NOT NULL, from_ms INTEGER NOT NULL, fen INTEGER NOT NULL, PRIMARY KEY (sku, from_ms)
) STRICT, WITHOUT ROWID;
CREATE TABLE reference_evidence (
  sku TEXT NOT NULL, before_ms INTEGER NOT NULL, rule TEXT NOT NULL, fen INTEGER NOT NULL, evidence TEXT NOT NULL, noted_ms INTEGER NOT NULL,
  PRIMARY KEY (sku, before_ms, rule, fen)
) STRICT, WITHOUT ROWID;
`,
} as const;
