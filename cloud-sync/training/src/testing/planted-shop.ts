/** Test support: a shop with a planted habit, which popularity alone can't find. */
import type { Purchase } from '@tillside/features';
import type { ItemContent } from '../content/tokens.ts';
import { seededRandom } from '../random.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.parse('2026-01-01T08:00:00Z');
const ITEMS = 120;
const MEMBERS = 100;
const OWN_ITEMS = 5;

/**
 * Every member has five items of their own, bought on two visits in five; whoever buys an item with an even number buys the next one too; the
 * rest is noise. No item is much more popular than another.
 *
 * @param visits baskets of each member
 */
export function plantedShop(visits: number, seed: number): Purchase[] {
  const random = seededRandom(seed);
  const anyItem = () => Math.floor(random() * ITEMS);
  const own = Array.from({ length: MEMBERS }, () => Array.from({ length: OWN_ITEMS }, anyItem));
  const purchases: Purchase[] = [];
  for (let visit = 0; visit < visits; visit += 1) {
    for (let member = 0; member < MEMBERS; member += 1) {
      const at = new Date(START_MS + visit * 4 * DAY_MS + member * 60_000).toISOString();
      const first = anyItem();
      const chosen = new Set([...(own[member] ?? []).filter(() => random() < 0.4), first]);
      for (const item of [...chosen]) if (item % 2 === 0 && random() < 0.9) chosen.add(item + 1);
      for (const item of chosen) {
        purchases.push({
          memberId: `m${member}`,
          sku: `sku-${String(item).padStart(2, '0')}`,
          category: `c${Math.floor(item / 20)}`,
          department: `d${Math.floor(item / 60)}`,
          at,
          quantity: 1,
          basketId: `b${visit}-${member}`,
        });
      }
    }
  }
  return purchases;
}

/** The same purchases as sale events, one a line, in the shape in which the hub exports them. */
export function asSaleLines(purchases: readonly Purchase[]): string[] {
  const baskets = new Map<string, Purchase[]>();
  for (const purchase of purchases)
    baskets.set(purchase.basketId, [...(baskets.get(purchase.basketId) ?? []), purchase]);
  return [...baskets.values()].map((lines) => {
    const { memberId, basketId, at } = lines[0] as Purchase;
    return JSON.stringify({
      saleId: `sale-${basketId}`,
      basketId,
      memberId,
      businessDate: at.slice(0, 10),
      completedAt: at,
      late: false,
      lines: lines.map(({ sku, category, department, quantity }) => ({
        sku,
        category,
        department,
        quantity,
        listFen: 100,
      })),
    });
  });
}

/** What its catalogue says: the items of a range are of one brand, and one of the first range is new. */
export function plantedCatalogue(): ItemContent[] {
  const sold = Array.from({ length: ITEMS }, (_, item) => ({
    sku: `sku-${String(item).padStart(2, '0')}`,
    category: `c${Math.floor(item / 20)}`,
    department: `d${Math.floor(item / 60)}`,
    brand: `brand ${Math.floor(item / 4)}`,
    name: `商品 ${Math.floor(item / 4)} 号`,
  }));
  return [...sold, ...sold.slice(0, 1).map((item) => ({ ...item, sku: NEW_SKU }))];
}

/** Nobody bought it; it is like the shop's first four items. */
export const NEW_SKU = 'new-00';
