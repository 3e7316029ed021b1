import { z } from 'zod';
import { decideError, type ParseResult } from '../errors.ts';
import { duplicates } from '../schema/check-common.ts';
import { Fen, Id } from '../schema/common.ts';
import { parseWith } from '../schema/parse.ts';
import { AUTHORING_LIMITS } from './limits.ts';

/** An item of the assortment. Weighed items have the price and cost of a kilogram. */
export const CatalogueItem = z.strictObject({
  sku: Id,
  department: Id,
  category: Id,
  /** List price of one unit. */
  unitPriceFen: Fen,
  /** What one unit costs the store; absent: not known, and nothing is said about costs. */
  costFen: Fen.exactOptional(),
});
export type CatalogueItem = z.infer<typeof CatalogueItem>;

const Catalogue = z.array(CatalogueItem).max(AUTHORING_LIMITS.maxCatalogueItems);

/** Reads the assortment that a set is checked against: shape, and each SKU once. */
export function parseCatalogue(input: unknown): ParseResult<CatalogueItem[]> {
  return parseWith(Catalogue, input, (items) =>
    duplicates(items.map((item) => item.sku)).map(({ index }) => decideError('DUPLICATE_ITEM', `[${index}].sku`)),
  );
}
