import {
  candidates,
  encodeStats,
  FEATURE_COUNT,
  featurizeAll,
  type ItemStats,
  indexStats,
  prepareContext,
  type RecommendationContext,
} from '@tillside/features';
import { type ModelManifest, packParts } from '@tillside/inference';
import { describeFiles, exportTrees, scoreTrees, TREES, type TreeModel } from '@tillside/training';
import type { Chance } from '../../random.ts';

const NODES = 2 * TREES.leaves - 1;
const LEAF = -1;
const CANDIDATES = 50;
const GOLDEN = 20;
const GOLDEN_TOLERANCE = 1e-4;

/** A pack of the size that the training job makes, of trees that learnt nothing but ask real questions of real features. */
export function madeUpPack(
  stats: ItemStats,
  contexts: readonly RecommendationContext[],
  chance: Chance,
): { readonly modelId: string; readonly pack: Buffer } {
  const index = indexStats(stats);
  const rows = contexts.map((context) => {
    const prepared = prepareContext(context, index);
    return featurizeAll(prepared, candidates(index, prepared, CANDIDATES), index);
  });
  const features = Float32Array.from(rows.flatMap((block) => [...block]));
  const trees = madeUpTrees(features, chance);
  const onnx = exportTrees(trees);
  const statsBytes = encodeStats(stats);
  const manifest = manifestOf(onnx, statsBytes, { trees, features });
  const pack = packParts({ manifest: Buffer.from(JSON.stringify(manifest)), onnx, stats: statsBytes });
  return { modelId: manifest.modelId, pack };
}

/** Each split asks for a random column at the value of a random row, so that rows go both ways, as in a tree that was trained on them. */
export function madeUpTrees(features: Float32Array, chance: Chance): TreeModel {
  const size = TREES.trees * NODES;
  const nodes = { column: new Int16Array(size).fill(LEAF), value: new Float32Array(size), left: new Uint32Array(size) };
  const all = Array.from({ length: features.length / FEATURE_COUNT }, (_, row) => row);
  for (let tree = 0; tree < TREES.trees; tree += 1) {
    const root = tree * NODES;
    let free = root + 1;
    const open: { node: number; rows: readonly number[] }[] = [{ node: root, rows: all }];
    while (free < root + NODES) {
      const [{ node, rows }] = open.splice(chance.between(0, open.length - 1), 1) as [(typeof open)[number]];
      const column = chance.between(0, FEATURE_COUNT - 1);
      const asked = (row: number) => features[row * FEATURE_COUNT + column] ?? 0;
      const value = asked(rows.length === 0 ? 0 : chance.pick(rows));
      nodes.column[node] = column;
      nodes.value[node] = value;
      nodes.left[node] = free;
      open.push({ node: free, rows: rows.filter((row) => asked(row) <= value) });
      open.push({ node: free + 1, rows: rows.filter((row) => asked(row) > value) });
      free += 2;
    }
    for (const { node } of open) nodes.value[node] = (chance.next() - 0.5) / 10;
  }
  return {
    ...nodes,
    columns: FEATURE_COUNT,
    base: 0,
    roots: Uint32Array.from({ length: TREES.trees + 1 }, (_, tree) => tree * NODES),
    gains: new Float64Array(FEATURE_COUNT),
    validationNdcg: undefined,
  };
}

function manifestOf(
  onnx: Uint8Array,
  stats: Uint8Array,
  { trees, features }: { trees: TreeModel; features: Float32Array },
): ModelManifest {
  const rows = features.subarray(0, GOLDEN * FEATURE_COUNT);
  const vectors = [...scoreTrees(trees, rows)].map((score, row) => ({
    features: [...rows.subarray(row * FEATURE_COUNT, (row + 1) * FEATURE_COUNT)],
    score,
  }));
  return {
    ...describeFiles(onnx, stats),
    createdAt: '2026-01-01T00:00:00Z',
    golden: { tolerance: GOLDEN_TOLERANCE, vectors },
    training: { seed: 0 },
    metrics: {},
    beatsBaseline: true,
    limits: ['Made up for a bench.'],
  };
}
