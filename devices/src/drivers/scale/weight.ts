import type { Weight, WeightUnit } from '../../contract/weight.ts';

/** Nanograms in integers, so that no binary fraction decides a rounding. One pound is 0.45359237 kg exactly, and 16 ounces (1959 agreement). */
const NANOGRAMS: Record<WeightUnit, bigint> = {
  kg: 1_000_000_000_000n,
  g: 1_000_000_000n,
  lb: 453_592_370_000n,
  oz: 28_349_523_125n,
};
const NANOGRAMS_A_GRAM = 1_000_000_000n;

const DECIMAL = /^(-?)(\d{1,7})(?:\.(\d{1,5}))?$/;

/** The weight of a decimal text such as `1.235`; undefined when it is none. Zero has no sign. */
export function weightOf(text: string, unit: WeightUnit, net: boolean): Weight | undefined {
  const match = DECIMAL.exec(text);
  if (!match) return undefined;
  const [, sign = '', whole = '0', fraction = ''] = match;
  const digits = BigInt(whole + fraction);
  const negative = sign === '-' && digits !== 0n;
  const nanograms = (digits * NANOGRAMS[unit]) / 10n ** BigInt(fraction.length);
  const grams = Number((nanograms + NANOGRAMS_A_GRAM / 2n) / NANOGRAMS_A_GRAM);
  const value = `${negative ? '-' : ''}${BigInt(whole)}${fraction === '' ? '' : `.${fraction}`}`;
  return { value, unit, net, grams: negative && grams !== 0 ? -grams : grams };
}

/** `count` of the last decimal place as a decimal text: 1235 with 3 decimals is `1.235`. */
export function decimalText(count: number, decimals: number): string {
  const digits = String(Math.abs(count)).padStart(decimals + 1, '0');
  const text = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  return count < 0 ? `-${text}` : text;
}

/** True when the weight is a whole number of the scale's divisions, e.g. `1.235` of `0.005`. Both are decimals of one unit. */
export function isMultipleOf(value: string, division: string): boolean {
  const scale = (text: string) => {
    const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
    return BigInt(whole + fraction.padEnd(5, '0'));
  };
  const step = scale(division);
  return step !== 0n && scale(value) % step === 0n;
}
