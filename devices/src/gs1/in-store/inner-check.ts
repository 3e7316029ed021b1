/**
 * Check digits inside an in-store code, over its price or measure field (GS1 General Specifications, 7.9, "Price or weight check
 * digits"). Each digit of the field goes through one of four tables that a single wrong digit or most swaps can not leave unchanged.
 */
const TWO_MINUS = [0, 2, 4, 6, 8, 9, 1, 3, 5, 7];
const THREE = [0, 3, 6, 9, 2, 5, 8, 1, 4, 7];
const FIVE_PLUS = [0, 5, 1, 6, 2, 7, 3, 8, 4, 9];
const FIVE_MINUS = [0, 5, 9, 4, 8, 3, 7, 2, 6, 1];

const PLACES = {
  'gs1-price-4': [TWO_MINUS, TWO_MINUS, THREE, FIVE_MINUS],
  'gs1-price-5': [FIVE_PLUS, TWO_MINUS, FIVE_MINUS, FIVE_PLUS, TWO_MINUS],
} as const;

export type InnerCheck = keyof typeof PLACES;

/** Digits of the field that an algorithm is made for. */
export const fieldLength = (check: InnerCheck): number => PLACES[check].length;

/** The check digit, 0-9, of a field of exactly `fieldLength` digits. */
export function innerCheckDigit(check: InnerCheck, field: string): number {
  const sum = PLACES[check].reduce((total, table, place) => total + (table[Number(field[place])] ?? 0), 0);
  // Four places: three times the sum. Five: the digit that the 5- table turns into what the sum lacks to a full ten.
  return check === 'gs1-price-4' ? (sum * 3) % 10 : FIVE_MINUS.indexOf((10 - (sum % 10)) % 10);
}
