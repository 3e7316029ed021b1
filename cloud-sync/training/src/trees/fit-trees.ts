import { TrainingError } from '../errors.ts';
import { type Random, shuffled } from '../random.ts';
import { binColumns } from './bins.ts';
import { checkData, checkParams } from './check.ts';
import { Grower, type Tree } from './grow.ts';
import { meanNdcg } from './ndcg.ts';
import { newObjective } from './objectives.ts';
import { leafOf } from './score.ts';
import { LEAF, type TreeData, type TreeModel, type TreeParams } from './types.ts';

/** Places that early stopping looks at. */
const NDCG_CUTOFF = 10;

/**
 * Gradient-boosted regression trees over histograms of quantile bins. The same data, params and random numbers give the same model. Data
 * that say nothing (no positives, no column that varies) give a model that scores every row alike.
 *
 * @param validation groups that choose the number of trees; without them all are kept
 * @param onProgress told the share of `params.trees` done, 0 to 1, and NDCG@10 on the validation groups
 * @throws TrainingError TRAINING_EXAMPLES_INVALID, TRAINING_DIVERGED
 */
export function fitTrees(
  train: TreeData,
  validation: TreeData | undefined,
  params: TreeParams,
  random: Random,
  onProgress: (share: number, validationNdcg: number | undefined) => void,
): TreeModel {
  checkParams(params);
  checkData(train);
  if (validation !== undefined) checkData(validation);
  if (validation !== undefined && validation.columns !== train.columns) {
    throw new TrainingError('TRAINING_EXAMPLES_INVALID', 'Validation has other columns than training.');
  }
  const objective = newObjective(train, params);
  const grower = new Grower(binColumns(train, params.bins), params);
  const scores = new Float32Array(train.rows);
  const heldOut = validation === undefined ? undefined : new HeldOut(validation);
  const [slopes, curves] = [new Float32Array(train.rows), new Float32Array(train.rows)];
  const trees: Tree[] = [];
  while (trees.length < params.trees) {
    objective.derive(scores, slopes, curves);
    const { inside, outside } = sampleRows(train, params.rowShare, random);
    const columns = sampleColumns(grower.columns, params.columnShare, random);
    const tree = grower.grow({ sample: inside, slopes, curves, scores, columns });
    if (tree === undefined) break;
    if (!tree.value.every(Number.isFinite)) throw new TrainingError('TRAINING_DIVERGED', `at tree ${trees.length + 1}`);
    trees.push(tree);
    addTree(tree, train, outside, scores);
    heldOut?.add(tree, trees.length);
    onProgress(trees.length / params.trees, heldOut?.latest);
    if (heldOut !== undefined && params.earlyStopping > 0 && trees.length - heldOut.bestAt >= params.earlyStopping) {
      break;
    }
  }
  const kept = heldOut === undefined || params.earlyStopping === 0 ? trees : trees.slice(0, heldOut.bestAt);
  return toModel(kept, train.columns, objective.base, heldOut?.best);
}

/** Validation groups and how well they are ranked so far. */
class HeldOut {
  readonly #data: TreeData;
  readonly #rows: Uint32Array;
  readonly #scores: Float32Array;
  latest = 0;
  best = 0;
  /** Trees with which `best` was reached. */
  bestAt = 0;

  constructor(data: TreeData) {
    this.#data = data;
    this.#rows = Uint32Array.from({ length: data.rows }, (_, row) => row);
    this.#scores = new Float32Array(data.rows);
    this.best = meanNdcg(data, this.#scores, NDCG_CUTOFF);
  }

  add(tree: Tree, trees: number): void {
    addTree(tree, this.#data, this.#rows, this.#scores);
    this.latest = meanNdcg(this.#data, this.#scores, NDCG_CUTOFF);
    if (this.latest <= this.best) return;
    this.best = this.latest;
    this.bestAt = trees;
  }
}

/** Adds a tree's scores to those of `rows`. */
function addTree(tree: Tree, { columns, features }: TreeData, rows: Uint32Array, scores: Float32Array): void {
  const nodes = {
    column: Int16Array.from(tree.column),
    value: Float32Array.from(tree.value),
    left: Uint32Array.from(tree.left),
  };
  for (const row of rows) {
    scores[row] = (scores[row] as number) + (nodes.value[leafOf(nodes, 0, features, row * columns)] as number);
  }
}

/** Rows of whole groups: each group is inside by chance. */
function sampleRows({ groupOffsets, rows }: TreeData, share: number, random: Random) {
  const [inside, outside] = [new Uint32Array(rows), new Uint32Array(rows)];
  let [ins, outs] = [0, 0];
  for (let group = 0; group + 1 < groupOffsets.length; group += 1) {
    const isInside = share === 1 || random() < share;
    for (let row = groupOffsets[group] as number; row < (groupOffsets[group + 1] as number); row += 1) {
      if (isInside) {
        inside[ins] = row;
        ins += 1;
      } else {
        outside[outs] = row;
        outs += 1;
      }
    }
  }
  return { inside: inside.subarray(0, ins), outside: outside.subarray(0, outs) };
}

function sampleColumns(columns: readonly number[], share: number, random: Random): readonly number[] {
  if (share === 1) return columns;
  const size = Math.ceil(columns.length * share);
  return shuffled(columns, random)
    .slice(0, size)
    .sort((left, right) => left - right);
}

/** One table of all nodes; a model without trees gets one that says 0. */
function toModel(trees: readonly Tree[], columns: number, base: number, validationNdcg: number | undefined): TreeModel {
  const kept: readonly Tree[] = trees.length > 0 ? trees : [{ column: [LEAF], value: [0], left: [0], gains: [] }];
  const roots = new Uint32Array(kept.length + 1);
  kept.forEach((tree, place) => {
    roots[place + 1] = (roots[place] as number) + tree.column.length;
  });
  const gains = new Float64Array(columns);
  for (const { column, gain } of kept.flatMap((tree) => tree.gains)) gains[column] = (gains[column] as number) + gain;
  const total = gains.reduce((sum, gain) => sum + gain, 0);
  return {
    columns,
    base,
    roots,
    column: Int16Array.from(kept.flatMap((tree) => tree.column)),
    value: Float32Array.from(kept.flatMap((tree) => tree.value)),
    left: Uint32Array.from(
      kept.flatMap((tree, place) => tree.left.map((child) => (child === 0 ? 0 : child + (roots[place] as number)))),
    ),
    gains: total > 0 ? gains.map((gain) => gain / total) : gains,
    validationNdcg,
  };
}
