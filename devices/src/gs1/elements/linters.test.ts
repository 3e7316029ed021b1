import { describe, expect, it } from 'vitest';
import type { LinterName } from './ai-table.generated.ts';
import { LINTERS } from './linters.ts';

/** Good values, and bad ones with what is said of them; by the GS1 General Specifications and the standards they name. */
const CASES: Readonly<Record<LinterName, { good: string[]; bad: [text: string, problem: string, index: number][] }>> = {
  csum: {
    good: ['6901234567892', '09521234543213', '96385074', '395060001343300016', '0'],
    bad: [
      ['6901234567893', 'ELEMENT_CHECK_DIGIT', 12],
      ['690123456789x', 'ELEMENT_NOT_DIGIT', 12],
      ['', 'ELEMENT_TOO_SHORT', 0],
    ],
  },
  csumalpha: {
    // The first is the example of 7.9.5.
    good: ['1987654Ad4X4bL5ttr2310c2K', '22'],
    bad: [
      ['1987654Ad4X4bL5ttr2310c2L', 'ELEMENT_CHECK_PAIR', 23],
      ['1987654Ad4X4bL5ttr2301c2K', 'ELEMENT_CHECK_PAIR', 23],
      ['19@7654Ad4X4bL5ttr2310c2K', 'ELEMENT_CHARACTER', 2],
      ['2', 'ELEMENT_CHECK_PAIR', 0],
    ],
  },
  gcppos1: {
    good: ['9506', '9506A'],
    bad: [
      ['950', 'ELEMENT_COMPANY_PREFIX', 3],
      ['95A6', 'ELEMENT_COMPANY_PREFIX', 2],
    ],
  },
  gcppos2: {
    good: ['A9506'],
    bad: [
      ['', 'ELEMENT_COMPANY_PREFIX', 0],
      ['1950', 'ELEMENT_COMPANY_PREFIX', 4],
      ['1950A', 'ELEMENT_COMPANY_PREFIX', 4],
    ],
  },
  hasnondigit: { good: ['1A', '-'], bad: [['123', 'ELEMENT_ALL_DIGITS', 0]] },
  hh: {
    good: ['00', '23'],
    bad: [
      ['24', 'ELEMENT_HOUR', 0],
      ['2', 'ELEMENT_TOO_SHORT', 1],
      ['230', 'ELEMENT_TOO_LONG', 2],
      ['2x', 'ELEMENT_NOT_DIGIT', 1],
    ],
  },
  hhmi: {
    good: ['0000', '2359'],
    bad: [
      ['2400', 'ELEMENT_HOUR', 0],
      ['2360', 'ELEMENT_MINUTE', 2],
      ['236', 'ELEMENT_TOO_SHORT', 3],
    ],
  },
  mi: { good: ['00', '59'], bad: [['60', 'ELEMENT_MINUTE', 0]] },
  ss: { good: ['00', '59'], bad: [['60', 'ELEMENT_SECOND', 0]] },
  hyphen: {
    good: ['-', '--'],
    bad: [
      ['', 'ELEMENT_NOT_HYPHEN', 0],
      ['-+', 'ELEMENT_NOT_HYPHEN', 0],
    ],
  },
  iban: {
    // Examples of the national registries.
    good: ['GB82WEST12345698765432', 'DE89370400440532013000', 'NO9386011117947'],
    bad: [
      ['GB83WEST12345698765432', 'ELEMENT_IBAN_CHECK', 2],
      ['XX82WEST12345698765432', 'ELEMENT_IBAN_COUNTRY', 0],
      ['GB82west12345698765432', 'ELEMENT_IBAN_CHARACTER', 4],
      ['GBA2WEST12345698765432', 'ELEMENT_NOT_DIGIT', 2],
      ['GB82WEST12', 'ELEMENT_IBAN_LENGTH', 10],
      [`GB82${'1'.repeat(31)}`, 'ELEMENT_IBAN_LENGTH', 34],
    ],
  },
  importeridx: {
    good: ['0', 'a', 'Z', '-', '_'],
    bad: [
      ['/', 'ELEMENT_IMPORTER_INDEX', 0],
      ['AB', 'ELEMENT_IMPORTER_INDEX', 0],
    ],
  },
  iso3166: {
    good: ['156', '004', '894'],
    bad: [
      ['999', 'ELEMENT_COUNTRY', 0],
      ['15', 'ELEMENT_COUNTRY', 0],
      ['157', 'ELEMENT_COUNTRY', 0],
    ],
  },
  iso3166999: { good: ['156', '999'], bad: [['998', 'ELEMENT_COUNTRY_OR_999', 0]] },
  iso3166alpha2: {
    good: ['CN', 'GB'],
    bad: [
      ['cn', 'ELEMENT_COUNTRY_ALPHA2', 0],
      ['UK', 'ELEMENT_COUNTRY_ALPHA2', 0],
    ],
  },
  iso4217: { good: ['156', '978', '840'], bad: [['155', 'ELEMENT_CURRENCY', 0]] },
  iso5218: { good: ['0', '1', '2', '9'], bad: [['3', 'ELEMENT_SEX', 0]] },
  latitude: {
    good: ['0000000000', '1800000000'],
    bad: [
      ['1800000001', 'ELEMENT_LATITUDE', 0],
      ['180000000', 'ELEMENT_TOO_SHORT', 9],
    ],
  },
  longitude: {
    good: ['0000000000', '3600000000'],
    bad: [
      ['3600000001', 'ELEMENT_LONGITUDE', 0],
      ['36000000000', 'ELEMENT_TOO_LONG', 10],
    ],
  },
  mediatype: {
    good: ['01', '10', '80', '99'],
    bad: [
      ['00', 'ELEMENT_MEDIA_TYPE', 0],
      ['11', 'ELEMENT_MEDIA_TYPE', 0],
      ['79', 'ELEMENT_MEDIA_TYPE', 0],
    ],
  },
  nonzero: {
    good: ['1', '0001'],
    bad: [
      ['0000', 'ELEMENT_ZERO', 0],
      ['x', 'ELEMENT_NOT_DIGIT', 0],
    ],
  },
  nozeroprefix: {
    good: ['1', '10'],
    bad: [
      ['01', 'ELEMENT_LEADING_ZERO', 0],
      ['1x', 'ELEMENT_NOT_DIGIT', 1],
    ],
  },
  packagetype: {
    good: ['PX', '8', '201', 'BME'],
    bad: [
      ['A', 'ELEMENT_PACKAGE_TYPE', 0],
      ['px', 'ELEMENT_PACKAGE_TYPE', 0],
    ],
  },
  pcenc: {
    good: ['', 'ABC', '%E4%B8%AD', 'a%2fb'],
    bad: [
      ['A%', 'ELEMENT_PERCENT', 1],
      ['A%2', 'ELEMENT_PERCENT', 1],
      ['%41%4G', 'ELEMENT_PERCENT', 3],
    ],
  },
  pieceoftotal: {
    good: ['0101', '0102', '9999', '12'],
    bad: [
      ['0001', 'ELEMENT_PIECE_ZERO', 0],
      ['0100', 'ELEMENT_PIECE_ZERO', 2],
      ['0201', 'ELEMENT_PIECE_EXCEEDS_TOTAL', 0],
      ['010', 'ELEMENT_TOO_SHORT', 3],
      ['', 'ELEMENT_TOO_SHORT', 0],
      ['01x1', 'ELEMENT_NOT_DIGIT', 2],
    ],
  },
  posinseqslash: {
    good: ['1/1', '9/10', '99/100'],
    bad: [
      ['1/', 'ELEMENT_SEQUENCE', 0],
      ['12', 'ELEMENT_SEQUENCE', 0],
      ['0/1', 'ELEMENT_LEADING_ZERO', 0],
      ['1/02', 'ELEMENT_LEADING_ZERO', 2],
      ['2/1', 'ELEMENT_SEQUENCE_EXCEEDS_END', 0],
      ['10/9', 'ELEMENT_SEQUENCE_EXCEEDS_END', 0],
    ],
  },
  winding: { good: ['0', '1', '9'], bad: [['2', 'ELEMENT_WINDING', 0]] },
  yesno: { good: ['0', '1'], bad: [['2', 'ELEMENT_YES_NO', 0]] },
  yymmdd: {
    good: ['260101', '240229', '000229', '991231'],
    bad: [
      ['260100', 'ELEMENT_DAY', 4],
      ['260001', 'ELEMENT_MONTH', 2],
      ['261301', 'ELEMENT_MONTH', 2],
      ['260229', 'ELEMENT_DAY', 4],
      ['260431', 'ELEMENT_DAY', 4],
      ['26013', 'ELEMENT_TOO_SHORT', 5],
    ],
  },
  yymmd0: {
    good: ['260100', '260131'],
    bad: [
      ['260132', 'ELEMENT_DAY', 4],
      ['260000', 'ELEMENT_MONTH', 2],
    ],
  },
  yyyymmdd: {
    good: ['20260131', '20000229', '19960229'],
    bad: [
      ['19000229', 'ELEMENT_DAY', 6],
      ['21000229', 'ELEMENT_DAY', 6],
      ['20260100', 'ELEMENT_DAY', 6],
      ['20261301', 'ELEMENT_MONTH', 4],
    ],
  },
  zero: {
    good: ['0', '00'],
    bad: [
      ['', 'ELEMENT_NOT_ZERO', 0],
      ['01', 'ELEMENT_NOT_ZERO', 0],
    ],
  },
  couponcode: {
    good: [
      // The second is the example of the guideline: 7-digit prefix, offer, 5.00 off, 1 item, expiry, no multiplying.
      '012345612345611110123',
      '106141416543213500110000310123196000',
      // All optional fields, the second purchase without a company prefix.
      '012345612345611110123' +
        '101101239' +
        '21101230123456' +
        '3261231' +
        '4260101' +
        '50123456' +
        '611234567' +
        '90010',
    ],
    bad: [
      ['01234x612345611110123', 'ELEMENT_NOT_DIGIT', 5],
      ['', 'ELEMENT_COUPON_MISSING', 0],
      ['7', 'ELEMENT_COUPON_LENGTH', 0],
      ['012345', 'ELEMENT_COUPON_CUT', 1],
      ['0123456123', 'ELEMENT_COUPON_CUT', 7],
      ['0123456123456', 'ELEMENT_COUPON_MISSING', 13],
      ['01234561234566', 'ELEMENT_COUPON_LENGTH', 13],
      ['012345612345611115', 'ELEMENT_COUPON_CODE', 17],
      ['0123456123456111101', 'ELEMENT_COUPON_CUT', 18],
      ['0123456123456111101233261331', 'ELEMENT_COUPON_DATE', 24],
      ['012345612345611110123326123142612', 'ELEMENT_COUPON_CUT', 29],
      ['01234561234561111012332612314270101', 'ELEMENT_COUPON_DATES', 29],
      ['0123456123456111101230', 'ELEMENT_COUPON_EXCESS', 21],
      // Fields out of order.
      ['01234561234561111012342601013261231', 'ELEMENT_COUPON_EXCESS', 28],
    ],
  },
  couponposoffer: {
    good: ['001234561234560123456', '161234567890121234560123456'],
    bad: [
      ['2', 'ELEMENT_COUPON_CODE', 0],
      ['07', 'ELEMENT_COUPON_LENGTH', 1],
      ['0012345', 'ELEMENT_COUPON_CUT', 2],
      ['00123456123456', 'ELEMENT_COUPON_MISSING', 14],
      ['0012345612345601234567', 'ELEMENT_COUPON_EXCESS', 21],
      ['0012345612345601x3456', 'ELEMENT_NOT_DIGIT', 16],
    ],
  },
};

describe.each(Object.entries(CASES))('%s', (name, { good, bad }) => {
  const linter = LINTERS[name as LinterName];
  it('finds nothing in good values', () => {
    for (const text of good) expect(linter(text), text).toBeUndefined();
  });
  it('says what is wrong, and where', () => {
    for (const [text, problem, index] of bad) expect(linter(text), text).toMatchObject({ problem, index });
  });
});
