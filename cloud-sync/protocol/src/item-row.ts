import { DECIDE_LIMITS, EffectiveTime, Id, ItemUnit } from '@tillside/decide';
import { z } from 'zod';

/** Further codes, and packs, of one item. */
export const MAX_ITEM_CODES = 100;
/** Good rows of one file: what a store stages and applies at once. */
export const MAX_ITEM_ROWS = 500_000;

/** GS1 General Specifications, section 7.9: weights 3 and 1 from the right. */
export function checkDigitRight(gtin: string): boolean {
  const digits = [...gtin.padStart(14, '0')].map(Number);
  const sum = digits.slice(0, 13).reduce((total, digit, index) => total + digit * (index % 2 === 0 ? 3 : 1), 0);
  return (10 - (sum % 10)) % 10 === digits[13];
}

/** Any of GTIN-8, 12, 13, 14 as the 14 digits that codes are kept as. */
export const gtin14 = (gtin: string): string => gtin.padStart(14, '0');

/** Control characters, and the mark that a decoder leaves for what it could not read. */
const UNREADABLE = /[\p{Cc}\uFFFD\uFFFE\uFFFF]/u;
const GTIN = /^(\d{8}|\d{12,14})$/;

const text = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .refine((value) => !UNREADABLE.test(value), 'holds control or unreadable characters');
const whole = (max: number) =>
  z
    .string()
    .trim()
    .regex(/^\d{1,13}$/, 'a whole number without sign or point')
    .transform(Number)
    .pipe(z.number().max(max));
/** Empty: none. */
const optionalWhole = (min: number, max: number) =>
  z
    .string()
    .trim()
    .regex(/^\d{0,13}$/, 'a whole number without sign or point')
    .transform((value) => (value === '' ? null : Number(value)))
    .pipe(z.number().min(min).max(max).nullable());
const flag = z.enum(['yes', 'no', '']).transform((value) => value === 'yes');
const gtin = z
  .string()
  .trim()
  .regex(GTIN, '8, 12, 13 or 14 digits')
  .refine(checkDigitRight, 'the check digit is wrong')
  .transform(gtin14);
/** Empty: none of the row's own. */
const time = z.union([z.literal('').transform(() => undefined), EffectiveTime]);

const entries = (value: string): string[] =>
  value
    .split('|')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

const barcodes = z.string().transform(entries).pipe(z.array(gtin).max(MAX_ITEM_CODES));

const packs = z
  .string()
  .transform((value) =>
    entries(value).map((entry) => ({ gtin: entry.split(':')[0], units: entry.split(':')[1] ?? '' })),
  )
  .pipe(z.array(z.strictObject({ gtin, units: whole(9_999).pipe(z.number().min(2)) })).max(MAX_ITEM_CODES));

/** A row of an item file. A delta may leave out any column but `sku`: those keep what the item had. */
export const ItemRow = z.object({
  sku: z
    .string()
    .trim()
    .pipe(Id)
    .refine((sku) => !sku.startsWith('open:'), 'begins like an open item'),
  gtin,
  nameZh: text(DECIDE_LIMITS.maxTextChars).min(1),
  nameEn: text(DECIDE_LIMITS.maxTextChars).min(1),
  sizeZh: text(60),
  sizeEn: text(60),
  department: text(64).min(1),
  category: text(64).min(1),
  type: text(64),
  /** Says HQ's training what is alike; stores don't keep it. */
  brand: text(64).optional(),
  soldBy: z.enum(['each', 'weight']),
  priceFen: whole(DECIDE_LIMITS.maxFen),
  vatBasisPoints: whole(10_000),
  shelf: text(40),
  pictogram: text(40),
  noPromotions: flag.optional(),
  unit: z.union([z.literal('').transform(() => undefined), ItemUnit]).optional(),
  barcodes: barcodes.optional(),
  packs: packs.optional(),
  plu: z
    .string()
    .trim()
    .regex(/^\d{0,6}$/, 'at most 6 digits')
    .optional(),
  minAge: optionalWhole(1, 99).optional(),
  keyedPrice: flag.optional(),
  costFen: optionalWhole(0, DECIDE_LIMITS.maxFen).optional(),
  discontinued: flag.optional(),
  effectiveFrom: time.optional(),
  effectiveTo: time.optional(),
});
const PartialRow = ItemRow.partial().extend({ sku: ItemRow.shape.sku });
export type ItemRow = z.infer<typeof PartialRow>;

/** Columns of an item file; docs/items.md explains them. */
export const ITEM_COLUMNS = Object.keys(ItemRow.shape) as readonly (keyof ItemRow)[];
/** What a full file must have, and what a new item needs. */
export const NEEDED_COLUMNS = ITEM_COLUMNS.filter((name) => !(ItemRow.shape[name] instanceof z.ZodOptional));

/** Whether a row brings all that an item needs: then it also says that the item is sold. */
export const isWholeItem = (row: ItemRow): boolean => NEEDED_COLUMNS.every((column) => row[column] !== undefined);

/** Columns that a quarantine adds to say what is wrong: a file that was mended is sent again with them. */
export const NOTE_COLUMNS = ['_row', '_code', '_message', '_raw'] as const;

/** Cells of a row by column, as text. */
export type Cells = Readonly<Record<string, string>>;

export type ParsedItemRow = { ok: true; value: ItemRow } | { ok: false; message: string };

/** Reads the cells of a row; the message names the column. Columns that the file lacks are absent. */
export function parseItemRow(cells: Cells): ParsedItemRow {
  const parsed = PartialRow.safeParse(cells);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { ok: false, message: `${issue?.path[0]?.toString() ?? 'sku'}: ${issue?.message ?? ''}`.slice(0, 200) };
  }
  const { soldBy, unit } = parsed.data;
  if (soldBy !== undefined && unit !== undefined && (soldBy === 'weight') !== (unit === 'kg'))
    return { ok: false, message: 'unit: goods by weight, and only they, are priced by the kg' };
  return { ok: true, value: parsed.data };
}

/** A row from JSON: numbers and truth values are written as a CSV would have them, lists joined. The notes of a quarantine are passed over. */
export function itemCells(
  value: unknown,
): { ok: true; cells: Cells } | { ok: false; code: 'ROW_SYNTAX' | 'ROW_COLUMNS'; message: string } {
  const wrong = (code: 'ROW_SYNTAX' | 'ROW_COLUMNS', message: string) => ({ ok: false as const, code, message });
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong('ROW_SYNTAX', 'no JSON object');
  const cells: Record<string, string> = {};
  for (const [column, cell] of Object.entries(value)) {
    if ((NOTE_COLUMNS as readonly string[]).includes(column)) continue;
    if (!(ITEM_COLUMNS as readonly string[]).includes(column))
      return wrong('ROW_COLUMNS', `unknown column ${JSON.stringify(column.slice(0, 40))}`);
    const text = cellText(cell);
    if (text === undefined) return wrong('ROW_SYNTAX', `${column}: neither text, number, yes or no, nor a list`);
    cells[column] = text;
  }
  return { ok: true, cells };
}

function cellText(cell: unknown): string | undefined {
  if (cell === null) return '';
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number') return String(cell);
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  if (!Array.isArray(cell)) return undefined;
  const parts = cell.map((part: unknown) => {
    if (typeof part === 'string') return part;
    const { gtin, units } = (part ?? {}) as { gtin?: unknown; units?: unknown };
    return typeof gtin === 'string' && typeof units === 'number' ? `${gtin}:${units}` : undefined;
  });
  return parts.includes(undefined) ? undefined : parts.join('|');
}

/**
 * A row as HQ signs it: one JSON object on a line, columns in the order of the schema, `sku` first, absent ones left out. Lines in the order of their bytes are in the order
 * of their SKUs. What reads the line again gives the same row.
 */
export function itemLine(row: ItemRow): string {
  const said = ITEM_COLUMNS.filter((column) => row[column] !== undefined).map((column) => [column, row[column]]);
  return JSON.stringify(Object.fromEntries(said));
}
