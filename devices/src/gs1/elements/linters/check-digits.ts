import { checkDigit } from '../../gtin.ts';
import { isNumeric, SET_82 } from './characters.ts';
import { COUNTRIES_ALPHA2 } from './code-lists.ts';
import { each, finding, first, type Linter, within } from './linter.ts';

/** Last digit of a key by GS1 General Specifications, 7.9.1. */
export const csum: Linter = first(
  (text) => (text === '' ? finding('ELEMENT_TOO_SHORT', 0) : undefined),
  isNumeric,
  (text) => {
    const last = text.length - 1;
    return checkDigit(text.slice(0, last)) === Number(text[last]) ? undefined : finding('ELEMENT_CHECK_DIGIT', last);
  },
);

/** Values 0 to 31 of a check character: no 0, 1, I and O (GS1 General Specifications, 7.9.5). */
const CHECK_CHARACTERS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/**
 * The two check characters of a GMN or MUDI (GS1 General Specifications, 7.9.5): values in set 82, weighted by the primes from the
 * right, modulo 1021, written as two characters of five bits.
 */
export const csumalpha: Linter = (text) => {
  const end = text.length - 2;
  if (end < 0) return finding('ELEMENT_CHECK_PAIR', 0);
  const weights = primes(end);
  let sum = 0;
  for (let index = 0; index < end; index += 1) {
    const value = SET_82.indexOf(text.charAt(index));
    if (value < 0) return finding('ELEMENT_CHARACTER', index);
    sum = (sum + value * (weights[end - 1 - index] ?? 0)) % 1021;
  }
  const pair = CHECK_CHARACTERS.charAt(sum >> 5) + CHECK_CHARACTERS.charAt(sum & 31);
  return text.slice(end) === pair ? undefined : finding('ELEMENT_CHECK_PAIR', end);
};

function primes(count: number): number[] {
  const found: number[] = [];
  for (let candidate = 2; found.length < count; candidate += 1) {
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate);
  }
  return found;
}

/** International bank account number, ISO 13616-1: country, check digits by ISO 7064 modulo 97-10, account. */
export const iban: Linter = first(
  (text) =>
    text.length < 11 || text.length > 34 ? finding('ELEMENT_IBAN_LENGTH', Math.min(text.length, 34)) : undefined,
  (text) => (COUNTRIES_ALPHA2.has(text.slice(0, 2)) ? undefined : finding('ELEMENT_IBAN_COUNTRY', 0)),
  each(/[0-9A-Z]/, 'ELEMENT_IBAN_CHARACTER'),
  (text) => within(text, 2, 4, isNumeric),
  (text) => {
    const digits = [...(text.slice(4) + text.slice(0, 4))].map((letter) => Number.parseInt(letter, 36)).join('');
    let rest = 0;
    for (const digit of digits) rest = (rest * 10 + Number(digit)) % 97;
    return rest === 1 ? undefined : finding('ELEMENT_IBAN_CHECK', 2);
  },
);
