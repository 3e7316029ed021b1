import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkContract, checkGoldenScores, compareVersions } from './contract-check.ts';
import { ModelError, type ModelErrorCode } from './errors.ts';
import { scanOnnx } from './onnx-scan.ts';
import { unpackModel } from './pack.ts';
import { TINY_STATS, tinyOnnx, tinyPack } from './testing/tiny-model.ts';

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

describe('the model contract', () => {
  const pack = tinyPack();

  it('accepts a model that keeps it, and packs the same bytes again', () => {
    expect(verdict(pack)).toBe('accepted');
    expect(tinyPack().equals(pack)).toBe(true);
    expect(unpackModel(pack).stats).toEqual(TINY_STATS);
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
