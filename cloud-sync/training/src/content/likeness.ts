import { type CatalogueContent, CONTENT_MAX_NEIGHBOURS, compareText } from '@tillside/features';
import { Lowest } from '../neighbours/lowest.ts';
import { type Sparse, SparseBuilder, transposed } from '../neighbours/sparse.ts';
import { type ItemContent, tokensOf } from './tokens.ts';

/** Items that share less than this share a word by chance. */
const LIKENESS_MIN = 0.15;
/** Items that are looked at for one: those that share its rarest tokens come first, so that what is said of thousands costs little. */
const LOOKED_AT_MAX = 3_000;
/** Of those, how many are compared by all that is known of them. */
const COMPARED_MAX = 4 * CONTENT_MAX_NEIGHBOURS;

/**
 * For each item those of its department that are most alike by category, type, brand, size and name: the cosine of their weighted tokens,
 * 0 to 1; of equally alike ones the first by SKU. It knows what has never been sold.
 *
 * @param items each SKU once, in any order
 */
export function catalogueContent(items: readonly ItemContent[]): CatalogueContent {
  const known = [...items].sort((left, right) => compareText(left.sku, right.sku));
  const { rows, rarestFirst } = weighted(known);
  const postings = transposed(rows);
  const seeker = new Seeker(rows, postings, rarestFirst);
  const offsets = new Uint32Array(known.length + 1);
  const others: number[] = [];
  const counts: number[] = [];
  for (let row = 0; row < known.length; row += 1) {
    for (const [other, likeness] of seeker.alike(row)) {
      others.push(other);
      counts.push(likeness);
    }
    offsets[row + 1] = others.length;
  }
  return {
    items: known.map(({ sku, category, department }) => ({ sku, category, department })),
    likeness: { offsets, items: Uint32Array.from(others), counts: Float32Array.from(counts) },
  };
}

/** Items by tokens, each row of length 1; and of each row its tokens, the rarest first. */
function weighted(items: readonly ItemContent[]): { rows: Sparse; rarestFirst: readonly Int32Array[] } {
  const places = new Map<string, number>();
  const counts: number[] = [];
  const tokens = items.map((item) => {
    const own = tokensOf(item);
    const columns = new Int32Array(own.size);
    const weights = new Float64Array(own.size);
    let at = 0;
    for (const [token, weight] of own) {
      const place = places.get(token) ?? places.size;
      places.set(token, place);
      counts[place] = (counts[place] ?? 0) + 1;
      columns[at] = place;
      weights[at] = weight;
      at += 1;
    }
    return { columns, weights };
  });
  const builder = new SparseBuilder(places.size, items.length * 8);
  const dense = new Float64Array(places.size);
  const count = (token: number) => counts[token] as number;
  const rarestFirst = tokens.map(({ columns, weights }) => {
    let squares = 0;
    columns.forEach((token, at) => {
      const weight = (weights[at] as number) * Math.log1p(items.length / count(token));
      dense[token] = weight;
      squares += weight ** 2;
    });
    builder.addRow(Int32Array.from(columns).sort(), dense, 1 / Math.sqrt(squares || 1));
    return columns.sort((one, other) => count(one) - count(other) || one - other);
  });
  return { rows: builder.build(), rarestFirst };
}

/** Finds the like of one item at a time; one row of sums serves all in turn. */
class Seeker {
  readonly #rows: Sparse;
  readonly #postings: Sparse;
  readonly #rarestFirst: readonly Int32Array[];
  readonly #sums: Float64Array;
  readonly #touched: Int32Array;
  /** The weights of the item's tokens. */
  readonly #own: Float64Array;
  readonly #first = new Lowest(COMPARED_MAX);
  readonly #best = new Lowest(CONTENT_MAX_NEIGHBOURS);

  constructor(rows: Sparse, postings: Sparse, rarestFirst: readonly Int32Array[]) {
    this.#rows = rows;
    this.#postings = postings;
    this.#rarestFirst = rarestFirst;
    this.#sums = new Float64Array(rows.rows);
    this.#touched = new Int32Array(rows.rows);
    this.#own = new Float64Array(rows.columns);
  }

  /** Most alike first. */
  alike(row: number): (readonly [other: number, likeness: number])[] {
    const { start, column, value } = this.#rows;
    const [from, to] = [start[row] as number, start[row + 1] as number];
    for (let at = from; at < to; at += 1) this.#own[column[at] as number] = value[at] as number;
    const found = this.#gather(row);
    for (let place = 0; place < found; place += 1) {
      const other = this.#touched[place] as number;
      if (other !== row) this.#first.offer(-(this.#sums[other] as number), other);
      this.#sums[other] = 0;
    }
    const likenesses = new Map<number, number>();
    for (const other of this.#first.take()) {
      const likeness = Math.min(1, Math.fround(this.#cosine(other)));
      if (likeness < LIKENESS_MIN) continue;
      likenesses.set(other, likeness);
      this.#best.offer(-likeness, other);
    }
    for (let at = from; at < to; at += 1) this.#own[column[at] as number] = 0;
    return Array.from(this.#best.take(), (other) => [other, likenesses.get(other) as number] as const);
  }

  /** Adds up what others share of the rarest tokens. @returns how many they are */
  #gather(row: number): number {
    const { start, column, value } = this.#postings;
    let found = 0;
    let left = LOOKED_AT_MAX;
    for (const token of this.#rarestFirst[row] as Int32Array) {
      const [begin, end] = [start[token] as number, start[token + 1] as number];
      if (left === 0) break;
      // Of too many those whose SKUs stand near: goods of one line often have numbers in a row.
      const all = end - begin <= left;
      const from = all ? begin : Math.max(begin, Math.min(end - left, placeIn(column, begin, end, row) - (left >> 1)));
      const to = all ? end : from + left;
      for (let at = from; at < to; at += 1) {
        const other = column[at] as number;
        const before = this.#sums[other] as number;
        if (before === 0) {
          this.#touched[found] = other;
          found += 1;
        }
        this.#sums[other] = before + (this.#own[token] as number) * (value[at] as number);
      }
      left -= to - from;
    }
    return found;
  }

  #cosine(other: number): number {
    const { start, column, value } = this.#rows;
    let sum = 0;
    for (let at = start[other] as number; at < (start[other + 1] as number); at += 1) {
      sum += (this.#own[column[at] as number] as number) * (value[at] as number);
    }
    return sum;
  }
}

/** Where a row stands among the ascending ones from `begin` to before `end`. */
function placeIn(rows: Int32Array, begin: number, end: number, row: number): number {
  let [low, high] = [begin, end];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle] as number) < row) low = middle + 1;
    else high = middle;
  }
  return low;
}
