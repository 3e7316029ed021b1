/** How a shopper's phone number is typed and shown; the agent decides whether it is one. */
import { type Country, callingCode, countryOf, ELSEWHERE } from './countries.ts';

/** `digits`: without the calling code; of `ELSEWHERE` with it. */
export interface TypedPhone {
  readonly country: Country;
  readonly digits: string;
}
export const NO_PHONE: TypedPhone = { country: 'CN', digits: '' };

/** ITU-T E.164: at most 15 digits, calling code included. */
const E164_MAX_DIGITS = 15;
/** Shorter ones are no mobile numbers anywhere. */
const E164_MIN_DIGITS = 8;
const MAINLAND_DIGITS = 11;

export const maxDigits = (country: Country): number =>
  country === 'CN' ? MAINLAND_DIGITS : E164_MAX_DIGITS - callingCode(country).length;

/** How people of a place read their numbers, by calling code; what is longer goes on in fours. */
const GROUPS: Readonly<Record<string, readonly number[]>> = {
  '1': [3, 3, 4],
  '7': [3, 3, 2, 2],
  '33': [1, 2, 2, 2, 2],
  '44': [4, 6],
  '49': [3, 4, 4],
  '60': [2, 4, 4],
  '61': [3, 3, 3],
  '62': [3, 4, 4],
  '65': [4, 4],
  '66': [2, 3, 4],
  '81': [2, 4, 4],
  '82': [2, 4, 4],
  '84': [2, 3, 2, 2],
  '86': [3, 4, 4],
  '91': [5, 5],
  '852': [4, 4],
  '853': [4, 4],
  '886': [3, 3, 3],
};
const OTHERS: readonly number[] = [3, 3, 4];
const REST = 4;

function inGroups(digits: string, code: string): string {
  const groups: string[] = [];
  const sizes = GROUPS[code] ?? OTHERS;
  for (let at = 0; at < digits.length; ) {
    const size = sizes[groups.length] ?? REST;
    groups.push(digits.slice(at, at + size));
    at += size;
  }
  return groups.join(' ');
}

/** Digits in the groups people read them in: `138 0013 8000`, `7700 900123`; of `ELSEWHERE` with the code, `+420 601 123 456`. */
export function groupPhone({ country, digits }: TypedPhone): string {
  if (country !== ELSEWHERE) return inGroups(digits, callingCode(country));
  const code = countryOf(digits)?.code ?? digits.slice(0, 3);
  return [`+${code}`, inGroups(digits.slice(code.length), code)].filter((part) => part !== '').join(' ');
}

/** Places whose numbers keep the zero they begin with when they are called from abroad. */
const KEEP_ZERO: ReadonlySet<string> = new Set(['39', '378', '225', '229', '241', '242']);

/** What is sent: eleven digits for mainland China, else E.164. A zero that is dialled only inside a country falls away. */
export function phoneToSend({ country, digits }: TypedPhone): string {
  if (country === 'CN') return digits;
  const code = country === ELSEWHERE ? (countryOf(digits)?.code ?? '') : callingCode(country);
  const own = country === ELSEWHERE ? digits.slice(code.length) : digits;
  return `+${code}${KEEP_ZERO.has(code) ? own : own.replace(/^0/, '')}`;
}

export function isPhoneComplete(phone: TypedPhone): boolean {
  const { country, digits } = phone;
  if (country === 'CN') return /^1[3-9]\d{9}$/.test(digits);
  if (country === ELSEWHERE && countryOf(digits) === undefined) return false;
  const { length } = phoneToSend(phone).slice(1);
  return length >= E164_MIN_DIGITS && length <= E164_MAX_DIGITS;
}

/** On a screen that others can see: a number by its ends. */
export function maskedTyped(phone: TypedPhone): string {
  const { digits } = phone;
  return phone.country === 'CN' ? `${digits.slice(0, 3)} ···· ${digits.slice(-4)}` : `···· ${digits.slice(-4)}`;
}
