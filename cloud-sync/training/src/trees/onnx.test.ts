import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildStats, encodeStats, FEATURE_COUNT } from '@tillside/features';
import { InferenceProcess, type ModelManifest, packParts, scanOnnx, sha256 } from '@tillside/inference';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeFiles } from '../describe.ts';
import { UNHURRIED_MS } from '../limits.ts';
import { exportBranches } from '../onnx-graph.ts';
import { seededRandom } from '../random.ts';
import { plantedShop } from '../testing/planted-shop.ts';
import { fitTrees, scoreTrees, TREE_DEFAULTS, type TreeModel } from './index.ts';
import { exportTrees, treesBranch } from './onnx.ts';
import { LEAF } from './types.ts';

const GROUPS = 60;
const GROUP = 10;
/** As many as a manifest may hold. */
const GOLDEN = 200;
const TOLERANCE = 1e-5;

function fitted(seed: number, objective: 'softmax' | 'logistic'): TreeModel {
  const random = seededRandom(seed);
  const rows = GROUPS * GROUP;
  const features = new Float32Array(rows * FEATURE_COUNT).map(() => Math.fround(random() * 4 - 2));
  const labels = new Float32Array(rows).map((_, row) => {
    const value = (column: number) => features[row * FEATURE_COUNT + column] as number;
    return value(0) * value(1) + value(2) + random() > 2 ? 1 : 0;
  });
  const groupOffsets = Uint32Array.from({ length: GROUPS + 1 }, (_, group) => group * GROUP);
  const data = { features, rows, columns: FEATURE_COUNT, groupOffsets, labels };
  const params = { ...TREE_DEFAULTS, trees: 20, leaves: 8, minRowsInLeaf: 5, objective };
  return fitTrees(data, undefined, params, random, () => undefined);
}

/** Random rows; in each a few values lie exactly on a threshold of the model, or next to it. */
function rowsFor(model: TreeModel, rows: number): Float32Array {
  const random = seededRandom(99);
  const features = new Float32Array(rows * FEATURE_COUNT).map(() => random() * 5 - 2.5);
  const splits = [...model.column.keys()].filter((node) => model.column[node] !== LEAF);
  for (let row = 0; row < rows; row += 1) {
    for (let draw = 0; draw < 5; draw += 1) {
      const node = splits[Math.floor(random() * splits.length)] as number;
      const threshold = model.value[node] as number;
      const step = Math.abs(threshold) * 2 ** -23 * (draw % 3);
      features[row * FEATURE_COUNT + (model.column[node] as number)] = threshold + step;
    }
  }
  return features;
}

/** A pack whose golden vectors demand these scores of the engine. */
function packOf(onnx: Uint8Array, features: Float32Array, scores: Float32Array): Buffer {
  const stats = encodeStats(buildStats(plantedShop(2, 1)));
  const manifest: ModelManifest = {
    ...describeFiles(onnx, stats),
    createdAt: '2026-06-01T00:00:00Z',
    golden: {
      tolerance: TOLERANCE,
      vectors: [...scores].map((score, row) => ({
        features: [...features.subarray(row * FEATURE_COUNT, (row + 1) * FEATURE_COUNT)],
        score,
      })),
    },
    training: {},
    metrics: {},
    beatsBaseline: true,
    limits: [],
  };
  return packParts({ manifest: Buffer.from(JSON.stringify(manifest)), onnx, stats });
}

describe('trees as ONNX', { timeout: 120_000 }, () => {
  let directory = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tillside-trees-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  /** Why the engine does not take a pack; undefined: it does. */
  async function refusal(pack: Buffer): Promise<string | undefined> {
    const path = join(directory, `${sha256(pack)}.tillmodel`);
    await writeFile(path, pack);
    const inference = new InferenceProcess({ agentVersion: '0.1.0', timeoutMs: UNHURRIED_MS, loadTimeoutMs: 60_000 });
    await inference.start();
    try {
      const reply = await inference.load(path);
      return reply.ok ? undefined : `${reply.code}: ${reply.message}`;
    } finally {
      await inference.stop();
    }
  }

  const model = fitted(1, 'softmax');

  it('score in the engine as they do here, on their thresholds too, alone and summed', async () => {
    const other = fitted(2, 'logistic');
    const features = rowsFor(model, GOLDEN);
    const scores = scoreTrees(model, features);
    expect(await refusal(packOf(exportTrees(model), features, scores))).toBeUndefined();
    const renamed = { ...treesBranch(other), output: 'more' };
    const nodes = renamed.nodes.map((node) => ({ ...node, name: 'more', output: ['more'] }));
    const sum = exportBranches([treesBranch(model), { ...renamed, nodes }]);
    const both = scoreTrees(other, features).map((score, row) => score + (scores[row] as number));
    expect(await refusal(packOf(sum, features, both))).toBeUndefined();
  });

  it('are the same bytes for the same trees', () => {
    const bytes = Buffer.from(exportTrees(model));
    expect(bytes.equals(exportTrees(fitted(1, 'softmax')))).toBe(true);
    expect(bytes.equals(exportTrees(fitted(2, 'softmax')))).toBe(false);
    expect(scanOnnx(bytes)).toMatchObject({
      operators: ['Squeeze', 'ai.onnx.ml.TreeEnsembleRegressor'],
      opsets: { 'ai.onnx': 17, 'ai.onnx.ml': 3 },
    });
  });
});
