/**
 * What a full item master needs: every code of an item (its own GTIN, further ones, packs, its PLU) in one table, prices that wait for their time, and what an
 * import brought or left out. `base_fen` is the regular price, `price_fen` the one in force: they differ while a price for a time runs. A GTIN is no longer
 * unique among items, since what is not sold any more keeps its own for returns.
 */
export const migration0006 = {
  version: 6,
  sql: `
CREATE TABLE item_now (
  sku TEXT PRIMARY KEY, gtin TEXT NOT NULL, plu TEXT, name_zh TEXT NOT NULL, name_en TEXT NOT NULL, size_zh TEXT NOT NULL, size_en TEXT NOT NULL,
  department TEXT NOT NULL, category TEXT NOT NULL, type TEXT NOT NULL, sold_by TEXT NOT NULL CHECK (sold_by IN ('each', 'weight')), unit TEXT NOT NULL,
  price_fen INTEGER NOT NULL, base_fen INTEGER NOT NULL, cost_fen INTEGER, vat_bp INTEGER NOT NULL, min_age INTEGER, keyed_price INTEGER NOT NULL,
  shelf TEXT NOT NULL, pictogram TEXT NOT NULL, no_promotions INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('on-sale', 'coming', 'discontinued')), price_version INTEGER NOT NULL
) STRICT;
INSERT INTO item_now (sku, gtin, name_zh, name_en, size_zh, size_en, department, category, type, sold_by, unit, price_fen, base_fen, vat_bp, keyed_price,
    shelf, pictogram, no_promotions, state, price_version)
  SELECT sku, gtin, name_zh, name_en, size_zh, size_en, department, category, type, sold_by, iif(sold_by = 'weight', 'kg', 'each'), price_fen, price_fen,
    vat_bp, 0, shelf, pictogram, no_promotions, 'on-sale', price_version FROM item;
DROP TABLE item;
ALTER TABLE item_now RENAME TO item;

CREATE TABLE item_code (code TEXT PRIMARY KEY, sku TEXT NOT NULL, units INTEGER NOT NULL CHECK (units > 0)) STRICT, WITHOUT ROWID;
CREATE INDEX item_code_sku ON item_code (sku);
INSERT INTO item_code (code, sku, units) SELECT gtin, sku, 1 FROM item;

CREATE TABLE price_version (version INTEGER PRIMARY KEY, at TEXT NOT NULL, cause TEXT NOT NULL CHECK (cause IN ('import', 'time')), import_id TEXT) STRICT;
INSERT INTO price_version (version, at, cause) SELECT price_version, at, 'import' FROM item_import;
DROP TABLE item_import;

CREATE TABLE item_import (
  import_id TEXT PRIMARY KEY, mode TEXT NOT NULL CHECK (mode IN ('full', 'delta')), started_at TEXT NOT NULL, finished_at TEXT,
  state TEXT NOT NULL CHECK (state IN ('running', 'applied', 'refused', 'interrupted')), refusal TEXT, sha256 TEXT, report TEXT
) STRICT;
CREATE TABLE import_quarantine (
  import_id TEXT NOT NULL, row INTEGER NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL, raw TEXT NOT NULL, PRIMARY KEY (import_id, row)
) STRICT, WITHOUT ROWID;

CREATE TABLE price_change (
  change_id INTEGER PRIMARY KEY, sku TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('price', 'discontinue')), price_fen INTEGER,
  from_at INTEGER NOT NULL, to_at INTEGER, state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'done', 'cancelled')), due_at INTEGER,
  import_id TEXT, price_version INTEGER, end_version INTEGER
) STRICT;
CREATE INDEX price_change_due ON price_change (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX price_change_started ON price_change (price_version) WHERE price_version IS NOT NULL;
CREATE INDEX price_change_ended ON price_change (end_version) WHERE end_version IS NOT NULL;
CREATE INDEX price_change_active ON price_change (sku) WHERE state = 'active';
CREATE UNIQUE INDEX price_change_pending ON price_change (sku, kind, from_at, coalesce(to_at, 0)) WHERE state = 'pending';
`,
} as const;
