import type { LinterName } from './ai-table.generated.ts';
import * as checkDigits from './linters/check-digits.ts';
import { COUNTRIES, COUNTRIES_ALPHA2, CURRENCIES, PACKAGE_TYPES } from './linters/code-lists.ts';
import { couponcode, couponposoffer } from './linters/coupons.ts';
import * as dates from './linters/dates.ts';
import { isOneOf, type Linter, matches } from './linters/linter.ts';
import * as numbers from './linters/numbers.ts';

/** The check behind each name in the dictionary; a name without one does not compile. */
export const LINTERS: Readonly<Record<LinterName, Linter>> = {
  couponcode,
  couponposoffer,
  csum: checkDigits.csum,
  csumalpha: checkDigits.csumalpha,
  gcppos1: numbers.gcppos1,
  gcppos2: numbers.gcppos2,
  hasnondigit: numbers.hasnondigit,
  hh: dates.hh,
  hhmi: dates.hhmi,
  hyphen: numbers.hyphen,
  iban: checkDigits.iban,
  importeridx: matches(/^[-0-9A-Z_a-z]$/, 'ELEMENT_IMPORTER_INDEX'),
  iso3166: isOneOf(COUNTRIES, 'ELEMENT_COUNTRY'),
  iso3166999: isOneOf(new Set([...COUNTRIES, '999']), 'ELEMENT_COUNTRY_OR_999'),
  iso3166alpha2: isOneOf(COUNTRIES_ALPHA2, 'ELEMENT_COUNTRY_ALPHA2'),
  iso4217: isOneOf(CURRENCIES, 'ELEMENT_CURRENCY'),
  iso5218: matches(/^[0129]$/, 'ELEMENT_SEX'),
  latitude: numbers.latitude,
  longitude: numbers.longitude,
  // 01-10 are assigned by ICCBBA, 80-99 are for national use (GS1 General Specifications, AIDC media type values).
  mediatype: matches(/^(?:0[1-9]|10|[89]\d)$/, 'ELEMENT_MEDIA_TYPE'),
  mi: dates.mi,
  nonzero: numbers.nonzero,
  nozeroprefix: numbers.nozeroprefix,
  packagetype: isOneOf(PACKAGE_TYPES, 'ELEMENT_PACKAGE_TYPE'),
  pcenc: numbers.pcenc,
  pieceoftotal: numbers.pieceoftotal,
  posinseqslash: numbers.posinseqslash,
  ss: dates.ss,
  winding: numbers.winding,
  yesno: numbers.yesno,
  yymmd0: dates.yymmd0,
  yymmdd: dates.yymmdd,
  yyyymmdd: dates.yyyymmdd,
  zero: numbers.zero,
};
