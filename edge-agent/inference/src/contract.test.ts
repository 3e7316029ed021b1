import { encodeStats, type ItemStats } from '@tillside/features';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkContract, checkGoldenScores, compareVersions } from './contract-check.ts';
import { ModelError, type ModelErrorCode } from './errors.ts';
import type { ModelManifest } from './manifest.ts';
import { scanOnnx } from './onnx-scan.ts';
import { unpackModel } from './pack.ts';
import { message, type PackChange, TINY_STATS, tinyOnnx, tinyPack } from './testing/tiny-model.ts';

/** What a device says to a pack, without an engine. */
function verdict(pack: Buffer): ModelErrorCode | 'accepted' {
  try {
    checkContract(unpackModel(pack), '0.1.0');
    return 'accepted';
  } catch (error) {
    if (error instanceof ModelError) return error.code;
    throw error;
  }
}

const edit = (change: (manifest: ModelManifest) => void): PackChange => ({
  manifest: (manifest) => {
    change(manifest);
    return manifest;
  },
});
const stats = (change: Partial<ItemStats>): PackChange => ({ stats: encodeStats({ ...TINY_STATS, ...change }) });
const { columns, skus, together } = TINY_STATS;
const firstVector = (manifest: ModelManifest) => manifest.golden.vectors[0] as ModelManifest['golden']['vectors'][0];

/** Every way of being wrong that shows before native code runs. */
const REFUSED: readonly (readonly [string, ModelErrorCode, PackChange])[] = [
  [
    'another feature set',
    'MODEL_FEATURE_SET_MISMATCH',
    edit((m) => {
      m.featureSet.hash = '0'.repeat(64);
    }),
  ],
  [
    'another feature set id',
    'MODEL_FEATURE_SET_MISMATCH',
    edit((m) => {
      m.featureSet.id = 'tillside-f0';
    }),
  ],
  ['statistics of another feature set', 'MODEL_FEATURE_SET_MISMATCH', stats({ featureSetHash: 'x' })],
  [
    'a newer agent needed',
    'MODEL_AGENT_TOO_OLD',
    edit((m) => {
      m.minAgentVersion = '0.2.0';
    }),
  ],
  ['a looping operator', 'MODEL_OPERATOR_NOT_ALLOWED', { onnx: { operator: 'Loop' } }],
  [
    'an operator that is not listed',
    'MODEL_OPERATOR_NOT_ALLOWED',
    edit((m) => {
      m.onnx.operators = ['MatMul'];
    }),
  ],
  ['an operator of another domain', 'MODEL_OPERATOR_NOT_ALLOWED', { onnx: { nodeExtra: [[7, 'com.example']] } }],
  ['a subgraph', 'MODEL_OPERATOR_NOT_ALLOWED', { onnx: { nodeExtra: [[5, message([1, 'body'], [6, message()])]] } }],
  ['functions', 'MODEL_OPERATOR_NOT_ALLOWED', { onnx: { modelExtra: [[25, message([1, 'Relu'])]] } }],
  [
    'weights in another file',
    'MODEL_OPERATOR_NOT_ALLOWED',
    {
      onnx: {
        tensorExtra: [
          [13, message([1, 'location'], [2, '/etc/passwd'])],
          [14, 1],
        ],
      },
    },
  ],
  [
    'a second graph hidden behind the first',
    'MODEL_OPERATOR_NOT_ALLOWED',
    {
      onnx: { modelExtra: [[7, message([1, message([4, 'If'])])]] },
    },
  ],
  ['an old opset', 'MODEL_OPSET_NOT_SUPPORTED', { onnx: { opset: 9 } }],
  [
    'another opset than declared',
    'MODEL_OPSET_NOT_SUPPORTED',
    edit((m) => {
      m.onnx.opsets['ai.onnx'] = 18;
    }),
  ],
  ['a narrower input', 'MODEL_SHAPE_MISMATCH', { onnx: { columns: 3 } }],
  [
    'another declared input',
    'MODEL_SHAPE_MISMATCH',
    edit((m) => {
      m.onnx.inputs = [{ name: 'x', type: 'float32', shape: ['n', 3] }];
    }),
  ],
  [
    'a short golden vector',
    'MODEL_SHAPE_MISMATCH',
    edit((m) => {
      firstVector(m).features = [1];
    }),
  ],
  [
    'features computed otherwise',
    'MODEL_GOLDEN_MISMATCH',
    edit((m) => {
      firstVector(m).features[0] = 99;
    }),
  ],
  [
    'too few golden vectors',
    'MODEL_MANIFEST_INVALID',
    edit((m) => {
      m.golden.vectors.pop();
    }),
  ],
  [
    'a tolerance that lets all pass',
    'MODEL_MANIFEST_INVALID',
    edit((m) => {
      m.golden.tolerance = 1;
    }),
  ],
  [
    'format 1',
    'MODEL_FORMAT_NOT_SUPPORTED',
    { manifest: (m) => ({ ...m, format: 'tillside-model-1', task: 'next-item' }) },
  ],
  ['an unknown field', 'MODEL_MANIFEST_INVALID', { manifest: (m) => ({ ...m, run: 'this' }) }],
  ['another task', 'MODEL_MANIFEST_INVALID', { manifest: (m) => ({ ...m, task: 'price' }) }],
  [
    'another model hash',
    'MODEL_HASH_MISMATCH',
    edit((m) => {
      m.onnx.sha256 = '0'.repeat(64);
    }),
  ],
  [
    'another statistics hash',
    'MODEL_HASH_MISMATCH',
    edit((m) => {
      m.stats.sha256 = '0'.repeat(64);
    }),
  ],
  [
    'statistics larger than declared',
    'MODEL_STATS_INVALID',
    edit((m) => {
      m.stats.bytes = 10;
    }),
  ],
  ['statistics that are something else', 'MODEL_STATS_INVALID', { stats: Buffer.from('{}') }],
  [
    'a neighbour out of range',
    'MODEL_STATS_INVALID',
    stats({ together: { ...together, items: together.items.map(() => 99) } }),
  ],
  [
    'a negative count',
    'MODEL_STATS_INVALID',
    stats({ columns: { ...columns, baskets: columns.baskets.map(() => -1) } }),
  ],
  ['rows missing', 'MODEL_STATS_INVALID', stats({ categoryOf: new Uint32Array() })],
  ['a SKU twice', 'MODEL_STATS_INVALID', stats({ skus: skus.map(() => 'bread') })],
];

describe('the model contract', () => {
  const pack = tinyPack();

  it('accepts a model that keeps it, and packs the same bytes again', () => {
    expect(verdict(pack)).toBe('accepted');
    expect(tinyPack().equals(pack)).toBe(true);
    expect(unpackModel(pack).stats).toEqual(TINY_STATS);
  });

  it.each(REFUSED)('refuses %s with %s', (_name, code, change) => {
    expect(verdict(tinyPack(change))).toBe(code);
  });

  it('refuses every truncation, every changed byte and appended bytes', () => {
    const short: ModelErrorCode[] = ['MODEL_TRUNCATED', 'MODEL_NOT_A_PACK'];
    fc.assert(
      fc.property(fc.nat(pack.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        expect(short).toContain(verdict(pack.subarray(0, at)));
        const altered = Buffer.from(pack);
        altered[at] = (altered[at] ?? 0) ^ flip;
        expect(verdict(altered)).not.toBe('accepted');
      }),
    );
    expect(verdict(Buffer.concat([pack, Buffer.from([0])]))).toBe('MODEL_HASH_MISMATCH');
    expect(verdict(Buffer.from('PK\u0003\u0004 a zip file, perhaps'))).toBe('MODEL_NOT_A_PACK');
  });

  it('reads no gigabytes on the word of a header', () => {
    const boastful = Buffer.from(pack);
    boastful.writeUInt32LE(0xffffffff, 44);
    expect(verdict(boastful)).toBe('MODEL_TOO_LARGE');
  });

  it('holds golden scores to the tolerance and to numbers', () => {
    const { golden } = unpackModel(pack).manifest;
    const scores = golden.vectors.map((vector) => vector.score);
    expect(() => checkGoldenScores(golden, scores)).not.toThrow();
    expect(() => checkGoldenScores(golden, [...scores.slice(1), 0])).toThrow(/golden vector/);
    expect(() => checkGoldenScores(golden, [Number.NaN, ...scores.slice(1)])).toThrow(/not a number/);
    expect(() => checkGoldenScores(golden, scores.slice(1))).toThrow(/another length/);
  });

  it('orders versions by number', () => {
    expect(compareVersions('0.10.0', '0.9.9')).toBeGreaterThan(0);
    expect(compareVersions('1.2.3', '1.2.3')).toBe(0);
    expect(compareVersions('0.1.9', '0.2.0')).toBeLessThan(0);
  });
});

describe('reading ONNX', () => {
  it('tells operators, opset and shapes', () => {
    expect(scanOnnx(tinyOnnx())).toMatchObject({
      irVersion: 8,
      opsets: { 'ai.onnx': 17 },
      operators: ['MatMul', 'Squeeze'],
      inputs: [{ name: 'features', elementType: 1 }],
      outputs: [{ name: 'scores', elementType: 1, shape: ['n'] }],
    });
  });

  it('answers any bytes with a summary or a coded error', () => {
    const valid = tinyOnnx();
    const damaged = fc
      .tuple(fc.nat(valid.length - 1), fc.uint8Array({ minLength: 1, maxLength: 8 }))
      .map(([at, bytes]) => Buffer.concat([valid.subarray(0, at), bytes, valid.subarray(at + bytes.length)]));
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 200 })), (bytes) => {
        try {
          expect(scanOnnx(bytes).operators).toBeInstanceOf(Array);
        } catch (error) {
          expect(error).toBeInstanceOf(ModelError);
        }
      }),
    );
  });
});
