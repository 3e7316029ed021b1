import { EffectiveTime, ItemUnit } from '@tillside/agent-contract';
import { DECIDE_LIMITS, Id } from '@tillside/decide';
import { z } from 'zod';
import { checkDigitRight, gtin14 } from '../gtin.ts';
import { IMPORT_LIMITS } from './limits.ts';

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

const barcodes = z.string().transform(entries).pipe(z.array(gtin).max(IMPORT_LIMITS.maxCodes));

const packs = z
  .string()
  .transform((value) =>
    entries(value).map((entry) => ({ gtin: entry.split(':')[0], units: entry.split(':')[1] ?? '' })),
  )
  .pipe(z.array(z.strictObject({ gtin, units: whole(9_999).pipe(z.number().min(2)) })).max(IMPORT_LIMITS.maxCodes));

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

/** Cells of a row by column, as text. */
export type Cells = Readonly<Record<string, string>>;

export type ParsedRow = { ok: true; value: ItemRow } | { ok: false; message: string };

/** Reads the cells of a row; the message names the column. Columns that the file lacks are absent. */
export function parseRow(cells: Cells): ParsedRow {
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
