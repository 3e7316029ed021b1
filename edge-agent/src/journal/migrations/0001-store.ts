/** The first shape of a store's journal. One migration, one file; never edited once released. */
export const migration0001 = {
  version: 1,
  sql: `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE event (
  epoch TEXT NOT NULL, stream TEXT NOT NULL, seq INTEGER NOT NULL,
  type TEXT NOT NULL, time TEXT NOT NULL, hash TEXT NOT NULL, envelope TEXT NOT NULL,
  PRIMARY KEY (epoch, stream, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE outbox (
  epoch TEXT NOT NULL, stream TEXT NOT NULL, seq INTEGER NOT NULL, bytes INTEGER NOT NULL,
  PRIMARY KEY (epoch, stream, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE paired (
  device_id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, lane TEXT,
  credential_hash TEXT NOT NULL UNIQUE, paired_at TEXT NOT NULL, revoked_at TEXT
) STRICT;
CREATE TABLE pairing_code (
  code_hash TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, lane TEXT, expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE item (
  sku TEXT PRIMARY KEY, gtin TEXT NOT NULL UNIQUE, name_zh TEXT NOT NULL, name_en TEXT NOT NULL,
  size_zh TEXT NOT NULL, size_en TEXT NOT NULL, department TEXT NOT NULL, category TEXT NOT NULL, type TEXT NOT NULL,
  sold_by TEXT NOT NULL, price_fen INTEGER NOT NULL, vat_bp INTEGER NOT NULL, shelf TEXT NOT NULL, pictogram TEXT NOT NULL,
  price_version INTEGER NOT NULL
) STRICT;
CREATE TABLE item_import (
  price_version INTEGER PRIMARY KEY, at TEXT NOT NULL, accepted INTEGER NOT NULL, rejected INTEGER NOT NULL, report TEXT NOT NULL
) STRICT;

CREATE TABLE member (
  member_id TEXT PRIMARY KEY, code_hash TEXT NOT NULL UNIQUE, phone_index TEXT UNIQUE, tier TEXT NOT NULL,
  points INTEGER NOT NULL, consents TEXT NOT NULL, profile TEXT, joined_at TEXT NOT NULL
) STRICT;
CREATE TABLE member_key (member_id TEXT PRIMARY KEY, key TEXT NOT NULL, deposited INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE purchase (
  member_id TEXT NOT NULL, sku TEXT NOT NULL, at TEXT NOT NULL, quantity INTEGER NOT NULL
) STRICT;
CREATE INDEX purchase_member ON purchase (member_id, at);

CREATE TABLE coupon (
  coupon_id TEXT PRIMARY KEY, code_hash TEXT NOT NULL UNIQUE, code TEXT NOT NULL, campaign_id TEXT NOT NULL,
  member_id TEXT, spent_sale_id TEXT
) STRICT;
CREATE INDEX coupon_member ON coupon (member_id);

CREATE TABLE basket (
  basket_id TEXT PRIMARY KEY, state TEXT NOT NULL, terminal_id TEXT NOT NULL, lane TEXT NOT NULL, cashier_id TEXT NOT NULL,
  opened_at TEXT NOT NULL, content TEXT NOT NULL
) STRICT;
CREATE INDEX basket_state ON basket (state, lane);
CREATE TABLE sale (
  sale_id TEXT PRIMARY KEY, basket_id TEXT NOT NULL UNIQUE, terminal_id TEXT NOT NULL, receipt_number TEXT NOT NULL,
  business_date TEXT NOT NULL, member_id TEXT, payable_fen INTEGER NOT NULL, savings_fen INTEGER NOT NULL,
  body TEXT NOT NULL, view TEXT NOT NULL, UNIQUE (terminal_id, receipt_number)
) STRICT;
CREATE INDEX sale_day ON sale (business_date, terminal_id);
CREATE TABLE sale_return (
  return_id TEXT PRIMARY KEY, sale_id TEXT NOT NULL REFERENCES sale (sale_id), terminal_id TEXT NOT NULL, receipt_number TEXT NOT NULL,
  business_date TEXT NOT NULL, refund_fen INTEGER NOT NULL, body TEXT NOT NULL, UNIQUE (terminal_id, receipt_number)
) STRICT;
CREATE INDEX return_sale ON sale_return (sale_id);
CREATE INDEX return_day ON sale_return (business_date, terminal_id);
CREATE TABLE idempotency (
  device_id TEXT NOT NULL, key TEXT NOT NULL, request_hash TEXT NOT NULL, response TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (device_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_age ON idempotency (at);

CREATE TABLE label (
  tag_id TEXT PRIMARY KEY, hw_type INTEGER, battery_mv INTEGER, device_id TEXT NOT NULL, sku TEXT,
  state TEXT NOT NULL, reason TEXT, wanted TEXT, image_hash TEXT, shown_fen INTEGER, shown_hash TEXT, shown_at TEXT
) STRICT;
CREATE INDEX label_sku ON label (sku);
CREATE TABLE promotion (
  campaign_id TEXT PRIMARY KEY, sku TEXT NOT NULL UNIQUE, campaign TEXT NOT NULL, percent_off_bp INTEGER NOT NULL, until TEXT NOT NULL
) STRICT;

CREATE TABLE presence_window (
  zone TEXT NOT NULL, window_start TEXT NOT NULL, devices INTEGER NOT NULL, associated INTEGER NOT NULL, randomised INTEGER NOT NULL,
  PRIMARY KEY (zone, window_start)
) STRICT, WITHOUT ROWID;
CREATE TABLE desired (
  kind TEXT PRIMARY KEY, version INTEGER NOT NULL, sha256 TEXT NOT NULL, content TEXT NOT NULL, applied_at TEXT NOT NULL
) STRICT;
CREATE TABLE device_cursor (host_id TEXT PRIMARY KEY, boot_id TEXT NOT NULL, event_seq INTEGER NOT NULL) STRICT;
`,
} as const;
