import type { TreeData } from './types.ts';

/** Rows that quantiles are taken from; more would not move them. */
const SAMPLE_ROWS = 200_000;

/** Features as small whole numbers, column by column. */
export interface Binned {
  /** Column-major uint8[columns, rows]: bin of each value. */
  readonly bins: Uint8Array;
  readonly rows: number;
  /** For each column: bin b holds what is above threshold b - 1 and at most threshold b; the last bin the rest. */
  readonly thresholds: readonly Float32Array[];
}

/** Sorts every column's values into at most `binsMax` bins with about equally many rows; a frequent value has its own. */
export function binColumns({ features, rows, columns }: TreeData, binsMax: number): Binned {
  const bins = new Uint8Array(rows * columns);
  const thresholds: Float32Array[] = [];
  const stride = Math.max(1, Math.ceil(rows / SAMPLE_ROWS));
  const sample = new Float32Array(Math.ceil(rows / stride));
  for (let column = 0; column < columns; column += 1) {
    for (let place = 0; place < sample.length; place += 1) {
      sample[place] = features[place * stride * columns + column] as number;
    }
    const cuts = quantiles(sample.sort(), binsMax);
    for (let row = 0; row < rows; row += 1) {
      bins[column * rows + row] = binOf(cuts, features[row * columns + column] as number);
    }
    thresholds.push(cuts);
  }
  return { bins, rows, thresholds };
}

/** Number of thresholds below `value`. */
function binOf(thresholds: Float32Array, value: number): number {
  let [from, to] = [0, thresholds.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (value <= (thresholds[middle] as number)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** Thresholds between distinct values, ascending, fewer than `binsMax`. @param sorted ascending */
export function quantiles(sorted: Float32Array, binsMax: number): Float32Array {
  const { values, counts } = distinct(sorted);
  const cuts: number[] = [];
  if (values.length <= binsMax) {
    for (let place = 1; place < values.length; place += 1) cuts.push(between(values, place));
    return Float32Array.from(cuts);
  }
  let rowsLeft = sorted.length;
  let held = 0;
  for (let place = 0; place + 1 < values.length && cuts.length + 1 < binsMax; place += 1) {
    held += counts[place] as number;
    const fair = rowsLeft / (binsMax - cuts.length);
    // A value that fills a bin alone must not be lumped with the few before it.
    const nextIsFrequent = (counts[place + 1] as number) >= fair && held >= fair / 2;
    if (held < fair && !nextIsFrequent) continue;
    cuts.push(between(values, place + 1));
    rowsLeft -= held;
    held = 0;
  }
  return Float32Array.from(cuts);
}

function distinct(sorted: Float32Array): { values: number[]; counts: number[] } {
  const values: number[] = [];
  const counts: number[] = [];
  for (const value of sorted) {
    if (value === values.at(-1)) counts[counts.length - 1] = (counts.at(-1) as number) + 1;
    else {
      values.push(value);
      counts.push(1);
    }
  }
  return { values, counts };
}

/** A float32 from values[place - 1] up to below values[place], so that `<=` tells the two apart in any engine. */
function between(values: readonly number[], place: number): number {
  const [low, high] = [values[place - 1] as number, values[place] as number];
  const middle = Math.fround(low / 2 + high / 2);
  return middle >= low && middle < high ? middle : low;
}
