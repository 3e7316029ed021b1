import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BenchOutput, EvalOutput, Result, SoakOutput } from './schema.ts';

const result = { case: '60x40', metric: 'p99Ms', value: 1.5, unit: 'ms' };
const soak = { soak: 'sales', passed: true, counts: { sales: 3 }, failures: [], seed: 7 };

describe('the published shapes', () => {
  it('take what the issue writes down', () => {
    expect(BenchOutput.parse({ bench: 'pos', results: [result] })).toEqual({ bench: 'pos', results: [result] });
    expect(
      EvalOutput.parse({ eval: 'recommend', results: [{ ...result, metric: 'hitRateAt5', unit: 'ratio' }] }).eval,
    ).toBe('recommend');
    expect(SoakOutput.parse(soak)).toEqual(soak);
  });

  it('take every finite number and survive the way through JSON', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const line = JSON.stringify({ bench: 'pos', results: [{ ...result, value }] });
        expect(BenchOutput.safeParse(JSON.parse(line)).success).toBe(true);
      }),
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, null, undefined, '1.5'])('refuse %s as a value', (value) => {
    expect(Result.safeParse({ ...result, value }).success).toBe(false);
  });

  it('refuse a missing value, an unknown field, a foreign unit, an unstable word and a figure given twice', () => {
    const { value: _gone, ...missing } = result;
    for (const wrong of [
      missing,
      { ...result, note: 'x' },
      { ...result, unit: 'furlongs' },
      { ...result, metric: 'P99 ms' },
      { ...result, case: '' },
    ])
      expect(Result.safeParse(wrong).success).toBe(false);
    expect(BenchOutput.safeParse({ bench: 'pos', results: [result, result] }).success).toBe(false);
    expect(BenchOutput.safeParse({ bench: 'pos', results: [] }).success).toBe(false);
  });

  it('refuse a soak that passed with failures, failed without, or counts in fractions', () => {
    const failure = { code: 'HUB_MISSING', message: 'sale 1' };
    for (const wrong of [
      { ...soak, failures: [failure] },
      { ...soak, passed: false },
      { ...soak, counts: { sales: 1.5 } },
      { ...soak, seed: undefined },
    ])
      expect(SoakOutput.safeParse(wrong).success).toBe(false);
    expect(SoakOutput.safeParse({ ...soak, passed: false, failures: [failure] }).success).toBe(true);
  });
});
