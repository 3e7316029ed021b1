import { Lowest } from '../neighbours/lowest.ts';
import { type Sparse, SparseBuilder } from '../neighbours/sparse.ts';

/**
 * The `top` highest entries of each row of left * right, the diagonal left out; only scores above 0 are kept, of equal
 * ones (as float32) the lower column.
 *
 * @param left [n, m] @param right [m, n]
 * @param scoreOf what an entry's product counts for
 */
export function topProducts(
  left: Sparse,
  right: Sparse,
  top: number,
  scoreOf: (row: number, column: number, product: number) => number,
): Sparse {
  const sums = new Float64Array(right.columns);
  const touched = new Int32Array(right.columns);
  const best = new Lowest(top);
  const builder = new SparseBuilder(right.columns, left.rows * Math.min(top, 16) + 1);
  for (let row = 0; row < left.rows; row += 1) {
    const found = multiplyRow(left, right, row, sums, touched);
    for (let place = 0; place < found; place += 1) {
      const column = touched[place] as number;
      const score = column === row ? 0 : Math.fround(scoreOf(row, column, sums[column] as number));
      sums[column] = score;
      if (score > 0) best.offer(-score, column);
    }
    builder.addRow(best.take().sort(), sums);
    for (let place = 0; place < found; place += 1) sums[touched[place] as number] = 0;
  }
  return builder.build();
}

/** Adds up one row's products in `sums`, and lists their columns. @returns how many there are */
function multiplyRow(left: Sparse, right: Sparse, row: number, sums: Float64Array, touched: Int32Array): number {
  let found = 0;
  for (let place = left.start[row] as number; place < (left.start[row + 1] as number); place += 1) {
    const middle = left.column[place] as number;
    const factor = left.value[place] as number;
    for (let at = right.start[middle] as number; at < (right.start[middle + 1] as number); at += 1) {
      const column = right.column[at] as number;
      const before = sums[column] as number;
      if (before === 0) {
        touched[found] = column;
        found += 1;
      }
      sums[column] = before + factor * (right.value[at] as number);
    }
  }
  return found;
}
