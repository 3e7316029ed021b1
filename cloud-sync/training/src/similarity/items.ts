import { type Sparse, SparseBuilder, transposed } from '../neighbours/sparse.ts';
import { topProducts } from './products.ts';

/**
 * For each item the `top` items that the same users buy, by the cosine of their columns: [items, items], 0 to 1.
 *
 * @param vectors one row a user: decayed counts of what they bought, above 0
 * @param shrink added to the cosine's denominator: what two users have in common says less than what a hundred have
 */
export function itemNeighbours(vectors: Sparse, top: number, shrink: number): Sparse {
  const byItem = transposed(vectors);
  const norms = new Float64Array(byItem.rows).map((_, item) => {
    let squares = 0;
    for (let place = byItem.start[item] as number; place < (byItem.start[item + 1] as number); place += 1) {
      squares += (byItem.value[place] as number) ** 2;
    }
    return Math.sqrt(squares);
  });
  return topProducts(
    byItem,
    vectors,
    top,
    (row, column, product) => product / ((norms[row] as number) * (norms[column] as number) + shrink),
  );
}

/**
 * For each item the `top` items that come in a user's next basket: [items, items], the share of the item's baskets after which they did,
 * 0 to 1. What is bought again is no transition.
 *
 * @param histories of each user the baskets, oldest first
 * @param items number of items
 * @param shrink added to the baskets of the item, so that one lucky pair does not count as certain
 */
export function nextNeighbours(
  histories: readonly (readonly Int32Array[])[],
  items: number,
  top: number,
  shrink: number,
): Sparse {
  const ones = new Float64Array(items).fill(1);
  const [earlier, later] = [new SparseBuilder(items), new SparseBuilder(items)];
  for (const baskets of histories) {
    for (let place = 1; place < baskets.length; place += 1) {
      earlier.addRow(distinct(baskets[place - 1] as Int32Array), ones);
      later.addRow(distinct(baskets[place] as Int32Array), ones);
    }
  }
  const byItem = transposed(earlier.build());
  const { start } = byItem;
  return topProducts(
    byItem,
    later.build(),
    top,
    (row, _column, product) => product / ((start[row + 1] as number) - (start[row] as number) + shrink),
  );
}

function distinct(basket: Int32Array): Int32Array {
  return Int32Array.from(new Set(basket)).sort();
}
