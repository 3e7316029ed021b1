import type { Binned } from './bins.ts';
import { count, type Layout, layOut, type Rows, subtract } from './histogram.ts';
import { bestSplit, type Split, type Sums } from './split.ts';
import { LEAF, type TreeParams } from './types.ts';

/** One tree, its nodes in order of making; see TreeModel. `left` counts from the tree's own root. */
export interface Tree {
  readonly column: readonly number[];
  readonly value: readonly number[];
  readonly left: readonly number[];
  /** Gain of each split, for its column. */
  readonly gains: readonly { readonly column: number; readonly gain: number }[];
}

interface Leaf {
  readonly node: number;
  readonly from: number;
  readonly to: number;
  readonly histogram: Float64Array;
  readonly sums: Sums;
  readonly split: Split | undefined;
}

/** What one tree is grown from. */
export interface Round {
  /** Rows to learn from. */
  readonly sample: Uint32Array;
  /** First derivatives of the loss by each row's score. */
  readonly slopes: Float32Array;
  /** Second ones. */
  readonly curves: Float32Array;
  /** Receive the new tree's scores, in the rows of the sample. */
  readonly scores: Float32Array;
  /** Columns to look at, of those that vary. */
  readonly columns: readonly number[];
}

type Task = Round & { readonly layout: Layout };

/** Grows trees over the same rows; holds the working memory. */
export class Grower {
  readonly #binned: Binned;
  readonly #params: TreeParams;
  readonly #order: Uint32Array;
  readonly #aside: Uint32Array;
  readonly #slopes: Float64Array;
  readonly #curves: Float64Array;
  /** Columns that vary. */
  readonly columns: readonly number[];
  readonly #histograms: Float64Array[];

  constructor(binned: Binned, params: TreeParams) {
    this.#binned = binned;
    this.#params = params;
    this.#order = new Uint32Array(binned.rows);
    this.#aside = new Uint32Array(binned.rows);
    this.#slopes = new Float64Array(binned.rows);
    this.#curves = new Float64Array(binned.rows);
    this.columns = binned.thresholds.flatMap((cuts, column) => (cuts.length > 0 ? [column] : []));
    const { size } = layOut(this.columns, binned);
    this.#histograms = Array.from({ length: params.leaves }, () => new Float64Array(size));
  }

  /** Best-first: the leaf with the highest gain is split next. Undefined, and nothing done, when not even the root can be split. */
  grow(round: Round): Tree | undefined {
    const task = { ...round, layout: layOut(round.columns, this.#binned) };
    const tree = { column: [LEAF], value: [0], left: [0], gains: [] as { column: number; gain: number }[] };
    const leaves = [this.#root(task)];
    while (leaves.length < this.#params.leaves) {
      const place = bestLeaf(leaves);
      const leaf = leaves[place];
      if (leaf?.split === undefined) break;
      const { column, bin, gain } = leaf.split;
      const first = tree.column.length;
      tree.column.push(LEAF, LEAF);
      tree.value.push(0, 0);
      tree.left.push(0, 0);
      tree.column[leaf.node] = column;
      tree.value[leaf.node] = (this.#binned.thresholds[column] as Float32Array)[bin] as number;
      tree.left[leaf.node] = first;
      tree.gains.push({ column, gain });
      const [left, right] = this.#divide(
        leaf,
        leaf.split,
        first,
        this.#histograms[leaves.length] as Float64Array,
        task,
      );
      leaves[place] = left;
      leaves.push(right);
    }
    if (leaves.length === 1) return undefined;
    for (const { node, from, to, sums } of leaves) {
      const score = this.#leafScore(sums);
      tree.value[node] = score;
      for (let place = from; place < to; place += 1) {
        const row = this.#order[place] as number;
        round.scores[row] = (round.scores[row] as number) + score;
      }
    }
    return tree;
  }

  #leafScore({ slope, curve }: Sums): number {
    return Math.fround((-this.#params.learningRate * slope) / (curve + this.#params.l2));
  }

  #root(task: Task): Leaf {
    this.#order.set(task.sample);
    const histogram = this.#histograms[0] as Float64Array;
    const range = this.#gather(0, task.sample.length, task);
    count(this.#binned, task.layout, range, histogram);
    let [slope, curve] = [0, 0];
    for (let place = 0; place < range.to; place += 1) {
      slope += range.slopes[place] as number;
      curve += range.curves[place] as number;
    }
    return this.#leaf(0, range, histogram, { slope, curve, rows: range.to }, task);
  }

  /** @param spare receives the smaller half's sums; the larger half's take the place of the whole's */
  #divide(leaf: Leaf, split: Split, node: number, spare: Float64Array, task: Task): [Leaf, Leaf] {
    const middle = this.#partition(leaf, split);
    const [low, high] = [
      { from: leaf.from, to: middle },
      { from: middle, to: leaf.to },
    ];
    const isLowSmaller = middle - leaf.from <= leaf.to - middle;
    const smaller = isLowSmaller ? low : high;
    count(this.#binned, task.layout, this.#gather(smaller.from, smaller.to, task), spare);
    subtract(leaf.histogram, spare, task.layout.size);
    const [left, right] = isLowSmaller ? [spare, leaf.histogram] : [leaf.histogram, spare];
    return [this.#leaf(node, low, left, split.left, task), this.#leaf(node + 1, high, right, split.right, task)];
  }

  #leaf(node: number, { from, to }: Pick<Leaf, 'from' | 'to'>, histogram: Float64Array, sums: Sums, task: Task): Leaf {
    const split = bestSplit(histogram, task.layout, this.#binned, sums, this.#params);
    return { node, from, to, histogram, sums, split };
  }

  /** Brings the rows' derivatives into the order in which they are read. */
  #gather(from: number, to: number, { slopes, curves }: Task): Rows {
    for (let place = from; place < to; place += 1) {
      const row = this.#order[place] as number;
      this.#slopes[place] = slopes[row] as number;
      this.#curves[place] = curves[row] as number;
    }
    return { order: this.#order, slopes: this.#slopes, curves: this.#curves, from, to };
  }

  /** Puts the rows that go left first, each side in its old order. @returns where the right side begins */
  #partition({ from, to }: Leaf, { column, bin }: Split): number {
    const { bins, rows } = this.#binned;
    const order = this.#order;
    const aside = this.#aside;
    const start = column * rows;
    let left = from;
    let right = 0;
    // Written to both sides and kept on one: which one can't be foretold, and a branch would cost more.
    for (let place = from; place < to; place += 1) {
      const row = order[place] as number;
      const isRight = (bins[start + row] as number) > bin ? 1 : 0;
      order[left] = row;
      aside[right] = row;
      right += isRight;
      left += 1 - isRight;
    }
    order.set(aside.subarray(0, right), left);
    return left;
  }
}

/** Of equal ones the first. */
function bestLeaf(leaves: readonly Leaf[]): number {
  let best = 0;
  leaves.forEach(({ split }, place) => {
    if ((split?.gain ?? 0) > (leaves[best]?.split?.gain ?? 0)) best = place;
  });
  return best;
}
