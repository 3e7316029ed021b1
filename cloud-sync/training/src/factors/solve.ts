/** Residual, squared, below which a solution is as exact as its float32 copy. */
const CLOSE_ENOUGH = 1e-14;

/** One row's part of a sparse matrix. */
export interface SparseRow {
  readonly column: Int32Array;
  /** How often or how much, 0 or more. */
  readonly value: Float32Array;
}

/** Sum of the outer products of all rows: float64[width, width]. @param table row-major float32[rows, width] */
export function gramOf(table: Float32Array, width: number): Float64Array {
  const gram = new Float64Array(width * width);
  for (let from = 0; from < table.length; from += width) {
    for (let left = 0; left < width; left += 1) {
      const factor = table[from + left] as number;
      if (factor === 0) continue;
      const at = left * width;
      for (let right = left; right < width; right += 1) {
        gram[at + right] = (gram[at + right] as number) + factor * (table[from + right] as number);
      }
    }
  }
  for (let left = 1; left < width; left += 1) {
    for (let right = 0; right < left; right += 1) gram[left * width + right] = gram[right * width + left] as number;
  }
  return gram;
}

/**
 * Solves (gram + regularisation I + sum of alpha v y y') x = sum of (1 + alpha v) y for one row's x by conjugate gradients, y being the rows
 * of `table` that the row has values v for (Hu, Koren, Volinsky, 2008; the steps of Takács, Pilászy, Tikk, 2011). Holds working memory.
 */
export class RowSolver {
  readonly #width: number;
  readonly #regularisation: number;
  readonly #alpha: number;
  readonly #solution: Float64Array;
  readonly #residual: Float64Array;
  readonly #direction: Float64Array;
  readonly #image: Float64Array;

  constructor(width: number, regularisation: number, alpha: number) {
    this.#width = width;
    this.#regularisation = regularisation;
    this.#alpha = alpha;
    this.#solution = new Float64Array(width);
    this.#residual = new Float64Array(width);
    this.#direction = new Float64Array(width);
    this.#image = new Float64Array(width);
  }

  /** Improves `out[at .. at + width)`, where the search starts. @param gram of `table` */
  solve(table: Float32Array, gram: Float64Array, row: SparseRow, steps: number, out: Float32Array, at: number): void {
    const width = this.#width;
    const [solution, residual, direction, image] = [this.#solution, this.#residual, this.#direction, this.#image];
    for (let place = 0; place < width; place += 1) solution[place] = out[at + place] as number;
    this.#start(table, gram, row);
    direction.set(residual);
    let error = dot(residual, residual);
    for (let step = 0; step < steps && error > CLOSE_ENOUGH; step += 1) {
      this.#apply(table, gram, row, direction, image);
      const length = error / dot(direction, image);
      for (let place = 0; place < width; place += 1) {
        solution[place] = (solution[place] as number) + length * (direction[place] as number);
        residual[place] = (residual[place] as number) - length * (image[place] as number);
      }
      const left = dot(residual, residual);
      const turn = left / error;
      error = left;
      for (let place = 0; place < width; place += 1) {
        direction[place] = (residual[place] as number) + turn * (direction[place] as number);
      }
    }
    out.set(solution, at);
  }

  /** residual = right side - matrix * solution, in one pass over the row */
  #start(table: Float32Array, gram: Float64Array, { column, value }: SparseRow): void {
    const residual = this.#residual;
    multiply(gram, this.#solution, this.#regularisation, residual);
    for (let place = 0; place < residual.length; place += 1) residual[place] = -(residual[place] as number);
    for (let place = 0; place < column.length; place += 1) {
      const from = (column[place] as number) * this.#width;
      const extra = this.#alpha * (value[place] as number);
      addRow(table, from, 1 + extra - extra * dotRow(table, from, this.#solution), residual);
    }
  }

  /** out = matrix * vector */
  #apply(
    table: Float32Array,
    gram: Float64Array,
    { column, value }: SparseRow,
    vector: Float64Array,
    out: Float64Array,
  ): void {
    multiply(gram, vector, this.#regularisation, out);
    for (let place = 0; place < column.length; place += 1) {
      const from = (column[place] as number) * this.#width;
      addRow(table, from, this.#alpha * (value[place] as number) * dotRow(table, from, vector), out);
    }
  }
}

/** out = (gram + diagonal I) vector */
function multiply(gram: Float64Array, vector: Float64Array, diagonal: number, out: Float64Array): void {
  const width = vector.length;
  for (let row = 0; row < width; row += 1) {
    const from = row * width;
    let sum = diagonal * (vector[row] as number);
    for (let place = 0; place < width; place += 1) sum += (gram[from + place] as number) * (vector[place] as number);
    out[row] = sum;
  }
}

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let place = 0; place < left.length; place += 1) sum += (left[place] as number) * (right[place] as number);
  return sum;
}

/** Of the table's row that starts at `from` and a vector. Two sums, so that one addition need not wait for the other. */
export function dotRow(table: Float32Array, from: number, vector: Float64Array): number {
  let [even, odd] = [0, 0];
  let place = 0;
  for (; place + 1 < vector.length; place += 2) {
    even += (table[from + place] as number) * (vector[place] as number);
    odd += (table[from + place + 1] as number) * (vector[place + 1] as number);
  }
  if (place < vector.length) even += (table[from + place] as number) * (vector[place] as number);
  return even + odd;
}

function addRow(table: Float32Array, from: number, factor: number, out: Float64Array): void {
  for (let place = 0; place < out.length; place += 1) {
    out[place] = (out[place] as number) + factor * (table[from + place] as number);
  }
}
