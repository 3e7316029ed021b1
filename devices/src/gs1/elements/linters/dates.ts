import type { ElementProblemCode } from '../problems.ts';
import { isNumeric } from './characters.ts';
import { finding, first, hasLength, type Linter, within } from './linter.ts';

const twoDigits = (limit: number, problem: ElementProblemCode): Linter =>
  first(isNumeric, hasLength(2), (text) => (Number(text) > limit ? finding(problem, 0) : undefined));

export const hh: Linter = twoDigits(23, 'ELEMENT_HOUR');
export const mi: Linter = twoDigits(59, 'ELEMENT_MINUTE');
export const ss: Linter = twoDigits(59, 'ELEMENT_SECOND');

export const hhmi: Linter = first(
  isNumeric,
  hasLength(4),
  (text) => within(text, 0, 2, hh),
  (text) => within(text, 2, 4, mi),
);

/** `yearDigits` is 2 or 4. Day 00 means the day does not matter, by most uses the last of the month. */
function date(yearDigits: 2 | 4, dayZero: boolean): Linter {
  return first(isNumeric, hasLength(yearDigits + 4), (text) => {
    const month = Number(text.slice(yearDigits, yearDigits + 2));
    const day = Number(text.slice(yearDigits + 2));
    if (month < 1 || month > 12) return finding('ELEMENT_MONTH', yearDigits);
    const allowed = day === 0 ? dayZero : day <= daysOf(Number(text.slice(0, yearDigits)), month);
    return allowed ? undefined : finding('ELEMENT_DAY', yearDigits + 2);
  });
}

/**
 * A year of two digits lies at most 50 years from today (GS1 General Specifications, 7.12). Leap years need no clock all the same:
 * 00 is 2000, a leap year, until 2050, and the others of two digits are alike in all centuries.
 */
function daysOf(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  const leap = year % 4 === 0 && (year < 100 || year % 100 !== 0 || year % 400 === 0);
  return leap ? 29 : 28;
}

export const yymmdd: Linter = date(2, false);
export const yymmd0: Linter = date(2, true);
export const yyyymmdd: Linter = date(4, false);
