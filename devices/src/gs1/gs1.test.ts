import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScanEvent } from '../contract/event.ts';
import { checkDigit, classifyScan, isRestricted, toGtin14 } from './index.ts';

const digits = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((list) => list.join(''));

describe('GTIN', () => {
  it.each([
    ['96385074', '00000096385074'],
    ['036000291452', '00036000291452'],
    ['6901234567892', '06901234567892'],
    ['09521234543213', '09521234543213'],
  ])('%s is valid and padded', (code, gtin14) => expect(toGtin14(code)).toBe(gtin14));

  it('knows a wrong check digit and a wrong length', () => {
    expect(toGtin14('6901234567893')).toBeUndefined();
    expect(toGtin14('69012345678')).toBeUndefined();
    expect(toGtin14('69012345678x2')).toBeUndefined();
  });

  it('catches every single wrong digit', () => {
    fc.assert(
      fc.property(digits(12), fc.nat(12), fc.integer({ min: 1, max: 9 }), (body, at, by) => {
        const good = `${body}${checkDigit(body)}`;
        const bad = [...good].map((d, index) => (index === at ? String((Number(d) + by) % 10) : d)).join('');
        expect(toGtin14(good)).toBeDefined();
        expect(toGtin14(bad)).toBeUndefined();
      }),
    );
  });

  it('tells restricted circulation', () => {
    for (const body of ['290000000001', '200000000001', '020000000001', '040000000001']) {
      expect(isRestricted(toGtin14(`${body}${checkDigit(body)}`) ?? '')).toBe(true);
    }
    for (const body of ['690123456789', '030000000001', '001234567890', '120000000001']) {
      expect(isRestricted(toGtin14(`${body}${checkDigit(body)}`) ?? '')).toBe(false);
    }
  });
});

describe('classifyScan', () => {
  const inStore = `290001234567${checkDigit('290001234567')}`;

  it.each([
    [']E06901234567892', { aim: ']E0', data: '6901234567892', kind: 'gtin', gtin: '06901234567892' }],
    ['6901234567892', { data: '6901234567892', kind: 'gtin', gtin: '06901234567892' }],
    [`]E0${inStore}`, { aim: ']E0', data: inStore, kind: 'in-store', gtin: `0${inStore}` }],
    [']E0012345678905', { aim: ']E0', data: '012345678905', kind: 'gtin', gtin: '00012345678905' }],
    [
      ']d20109521234543213' + '10LOT1\x1d17271231',
      { aim: ']d2', data: '010952123454321310LOT1\x1d17271231', kind: 'gs1', gtin: '09521234543213' },
    ],
    [
      ']C110LOT1\x1d17271231' + '0109521234543213',
      { aim: ']C1', data: '10LOT1\x1d172712310109521234543213', kind: 'gs1', gtin: '09521234543213' },
    ],
    [']C1003123456789012345' + '67', { aim: ']C1', data: '00312345678901234567', kind: 'gs1' }],
    [
      ']Q1https://id.gs1.org/01/09521234543213/10/LOT1?17=271231',
      {
        aim: ']Q1',
        data: 'https://id.gs1.org/01/09521234543213/10/LOT1?17=271231',
        kind: 'digital-link',
        gtin: '09521234543213',
      },
    ],
    [']Q1https://example.cn/01/123', { aim: ']Q1', data: 'https://example.cn/01/123', kind: 'text' }],
    [']Q1TM:8f3a', { aim: ']Q1', data: 'TM:8f3a', kind: 'own', ownPrefix: 'TM' }],
    ['TC:AB12', { data: 'TC:AB12', kind: 'own', ownPrefix: 'TC' }],
    ['TM:', { data: 'TM:', kind: 'text' }],
    ['134567890123456789', { data: '13****************', kind: 'payment' }],
    [']Q1281234567890123456', { aim: ']Q1', data: '28****************', kind: 'payment' }],
    ['164567890123456789', { data: '164567890123456789', kind: 'text' }],
    ['6901234567890', { data: '6901234567890', kind: 'text' }],
    ['', { data: '', kind: 'text' }],
  ])('%j', (raw, expected) => expect(classifyScan(raw)).toEqual(expected));

  it('never throws, and always makes a lawful event', () => {
    const aim = fc.constantFrom('', ']E0', ']C1', ']d2', ']Q1', ']');
    fc.assert(
      fc.property(aim, fc.string({ maxLength: 60 }), (prefix, text) => {
        const event = { deviceId: 'd', at: '2026-01-01T00:00:00.000Z', type: 'scan', ...classifyScan(prefix + text) };
        expect(ScanEvent.safeParse(event).success).toBe(true);
      }),
    );
  });

  it('never lets a payment code through', () => {
    fc.assert(
      fc.property(fc.constantFrom('10', '11', '12', '13', '14', '15'), digits(16), (prefix, rest) => {
        expect(classifyScan(prefix + rest)).toEqual({ data: `${prefix}${'*'.repeat(16)}`, kind: 'payment' });
      }),
    );
  });
});
