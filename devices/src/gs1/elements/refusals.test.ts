import { describe, expect, it } from 'vitest';
import { parseGtin } from '../gtin.ts';
import type { Gs1Result } from '../types.ts';
import { expandUpcE } from '../upc-e.ts';
import { parseBracketed, parseElementString } from './parse.ts';
import { ELEMENT_PROBLEMS, type ElementProblemCode } from './problems.ts';

type Read = (text: string) => Gs1Result<unknown>;
const scan: Read = parseElementString;
const typed: Read = parseBracketed;
const GTIN = '0109521234543213';

/** Every problem, as a whole text that has it, with the place that is pointed at (counted by hand from 0). */
const REFUSED: readonly (readonly [read: Read, text: string, code: ElementProblemCode, position: number])[] = [
  [parseGtin, '6901234567893', 'GTIN_CHECK_DIGIT', 12],
  [parseGtin, '69012345678', 'GTIN_LENGTH', 11],
  [parseGtin, '123456789012345', 'GTIN_LENGTH', 14],
  [parseGtin, '690123x567892', 'GTIN_NOT_DIGITS', 6],
  [expandUpcE, '12345', 'UPCE_LENGTH', 5],
  [expandUpcE, '2123456', 'UPCE_NUMBER_SYSTEM', 0],
  [expandUpcE, '01234567', 'GTIN_CHECK_DIGIT', 7],
  [expandUpcE, '01234-6', 'GTIN_NOT_DIGITS', 5],

  [scan, '', 'ELEMENT_STRING_EMPTY', 0],
  [scan, '\x1d', 'ELEMENT_STRING_EMPTY', 1],
  [typed, '', 'ELEMENT_STRING_EMPTY', 0],
  [scan, `99${'A'.repeat(4095)}`, 'ELEMENT_STRING_TOO_LONG', 4096],
  [typed, '01', 'ELEMENT_BRACKETS', 0],
  [typed, '(01)09521234543213(1)A', 'ELEMENT_BRACKETS', 18],
  [typed, '(01)09521234543213(10', 'ELEMENT_BRACKETS', 18],
  [typed, '(01)09521234543213(10)A(B', 'ELEMENT_BRACKETS', 23],
  [scan, '041234', 'ELEMENT_AI_UNKNOWN', 0],
  [scan, `${GTIN}1`, 'ELEMENT_AI_UNKNOWN', 16],
  [scan, `${GTIN}310`, 'ELEMENT_AI_UNKNOWN', 16],
  [scan, `${GTIN}3109000000`, 'ELEMENT_AI_UNKNOWN', 16],
  [typed, '(01)09521234543213(3109)000000', 'ELEMENT_AI_UNKNOWN', 19],
  [scan, `${GTIN}10A\x1d\x1d17271231`, 'ELEMENT_SEPARATOR', 20],
  [scan, `\x1d\x1d${GTIN}`, 'ELEMENT_SEPARATOR', 1],
  [scan, '010952123454321', 'ELEMENT_TOO_SHORT', 15],
  [scan, '010952123\x1d10A', 'ELEMENT_TOO_SHORT', 9],
  [scan, `${GTIN}10\x1d17271231`, 'ELEMENT_TOO_SHORT', 18],
  [scan, `${GTIN}10`, 'ELEMENT_TOO_SHORT', 18],
  [scan, `${GTIN}700724010`, 'ELEMENT_TOO_SHORT', 25],
  [scan, `${GTIN}70072401012`, 'ELEMENT_TOO_SHORT', 27],
  [typed, '(01)0952123454321(10)A', 'ELEMENT_TOO_SHORT', 17],
  [scan, `${GTIN}10${'A'.repeat(21)}`, 'ELEMENT_TOO_LONG', 38],
  [scan, `${GTIN}4221561`, 'ELEMENT_TOO_LONG', 22],
  [typed, '(01)095212345432130', 'ELEMENT_TOO_LONG', 18],
  [scan, '0109521234A43213', 'ELEMENT_NOT_DIGIT', 10],
  [scan, `${GTIN}3932156A`, 'ELEMENT_NOT_DIGIT', 23],
  [scan, `${GTIN}10A B`, 'ELEMENT_CHARACTER', 19],
  [scan, `${GTIN}10中`, 'ELEMENT_CHARACTER', 18],
  [typed, '(01)09521234543213(10)A\\(B\\C', 'ELEMENT_CHARACTER', 26],
  [scan, '80109506a', 'ELEMENT_CHARACTER_39', 8],
  [scan, '00395060001343300016' + '8030AB+', 'ELEMENT_CHARACTER_64', 26],
  [scan, '00395060001343300016' + '8030ABCDE=', 'ELEMENT_PADDING_64', 29],
  [scan, `${GTIN}10A\x1d10B`, 'ELEMENT_REPEATED', 20],
  [typed, '(10)A(01)09521234543213(10)B', 'ELEMENT_REPEATED', 23],
  [scan, '10LOT1', 'ELEMENT_REQUIRES', 0],
  [scan, `${GTIN}250X`, 'ELEMENT_REQUIRES', 16],
  [scan, `${GTIN}392212599`, 'ELEMENT_REQUIRES', 16],
  [scan, '0209521234543213', 'ELEMENT_REQUIRES', 0],
  [scan, `${GTIN}0309521234543213`, 'ELEMENT_EXCLUDES', 16],
  [scan, `${GTIN}31030015003102000150`, 'ELEMENT_EXCLUDES', 26],
  [typed, '(01)09521234543213(235)A(21)B', 'ELEMENT_EXCLUDES', 24],
  [scan, '2539506000134307\x1d8030ABCD', 'ELEMENT_KEY_NOT_SERIALISED', 0],
  [typed, '(8030)ABCD(8003)09506000134369', 'ELEMENT_KEY_NOT_SERIALISED', 10],

  [scan, '0109521234543214', 'ELEMENT_CHECK_DIGIT', 15],
  [typed, '(00)395060001343300017', 'ELEMENT_CHECK_DIGIT', 21],
  [scan, '80131987654Ad4X4bL5ttr2310c2L', 'ELEMENT_CHECK_PAIR', 27],
  [scan, '401950A', 'ELEMENT_COMPANY_PREFIX', 6],
  [scan, `${GTIN}8014950600011463`, 'ELEMENT_ALL_DIGITS', 20],
  [scan, `${GTIN}17271331`, 'ELEMENT_MONTH', 20],
  [scan, `${GTIN}17270230`, 'ELEMENT_DAY', 22],
  [scan, `${GTIN}70032612312400`, 'ELEMENT_HOUR', 26],
  [scan, `${GTIN}70032612312360`, 'ELEMENT_MINUTE', 28],
  [scan, `${GTIN}8008261231235960`, 'ELEMENT_SECOND', 30],
  [scan, '003950600013433000164330001000+', 'ELEMENT_NOT_HYPHEN', 30],
  [scan, `${GTIN}422999`, 'ELEMENT_COUNTRY', 19],
  [scan, `${GTIN}423156157`, 'ELEMENT_COUNTRY', 22],
  [scan, `${GTIN}7030998ABC`, 'ELEMENT_COUNTRY_OR_999', 20],
  [scan, '003950600013433000164307cn', 'ELEMENT_COUNTRY_ALPHA2', 24],
  [scan, `${GTIN}31030015003932155999`, 'ELEMENT_CURRENCY', 30],
  [scan, '8018950600013430000016' + '72523', 'ELEMENT_TOO_LONG', 22],
  [scan, '8018950600013430000016\x1d72523', 'ELEMENT_SEX', 27],
  [scan, '4159506000134321' + '8020A\x1d8007GB82WEST12', 'ELEMENT_IBAN_LENGTH', 36],
  [scan, '4159506000134321' + '8020A\x1d8007GB82west12345698765432', 'ELEMENT_IBAN_CHARACTER', 30],
  [scan, '4159506000134321' + '8020A\x1d8007XX82WEST12345698765432', 'ELEMENT_IBAN_COUNTRY', 26],
  [scan, '4159506000134321' + '8020A\x1d8007GB83WEST12345698765432', 'ELEMENT_IBAN_CHECK', 28],
  [scan, '70401AB/', 'ELEMENT_IMPORTER_INDEX', 7],
  [scan, '00395060001343300016' + '430918000000010000000000', 'ELEMENT_LATITUDE', 24],
  [scan, '00395060001343300016' + '430918000000003600000001', 'ELEMENT_LONGITUDE', 34],
  [scan, '8017950600013430000016\x1d724111', 'ELEMENT_MEDIA_TYPE', 27],
  [scan, '00395060001343300016' + '7041QQQ', 'ELEMENT_PACKAGE_TYPE', 24],
  [scan, `${GTIN}80011234123451230`, 'ELEMENT_TOO_SHORT', 33],
  [scan, `${GTIN}800112340000012310`, 'ELEMENT_ZERO', 24],
  [scan, '80031' + '9506000134369', 'ELEMENT_NOT_ZERO', 4],
  [scan, '80109506\x1d801101', 'ELEMENT_LEADING_ZERO', 13],
  [scan, '00395060001343300016' + '4300A%4', 'ELEMENT_PERCENT', 25],
  [scan, '8006' + '09521234543213' + '0002', 'ELEMENT_PIECE_ZERO', 18],
  [scan, '8006' + '09521234543213' + '0302', 'ELEMENT_PIECE_EXCEEDS_TOTAL', 18],
  [scan, '8018950600013430000016\x1d7259A\x1d7258112', 'ELEMENT_SEQUENCE', 33],
  [scan, '8018950600013430000016\x1d7259A\x1d72582/1', 'ELEMENT_SEQUENCE_EXCEEDS_END', 33],
  [scan, `${GTIN}800112341234512320`, 'ELEMENT_WINDING', 32],
  [scan, '00395060001343300016' + '43212', 'ELEMENT_YES_NO', 24],

  [scan, '81100123456123456', 'ELEMENT_COUPON_MISSING', 17],
  [scan, '8110012345', 'ELEMENT_COUPON_CUT', 5],
  [scan, '81107123456', 'ELEMENT_COUPON_LENGTH', 4],
  [scan, '8110012345612345611115', 'ELEMENT_COUPON_CODE', 21],
  [scan, '81100123456123456111101233261331', 'ELEMENT_COUPON_DATE', 28],
  [scan, '811001234561234561111012332612314270101', 'ELEMENT_COUPON_DATES', 33],
  [scan, '81120012345612345601234567', 'ELEMENT_COUPON_EXCESS', 25],
];

describe('refusals', () => {
  it.each(REFUSED)('%o of %j is %s at %i', (read, text, code, position) => {
    const result = read(text);
    expect(result).toMatchObject({ ok: false, problem: { code, position, hint: ELEMENT_PROBLEMS[code].hint } });
    if (!result.ok) expect(result.problem.message).toContain(ELEMENT_PROBLEMS[code].message);
  });

  it('are all tested here', () => {
    const tested = new Set(REFUSED.map(([, , code]) => code));
    expect(Object.keys(ELEMENT_PROBLEMS).filter((code) => !tested.has(code as ElementProblemCode))).toEqual([]);
  });

  it('have messages and hints in whole sentences', () => {
    for (const [code, { message, hint }] of Object.entries(ELEMENT_PROBLEMS)) {
      expect(message, code).toMatch(/^[A-Z].*\.$/u);
      expect(hint, code).toMatch(/^[A-Z0-9].*\.$/u);
    }
  });

  it('name the AI but never the value', () => {
    const result = parseElementString('00395060001343300016' + '4301Wang%2');
    expect(result).toMatchObject({ problem: { code: 'ELEMENT_PERCENT', position: 28 } });
    expect(JSON.stringify(result)).toContain('(4301) SHIP TO NAME');
    expect(JSON.stringify(result)).not.toContain('Wang');
  });
});
