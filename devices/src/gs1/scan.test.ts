import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScanEvent } from '../contract/event.ts';
import { classifyScan } from './classify.ts';
import { checkDigit } from './gtin.ts';
import { InStoreRules } from './in-store/index.ts';
import { parseScan, type ScanMeaning } from './scan.ts';

const GS = '\x1d';
const GTIN = '09521234543213';
const NONE = { inStore: [] };

const withCheck = (body: string) => `${body}${checkDigit(body)}`;
const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });

/** The meaning in short: kind, GTIN and elements, or code and position of the refusal. */
function brief(scan: ScanMeaning): string {
  if (!scan.ok) return `invalid ${scan.problem.code} ${scan.problem.position}`;
  const ais = scan.ais?.map(({ ai, value }) => `(${ai})${value}`).join('');
  return [scan.kind, scan.gtin, ais].filter((part) => part !== undefined).join(' ');
}

describe('a scan with AIM identifier', () => {
  it.each([
    [']E06901234567892', 'gtin 06901234567892'],
    [']E06901234567893', 'invalid GTIN_CHECK_DIGIT 12'],
    [']E0036000291452', 'gtin 00036000291452'],
    [']E0036000291453', 'invalid GTIN_CHECK_DIGIT 11'],
    // UPC-E by its eight, seven and six digits: 0 425261 4 stands for 042100005264.
    [']E004252614', 'gtin 00042100005264'],
    [']E00425261', 'gtin 00042100005264'],
    [']E0425261', 'gtin 00042100005264'],
    [']E004252615', 'invalid GTIN_CHECK_DIGIT 7'],
    [']E096385074', 'invalid UPCE_NUMBER_SYSTEM 0'],
    [']E069012345678', 'invalid GTIN_LENGTH 11'],
    [']E009521234543213', 'invalid GTIN_LENGTH 13'],
    [']E06901234S67892', 'invalid GTIN_NOT_DIGITS 7'],
    [']E0', 'invalid GTIN_LENGTH 0'],
    [`]E0${withCheck('290001234567')}`, `in-store 0${withCheck('290001234567')}`],
    [']E496385074', 'gtin 00000096385074'],
    [']E496385075', 'invalid GTIN_CHECK_DIGIT 7'],
    [']E46901234567892', 'invalid GTIN_LENGTH 8'],
    [`]E4${withCheck('2000001')}`, `in-store 000000${withCheck('2000001')}`],
    // Books and magazines: the digits behind the thirteen are the add-on.
    [']E39780345418913' + '51299', 'gtin 09780345418913'],
    [']E39780345418913' + '01', 'gtin 09780345418913'],
    [']E101', 'text'],
    [`]E06901234567892|]e010LOT1${GS}17271231`, 'gs1 06901234567892 (01)06901234567892(10)LOT1(17)271231'],
    [']E06901234567892]e017271331', 'invalid ELEMENT_MONTH 20'],
    [`]I1${GTIN}`, `gtin ${GTIN}`],
    [']I109521234543214', 'invalid GTIN_CHECK_DIGIT 13'],
    [']I01234', 'text'],
    [`]C101${GTIN}`, `gs1 ${GTIN} (01)${GTIN}`],
    [`]e001${GTIN}3103000195`, `gs1 ${GTIN} (01)${GTIN}(3103)000195`],
    [`]Q301${GTIN}10A${GS}17271231`, `gs1 ${GTIN} (01)${GTIN}(10)A(17)271231`],
    [`]J1${GS}01${GTIN}`, `gs1 ${GTIN} (01)${GTIN}`],
    [']C16901234567892', 'invalid ELEMENT_AI_UNKNOWN 0'],
    [`]d201${GTIN}17271331`, 'invalid ELEMENT_MONTH 20'],
    [']d210LOT1', 'invalid ELEMENT_REQUIRES 0'],
    [']d2', 'invalid ELEMENT_STRING_EMPTY 0'],
    [']C06901234567892', 'gtin 06901234567892'],
    [']C06901234567893', 'text'],
    [`]Q1https://example.com/01/${GTIN}`, `digital-link ${GTIN} (01)${GTIN}`],
    [`]d1HTTPS://EXAMPLE.COM/01/${GTIN}`, `digital-link ${GTIN} (01)${GTIN}`],
    [']Q1https://example.com/01/09521234543214', 'invalid ELEMENT_CHECK_DIGIT 36'],
    [']Q1https://id.gs1.org/HxHKVAdpQhCTxbrOF_yEFcx', 'invalid LINK_COMPRESSED 19'],
    [']Q1https://u.wechat.com/EHHYAmKKKqcbBV', 'text'],
    [`]Q1TM:${GTIN}`, 'own'],
    [']zz1', 'text'],
  ])('%j: %s', (raw, expected) => expect(brief(parseScan(raw, NONE))).toBe(expected));

  it('tells the symbology', () => {
    expect(parseScan(']Q1hello', NONE)).toEqual({
      ok: true,
      symbology: 'QR Code',
      aim: ']Q1',
      data: 'hello',
      kind: 'text',
    });
    expect(parseScan('hello', NONE)).toEqual({ ok: true, symbology: 'unknown', data: 'hello', kind: 'text' });
    expect(parseScan(']Y1hello', NONE)).toMatchObject({ symbology: 'unknown', aim: ']Y1' });
  });

  it('tells the domain of a link', () => {
    expect(parseScan(`]Q1https://Example.com/a/01/${GTIN}?linkType=all`, NONE)).toMatchObject({
      link: {
        domain: 'example.com',
        stem: 'https://example.com/a',
        canonical: false,
        parameters: [{ name: 'linkType', value: 'all' }],
      },
    });
  });
});

describe('a scan without AIM identifier', () => {
  it.each([
    ['96385074', 'gtin 00000096385074'],
    ['036000291452', 'gtin 00036000291452'],
    ['6901234567892', 'gtin 06901234567892'],
    [GTIN, `gtin ${GTIN}`],
    ['6901234567893', 'text'],
    ['425261', 'text'],
    ['04252615', 'text'],
    [withCheck('290001234567'), `in-store 0${withCheck('290001234567')}`],
    [`${GS}01${GTIN}10A`, `gs1 ${GTIN} (01)${GTIN}(10)A`],
    [`${GS}10A`, 'invalid ELEMENT_REQUIRES 1'],
    [`${GS}`, 'invalid ELEMENT_STRING_EMPTY 1'],
    [`01${GTIN}`, `gs1 ${GTIN} (01)${GTIN}`],
    [`01${GTIN}10LOT1${GS}17271231`, `gs1 ${GTIN} (01)${GTIN}(10)LOT1(17)271231`],
    [`01${GTIN}10LOT1${GS}17271331`, 'invalid ELEMENT_MONTH 27'],
    [`10LOT1${GS}01${GTIN}`, `gs1 ${GTIN} (10)LOT1(01)${GTIN}`],
    [`00${withCheck('31234567890123456')}`, `gs1 (00)${withCheck('31234567890123456')}`],
    [`01${GTIN}!`, 'text'],
    ['0109521234543214', 'text'],
    [`a${GS}b`, 'text'],
    [`https://id.gs1.org/01/${GTIN}/10/A?17=271231`, `digital-link ${GTIN} (01)${GTIN}(10)A(17)271231`],
    ['https://example.cn/01/123', 'text'],
    ['TC:AB12', 'own'],
    ['TM:', 'text'],
    ['', 'text'],
    ['x'.repeat(4097), 'invalid SCAN_TOO_LONG 4096'],
  ])('%j: %s', (raw, expected) => expect(brief(parseScan(raw, NONE))).toBe(expected));
});

describe('in-store codes', () => {
  const store = { inStore: InStoreRules.parse([{ name: 'own', pattern: '21IIIIIPPPPPC', price: { decimals: 2 } }]) };
  const label = withCheck('211234501299');

  it('are read by the rules of the store', () => {
    const inStore = { rule: 'own', item: '12345', gtin: `0${withCheck('211234500000')}`, priceMinor: 1299 };
    for (const raw of [label, `]E0${label}`, `]C0${label}`]) {
      expect(parseScan(raw, store)).toMatchObject({
        ok: true,
        kind: 'in-store',
        data: label,
        gtin: `0${label}`,
        inStore,
      });
    }
  });

  it('are told without a rule, but not read', () => {
    const scan = parseScan(label, NONE);
    expect(scan).toMatchObject({ kind: 'in-store', gtin: `0${label}` });
    expect(scan).not.toHaveProperty('inStore');
    expect(parseScan(withCheck('221234501299'), store)).not.toHaveProperty('inStore');
  });

  it('are refused when a rule fits and a check digit does not', () => {
    const bad = `${label.slice(0, 12)}${(Number(label[12]) + 1) % 10}`;
    expect(brief(parseScan(`]E0${bad}`, store))).toBe('invalid GTIN_CHECK_DIGIT 12');
    expect(brief(parseScan(bad, store))).toBe('invalid IN_STORE_CHECK_DIGIT 12');
  });

  const long = (prefix: string, mayBePayment?: true) => ({
    inStore: InStoreRules.parse([
      {
        name: 'long',
        pattern: `${prefix}IIIIIWWWWWPPPPPC`,
        weight: { unit: 'g', decimals: 0 },
        price: { decimals: 2 },
        ...(mayBePayment ? { mayBePayment } : {}),
      },
    ]),
  });

  it('of 18 digits are text without a rule, or payment codes', () => {
    expect(brief(parseScan(withCheck('22' + '123450050001299'), NONE))).toBe('text');
    expect(brief(parseScan(withCheck('28' + '123450050001299'), NONE))).toBe('payment');
    expect(brief(parseScan(withCheck('28' + '123450050001299'), long('22')))).toBe('payment');
  });

  it('of 18 digits are read by a rule', () => {
    const inStore = { rule: 'long', item: '12345', weightGrams: 500, priceMinor: 1299 };
    expect(parseScan(withCheck('22' + '123450050001299'), long('22'))).toMatchObject({ kind: 'in-store', inStore });
    expect(parseScan(withCheck('28' + '123450050001299'), long('28', true))).toMatchObject({
      kind: 'in-store',
      inStore,
    });
  });

  it('of 18 digits whose check digit is wrong stay payment codes where they could be some', () => {
    const code = `28${'123450050001299'}${(checkDigit('28123450050001299') + 1) % 10}`;
    expect(parseScan(code, long('28', true))).toMatchObject({ kind: 'payment', data: '28****************' });
  });
});

describe('payment codes', () => {
  const wechat = fc.tuple(fc.constantFrom('10', '11', '12', '13', '14', '15'), digits(16));
  const alipay = fc.tuple(
    fc.constantFrom('25', '26', '27', '28', '29', '30'),
    fc.integer({ min: 14, max: 22 }).chain((length) => digits(length)),
  );
  const unionPay = fc.tuple(fc.constant('62'), digits(17));
  const jdOrBestpay = fc.tuple(fc.constantFrom('18', '51'), digits(16));
  /** With a wrong check digit of what would be its GTIN. */
  const eCny = fc
    .tuple(digits(13), fc.integer({ min: 1, max: 9 }), digits(3))
    .map(([gtin, wrong, rest]) => ['01', `${gtin}${(Number(withCheck(gtin).at(-1)) + wrong) % 10}${rest}`] as const);
  const aim = fc.constantFrom('', ']Q1', ']C0', ']C1', ']E0', ']E4', ']I0', ']d2', ']e0', ']Q3', ']A0', ']Y7');
  const around = fc.constantFrom('', ' ', '\t', '\r\n', GS, '\u00a0');

  it('never leave but masked, whatever the scanner says of them', () => {
    fc.assert(
      fc.property(
        aim,
        around,
        fc.oneof(wechat, alipay, unionPay, jdOrBestpay, eCny),
        around,
        (prefix, before, [two, rest], after) => {
          const scan = parseScan(`${prefix}${before}${two}${rest}${after}`, NONE);
          expect(scan).toMatchObject({ ok: true, kind: 'payment', data: `${two}${'*'.repeat(rest.length)}` });
          expect(JSON.stringify(scan)).not.toContain(rest);
        },
      ),
    );
  });

  it('are no GTIN, and no other number is one', () => {
    expect(brief(parseScan(withCheck('1312345678901'), NONE))).toBe(`gtin ${withCheck('1312345678901')}`);
    for (const text of ['164567890123456789', '1345678901234567890', '13456789012345678', '2412345678901234']) {
      expect(brief(parseScan(text, NONE))).toBe('text');
    }
    expect(brief(parseScan('281234567890123', NONE))).toBe('text');
    const lot = `01${withCheck('0690123456789')}105`;
    expect(parseScan(lot, NONE)).toMatchObject({ kind: 'gs1', data: lot });
    expect(parseScan(`01${withCheck('0690123456789')}990`, NONE)).toMatchObject({ kind: 'gs1' });
    expect(parseScan(`01${withCheck('0690123456789')}000`, NONE)).toMatchObject({ kind: 'payment' });
    expect(brief(parseScan(withCheck(`77${'1'.repeat(15)}`), NONE))).toBe('own');
    expect(brief(parseScan('2812345678901234567890123', NONE))).toBe('text');
  });
});

describe('every scan', () => {
  it('makes a lawful event, and points into its data', () => {
    const part = fc.constantFrom(
      ']E0',
      ']C1',
      ']d2',
      ']Q1',
      ']I1',
      '01',
      GTIN,
      '10',
      GS,
      '17271231',
      'https://a/',
      '/01/',
      '?',
      '28',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(part, fc.string({ maxLength: 8 })), { maxLength: 10 }), (parts) => {
        const scan = classifyScan(parts.join(''));
        expect(scan.problem?.position ?? 0).toBeLessThanOrEqual(scan.data.length);
        const event = { deviceId: 'd', at: '2026-01-01T00:00:00.000Z', type: 'scan', ...scan };
        expect(ScanEvent.safeParse(event).error).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });

  it('holds no more elements than an event', () => {
    const many = Array.from({ length: 65 }, () => `01${GTIN}`).join('');
    expect(brief(parseScan(`]C1${many}`, NONE))).toBe('invalid SCAN_TOO_MANY_ELEMENTS 0');
    expect(brief(parseScan(`]C1${many.slice(16)}`, NONE))).toContain('gs1');
  });

  it('is cut when it is too long for an event', () => {
    expect(classifyScan('x'.repeat(5000)).data).toHaveLength(4096);
  });
});
