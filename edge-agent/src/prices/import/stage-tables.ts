import { FACT_COLUMNS } from './merge.ts';

/**
 * What an import has read so far, on disk and outside the journal. `row`: items that will differ. `seen`: every SKU of a good row, `kept` of a bad one. `code`: every
 * code of the file. `change`: prices for later or for a time (`to_at` 0: from then on). `named`: prices that the file has, staged before or not. `missing`: what a full file lacks. `moved`: codes that go from items it does not name to others. `quarantine`: rows to be mended.
 */
export const STAGE_SCHEMA = `
CREATE TABLE scratch.row (
  sku TEXT PRIMARY KEY, ${FACT_COLUMNS.map((column) => `"${column}"`).join(', ')}, base_fen INTEGER, first_fen INTEGER, state TEXT NOT NULL,
  created INTEGER NOT NULL, unit_changed INTEGER NOT NULL, codes_changed INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE scratch.seen (sku TEXT PRIMARY KEY, row INTEGER NOT NULL, facts TEXT NOT NULL, base_from INTEGER, listed INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE scratch.kept (sku TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE scratch.code (code TEXT PRIMARY KEY, sku TEXT NOT NULL, units INTEGER NOT NULL, row INTEGER NOT NULL, changed INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE scratch.change (sku TEXT, from_at INTEGER, to_at INTEGER, price_fen INTEGER NOT NULL, PRIMARY KEY (sku, from_at, to_at)) WITHOUT ROWID;
CREATE TABLE scratch.named (sku TEXT, from_at INTEGER, to_at INTEGER, PRIMARY KEY (sku, from_at, to_at)) WITHOUT ROWID;
CREATE TABLE scratch.missing (sku TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE scratch.moved (code TEXT PRIMARY KEY, row INTEGER NOT NULL, sku TEXT NOT NULL, old TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE scratch.quarantine (row INTEGER PRIMARY KEY, code TEXT NOT NULL, message TEXT NOT NULL, raw TEXT NOT NULL);
`;

export const PUT_ROW = `INSERT INTO scratch.row (sku, ${FACT_COLUMNS.join(', ')}, base_fen, first_fen, state, created, unit_changed, codes_changed)
  VALUES (?, ${FACT_COLUMNS.map(() => '?').join(', ')}, ?, ?, ?, ?, ?, ?)`;
