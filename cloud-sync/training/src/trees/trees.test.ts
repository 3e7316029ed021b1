import { describe, expect, it } from 'vitest';
import { TrainingError } from '../errors.ts';
import { type Random, seededRandom } from '../random.ts';
import { binColumns, quantiles } from './bins.ts';
import { fitTrees, scoreTrees, TREE_DEFAULTS, type TreeData, type TreeObjective, type TreeParams } from './index.ts';
import { meanNdcg } from './ndcg.ts';
import { newObjective } from './objectives.ts';

const COLUMNS = 6;
const GROUP = 20;
const OBJECTIVES: readonly TreeObjective[] = ['softmax', 'lambdarank', 'logistic'];
const params = (change: Partial<TreeParams> = {}): TreeParams => ({
  ...TREE_DEFAULTS,
  trees: 40,
  leaves: 8,
  minRowsInLeaf: 20,
  earlyStopping: 0,
  ...change,
});
const quiet = () => undefined;

/** What sells is where exactly one of two columns is high: no sum of columns can say that. Column 5 never varies. */
function planted(groups: number, random: Random): TreeData {
  const rows = groups * GROUP;
  const features = new Float32Array(rows * COLUMNS).map((_, place) => (place % COLUMNS === 5 ? 3 : random()));
  const labels = new Float32Array(rows).map((_, row) => {
    const isHigh = (column: number) => (features[row * COLUMNS + column] as number) > 0.6;
    return random() < (isHigh(0) !== isHigh(1) ? 0.4 : 0.02) ? 1 : 0;
  });
  const groupOffsets = Uint32Array.from({ length: groups + 1 }, (_, group) => group * GROUP);
  return { features, rows, columns: COLUMNS, groupOffsets, labels };
}

const train = planted(400, seededRandom(1));
const heldOut = planted(100, seededRandom(2));

/** The best of many sums of columns, chosen on the very groups it is measured on. */
function bestLinear(data: TreeData, random: Random): number {
  let best = 0;
  for (let draw = 0; draw < 300; draw += 1) {
    const weights = Array.from({ length: COLUMNS }, () => random() * 2 - 1);
    const scores = new Float32Array(data.rows).map((_, row) =>
      weights.reduce((sum, weight, column) => sum + weight * (data.features[row * COLUMNS + column] as number), 0),
    );
    best = Math.max(best, meanNdcg(data, scores, 10));
  }
  return best;
}

describe('trees', { timeout: 60_000 }, () => {
  it.each(OBJECTIVES)('by %s find an interaction that no linear score can', (objective) => {
    const model = fitTrees(train, undefined, params({ objective }), seededRandom(3), quiet);
    const ndcg = meanNdcg(heldOut, scoreTrees(model, heldOut.features), 10);
    expect(ndcg).toBeGreaterThan(bestLinear(heldOut, seededRandom(4)) + 0.1);
    expect((model.gains[0] as number) + (model.gains[1] as number)).toBeGreaterThan(0.7);
    expect(model.gains[5]).toBe(0);
    expect(model.gains.reduce((sum, gain) => sum + gain, 0)).toBeCloseTo(1, 9);
  });

  it.each(OBJECTIVES)('by %s are the same for the same seed, and others for another', (objective) => {
    const fit = (seed: number) => fitTrees(train, heldOut, params({ objective, trees: 10 }), seededRandom(seed), quiet);
    expect(fit(5)).toEqual(fit(5));
    expect(fit(6).value).not.toEqual(fit(5).value);
  });

  it('keep only the trees that the validation groups asked for, and say how good those are', () => {
    const shares: number[] = [];
    const few = planted(40, seededRandom(7));
    const settings = params({ trees: 200, learningRate: 0.5, minRowsInLeaf: 5, earlyStopping: 10 });
    const model = fitTrees(few, heldOut, settings, seededRandom(8), (share) => shares.push(share));
    expect(model.roots.length - 1).toBe(shares.length - 10);
    expect(shares.length).toBeLessThan(200);
    expect(meanNdcg(heldOut, scoreTrees(model, heldOut.features), 10)).toBeCloseTo(model.validationNdcg ?? 0, 9);
  });

  it('learn nothing from what says nothing', () => {
    const flat = (change: Partial<TreeData>) => {
      const model = fitTrees({ ...train, ...change }, heldOut, params(), seededRandom(9), quiet);
      expect(new Set(scoreTrees(model, heldOut.features)).size).toBe(1);
    };
    flat({ labels: new Float32Array(train.rows) });
    flat({ labels: new Float32Array(train.rows).fill(1) });
    flat({ features: new Float32Array(train.rows * COLUMNS).fill(7) });
    flat({ groupOffsets: Uint32Array.from({ length: train.rows + 1 }, (_, group) => group) });
    flat({ weights: new Float32Array(400) });
    const nobody = {
      rows: 0,
      features: new Float32Array(),
      labels: new Float32Array(),
      groupOffsets: Uint32Array.of(0),
    };
    flat(nobody);
    fitTrees(train, { ...heldOut, ...nobody }, params({ trees: 3 }), seededRandom(9), quiet);
  });

  it.each<readonly [string, Partial<TreeData>, Partial<TreeParams>]>([
    ['a number that is none', { features: train.features.with(17, Number.NaN) }, {}],
    ['an infinite number', { features: train.features.with(17, Number.POSITIVE_INFINITY) }, {}],
    ['a negative label', { labels: train.labels.with(3, -1) }, {}],
    ['too few labels', { labels: train.labels.subarray(1) }, {}],
    ['groups that end too soon', { groupOffsets: train.groupOffsets.subarray(0, 9) }, {}],
    ['a group that ends before it begins', { groupOffsets: train.groupOffsets.with(1, 45) }, {}],
    ['a weight for nobody', { weights: new Float32Array(7) }, {}],
    ['more bins than a byte holds', {}, { bins: 256 }],
    ['a share above 1', {}, { rowShare: 1.5 }],
  ])('refuse %s', (_, data, change) => {
    const fit = () => fitTrees({ ...train, ...data }, undefined, params(change), seededRandom(1), quiet);
    expect(fit).toThrow(expect.objectContaining({ code: 'TRAINING_EXAMPLES_INVALID' }));
    expect(fit).toThrow(TrainingError);
  });
});

describe('objectives', () => {
  it('softmax: the slopes are those of the loss', () => {
    const random = seededRandom(11);
    const labels = Float32Array.of(1, 0, 2, 0, 0, 0, 1, 0);
    const data = {
      ...heldOut,
      rows: 8,
      labels,
      groupOffsets: Uint32Array.of(0, 4, 6, 8),
      weights: Float32Array.of(1, 1, 3),
    };
    const scores = new Float32Array(8).map(() => random() * 2 - 1);
    const loss = (at: Float32Array) => {
      let sum = 0;
      for (const [from, to, weight] of [[0, 4, 1] as const, [6, 8, 3] as const]) {
        const own = [...at.subarray(from, to)];
        const total = Math.log(own.reduce((all, score) => all + Math.exp(score), 0));
        const wanted = [...labels.subarray(from, to)];
        const all = wanted.reduce((left, right) => left + right, 0);
        sum += weight * own.reduce((part, score, row) => part - ((wanted[row] as number) / all) * (score - total), 0);
      }
      return sum;
    };
    const [slopes, curves] = [new Float32Array(8), new Float32Array(8)];
    newObjective(data, params()).derive(scores, slopes, curves);
    const step = 2 ** -7;
    for (let row = 0; row < 8; row += 1) {
      const moved = (by: number) => loss(scores.with(row, (scores[row] as number) + by));
      expect(slopes[row]).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 3);
      const curve = (moved(step) - 2 * moved(0) + moved(-step)) / step ** 2;
      expect(curves[row]).toBeCloseTo(curve, 2);
    }
  });

  it('lambdarank pulls up what is bought, hardest where most is to be won, and minds no row beyond the truncation', () => {
    const labels = Float32Array.of(0, 1, 0, 0, 0, 1);
    const data = { ...heldOut, rows: 6, labels, groupOffsets: Uint32Array.of(0, 6) };
    const [slopes, curves] = [new Float32Array(6), new Float32Array(6)];
    newObjective(data, params({ objective: 'lambdarank', truncation: 2 })).derive(
      Float32Array.of(6, 5, 4, 3, 2, 1),
      slopes,
      curves,
    );
    expect(slopes[1]).toBeLessThan(0);
    expect(slopes[5]).toBeLessThan(0);
    expect(slopes[0]).toBeGreaterThan(0);
    // Places 3 to 5 only meet the bought one at place 2, which stands above them.
    expect(slopes[2] as number).toBeLessThan(slopes[0] as number);
    expect([...curves].every((curve) => curve >= 0)).toBe(true);
    expect(slopes.reduce((sum, slope) => sum + slope, 0)).toBeCloseTo(0, 6);
  });
});

describe('bins', () => {
  it('give every value its own while they suffice, and split where float32 tells the two apart', () => {
    const [low, high] = [Math.fround(0.1), Math.fround(0.1 + 2 ** -27)];
    expect(high).toBeGreaterThan(low);
    for (const values of [
      [low, high],
      [-1, 0, 3e38],
      [-3e38, 3e38],
      [0, 1e-45],
    ]) {
      const cuts = quantiles(Float32Array.from(values), 255);
      expect(cuts.length).toBe(values.length - 1);
      cuts.forEach((cut, place) => {
        expect(Math.fround(values[place] as number)).toBeLessThanOrEqual(cut);
        expect(Math.fround(values[place + 1] as number)).toBeGreaterThan(cut);
      });
    }
  });

  it('are about equally full, and a frequent value has its own', () => {
    const random = seededRandom(12);
    const features = new Float32Array(20_000).map((_, row) => (row % 2 === 0 ? 0.5 : random()));
    const data = { ...train, features, rows: 20_000, columns: 1 };
    const { bins, thresholds } = binColumns(data, 20);
    const counts = new Array<number>(20).fill(0);
    for (const bin of bins) counts[bin] = (counts[bin] as number) + 1;
    expect(thresholds[0]?.length).toBe(19);
    const most = Math.max(...counts);
    expect(most).toBeLessThan(10_700);
    for (const count of counts) if (count !== most) expect(count).toBeLessThan(1500);
  });
});
