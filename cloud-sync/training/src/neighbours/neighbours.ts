/**
 * Who buys alike, and what they buy. For features and baselines:
 *   buildVectors(histories, items, params): Sparse                       (vectors.ts)
 *   searchOf(vectors, metric, pool): (queries, k) => Neighbours          exact among the rows of the pool, itself left out, ties to the lower row
 *   nearest(vectors, queries, k, metric): Neighbours                     the same among all rows, once
 *   meansOf(vectors, neighbours, k, top): Sparse                         of the first k of them
 *   visitSums(vectors, neighbours, ks, visit)                            the same sums for several k after one search
 */
import { Lowest } from './lowest.ts';
import { type Sparse, SparseBuilder, transposed } from './sparse.ts';

export type Metric = 'euclidean' | 'cosine';

/** For each query, the rows nearest to it, nearest first: `row[query * k .. query * k + count[query])`. */
export interface Neighbours {
  readonly k: number;
  readonly row: Int32Array;
  readonly count: Int32Array;
}

/** Finds the k nearest of each query; queries are rows of the vectors. */
export type Search = (queries: Int32Array, k: number) => Neighbours;

/** As searchOf, among all rows, for one set of queries. */
export const nearest = (vectors: Sparse, queries: Int32Array, k: number, metric: Metric): Neighbours =>
  searchOf(vectors, metric)(queries, k);

/**
 * Exact search by an inverted index, made once for many queries. Empty rows are nobody's neighbours; a query never finds itself. By cosine only rows that share
 * something are found, so there may be fewer than k.
 *
 * @param pool rows that may be found, ascending; all when absent. The time of a query grows with them.
 */
export function searchOf(vectors: Sparse, metric: Metric, pool = allRows(vectors)): Search {
  const inverted = transposed(vectors, pool);
  const norms = squaredNorms(vectors);
  const shortest = metric === 'euclidean' ? byNorm(norms, pool) : new Int32Array(0);
  const dot = new Float64Array(vectors.rows);
  const touched = new Int32Array(vectors.rows);
  return (queries, k) => {
    const found = { k, row: new Int32Array(queries.length * k).fill(-1), count: new Int32Array(queries.length) };
    const lowest = new Lowest(k);
    queries.forEach((query, place) => {
      const many = dots(vectors, inverted, query, dot, touched);
      for (let at = 0; at < many; at += 1) {
        const row = touched[at] as number;
        if (row === query) continue;
        const norm = norms[row] as number;
        const product = dot[row] as number;
        lowest.offer(metric === 'euclidean' ? norm - 2 * product : -product / Math.sqrt(norm), row);
      }
      // Who shares nothing is as far away as they are long: the short ones first, until they are too far.
      for (const row of shortest) {
        const norm = norms[row] as number;
        if (!lowest.takes(norm, row)) break;
        if (dot[row] === 0 && row !== query) lowest.offer(norm, row);
      }
      for (let at = 0; at < many; at += 1) dot[touched[at] as number] = 0;
      const ids = lowest.take();
      found.row.set(ids, place * k);
      found.count[place] = ids.length;
    });
    return found;
  };
}

/** Products of one row with all others; gives how many rows share something, which are then in `touched`. */
function dots(vectors: Sparse, inverted: Sparse, query: number, dot: Float64Array, touched: Int32Array): number {
  const { start, column, value } = vectors;
  const rows = inverted.column;
  const others = inverted.value;
  let many = 0;
  for (let place = start[query] as number; place < (start[query + 1] as number); place += 1) {
    const item = column[place] as number;
    const own = value[place] as number;
    const end = inverted.start[item + 1] as number;
    for (let at = inverted.start[item] as number; at < end; at += 1) {
      const row = rows[at] as number;
      const before = dot[row] as number;
      if (before === 0) {
        touched[many] = row;
        many += 1;
      }
      dot[row] = before + own * (others[at] as number);
    }
  }
  return many;
}

function squaredNorms({ rows, start, value }: Sparse): Float64Array {
  const norms = new Float64Array(rows);
  for (let row = 0; row < rows; row += 1) {
    let sum = 0;
    for (let place = start[row] as number; place < (start[row + 1] as number); place += 1) {
      sum += (value[place] as number) ** 2;
    }
    norms[row] = sum;
  }
  return norms;
}

const allRows = ({ rows }: Sparse): Int32Array => Int32Array.from({ length: rows }, (_, row) => row);

/** Rows that are not empty, the shortest first, then the lower row. */
function byNorm(norms: Float64Array, pool: Int32Array): Int32Array {
  return pool
    .filter((row) => (norms[row] as number) > 0)
    .sort((left, right) => (norms[left] as number) - (norms[right] as number) || left - right);
}

/** Sums over the first `used` neighbours of a query: `sums[item]` for the first `many` items of `touched`; both are only lent. */
export type VisitSums = (
  at: { readonly query: number; readonly k: number; readonly used: number },
  sums: Float64Array,
  touched: Int32Array,
  many: number,
) => void;

/**
 * What neighbours buy, for several k in one pass.
 *
 * @param ks ascending; each is visited for every query, queries one after the other
 */
export function visitSums(vectors: Sparse, neighbours: Neighbours, ks: readonly number[], visit: VisitSums): void {
  const { start, column, value, columns } = vectors;
  const sums = new Float64Array(columns);
  const touched = new Int32Array(columns);
  neighbours.count.forEach((count, query) => {
    let many = 0;
    let used = 0;
    for (const k of ks) {
      for (; used < Math.min(k, count); used += 1) {
        const row = neighbours.row[query * neighbours.k + used] as number;
        const end = start[row + 1] as number;
        for (let at = start[row] as number; at < end; at += 1) {
          const item = column[at] as number;
          const before = sums[item] as number;
          if (before === 0) {
            touched[many] = item;
            many += 1;
          }
          sums[item] = before + (value[at] as number);
        }
      }
      visit({ query, k, used }, sums, touched, many);
    }
    for (let at = 0; at < many; at += 1) sums[touched[at] as number] = 0;
  });
}

/**
 * What the first k neighbours of each query buy on average.
 *
 * @param top numbers kept of a row, the highest; of equal ones the lower column
 * @returns float32[queries, items]
 */
export function meansOf(vectors: Sparse, neighbours: Neighbours, k: number, top: number): Sparse {
  const builder = new SparseBuilder(vectors.columns, neighbours.count.length * Math.min(top, vectors.columns) + 1);
  const lowest = new Lowest(top);
  visitSums(vectors, neighbours, [k], ({ used }, sums, touched, many) => {
    for (let at = 0; at < many; at += 1) {
      const item = touched[at] as number;
      lowest.offer(-(sums[item] as number), item);
    }
    builder.addRow(lowest.take().sort(), sums, used === 0 ? 0 : 1 / used);
  });
  return builder.build();
}
