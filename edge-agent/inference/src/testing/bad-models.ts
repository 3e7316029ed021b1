/** Test support: every way in which a model can be bad, with the code by which a store refuses it. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { encodeStats, FEATURE_COUNT, type ItemStats } from '@tillside/features';
import type { ModelErrorCode } from '../errors.ts';
import { STATS_MAX_BYTES } from '../limits.ts';
import type { ModelManifest } from '../manifest.ts';
import {
  attribute,
  floats,
  int64s,
  message,
  node,
  type OnnxShape,
  type PackChange,
  type Part,
  TINY_STATS,
  tinyPack,
  treeNode,
} from './tiny-model.ts';

export type BadModel = readonly [name: string, code: ModelErrorCode, pack: () => Buffer];

const packed = (change: PackChange) => () => tinyPack(change);
const onnx = (shape: Partial<OnnxShape>) => packed({ onnx: shape });
const edited = (edit: (manifest: ModelManifest) => void) =>
  packed({
    manifest: (manifest) => {
      edit(manifest);
      return manifest;
    },
  });
const said = (more: object) => packed({ manifest: (manifest) => ({ ...manifest, ...more }) });
const stats = (change: Partial<ItemStats>) => packed({ stats: encodeStats({ ...TINY_STATS, ...change }) });
const bytes = (change: (pack: Buffer) => Buffer) => () => change(tinyPack());
const vector = (manifest: ModelManifest) => manifest.golden.vectors[0] as ModelManifest['golden']['vectors'][0];
const zero = () => 0;
const zeros = (count: number) => new Array<number>(count).fill(0);
/** Trees import a second domain. */
const tree = (change: Parameters<typeof treeNode>[0], mlOpset = 3) =>
  packed({ onnx: { mlOpset, middle: [treeNode(change)] }, score: treeScore });
export const treeScore = (features: readonly number[]) => ((features[0] ?? 0) <= 1 ? 0.25 : 0.75);

/** The same pack with another header field: a length, in bytes, at a place. */
function boasting(at: number): () => Buffer {
  return bytes((pack) => {
    pack.writeUInt32LE(2 ** 31, at);
    return pack;
  });
}

const FILE: readonly BadModel[] = [
  ['an empty file', 'MODEL_TRUNCATED', () => Buffer.alloc(0)],
  ['half a file', 'MODEL_TRUNCATED', bytes((pack) => pack.subarray(0, pack.length / 2))],
  ['a header alone', 'MODEL_TRUNCATED', bytes((pack) => pack.subarray(0, 52))],
  ['something after the end', 'MODEL_HASH_MISMATCH', bytes((pack) => Buffer.concat([pack, Buffer.from('x')]))],
  [
    'one changed bit',
    'MODEL_HASH_MISMATCH',
    bytes((pack) => {
      pack[pack.length - 20] = (pack[pack.length - 20] ?? 0) ^ 1;
      return pack;
    }),
  ],
  ['a zip file', 'MODEL_NOT_A_PACK', () => Buffer.from('PK\u0003\u0004 a zip file, perhaps')],
  ['a bare ONNX file', 'MODEL_NOT_A_PACK', bytes((pack) => pack.subarray(2_000))],
  ['a manifest of 2 GB, by its word', 'MODEL_TOO_LARGE', boasting(40)],
  ['a graph of 2 GB, by its word', 'MODEL_TOO_LARGE', boasting(44)],
  ['statistics of 2 GB, by its word', 'MODEL_TOO_LARGE', boasting(48)],
];

const MANIFEST: readonly BadModel[] = [
  ['format 1', 'MODEL_FORMAT_NOT_SUPPORTED', said({ format: 'tillside-model-1', task: 'next-item' })],
  ['a manifest that is no object', 'MODEL_MANIFEST_INVALID', packed({ manifest: () => null })],
  ['an unknown field', 'MODEL_MANIFEST_INVALID', said({ run: 'this' })],
  ['another task', 'MODEL_MANIFEST_INVALID', said({ task: 'price' })],
  ['another fallback', 'MODEL_MANIFEST_INVALID', said({ fallback: 'none' })],
  ['an id that leaves its folder', 'MODEL_MANIFEST_INVALID', said({ modelId: '../../model' })],
  ['19 golden vectors', 'MODEL_MANIFEST_INVALID', edited((m) => m.golden.vectors.pop())],
  [
    'a tolerance that lets all pass',
    'MODEL_MANIFEST_INVALID',
    edited((m) => Object.assign(m.golden, { tolerance: 1 })),
  ],
  ['two inputs, by its word', 'MODEL_MANIFEST_INVALID', edited((m) => m.onnx.inputs.push(...m.onnx.inputs))],
  [
    'statistics of 2 GB, by the manifest',
    'MODEL_MANIFEST_INVALID',
    edited((m) => Object.assign(m.stats, { bytes: 2 ** 31 })),
  ],
  ['a newer agent needed', 'MODEL_AGENT_TOO_OLD', said({ minAgentVersion: '0.2.0' })],
  [
    'another feature set',
    'MODEL_FEATURE_SET_MISMATCH',
    edited((m) => Object.assign(m.featureSet, { hash: '0'.repeat(64) })),
  ],
  [
    'another id of the feature set',
    'MODEL_FEATURE_SET_MISMATCH',
    edited((m) => Object.assign(m.featureSet, { id: 'f0' })),
  ],
  [
    'another hash of the graph',
    'MODEL_HASH_MISMATCH',
    edited((m) => Object.assign(m.onnx, { sha256: '0'.repeat(64) })),
  ],
  [
    'another hash of the statistics',
    'MODEL_HASH_MISMATCH',
    edited((m) => Object.assign(m.stats, { sha256: '0'.repeat(64) })),
  ],
  ['operators that it does not list', 'MODEL_OPERATOR_NOT_ALLOWED', edited((m) => m.onnx.operators.pop())],
  [
    'another opset than it says',
    'MODEL_OPSET_NOT_SUPPORTED',
    edited((m) => Object.assign(m.onnx.opsets, { 'ai.onnx': 18 })),
  ],
  [
    'another IR version than it says',
    'MODEL_OPSET_NOT_SUPPORTED',
    edited((m) => Object.assign(m.onnx, { irVersion: 9 })),
  ],
  ['a narrower input, by its word', 'MODEL_SHAPE_MISMATCH', edited((m) => m.onnx.inputs[0]?.shape.splice(1, 1, 3))],
];

const { skus, columns, together } = TINY_STATS;
const STATS: readonly BadModel[] = [
  ['statistics of another feature set', 'MODEL_FEATURE_SET_MISMATCH', stats({ featureSetHash: 'x' })],
  ['statistics larger than it says', 'MODEL_STATS_INVALID', edited((m) => Object.assign(m.stats, { bytes: 10 }))],
  ['statistics that are something else', 'MODEL_STATS_INVALID', packed({ stats: Buffer.from('{}') })],
  ['a SKU twice', 'MODEL_STATS_INVALID', stats({ skus: skus.map(() => 'bread') })],
  ['rows missing', 'MODEL_STATS_INVALID', stats({ categoryOf: new Uint32Array() })],
  [
    'a negative count',
    'MODEL_STATS_INVALID',
    stats({ columns: { ...columns, baskets: columns.baskets.map(() => -1) } }),
  ],
  [
    'a neighbour that is not there',
    'MODEL_STATS_INVALID',
    stats({ together: { ...together, items: together.items.map(() => 99) } }),
  ],
  ['a few bytes that unpack to gigabytes', 'MODEL_STATS_INVALID', bomb],
];

/** Says the most that is allowed and unpacks to more. The bytes are made outside `packParts`, which would refuse them. */
function bomb(): Buffer {
  const most = edited((m) => Object.assign(m.stats, { bytes: STATS_MAX_BYTES }))();
  const [manifest, graph] = [most.readUInt32LE(40), most.readUInt32LE(44)];
  const packedStats = gzipSync(Buffer.alloc(STATS_MAX_BYTES + 1));
  return resealed(Buffer.concat([most.subarray(0, 52 + manifest + graph), packedStats]), packedStats.length);
}

function resealed(pack: Buffer, statsBytes: number): Buffer {
  pack.writeUInt32LE(statsBytes, 48);
  createHash('sha256').update(pack.subarray(40)).digest().copy(pack, 8);
  return pack;
}

const output = (dims: readonly Part[], elementType = 1): Part => [
  12,
  message([1, 'scores'], [2, message([1, message([1, elementType], [2, message(...dims)])])]),
];
const rows: Part = [1, message([2, 'n'])];

const GRAPH: readonly BadModel[] = [
  ['a graph that is no protobuf', 'MODEL_ONNX_INVALID', onnx({ modelExtra: [[7, Buffer.from([0xff])]] })],
  ['a looping operator', 'MODEL_OPERATOR_NOT_ALLOWED', onnx({ operator: 'Loop' })],
  ['an operator of another domain', 'MODEL_OPERATOR_NOT_ALLOWED', onnx({ nodeExtra: [[7, 'com.example']] })],
  ['another operator of the domain of trees', 'MODEL_OPERATOR_NOT_ALLOWED', onnx({ nodeExtra: [[7, 'ai.onnx.ml']] })],
  [
    'a domain that is imported for nothing',
    'MODEL_OPSET_NOT_SUPPORTED',
    onnx({ modelExtra: [[8, message([1, 'com.example'], [2, 1])]] }),
  ],
  [
    'a domain that is imported twice',
    'MODEL_OPSET_NOT_SUPPORTED',
    onnx({ modelExtra: [[8, message([1, ''], [2, 20])]] }),
  ],
  ['a subgraph', 'MODEL_OPERATOR_NOT_ALLOWED', onnx({ nodeExtra: [[5, message([1, 'body'], [6, message()])]] })],
  ['functions', 'MODEL_OPERATOR_NOT_ALLOWED', onnx({ modelExtra: [[25, message([1, 'Relu'])]] })],
  ['a graph for training', 'MODEL_OPERATOR_NOT_ALLOWED', onnx({ modelExtra: [[20, message()]] })],
  [
    'weights in another file',
    'MODEL_OPERATOR_NOT_ALLOWED',
    onnx({
      tensorExtra: [
        [13, message([1, 'location'], [2, '/etc/passwd'])],
        [14, 1],
      ],
    }),
  ],
  ['sparse weights', 'MODEL_OPERATOR_NOT_ALLOWED', onnx({ nodeExtra: [[5, message([1, 'w'], [22, message()])]] })],
  ['a tensor of 2 GB, by its word', 'MODEL_TOO_LARGE', onnx({ tensorExtra: [[1, 2 ** 31]] })],
  ['a tensor of less than nothing', 'MODEL_TOO_LARGE', onnx({ tensorExtra: [[1, 2 ** 63]] })],
  [
    'a second graph behind the first',
    'MODEL_OPERATOR_NOT_ALLOWED',
    onnx({ modelExtra: [[7, message([1, message([4, 'If'])])]] }),
  ],
  ['an old opset', 'MODEL_OPSET_NOT_SUPPORTED', onnx({ opset: 9 })],
  ['an opset of tomorrow', 'MODEL_OPSET_NOT_SUPPORTED', onnx({ opset: 99 })],
  ['trees of tomorrow', 'MODEL_OPSET_NOT_SUPPORTED', tree({}, 5)],
  ['an IR version of tomorrow', 'MODEL_OPSET_NOT_SUPPORTED', onnx({ irVersion: 99 })],
  ['a narrower input', 'MODEL_SHAPE_MISMATCH', onnx({ columns: 3 })],
  ['a second output', 'MODEL_SHAPE_MISMATCH', onnx({ graphExtra: [output([rows])] })],
  ['an output of two dimensions', 'MODEL_SHAPE_MISMATCH', onnx({ output: output([rows, [1, message([1, 1])]]) })],
  ['an output of doubles', 'MODEL_SHAPE_MISMATCH', onnx({ output: output([rows], 11) })],
];

const GOLDEN: readonly BadModel[] = [
  ['a short golden vector', 'MODEL_SHAPE_MISMATCH', edited((m) => vector(m).features.pop())],
  [
    'features that are computed otherwise',
    'MODEL_GOLDEN_MISMATCH',
    edited((m) => Object.assign(vector(m).features, [99])),
  ],
  [
    'another score than recorded',
    'MODEL_GOLDEN_MISMATCH',
    edited((m) => Object.assign(vector(m), { score: vector(m).score + 0.01 })),
  ],
  [
    'the scores upside down',
    'MODEL_GOLDEN_MISMATCH',
    packed({ onnx: { weight: -0.5 }, score: (features) => features.reduce((sum, value) => sum + value / 2, 0) }),
  ],
  ['answers that are no numbers', 'MODEL_OUTPUT_NOT_FINITE', packed({ onnx: { weight: Number.NaN }, score: zero })],
  ['answers without bounds', 'MODEL_OUTPUT_NOT_FINITE', packed({ onnx: { weight: Number.MAX_VALUE }, score: zero })],
];

/** Only the engine finds out. */
const ENGINE: readonly BadModel[] = [
  // The last word wins: float, then double.
  ['a tensor of two types', 'MODEL_LOAD_FAILED', onnx({ tensorExtra: [[2, 11]] })],
  ['a tensor with other bytes than its size', 'MODEL_LOAD_FAILED', onnx({ tensorExtra: [[9, Buffer.alloc(4)]] })],
  [
    'an attribute that its operator does not know',
    'MODEL_LOAD_FAILED',
    onnx({ nodeExtra: [[5, attribute.int('colour', 1)]] }),
  ],
  [
    'a value that nothing makes',
    'MODEL_LOAD_FAILED',
    onnx({ middle: [node('MatMul', ['features', 'nothing'], 'column')] }),
  ],
  [
    'a graph that runs in a circle',
    'MODEL_LOAD_FAILED',
    onnx({ middle: [node('Add', ['column', 'features'], 'column')] }),
  ],
  ['a tree that leads to itself', 'MODEL_LOAD_FAILED', tree({ yes: 0, no: 0 })],
  ['a tree that leads nowhere', 'MODEL_LOAD_FAILED', tree({ yes: 99_999 })],
  ['a tree that asks for a feature that is not there', 'MODEL_LOAD_FAILED', tree({ column: 5_000_000 })],
  [
    'another number of answers than of questions',
    'MODEL_SHAPE_MISMATCH',
    packed({ onnx: { middle: [floats('p', [1, 1], [0]), node('MatMul', ['p', 'p'], 'column')] }, score: zero }),
  ],
];

/** Refused by a child that lives on. */
export const BAD_MODELS: readonly BadModel[] = [...FILE, ...MANIFEST, ...STATS, ...GRAPH, ...GOLDEN, ...ENGINE];

const WIDE = 1_024;
/** Legal, and 4 MB small: one large matrix multiplied again and again. */
function chain(links: number): Buffer {
  const names = Array.from({ length: links + 1 }, (_, link) => `h${link}`);
  const middle = [
    floats('in', [FEATURE_COUNT, WIDE], zeros(FEATURE_COUNT * WIDE)),
    floats('square', [WIDE, WIDE], zeros(WIDE * WIDE)),
    floats('out', [WIDE, 1], zeros(WIDE)),
    node('MatMul', ['features', 'in'], 'h0'),
    ...names.slice(1).map((name, link) => node('MatMul', [`h${link}`, 'square'], name)),
    node('MatMul', [`h${links}`, 'out'], 'column'),
  ];
  return tinyPack({ onnx: { middle }, score: zero });
}

/** Legal and small: two vectors that are added to a matrix of gigabytes. */
function broad(): Buffer {
  const [high, wide] = [4_096, 65_536];
  const middle = [
    floats('high', [1, high, 1], zeros(high)),
    floats('wide', [1, 1, wide], zeros(wide)),
    int64s('both', [1, 2]),
    int64s('last', [2]),
    node('MatMul', ['features', 'w'], 'sum'),
    node('Unsqueeze', ['sum', 'last'], 'cube'),
    node('Add', ['cube', 'high'], 'rows'),
    node('Add', ['rows', 'wide'], 'all'),
    node('ReduceSum', ['all', 'both'], 'flat'),
    node('Unsqueeze', ['flat', 'axis'], 'column'),
  ];
  return tinyPack({ onnx: { middle }, score: zero });
}

/** Legal for all that can be read of them: a process of their own finds out, and pays for it. */
export const HARMFUL_MODELS: readonly BadModel[] = [
  ['a model that answers slowly', 'MODEL_TOO_SLOW', () => chain(200)],
  ['a model that does not answer', 'MODEL_LOAD_TIMEOUT', () => chain(50_000)],
  ['a model that takes all memory', 'MODEL_TOO_LARGE', broad],
];
