import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Weight } from '../../contract/weight.ts';
import { decimalText, isMultipleOf, weightOf } from './weight.ts';

describe('weightOf', () => {
  it.each([
    ['1.234', 'kg', 1234, '1.234'],
    ['007.50', 'kg', 7500, '7.50'],
    ['-0.020', 'kg', -20, '-0.020'],
    ['-0.000', 'kg', 0, '0.000'],
    ['2.50', 'lb', 1134, '2.50'],
    ['1', 'lb', 454, '1'],
    ['0.0005', 'kg', 1, '0.0005'],
    ['0.0004', 'kg', 0, '0.0004'],
    ['16', 'oz', 454, '16'],
    ['15', 'g', 15, '15'],
  ] as const)('%s %s is %i g', (text, unit, grams, value) =>
    expect(Weight.parse(weightOf(text, unit, false))).toEqual({ value, unit, net: false, grams }),
  );

  it.each(['', '1.', '.5', '1,2', '12345678', '1.234567', '+1', '1e3'])('%j is none', (text) =>
    expect(weightOf(text, 'kg', false)).toBeUndefined(),
  );

  it('says every count of a division as it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: -99_999, max: 99_999 }), fc.integer({ min: 0, max: 4 }), (count, decimals) => {
        const weight = weightOf(decimalText(count, decimals), 'kg', false);
        expect(Number(weight?.value)).toBeCloseTo(count / 10 ** decimals, 9);
      }),
    );
  });
});

describe('isMultipleOf', () => {
  it.each([
    ['1.235', '0.005', true],
    ['1.234', '0.005', false],
    ['0.000', '0.005', true],
    ['-0.010', '0.002', true],
    ['1', '0', false],
  ] as const)('%s of %s: %s', (value, division, is) => expect(isMultipleOf(value, division)).toBe(is));
});
