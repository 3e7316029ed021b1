import { z } from 'zod';
import type { Journal } from '../journal/index.ts';
import { type Clock, instantOf } from '../ports.ts';
import { type RejectedRow, readCsv } from './csv.ts';
import { gtin14 } from './item.ts';

const MAX_PRICE_FEN = 2 ** 40;

const text = (max: number) => z.string().trim().max(max);
const whole = (max: number) =>
  z
    .string()
    .regex(/^\d{1,13}$/, 'a whole number without sign or point')
    .transform(Number)
    .pipe(z.number().max(max));

const ItemRow = z.object({
  sku: text(64).min(1),
  gtin: z
    .string()
    .trim()
    .regex(/^(\d{8}|\d{12,14})$/, '8, 12, 13 or 14 digits')
    .refine(checkDigitRight, 'the check digit is wrong'),
  nameZh: text(200).min(1),
  nameEn: text(200).min(1),
  sizeZh: text(60),
  sizeEn: text(60),
  department: text(64).min(1),
  category: text(64).min(1),
  type: text(64),
  soldBy: z.enum(['each', 'weight']),
  priceFen: whole(MAX_PRICE_FEN),
  vatBasisPoints: whole(10_000),
  shelf: text(40),
  pictogram: text(40),
  noPromotions: z.enum(['yes', 'no', '']).optional(),
});

/** Columns of an item file; docs/items.md explains them. */
export const ITEM_COLUMNS = Object.keys(ItemRow.shape);

export interface ImportReport {
  priceVersion: number;
  accepted: number;
  rejected: RejectedRow[];
  rejectedCount: number;
}

/** GS1 General Specifications, section 7.9: weights 3 and 1 from the right. */
export function checkDigitRight(gtin: string): boolean {
  const digits = [...gtin.padStart(14, '0')].map(Number);
  const sum = digits.slice(0, 13).reduce((total, digit, index) => total + digit * (index % 2 === 0 ? 3 : 1), 0);
  return (10 - (sum % 10)) % 10 === digits[13];
}

const UPSERT = `INSERT INTO item (sku, gtin, name_zh, name_en, size_zh, size_en, department, category, type, sold_by, price_fen, vat_bp, shelf, pictogram, price_version,
  unit, base_fen, keyed_price, no_promotions, state)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 'on-sale')
ON CONFLICT (sku) DO UPDATE SET gtin = excluded.gtin, name_zh = excluded.name_zh, name_en = excluded.name_en, size_zh = excluded.size_zh,
  size_en = excluded.size_en, department = excluded.department, category = excluded.category, type = excluded.type, sold_by = excluded.sold_by,
  price_fen = excluded.price_fen, base_fen = excluded.base_fen, vat_bp = excluded.vat_bp, shelf = excluded.shelf, pictogram = excluded.pictogram, price_version = excluded.price_version`;

/**
 * Imports an item master. Bad rows are reported and left out; good rows replace their items in one transaction with a new price version.
 * Items missing from the file stay as they are. Throws IMPORT_REFUSED when it is no such file.
 */
export function importItems(journal: Journal, clock: Clock, csv: string): ImportReport {
  const rows = readCsv(csv, ItemRow);
  const seen = new Map<string, number>();
  const unique = rows.good.filter(({ row, value }) => {
    const earlier = seen.get(`sku ${value.sku}`) ?? seen.get(`gtin ${gtin14(value.gtin)}`);
    if (earlier !== undefined) rows.reject(row, 'ROW_DUPLICATE', `the same sku or gtin stands in row ${earlier}`);
    seen.set(`sku ${value.sku}`, row).set(`gtin ${gtin14(value.gtin)}`, row);
    return earlier === undefined;
  });
  const { rejected, rejectedCount } = rows.report();
  const at = instantOf(clock.now());
  return journal.write((tx) => {
    const priceVersion = (tx.get<{ v: number | null }>('SELECT max(version) AS v FROM price_version')?.v ?? 0) + 1;
    for (const { value } of unique) {
      // A code that moved to another product: the newest file wins, and the old product loses its row.
      tx.run('DELETE FROM item WHERE gtin = ? AND sku <> ?', gtin14(value.gtin), value.sku);
      tx.run('DELETE FROM item_code WHERE code = ? OR sku = ?', gtin14(value.gtin), value.sku);
      tx.run('INSERT INTO item_code (code, sku, units) VALUES (?, ?, 1)', gtin14(value.gtin), value.sku);
      tx.run(
        UPSERT,
        value.sku,
        gtin14(value.gtin),
        value.nameZh,
        value.nameEn,
        value.sizeZh,
        value.sizeEn,
        value.department,
        value.category,
        value.type,
        value.soldBy,
        value.priceFen,
        value.vatBasisPoints,
        value.shelf,
        value.pictogram,
        priceVersion,
        value.soldBy === 'weight' ? 'kg' : 'each',
        value.priceFen,
      );
      // A file without the column leaves each item as it was.
      if (value.noPromotions !== undefined) {
        const flag = value.noPromotions === 'yes' ? 1 : 0;
        tx.run('UPDATE item SET no_promotions = ? WHERE sku = ?', flag, value.sku);
      }
    }
    tx.run(`INSERT INTO price_version (version, at, cause) VALUES (?, ?, 'import')`, priceVersion, at);
    tx.append('tillside.items.imported.v1', { priceVersion, accepted: unique.length, rejected: rejectedCount, at });
    return { priceVersion, accepted: unique.length, rejected, rejectedCount };
  });
}
