import { discount, idealDcg, worth } from './ndcg.ts';
import type { TreeData, TreeObjective, TreeParams } from './types.ts';

/** Derivatives of the loss by each row's score, written into `slopes` and `curves`. */
type Derive = (scores: Float32Array, slopes: Float32Array, curves: Float32Array) => void;

export interface Objective {
  readonly derive: Derive;
  /** Score of every row before the first tree. */
  readonly base: number;
}

/** @param scores without `base` */
export function newObjective(data: TreeData, params: TreeParams): Objective {
  const makers: Record<TreeObjective, () => Objective> = {
    softmax: () => ({ derive: softmax(data), base: 0 }),
    lambdarank: () => ({ derive: lambdarank(data, params.truncation), base: 0 }),
    logistic: () => logistic(data),
  };
  return makers[params.objective]();
}

function softmax({ groupOffsets, labels, weights }: TreeData): Derive {
  return (scores, slopes, curves) => {
    slopes.fill(0);
    curves.fill(0);
    for (let group = 0; group + 1 < groupOffsets.length; group += 1) {
      const [from, to] = [groupOffsets[group] as number, groupOffsets[group + 1] as number];
      let [highest, labelled, total] = [Number.NEGATIVE_INFINITY, 0, 0];
      for (let row = from; row < to; row += 1) {
        highest = Math.max(highest, scores[row] as number);
        labelled += labels[row] as number;
      }
      if (labelled === 0) continue;
      for (let row = from; row < to; row += 1) {
        const power = Math.exp((scores[row] as number) - highest);
        slopes[row] = power;
        total += power;
      }
      const weight = weights?.[group] ?? 1;
      for (let row = from; row < to; row += 1) {
        const share = (slopes[row] as number) / total;
        slopes[row] = weight * (share - (labels[row] as number) / labelled);
        curves[row] = weight * share * (1 - share);
      }
    }
  };
}

function logistic({ groupOffsets, labels, weights }: TreeData): Objective {
  const weightOf = new Float64Array(labels.length);
  let [bought, total] = [0, 0];
  for (let group = 0; group + 1 < groupOffsets.length; group += 1) {
    const weight = weights?.[group] ?? 1;
    for (let row = groupOffsets[group] as number; row < (groupOffsets[group + 1] as number); row += 1) {
      weightOf[row] = weight;
      total += weight;
      bought += (labels[row] as number) > 0 ? weight : 0;
    }
  }
  // With none or all bought the odds would be infinite.
  const base = bought > 0 && bought < total ? Math.fround(Math.log(bought / (total - bought))) : 0;
  const derive: Derive = (scores, slopes, curves) => {
    for (let row = 0; row < labels.length; row += 1) {
      const weight = weightOf[row] as number;
      const chance = 1 / (1 + Math.exp(-(scores[row] as number) - base));
      slopes[row] = weight * (chance - ((labels[row] as number) > 0 ? 1 : 0));
      curves[row] = weight * chance * (1 - chance);
    }
  };
  return { derive, base };
}

/** Keeps the step of a pair that lies far apart small, and finite where two scores are equal. */
const GAP_FLOOR = 0.01;

function lambdarank({ groupOffsets, labels, weights }: TreeData, truncation: number): Derive {
  const ideals = new Float64Array(groupOffsets.length - 1);
  const discounts = new Float64Array(labels.length);
  const worths = Float64Array.from(labels, worth);
  for (let place = 0; place < Math.min(truncation, discounts.length); place += 1) discounts[place] = discount(place);
  let longest = 0;
  for (let group = 0; group < ideals.length; group += 1) {
    const [from, to] = [groupOffsets[group] as number, groupOffsets[group + 1] as number];
    ideals[group] = idealDcg(labels.subarray(from, to), truncation);
    longest = Math.max(longest, to - from);
  }
  const ranked = new Uint32Array(longest);
  return (scores, slopes, curves) => {
    slopes.fill(0);
    curves.fill(0);
    // Of equal scores what was not bought comes first: a tie is not a success.
    const before = (left: number, right: number) =>
      (scores[right] as number) - (scores[left] as number) ||
      (labels[left] as number) - (labels[right] as number) ||
      left - right;
    for (let group = 0; group < ideals.length; group += 1) {
      const [from, to] = [groupOffsets[group] as number, groupOffsets[group + 1] as number];
      const ideal = ideals[group] as number;
      if (ideal === 0 || to - from < 2) continue;
      const order = ranked.subarray(0, to - from);
      for (let place = 0; place < order.length; place += 1) order[place] = from + place;
      order.sort(before);
      const pull = addPairs({ order, scores, labels, worths, discounts, truncation }, ideal, slopes, curves);
      const scale = ((weights?.[group] ?? 1) * (pull > 0 ? Math.log2(1 + pull) : 0)) / (pull > 0 ? pull : 1);
      for (let row = from; row < to; row += 1) {
        slopes[row] = (slopes[row] as number) * scale;
        curves[row] = (curves[row] as number) * scale;
      }
    }
  };
}

interface Ranking {
  /** Rows, best score first. */
  readonly order: Uint32Array;
  readonly scores: Float32Array;
  readonly labels: Float32Array;
  readonly worths: Float64Array;
  readonly discounts: Float64Array;
  readonly truncation: number;
}

/** Every pair of different labels of which one is in the places that count. @returns sum of the pulls on both sides */
function addPairs(ranking: Ranking, ideal: number, slopes: Float32Array, curves: Float32Array): number {
  const { order, scores, labels, worths, discounts, truncation } = ranking;
  const isFlat = scores[order[0] as number] === scores[order[order.length - 1] as number];
  let pull = 0;
  for (let upper = 0; upper < Math.min(truncation, order.length - 1); upper += 1) {
    const above = order[upper] as number;
    for (let lower = upper + 1; lower < order.length; lower += 1) {
      const below = order[lower] as number;
      if (labels[above] === labels[below]) continue;
      const [better, worse] =
        (labels[above] as number) > (labels[below] as number) ? ([above, below] as const) : ([below, above] as const);
      const gap = (scores[better] as number) - (scores[worse] as number);
      const places = (discounts[upper] as number) - (discounts[lower] as number);
      const change = (((worths[better] as number) - (worths[worse] as number)) * places) / ideal;
      const size = isFlat ? change : change / (GAP_FLOOR + Math.abs(gap));
      const chance = 1 / (1 + Math.exp(gap));
      const slope = size * chance;
      const curve = size * chance * (1 - chance);
      slopes[better] = (slopes[better] as number) - slope;
      slopes[worse] = (slopes[worse] as number) + slope;
      curves[better] = (curves[better] as number) + curve;
      curves[worse] = (curves[worse] as number) + curve;
      pull += 2 * slope;
    }
  }
  return pull;
}
