import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocateFen, compareIds, formatFen, mulDivHalfUp, weighedAmountFen } from './money.ts';

const fen = fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 2 ** 40 }));

describe('money', () => {
  it('rounds half-up exactly, also beyond exact doubles', () => {
    expect(mulDivHalfUp(25, 1000, 10_000)).toBe(3);
    expect(mulDivHalfUp(24, 1000, 10_000)).toBe(2);
    expect(weighedAmountFen(1290, 755)).toBe(974);
    expect([weighedAmountFen(1, 499), weighedAmountFen(1, 500), weighedAmountFen(1999, 2500)]).toEqual([0, 1, 4998]);
    fc.assert(
      fc.property(fen, fen, fc.integer({ min: 1, max: 2 ** 40 }), (a, b, divisor) => {
        const exact = (2n * BigInt(a) * BigInt(b) + BigInt(divisor)) / (2n * BigInt(divisor));
        expect(BigInt(Math.round(mulDivHalfUp(a, b, divisor)))).toBe(BigInt(Number(exact)));
      }),
    );
  });

  it('allocates exactly, no part above its weight, and within one fen of its share', () => {
    expect(allocateFen(300, [4300, 1400, 2300])).toEqual([161, 53, 86]);
    expect(allocateFen(1, [5, 5])).toEqual([1, 0]);
    fc.assert(
      fc.property(fc.array(fen, { maxLength: 12 }), fc.double({ min: 0, max: 1, noNaN: true }), (weights, share) => {
        const sum = weights.reduce((a, b) => a + b, 0);
        const total = Math.floor(sum * share);
        const parts = allocateFen(total, weights);
        expect(parts.reduce((a, b) => a + b, 0)).toBe(total);
        parts.forEach((part, index) => {
          const weight = weights[index] ?? 0;
          expect(part).toBeLessThanOrEqual(weight);
          const scaled = BigInt(total) * BigInt(weight) - BigInt(part) * BigInt(sum);
          expect((scaled < 0n ? -scaled : scaled) < BigInt(sum === 0 ? 1 : sum)).toBe(true);
        });
      }),
    );
  });

  it('writes amounts without a float, and orders line ids as people number them', () => {
    expect(formatFen(1250, 'zh-CN')).toBe('¥12.50');
    expect(formatFen(1000, 'en')).toBe('¥10');
    expect(formatFen(123_456_705, 'en')).toBe('¥1,234,567.05');
    expect(formatFen(-5, 'en')).toBe('-¥0.05');
    expect(['L10', 'L2', 'L1', 'A'].sort(compareIds)).toEqual(['A', 'L1', 'L2', 'L10']);
  });
});
