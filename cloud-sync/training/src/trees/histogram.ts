import type { Binned } from './bins.ts';

/** Numbers of one bin: sums of first and of second derivatives, and rows. */
export const CHANNELS = 3;
/** Columns that are counted in one pass over the rows: their sums don't wait for each other. */
const AT_ONCE = 4;

/** Which columns a tree looks at, and where each one's bins lie in a histogram. */
export interface Layout {
  readonly columns: readonly number[];
  /** For each of `columns`: place of its first bin, in numbers. */
  readonly offsets: readonly number[];
  /** Numbers of one histogram. */
  readonly size: number;
}

export function layOut(columns: readonly number[], { thresholds }: Binned): Layout {
  const offsets: number[] = [];
  let size = 0;
  for (const column of columns) {
    offsets.push(size);
    size += ((thresholds[column] as Float32Array).length + 1) * CHANNELS;
  }
  return { columns, offsets, size };
}

/** Rows [from, to) of `order`, with their derivatives in the same places. */
export interface Rows {
  readonly order: Uint32Array;
  readonly slopes: Float64Array;
  readonly curves: Float64Array;
  readonly from: number;
  readonly to: number;
}

/** Fills `out` with the sums over these rows. */
export function count({ bins, rows: all }: Binned, layout: Layout, rows: Rows, out: Float64Array): void {
  out.fill(0);
  const { columns, offsets } = layout;
  let place = 0;
  for (; place + AT_ONCE <= columns.length; place += AT_ONCE) {
    const starts = columns.slice(place, place + AT_ONCE).map((column) => column * all);
    countFour(bins, starts, offsets.slice(place, place + AT_ONCE), rows, out);
  }
  for (; place < columns.length; place += 1) {
    countOne(bins, (columns[place] as number) * all, offsets[place] as number, rows, out);
  }
}

function countOne(bins: Uint8Array, start: number, offset: number, rows: Rows, out: Float64Array): void {
  const { order, slopes, curves, from, to } = rows;
  for (let place = from; place < to; place += 1) {
    const at = offset + (bins[start + (order[place] as number)] as number) * CHANNELS;
    out[at] = (out[at] as number) + (slopes[place] as number);
    out[at + 1] = (out[at + 1] as number) + (curves[place] as number);
    out[at + 2] = (out[at + 2] as number) + 1;
  }
}

/** The hot loop of training: most of a fit's time is spent here, so it is written out. */
function countFour(
  bins: Uint8Array,
  starts: readonly number[],
  offsets: readonly number[],
  rows: Rows,
  out: Float64Array,
): void {
  const { order, slopes, curves, from, to } = rows;
  const [startA, startB, startC, startD] = starts as [number, number, number, number];
  const [offsetA, offsetB, offsetC, offsetD] = offsets as [number, number, number, number];
  for (let place = from; place < to; place += 1) {
    const row = order[place] as number;
    const slope = slopes[place] as number;
    const curve = curves[place] as number;
    const a = offsetA + (bins[startA + row] as number) * CHANNELS;
    const b = offsetB + (bins[startB + row] as number) * CHANNELS;
    const c = offsetC + (bins[startC + row] as number) * CHANNELS;
    const d = offsetD + (bins[startD + row] as number) * CHANNELS;
    out[a] = (out[a] as number) + slope;
    out[a + 1] = (out[a + 1] as number) + curve;
    out[a + 2] = (out[a + 2] as number) + 1;
    out[b] = (out[b] as number) + slope;
    out[b + 1] = (out[b + 1] as number) + curve;
    out[b + 2] = (out[b + 2] as number) + 1;
    out[c] = (out[c] as number) + slope;
    out[c + 1] = (out[c + 1] as number) + curve;
    out[c + 2] = (out[c + 2] as number) + 1;
    out[d] = (out[d] as number) + slope;
    out[d + 1] = (out[d + 1] as number) + curve;
    out[d + 2] = (out[d + 2] as number) + 1;
  }
}

/** whole -= part: a leaf's other half costs no pass over its rows. */
export function subtract(whole: Float64Array, part: Float64Array, size: number): void {
  for (let place = 0; place < size; place += 1) whole[place] = (whole[place] as number) - (part[place] as number);
}
