import { z } from 'zod';
import { Fen, Id, Names, Words } from './common.ts';

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
