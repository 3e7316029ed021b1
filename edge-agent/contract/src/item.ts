import { z } from 'zod';
import { Fen, Id, Names, Words } from './common.ts';

/** What a price is for. Goods by weight are priced by the `kg`; the others name what the shopper takes: a piece, a bottle, a box. */
export const ItemUnit = z.enum(['each', 'kg', 'bottle', 'can', 'bag', 'box', 'pack', 'case', 'pair', 'set']);
export type ItemUnit = z.infer<typeof ItemUnit>;

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

/** Good rows are in, bad rows are named and left out. `priceVersion` is of the item master after the import. */
export const ImportReport = z.strictObject({
  priceVersion: z.number().int(),
  accepted: z.number().int(),
  rejected: z.array(z.strictObject({ row: z.number().int(), code: z.string(), message: z.string() })),
  rejectedCount: z.number().int(),
});
