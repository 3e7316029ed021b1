import { type Basket, type CatalogueContent, STATS_MAX_ITEMS } from '@tillside/features';
import { catalogueContent } from './likeness.ts';
import type { ItemContent } from './tokens.ts';

export interface Known {
  readonly catalogue: CatalogueContent;
  /** Items of the catalogue, and those of them that no basket holds. */
  readonly items: number;
  readonly neverSold: number;
}

/** Likeness of the catalogue's items. Of more than statistics have room for, those that were sold go first. Undefined without any. */
export function knownOf(items: readonly ItemContent[], baskets: readonly Basket[]): Known | undefined {
  if (items.length === 0) return undefined;
  const sold = new Set(baskets.flatMap((basket) => basket.items.map(({ sku }) => sku)));
  const neverSold = items.filter(({ sku }) => !sold.has(sku));
  const kept = [...items.filter(({ sku }) => sold.has(sku)), ...neverSold].slice(0, STATS_MAX_ITEMS);
  return { catalogue: catalogueContent(kept), items: items.length, neverSold: neverSold.length };
}
