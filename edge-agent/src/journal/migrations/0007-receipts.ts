/** Receipts: every print of one, so that a second is known as a reprint and a retry does not print twice; and what a return came to, for its receipt. */
export const migration0007 = {
  version: 7,
  sql: `
CREATE TABLE receipt_print (
  subject TEXT NOT NULL, number INTEGER NOT NULL, terminal_id TEXT NOT NULL, at INTEGER NOT NULL, printed INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (subject, number)
) STRICT, WITHOUT ROWID;
ALTER TABLE sale_return ADD COLUMN view TEXT;
`,
} as const;
