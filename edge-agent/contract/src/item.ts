import { EffectiveTime, ItemUnit } from '@tillside/decide';
import { z } from 'zod';
import { Fen, Id, Instant, Names, Words } from './common.ts';

export { EffectiveTime, ItemUnit };

/** `coming`: its first price is not in force yet. `discontinued`: may be brought back, is not sold. */
export const ItemState = z.enum(['on-sale', 'coming', 'discontinued']);
export type ItemState = z.infer<typeof ItemState>;

export const ItemView = z.strictObject({
  sku: Id,
  gtin: z.string(),
  name: Names,
  /** Empty for what has none, such as goods by weight. */
  size: Words,
  department: z.string(),
  category: z.string(),
  pictogram: z.string(),
  soldBy: z.enum(['each', 'weight']),
  unit: ItemUnit,
  state: ItemState,
  plu: z.string().optional(),
  minAge: z.number().int().optional(),
  /** Its price is keyed at the till. */
  keyedPrice: z.literal(true).optional(),
  /** Per piece or per kg, before promotions. */
  priceFen: Fen,
  /** What a single piece (or kg) costs anybody now, promotions of this store applied. */
  shelfPriceFen: Fen,
});
export type ItemView = z.infer<typeof ItemView>;

/** A row of a file by its number (the header is row 1), why it was left out or what people should look at, and the column where it is one. */
export const RowNote = z.strictObject({ row: z.number().int(), code: z.string(), message: z.string() });
export type RowNote = z.infer<typeof RowNote>;

/** `full`: the file is the whole range, what it lacks is discontinued. `delta`: only what changes. */
export const ImportMode = z.enum(['full', 'delta']);
export type ImportMode = z.infer<typeof ImportMode>;

const count = z.number().int().nonnegative();

/** What an item import did beside taking rows. */
export const ItemImportReport = z.strictObject({
  importId: Id,
  mode: ImportMode,
  /** How the bytes were read. */
  encoding: z.enum(['utf-8', 'gb18030']),
  /** Rows of the file, the header not counted. */
  rows: count,
  /** Items that are new, that differ from before (price included), and that are as they were. */
  created: count,
  changed: count,
  unchanged: count,
  /** Items that the file lacks or names as discontinued: now, or once the file takes effect. */
  discontinued: count,
  /** Prices that wait for their time. */
  staged: count,
  /** Taken, but worth a look; the first 200 are named, all are counted. */
  warnings: z.array(RowNote),
  warningCount: count,
});
export type ItemImportReport = z.infer<typeof ItemImportReport>;

/** Good rows are in, bad rows are named and left out. `priceVersion` is of the item master after the import. `items`: of an item import. */
export const ImportReport = z.strictObject({
  priceVersion: z.number().int(),
  accepted: count,
  rejected: z.array(RowNote),
  rejectedCount: count,
  items: ItemImportReport.optional(),
});
export type ImportReport = z.infer<typeof ImportReport>;

export const ImportQuery = z.strictObject({
  mode: ImportMode.default('delta'),
  /** For rows that have none of their own: when their prices take effect. Absent: at once. */
  effectiveFrom: EffectiveTime.optional(),
  effectiveTo: EffectiveTime.optional(),
  /** Take a full file although it discontinues, or leaves out, more than a file usually does. */
  force: z.enum(['true', 'false']).default('false'),
});
export type ImportQuery = z.infer<typeof ImportQuery>;

/** An item import, running or over. `report` once it is; `refusal` where nothing of it was taken. */
export const ImportRun = z.strictObject({
  importId: Id,
  mode: ImportMode,
  state: z.enum(['running', 'applied', 'refused', 'interrupted']),
  startedAt: Instant,
  finishedAt: Instant.optional(),
  refusal: z.strictObject({ code: z.string(), message: z.string(), hint: z.string() }).optional(),
  /** SHA-256 of the file's bytes, hex. */
  sha256: z.string().optional(),
  report: ImportReport.optional(),
});
export type ImportRun = z.infer<typeof ImportRun>;

/** Rows that were left out, as a CSV to be mended and sent again: the file's columns, and what is wrong in columns that an import passes over. */
export const Quarantine = z.strictObject({
  importId: Id,
  /** Rows in the CSV, and rows that were left out beyond those that are kept. */
  kept: count,
  notKept: count,
  csv: z.string(),
});
export type Quarantine = z.infer<typeof Quarantine>;

const Cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** A row as JSON: the columns of docs/items.md; `barcodes` and `packs` may be lists. */
export const ItemRowInput = z.record(
  z.string().max(64),
  z.union([
    Cell,
    z.array(z.union([z.string(), z.strictObject({ gtin: z.string(), units: z.number().int() })])).max(100),
  ]),
);
export const PutItems = z.strictObject({ items: z.array(ItemRowInput).min(1).max(500) });

/** A price that waits for its time, or that runs for a time. */
export const PriceChange = z.strictObject({
  changeId: Id,
  sku: Id,
  name: Names.optional(),
  /** `discontinue`: the item leaves the range then. */
  kind: z.enum(['price', 'discontinue']),
  priceFen: Fen.optional(),
  /** What is in force now. */
  currentFen: Fen.optional(),
  state: z.enum(['pending', 'active', 'done', 'cancelled']),
  effectiveFrom: Instant,
  effectiveTo: Instant.optional(),
  importId: Id.optional(),
  /** The version that its start made. */
  priceVersion: z.number().int().optional(),
});
export type PriceChange = z.infer<typeof PriceChange>;
