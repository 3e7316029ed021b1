/**
 * What the till needs: who owns a terminal's prices, sessions, receipt numbers, days that were closed, goods that came back without a sale of ours, and sales that were
 * only trained.
 */
export const migration0005 = {
  version: 5,
  sql: `
ALTER TABLE paired ADD COLUMN price_owner TEXT;
ALTER TABLE pairing_code ADD COLUMN price_owner TEXT;
ALTER TABLE sale ADD COLUMN session_id TEXT;
ALTER TABLE sale ADD COLUMN shift_id TEXT;
ALTER TABLE sale_return ADD COLUMN session_id TEXT;
ALTER TABLE sale_return ADD COLUMN shift_id TEXT;
CREATE TABLE receipt_series (
  terminal_id TEXT NOT NULL, series TEXT NOT NULL CHECK (series IN ('online', 'alone')), next INTEGER NOT NULL, PRIMARY KEY (terminal_id, series)
) STRICT, WITHOUT ROWID;
CREATE TABLE till_session (
  session_id TEXT PRIMARY KEY, terminal_id TEXT NOT NULL, lane TEXT NOT NULL, cashier_id TEXT NOT NULL, shift_id TEXT NOT NULL, business_date TEXT NOT NULL,
  training INTEGER NOT NULL, opening_float_fen INTEGER NOT NULL, counted_cash_fen INTEGER, opened_at TEXT NOT NULL, closed_at TEXT
) STRICT;
CREATE UNIQUE INDEX till_session_open ON till_session (terminal_id) WHERE closed_at IS NULL;
CREATE INDEX till_session_day ON till_session (business_date, terminal_id);
CREATE TABLE goods_return (
  return_id TEXT PRIMARY KEY, basis TEXT NOT NULL, terminal_id TEXT NOT NULL, receipt_number TEXT NOT NULL, business_date TEXT NOT NULL,
  session_id TEXT, shift_id TEXT, refund_fen INTEGER NOT NULL, body TEXT NOT NULL, view TEXT NOT NULL, UNIQUE (terminal_id, receipt_number)
) STRICT;
CREATE INDEX goods_return_day ON goods_return (business_date, terminal_id);
CREATE TABLE day_closing (
  terminal_id TEXT NOT NULL, business_date TEXT NOT NULL, z_number INTEGER NOT NULL, at TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (terminal_id, z_number)
) STRICT, WITHOUT ROWID;
CREATE TABLE training_sale (sale_id TEXT PRIMARY KEY, terminal_id TEXT NOT NULL, at INTEGER NOT NULL, view TEXT NOT NULL) STRICT;
`,
} as const;
