import { isNumeric } from './characters.ts';
import { finding, first, hasLength, type Linter, matches } from './linter.ts';

/** A GS1 Company Prefix has at least four digits (GS1 General Specifications, 1.4.4). */
const COMPANY_PREFIX_DIGITS = 4;

/**
 * Begins with what can be a company prefix. Whether the prefix is assigned, and how long it is, is not checked: GS1 gives that out
 * only online and changes it daily, and an old list would refuse good codes.
 */
const companyPrefixAt =
  (start: number): Linter =>
  (text) => {
    for (let index = start; index < start + COMPANY_PREFIX_DIGITS; index += 1) {
      if (!/^[0-9]$/.test(text.charAt(index))) return finding('ELEMENT_COMPANY_PREFIX', Math.min(index, text.length));
    }
    return undefined;
  };

export const gcppos1: Linter = companyPrefixAt(0);
/** After the indicator digit of a GTIN-14 or the extension digit of an SSCC. */
export const gcppos2: Linter = companyPrefixAt(1);

export const hasnondigit: Linter = (text) => (/[^0-9]/.test(text) ? undefined : finding('ELEMENT_ALL_DIGITS', 0));
export const hyphen: Linter = matches(/^-+$/, 'ELEMENT_NOT_HYPHEN');
export const nonzero: Linter = first(isNumeric, (text) =>
  /[1-9]/.test(text) ? undefined : finding('ELEMENT_ZERO', 0),
);
export const zero: Linter = matches(/^0+$/, 'ELEMENT_NOT_ZERO');
export const nozeroprefix: Linter = first(
  (text) => (text.startsWith('0') ? finding('ELEMENT_LEADING_ZERO', 0) : undefined),
  isNumeric,
);
export const yesno: Linter = matches(/^[01]$/, 'ELEMENT_YES_NO');
export const winding: Linter = matches(/^[019]$/, 'ELEMENT_WINDING');

const atMost = (limit: number, problem: 'ELEMENT_LATITUDE' | 'ELEMENT_LONGITUDE'): Linter =>
  first(isNumeric, hasLength(10), (text) => (Number(text) > limit ? finding(problem, 0) : undefined));

/** Degrees + 90, times 10 million (GS1 General Specifications, 3.6). */
export const latitude: Linter = atMost(1_800_000_000, 'ELEMENT_LATITUDE');
/** Degrees + 360 modulo 360, times 10 million. */
export const longitude: Linter = atMost(3_600_000_000, 'ELEMENT_LONGITUDE');

export const pcenc: Linter = (text) => {
  const at = text.search(/%(?![0-9A-Fa-f]{2})/);
  return at < 0 ? undefined : finding('ELEMENT_PERCENT', at);
};

/** Two numbers of the same number of digits: piece and number of pieces. */
export const pieceoftotal: Linter = first(
  isNumeric,
  (text) => (text === '' || text.length % 2 === 1 ? finding('ELEMENT_TOO_SHORT', text.length) : undefined),
  (text) => {
    const half = text.length / 2;
    const [piece, total] = [text.slice(0, half), text.slice(half)];
    if (/^0+$/.test(piece)) return finding('ELEMENT_PIECE_ZERO', 0);
    if (/^0+$/.test(total)) return finding('ELEMENT_PIECE_ZERO', half);
    return piece > total ? finding('ELEMENT_PIECE_EXCEEDS_TOTAL', 0) : undefined;
  },
);

export const posinseqslash: Linter = first(matches(/^\d+\/\d+$/, 'ELEMENT_SEQUENCE'), (text) => {
  const slash = text.indexOf('/');
  const [position, end] = [text.slice(0, slash), text.slice(slash + 1)];
  if (position.startsWith('0')) return finding('ELEMENT_LEADING_ZERO', 0);
  if (end.startsWith('0')) return finding('ELEMENT_LEADING_ZERO', slash + 1);
  // Longer is greater, for neither begins with a zero.
  const exceeds = position.length === end.length ? position > end : position.length > end.length;
  return exceeds ? finding('ELEMENT_SEQUENCE_EXCEEDS_END', 0) : undefined;
});
