import { timeMs } from './feature-set.ts';
import type { Basket, BasketItem, Purchase } from './types.ts';

/** Code-unit order: the same on every machine, unlike localeCompare. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/**
 * Groups purchases to baskets ordered by time, then basket id. Rows with a quantity at or below zero, an empty SKU or an
 * unreadable time are left out; a SKU counts once a basket however often it was scanned.
 */
export function toBaskets(purchases: Iterable<Purchase>): Basket[] {
  const open = new Map<string, Omit<Basket, 'basketId' | 'items'> & { readonly items: Map<string, BasketItem> }>();
  for (const purchase of purchases) {
    const atMs = timeMs(purchase.at);
    if (!(purchase.quantity > 0) || purchase.sku === '' || !Number.isFinite(atMs)) continue;
    let basket = open.get(purchase.basketId);
    if (basket === undefined) {
      const { memberId, store } = purchase;
      basket = { memberId, atMs, ...(store === undefined ? {} : { store }), items: new Map() };
      open.set(purchase.basketId, basket);
    }
    const { sku, category, department } = purchase;
    if (!basket.items.has(sku)) basket.items.set(sku, { sku, category, department });
  }
  const baskets = [...open].map(([basketId, { items, ...rest }]) => ({
    basketId,
    ...rest,
    items: [...items.values()].sort((left, right) => compareText(left.sku, right.sku)),
  }));
  return baskets.sort((left, right) => left.atMs - right.atMs || compareText(left.basketId, right.basketId));
}
