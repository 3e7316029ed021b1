import { z } from 'zod';
import { DECIDE_LIMITS } from '../limits.ts';

/** Money in integer fen (1/100 yuan), 0 to 2^40. */
export const Fen = z.int().min(0).max(DECIDE_LIMITS.maxFen);
export type Fen = z.infer<typeof Fen>;

/** A stable identifier: 1 to 64 characters, letters, digits and `._:-`. */
export const Id = z
  .string()
  .min(1)
  .max(DECIDE_LIMITS.maxIdChars)
  .regex(/^[\p{L}\p{N}._:/-]+$/u, 'ID_CHARACTERS');
export type Id = z.infer<typeof Id>;

/** What people read, in both languages of the house. */
export const Names = z.strictObject({
  zh: z.string().min(1).max(DECIDE_LIMITS.maxTextChars),
  en: z.string().min(1).max(DECIDE_LIMITS.maxTextChars),
});
export type Names = z.infer<typeof Names>;

/** The languages that `explain` and `formatFen` speak. */
export const Locale = z.enum(['zh-CN', 'en']);
export type Locale = z.infer<typeof Locale>;

/** Where a basket is priced. A label shows a price without a person in front of it. */
export const Channel = z.enum(['till', 'self-checkout', 'kiosk', 'label']);
export type Channel = z.infer<typeof Channel>;

/** Share in basis points: 1000 is 10 %, 10000 is everything. */
export const BasisPoints = z.int().min(1).max(10_000);
export type BasisPoints = z.infer<typeof BasisPoints>;

/** An instant as ISO 8601 with `Z` or an offset, never a wall clock without one. */
export const Instant = z.iso.datetime({ offset: true });
export type Instant = z.infer<typeof Instant>;

/** What a price is for. Goods by weight are priced by the `kg`; the others name what the shopper takes: a piece, a bottle, a box. */
export const ItemUnit = z.enum(['each', 'kg', 'bottle', 'can', 'bag', 'box', 'pack', 'case', 'pair', 'set']);
export type ItemUnit = z.infer<typeof ItemUnit>;

/** When a price begins or ends: a store-local date (`2026-11-23`, from its midnight), a store-local time (`2026-11-23T06:00`) or an instant with its offset. */
export const EffectiveTime = z
  .string()
  .regex(
    /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?)?$/,
    'a date, a local time or an instant with its offset',
  );
