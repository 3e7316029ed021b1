import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScanEvent } from '../contract/event.ts';
import { checkDigit, classifyScan } from './index.ts';

const digits = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((list) => list.join(''));

describe('classifyScan', () => {
  const inStore = `290001234567${checkDigit('290001234567')}`;
  const elements = [
    { ai: '01', value: '09521234543213', title: 'GTIN' },
    { ai: '10', value: 'LOT1', title: 'BATCH/LOT' },
    { ai: '17', value: '271231', title: 'USE BY or EXPIRY' },
  ];

  it.each([
    [']E06901234567892', { aim: ']E0', data: '6901234567892', kind: 'gtin', gtin: '06901234567892' }],
    ['6901234567892', { data: '6901234567892', kind: 'gtin', gtin: '06901234567892' }],
    [`]E0${inStore}`, { aim: ']E0', data: inStore, kind: 'in-store', gtin: `0${inStore}` }],
    [']E0012345678905', { aim: ']E0', data: '012345678905', kind: 'gtin', gtin: '00012345678905' }],
    [
      ']d20109521234543213' + '10LOT1\x1d17271231',
      { aim: ']d2', data: '010952123454321310LOT1\x1d17271231', kind: 'gs1', gtin: '09521234543213', ais: elements },
    ],
    [
      ']C110LOT1\x1d17271231' + '0109521234543213',
      {
        aim: ']C1',
        data: '10LOT1\x1d172712310109521234543213',
        kind: 'gs1',
        gtin: '09521234543213',
        ais: [elements[1], elements[2], elements[0]],
      },
    ],
    [
      ']C100312345678901234561',
      {
        aim: ']C1',
        data: '00312345678901234561',
        kind: 'gs1',
        ais: [{ ai: '00', value: '312345678901234561', title: 'SSCC' }],
      },
    ],
    [
      ']Q1https://id.gs1.org/01/09521234543213/10/LOT1?17=271231',
      {
        aim: ']Q1',
        data: 'https://id.gs1.org/01/09521234543213/10/LOT1?17=271231',
        kind: 'digital-link',
        gtin: '09521234543213',
        ais: elements,
      },
    ],
    [']Q1https://example.cn/01/123', { aim: ']Q1', data: 'https://example.cn/01/123', kind: 'text' }],
    [']Q1TM:8f3a', { aim: ']Q1', data: 'TM:8f3a', kind: 'own', ownPrefix: 'TM' }],
    ['TC:AB12', { data: 'TC:AB12', kind: 'own', ownPrefix: 'TC' }],
    ['TM:', { data: 'TM:', kind: 'text' }],
    [']C0771234567890123454', { aim: ']C0', data: '771234567890123454', kind: 'own', ownPrefix: '77' }],
    ['771234567890123455', { data: '771234567890123455', kind: 'text' }],
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
