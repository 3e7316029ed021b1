import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { phoneOf } from './phone.ts';

describe('a phone number', () => {
  it.each([
    '13800138000',
    '138 0013 8000',
    '138-0013-8000',
    '138—0013—8000',
    '(138) 0013.8000',
    '+86 138 0013 8000',
    '+86-13800138000',
    '0086 13800138000',
    '8613800138000',
    '013800138000',
    '+86 (0) 13800138000',
    '１３８００１３８０００',
    '＋８６１３８００１３８０００',
    'tel:+86-138-0013-8000',
    '\u00a0138\u20110013\u20118000 ',
  ])('%s is one number', (typed) => {
    expect(phoneOf(typed)).toBe('+8613800138000');
  });

  it.each([
    ['+1 (415) 555-2671', '+14155552671'],
    ['0044 20 7946 0958', '+442079460958'],
    ['+852 9123 4567', '+85291234567'],
  ])('%s of another country', (typed, e164) => {
    expect(phoneOf(typed)).toBe(e164);
  });

  it.each([
    '',
    '110',
    '12800138000',
    '1380013800',
    '138001380000',
    '+86 10 8888 8888',
    '4155552671',
    '+0123456789',
    '=13800138000',
    '13800138000x',
    '+123456789012345678',
  ])('%s is none', (typed) => {
    expect(phoneOf(typed)).toBeUndefined();
  });

  it('is E.164 or none, whatever is typed, and stays as it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[+0-9 ()-]{5,20}$/u)), (typed) => {
        const phone = phoneOf(typed);
        if (phone === undefined) return;
        expect(phone).toMatch(/^\+[1-9]\d{6,14}$/u);
        expect(phoneOf(phone)).toBe(phone);
      }),
    );
  });
});
