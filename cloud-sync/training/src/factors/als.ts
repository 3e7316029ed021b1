import { TrainingError } from '../errors.ts';
import { type Sparse, transposed } from '../neighbours/sparse.ts';
import type { Random } from '../random.ts';
import { dotRow, gramOf, RowSolver, type SparseRow } from './solve.ts';

/** Steps of each row in one iteration: the next iteration goes on where it stopped. */
const STEPS = 3;
const FACTORS_MAX = 512;
/** Spread of the first guess. */
const FIRST_GUESS = 0.01;

export interface FactorParams {
  /** Numbers that describe a user and an item, 1 to FACTORS_MAX. */
  readonly factors: number;
  /** Weight of the vectors' squares in the loss, above 0. */
  readonly regularisation: number;
  /** Confidence in a value v against its absence: 1 + alpha v to 1. */
  readonly alpha: number;
  /** Passes over users and items. */
  readonly iterations: number;
}

/** A user's taste for an item is the product of the two vectors: about 1 where it was bought, about 0 where not. */
export interface Factors {
  /** Row-major float32[users, factors] */
  readonly users: Float32Array;
  /** Row-major float32[items, factors] */
  readonly items: Float32Array;
}

/**
 * Matrix factorisation of implicit feedback by alternating least squares. The same interactions and random numbers give the same factors. A
 * user or an item without interactions gets zeros.
 *
 * @param interactions one row a user, one column an item; values 0 or more
 * @param onIteration told the share of passes done, 0 to 1, and the loss, which only falls
 * @throws TrainingError TRAINING_EXAMPLES_INVALID
 */
export function fitFactors(
  interactions: Sparse,
  params: FactorParams,
  random: Random,
  onIteration: (share: number, loss: number) => void,
): Factors {
  check(interactions, params);
  const { factors, regularisation, alpha, iterations } = params;
  const byItem = transposed(interactions);
  const users = new Float32Array(interactions.rows * factors);
  const items = new Float32Array(byItem.rows * factors).map(() => (random() * 2 - 1) * FIRST_GUESS);
  const solver = new RowSolver(factors, regularisation, alpha);
  for (let iteration = 0; iteration < iterations; iteration += 1) {
    solveAll(solver, interactions, items, users, factors);
    solveAll(solver, byItem, users, items, factors);
    onIteration((iteration + 1) / iterations, lossOf(interactions, { users, items }, params));
  }
  return { users, items };
}

function solveAll(solver: RowSolver, sparse: Sparse, table: Float32Array, out: Float32Array, factors: number): void {
  const gram = gramOf(table, factors);
  for (let row = 0; row < sparse.rows; row += 1)
    solver.solve(table, gram, rowOf(sparse, row), STEPS, out, row * factors);
}

function rowOf({ start, column, value }: Sparse, row: number): SparseRow {
  const [from, to] = [start[row] as number, start[row + 1] as number];
  return { column: column.subarray(from, to), value: value.subarray(from, to) };
}

/** Weighted squares over every user and item, the absent ones by the tables' grams, and the vectors' squares. */
function lossOf(interactions: Sparse, { users, items }: Factors, params: FactorParams): number {
  const { factors, regularisation, alpha } = params;
  const [own, other] = [gramOf(users, factors), gramOf(items, factors)];
  let loss = own.reduce((sum, value, place) => sum + value * (other[place] as number), 0);
  for (let place = 0; place < factors; place += 1) {
    const diagonal = place * (factors + 1);
    loss += regularisation * ((own[diagonal] as number) + (other[diagonal] as number));
  }
  for (let user = 0; user < interactions.rows; user += 1) {
    const vector = Float64Array.from(users.subarray(user * factors, (user + 1) * factors));
    const { column, value } = rowOf(interactions, user);
    for (let place = 0; place < column.length; place += 1) {
      const score = dotRow(items, (column[place] as number) * factors, vector);
      loss += (1 + alpha * (value[place] as number)) * (1 - score) ** 2 - score ** 2;
    }
  }
  return loss;
}

/** A user's score of every item: float32[items]. @param user float32[factors] @param items row-major float32[items, factors] */
export function scoresOf(user: Float32Array, items: Float32Array): Float32Array {
  const vector = Float64Array.from(user);
  return new Float32Array(items.length / user.length).map((_, item) => dotRow(items, item * user.length, vector));
}

/** Vectors of users who were not in the fit, or bought since: solved against the items as they are, to the end. */
export function folderIn(items: Float32Array, params: FactorParams): (user: SparseRow) => Float32Array {
  const { factors, regularisation, alpha } = params;
  const gram = gramOf(items, factors);
  const solver = new RowSolver(factors, regularisation, alpha);
  return (user) => {
    const vector = new Float32Array(factors);
    solver.solve(items, gram, user, 2 * factors, vector, 0);
    return vector;
  };
}

function check({ rows, start, value }: Sparse, { factors, regularisation, alpha, iterations }: FactorParams): void {
  const isWhole = (number: number, most: number) => Number.isInteger(number) && number >= 1 && number <= most;
  const faults = [
    isWhole(factors, FACTORS_MAX) ? '' : `factors is ${factors}, not 1 to ${FACTORS_MAX}.`,
    isWhole(iterations, 1000) ? '' : `iterations is ${iterations}.`,
    regularisation > 0 && Number.isFinite(regularisation) ? '' : `regularisation is ${regularisation}.`,
    alpha >= 0 && Number.isFinite(alpha) ? '' : `alpha is ${alpha}.`,
    start.length === rows + 1 && start[rows] === value.length ? '' : 'The interactions are not one row a user.',
    value.every((number) => number >= 0 && number < Number.POSITIVE_INFINITY)
      ? ''
      : 'A value is negative or no number.',
  ].filter((fault) => fault !== '');
  if (faults[0] !== undefined) throw new TrainingError('TRAINING_EXAMPLES_INVALID', faults[0]);
}
