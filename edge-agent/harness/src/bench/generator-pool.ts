import type { BasketLine } from '@tillside/decide';
import type { Chance } from '../random.ts';

/** An item that baskets and campaigns are made of. Sold by the piece. */
export interface PoolItem {
  readonly sku: string;
  readonly department: string;
  readonly category: string;
  readonly name: { zh: string; en: string };
  readonly unitPriceFen: number;
}

/** Pool items for each line of a basket. */
const POOL_PER_LINE = 1.5;
const MAX_QUANTITY = 4;
/** Pieces of a line, on average. */
export const MEAN_QUANTITY = (1 + MAX_QUANTITY) / 2;
const CHEAPEST_YUAN = 3;
const DEAREST_YUAN = 60;
/** What a shop writes after the yuan. */
const ENDINGS_FEN = [0, 50, 80, 90, 90, 99];

/** Items of a shop that does not exist, priced like a grocer's: 3 to 60 yuan, the cheap ones more often, most just below a round figure. */
export function generatePool(chance: Chance, lines: number): PoolItem[] {
  return Array.from({ length: Math.ceil(lines * POOL_PER_LINE) }, (_, place) => {
    const yuan = Math.floor(CHEAPEST_YUAN * (DEAREST_YUAN / CHEAPEST_YUAN) ** chance.next());
    return {
      sku: `item-${place + 1}`,
      department: `department-${place % 4}`,
      category: `category-${place % 9}`,
      name: { zh: `商品 ${place + 1}`, en: `Item ${place + 1}` },
      unitPriceFen: yuan * 100 + chance.pick(ENDINGS_FEN),
    };
  });
}

/** Lines of different items of the pool; one to four pieces each. */
export function generateLines(chance: Chance, pool: readonly PoolItem[], lines: number): BasketLine[] {
  return chance.sample(pool, lines).map((item, place) => ({
    lineId: String(place + 1),
    sku: item.sku,
    department: item.department,
    category: item.category,
    name: item.name,
    quantity: chance.between(1, MAX_QUANTITY),
    unitPriceFen: item.unitPriceFen,
  }));
}
