import { refusal } from './problems.ts';
import type { Gs1Result } from './types.ts';

/** Check digit of a GS1 key: weights 3 and 1 from the right (GS1 General Specifications, 7.9). `body` is all digits but the last. */
export function checkDigit(body: string): number {
  let sum = 0;
  for (let index = 0; index < body.length; index += 1) {
    const digit = body.charCodeAt(body.length - 1 - index) - 48;
    sum += index % 2 === 0 ? digit * 3 : digit;
  }
  return (10 - (sum % 10)) % 10;
}

/** The 14-digit form of a GTIN-8, -12, -13 or -14; undefined when the length or the check digit is wrong. */
export function toGtin14(digits: string): string | undefined {
  if (!/^(\d{8}|\d{12,14})$/.test(digits)) return undefined;
  if (checkDigit(digits.slice(0, -1)) !== Number(digits.slice(-1))) return undefined;
  return digits.padStart(14, '0');
}

/**
 * Restricted circulation: numbers that mean something only inside one company (GS1 General Specifications, 1.4.5 and 2.1.11).
 * GS1 prefixes 02, 04 and 20-29; for GTIN-8 the prefixes 0 and 2.
 */
export function isRestricted(gtin14: string): boolean {
  if (gtin14.startsWith('000000')) return /^000000[02]/.test(gtin14);
  return /^0(2|02|04)/.test(gtin14);
}

/** Forms in which a GTIN is printed; the number is its count of digits. */
export type GtinForm = 'GTIN-8' | 'GTIN-12' | 'GTIN-13' | 'GTIN-14';

export interface Gtin {
  /** Padded with zeros: the form to compare and to store. */
  readonly gtin14: string;
  readonly form: GtinForm;
}

/** As `toGtin14`, with the reason for a refusal. Takes what stands under the bars, digits only. */
export function parseGtin(digits: string): Gs1Result<Gtin> {
  const stray = digits.search(/[^0-9]/);
  if (stray >= 0) return refusal('GTIN_NOT_DIGITS', stray);
  const form = FORMS.get(digits.length);
  if (form === undefined) return refusal('GTIN_LENGTH', Math.min(digits.length, 14), `${digits.length} digits`);
  const gtin14 = toGtin14(digits);
  if (gtin14 === undefined) return refusal('GTIN_CHECK_DIGIT', digits.length - 1);
  return { ok: true, value: { gtin14, form } };
}

const FORMS: ReadonlyMap<number, GtinForm> = new Map([
  [8, 'GTIN-8'],
  [12, 'GTIN-12'],
  [13, 'GTIN-13'],
  [14, 'GTIN-14'],
]);
