import { DECIDE_LIMITS } from '@tillside/decide';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalOf, fenOf } from './money.ts';

describe('decimal currency units', () => {
  it.each([
    [0, 0],
    [8, 800],
    [97.42, 9742],
    [0.29, 29],
    [1.1, 110],
    [4.35, 435],
    [1.005e3, 100_500],
    ['10', 1000],
    ['38.960', 3896],
    ['0.07', 7],
    [-0, 0],
    [10_995_116_277.76, 2 ** 40],
  ])('%s is %s fen', (amount, fen) => {
    expect(fenOf(amount)).toBe(fen);
  });

  it.each([
    5.496_128_11,
    0.001,
    1e-7,
    1e21,
    -5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    10_995_116_277.77,
    99_999_999_999,
    '',
    ' 5',
    '5,00',
    '5.',
    '.5',
    '+5',
    '0x10',
    '1e2',
    '٥',
    '5.001',
  ])('%s is no amount', (amount) => {
    expect(fenOf(amount)).toBeUndefined();
  });

  it('no fen is lost on the way out and in again, through JSON text', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: DECIDE_LIMITS.maxFen }), (fen) => {
        const text = JSON.stringify({ amount: decimalOf(fen) });
        expect(text).toMatch(/^\{"amount":\d+(\.\d{1,2})?\}$/);
        expect(fenOf((JSON.parse(text) as { amount: number }).amount)).toBe(fen);
      }),
      { numRuns: 2_000 },
    );
  });
});
