import type { Binned } from './bins.ts';
import { CHANNELS, type Layout } from './histogram.ts';

/** Least sum of second derivatives on a side: below it a leaf's score would be a guess. */
const CURVE_MIN = 1e-3;
/** Least gain: sums of rounded numbers can't tell less from nothing. */
const GAIN_MIN = 1e-9;

/** Sums over the rows of a leaf. */
export interface Sums {
  readonly slope: number;
  readonly curve: number;
  readonly rows: number;
}

export interface Split {
  readonly column: number;
  /** Rows whose bin is at most this go left. */
  readonly bin: number;
  readonly gain: number;
  readonly left: Sums;
  readonly right: Sums;
}

interface Limits {
  readonly minRowsInLeaf: number;
  readonly l2: number;
}

/** The split that lowers the loss most by its second-order estimate; of equal ones the first column's lowest. */
export function bestSplit(
  histogram: Float64Array,
  layout: Layout,
  { thresholds }: Binned,
  whole: Sums,
  limits: Limits,
): Split | undefined {
  if (whole.rows < 2 * limits.minRowsInLeaf) return undefined;
  const own = (whole.slope * whole.slope) / (whole.curve + limits.l2);
  let best: Split | undefined;
  let bestGain = GAIN_MIN;
  layout.columns.forEach((column, place) => {
    const cuts = (thresholds[column] as Float32Array).length;
    const found = scan(histogram, layout.offsets[place] as number, cuts, whole, limits, own + bestGain);
    if (found === undefined) return;
    best = { column, ...found, gain: found.gain - own };
    bestGain = best.gain;
  });
  return best;
}

type Cut = Pick<Split, 'bin' | 'gain' | 'left' | 'right'>;

/** Best cut of one column whose two sides' gains together are above `least`. */
function scan(
  histogram: Float64Array,
  offset: number,
  cuts: number,
  whole: Sums,
  { minRowsInLeaf, l2 }: Limits,
  least: number,
): Cut | undefined {
  let [slope, curve, rows] = [0, 0, 0];
  let [bin, gain] = [-1, least];
  let left: Sums = whole;
  for (let cut = 0; cut < cuts; cut += 1) {
    const at = offset + cut * CHANNELS;
    const count = histogram[at + 2] as number;
    if (count === 0) continue;
    slope += histogram[at] as number;
    curve += histogram[at + 1] as number;
    rows += count;
    if (rows < minRowsInLeaf || curve < CURVE_MIN) continue;
    const curveRight = whole.curve - curve;
    if (whole.rows - rows < minRowsInLeaf || curveRight < CURVE_MIN) break;
    const slopeRight = whole.slope - slope;
    const both = (slope * slope) / (curve + l2) + (slopeRight * slopeRight) / (curveRight + l2);
    if (!(both > gain)) continue;
    [bin, gain] = [cut, both];
    left = { slope, curve, rows };
  }
  if (bin === -1) return undefined;
  const right = {
    slope: whole.slope - left.slope,
    curve: whole.curve - left.curve,
    rows: whole.rows - left.rows,
  };
  return { bin, gain, left, right };
}
