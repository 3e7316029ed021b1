/** Test support: writes small ONNX models and packs field by field, the valid one and every way of being wrong. */
import {
  buildStats,
  encodeStats,
  FEATURE_COUNT,
  FEATURE_SET,
  featurize,
  indexStats,
  type Purchase,
} from '@tillside/features';
import { type GoldenVector, MODEL_FORMAT, MODEL_TASK, type ModelManifest } from '../manifest.ts';
import { scanOnnx } from '../onnx-scan.ts';
import { packParts, sha256 } from '../pack.ts';

export type Part = readonly [field: number, value: number | string | Uint8Array];

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))];
}

/** One protobuf message: numbers as varints, the rest length-delimited. */
export function message(...parts: Part[]): Uint8Array {
  return Buffer.concat(
    parts.map(([field, value]) => {
      if (typeof value === 'number') return Buffer.from([...varint(field * 8), ...varint(value)]);
      const bytes = Buffer.from(value);
      return Buffer.concat([Buffer.from([...varint(field * 8 + 2), ...varint(bytes.length)]), bytes]);
    }),
  );
}

export interface OnnxShape {
  readonly operator: string;
  readonly columns: number;
  readonly weight: number;
  readonly opset: number;
  /** Fields put into the weight tensor, the node and the model besides. */
  readonly tensorExtra: readonly Part[];
  readonly nodeExtra: readonly Part[];
  readonly modelExtra: readonly Part[];
  /** Nodes that make `column` float[n,1] of `features`, with their tensors, instead of the weighted sum. */
  readonly middle?: readonly Part[];
  /** Instead of `scores` float[n]; and fields of the graph besides. */
  readonly output?: Part;
  readonly graphExtra?: readonly Part[];
  /** Version of `ai.onnx.ml`, imported besides. */
  readonly mlOpset?: number;
  readonly irVersion?: number;
}

/** @param attributes built by `attribute` */
export function node(
  opType: string,
  inputs: readonly string[],
  output: string,
  attributes: readonly Uint8Array[] = [],
  domain = '',
): Part {
  const named = inputs.map((name): Part => [1, name]);
  const parts = attributes.map((bytes): Part => [5, bytes]);
  return [1, message(...named, [2, output], [4, opType], ...parts, ...(domain === '' ? [] : [[7, domain] as const]))];
}

const floatBytes = (values: readonly number[]) => Buffer.from(Float32Array.from(values).buffer);

export function floats(name: string, dims: readonly number[], values: readonly number[]): Part {
  return [5, message(...dims.map((size): Part => [1, size]), [2, 1], [8, name], [9, floatBytes(values)])];
}

export function int64s(name: string, values: readonly number[]): Part {
  const bytes = Buffer.from(BigInt64Array.from(values.map(BigInt)).buffer);
  return [5, message([1, values.length], [2, 7], [8, name], [9, bytes])];
}

export const attribute = {
  int: (name: string, value: number) => message([1, name], [3, value], [20, 2]),
  ints: (name: string, values: readonly number[]) =>
    message([1, name], [8, Buffer.from(values.flatMap(varint))], [20, 7]),
  floats: (name: string, values: readonly number[]) => message([1, name], [7, floatBytes(values)], [20, 6]),
  strings: (name: string, values: readonly string[]) =>
    message([1, name], ...values.map((value): Part => [9, value]), [20, 8]),
};

/** One tree that asks whether the first feature is at most 1; the ids that its branches lead to can be others than its leaves'. */
export function treeNode({ yes = 1, no = 2, column = 0 } = {}): Part {
  const ids = [0, 0, 0];
  return node(
    'TreeEnsembleRegressor',
    ['features'],
    'column',
    [
      attribute.int('n_targets', 1),
      attribute.ints('nodes_treeids', ids),
      attribute.ints('nodes_nodeids', [0, 1, 2]),
      attribute.ints('nodes_featureids', [column, 0, 0]),
      attribute.floats('nodes_values', [1, 0, 0]),
      attribute.strings('nodes_modes', ['BRANCH_LEQ', 'LEAF', 'LEAF']),
      attribute.ints('nodes_truenodeids', [yes, 0, 0]),
      attribute.ints('nodes_falsenodeids', [no, 0, 0]),
      attribute.ints('target_treeids', [0, 0]),
      attribute.ints('target_nodeids', [1, 2]),
      attribute.ints('target_ids', [0, 0]),
      attribute.floats('target_weights', [0.25, 0.75]),
    ],
    'ai.onnx.ml',
  );
}

const PLAIN: OnnxShape = {
  operator: 'Squeeze',
  columns: FEATURE_COUNT,
  weight: 0.5,
  opset: 17,
  tensorExtra: [],
  nodeExtra: [],
  modelExtra: [],
};

/** scores = weight * sum of features. */
export function tinyOnnx(change: Partial<OnnxShape> = {}): Uint8Array {
  const shape = { ...PLAIN, ...change };
  const weights = Buffer.from(new Float32Array(shape.columns).fill(shape.weight).buffer);
  const axis = Buffer.alloc(8);
  axis.writeBigInt64LE(1n);
  const value = (name: string, ...sizes: (number | string)[]) => {
    const dims = sizes.map((size): Part => [1, message(typeof size === 'number' ? [1, size] : [2, size])]);
    return message([1, name], [2, message([1, message([1, 1], [2, message(...dims)])])]);
  };
  const graph = message(
    ...(shape.middle ?? [node('MatMul', ['features', 'w'], 'column')]),
    [1, message([1, 'column'], [1, 'axis'], [2, 'scores'], [4, shape.operator], ...shape.nodeExtra)],
    [2, 'tiny'],
    [5, message([1, shape.columns], [1, 1], [2, 1], [8, 'w'], [9, weights], ...shape.tensorExtra)],
    [5, message([1, 1], [2, 7], [8, 'axis'], [9, axis])],
    [11, value('features', 'n', shape.columns)],
    shape.output ?? [12, value('scores', 'n')],
    ...(shape.graphExtra ?? []),
  );
  const ml: Part[] = shape.mlOpset === undefined ? [] : [[8, message([1, 'ai.onnx.ml'], [2, shape.mlOpset])]];
  return message(
    [1, shape.irVersion ?? 8],
    [8, message([1, ''], [2, shape.opset])],
    ...ml,
    [7, graph],
    ...shape.modelExtra,
  );
}

const row = (basketId: string, memberId: string | null, at: string, sku: string): Purchase => ({
  basketId,
  memberId,
  at,
  sku,
  category: 'c',
  department: 'd',
  quantity: 1,
});

/** Bread goes with butter and milk; butter sells most; tea is bought alone. */
export const TINY_PURCHASES: readonly Purchase[] = Array.from({ length: 8 }, (_, day) => {
  const at = `2026-03-0${day + 1}T10:00:00Z`;
  const skus = day % 2 === 0 ? ['bread', 'butter', 'milk'] : day === 1 ? ['butter', 'tea'] : ['tea'];
  return skus.map((sku) => row(`b${day}`, day % 2 === 0 ? 'm1' : null, at, sku));
}).flat();

export const TINY_STATS = buildStats(TINY_PURCHASES);

const sumTimes = (weight: number) => (features: readonly number[]) =>
  weight * features.reduce((sum, value) => sum + value, 0);

function golden(score: (features: readonly number[]) => number): GoldenVector[] {
  const index = indexStats(TINY_STATS);
  return Array.from({ length: 20 }, (_, place) => {
    const asked = {
      sku: TINY_STATS.skus[place % TINY_STATS.skus.length] ?? '',
      context: { basketSkus: place % 2 === 0 ? ['bread'] : [], at: '2026-03-20T10:00:00Z' },
    };
    const features = [...featurize(asked.context, asked.sku, index)];
    return { features, score: score(features), asked };
  });
}

export interface PackChange {
  readonly onnx?: Partial<OnnxShape>;
  readonly stats?: Uint8Array;
  /** What the golden vectors record; half the sum of the features where not told. */
  readonly score?: (features: readonly number[]) => number;
  /** Edits the manifest after everything was filled in. */
  readonly manifest?: (manifest: ModelManifest) => unknown;
}

/** As an honest manifest says it; a graph that can't be read is described as if it were the plain one. */
function described(
  onnx: Uint8Array,
  shape: OnnxShape,
): Pick<ModelManifest['onnx'], 'irVersion' | 'opsets' | 'operators'> {
  try {
    const { irVersion, opsets, operators } = scanOnnx(onnx);
    return { irVersion, opsets: { ...opsets }, operators: [...operators] };
  } catch {
    return { irVersion: 8, opsets: { 'ai.onnx': shape.opset }, operators: ['MatMul', shape.operator] };
  }
}

export function tinyPack(change: PackChange = {}): Buffer {
  const onnx = tinyOnnx(change.onnx);
  const stats = change.stats ?? encodeStats(TINY_STATS);
  const shape = { ...PLAIN, ...change.onnx };
  const manifest: ModelManifest = {
    format: MODEL_FORMAT,
    task: MODEL_TASK,
    modelId: `tiny-${sha256(onnx).slice(0, 8)}`,
    createdAt: '2026-03-10T00:00:00Z',
    minAgentVersion: '0.1.0',
    featureSet: { id: FEATURE_SET.id, hash: FEATURE_SET.hash },
    onnx: {
      sha256: sha256(onnx),
      bytes: onnx.length,
      ...described(onnx, shape),
      inputs: [{ name: 'features', type: 'float32', shape: ['n', FEATURE_COUNT] }],
      outputs: [{ name: 'scores', type: 'float32', shape: ['n'] }],
    },
    stats: { sha256: sha256(stats), bytes: stats.length },
    golden: { tolerance: 1e-4, vectors: golden(change.score ?? sumTimes(shape.weight)) },
    fallback: 'co-occurrence',
    training: { seed: 1 },
    metrics: { recallAt5: 0.5 },
    beatsBaseline: true,
    limits: [],
  };
  const edited = change.manifest === undefined ? manifest : change.manifest(structuredClone(manifest));
  return packParts({ manifest: Buffer.from(JSON.stringify(edited)), onnx, stats });
}
