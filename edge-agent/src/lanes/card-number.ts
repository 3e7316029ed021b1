import { AgentError } from '../errors.ts';

/**
 * Does a text hold a payment card number? Issuer ranges (ISO/IEC 7812) and the Luhn check together. Codes of goods, people and devices pass both by chance and are never
 * looked at.
 */
export function holdsCardNumber(text: string): boolean {
  for (const run of text.replace(/(?<=\d)[ -](?=\d)/g, '').matchAll(/\d{13,19}/g)) {
    if (ISSUER_RANGE.test(run[0]) && luhn(run[0])) return true;
  }
  return false;
}

/** Visa, Mastercard, American Express, Discover, Diners, JCB, UnionPay, Maestro. */
const ISSUER_RANGE = /^(4|5[0-8]|2(22[1-9]|2[3-9]|[3-6]|7[01]|720)|3[0-9]|6)/;

function luhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** What is typed or chosen by a person or their system; everything else is a code of ours, of goods or of people, or no text. */
const LOOKED_AT: ReadonlySet<string> = new Set([
  'cashierId',
  'name',
  'note',
  'reason',
  'receiptNumber',
  'saleReceiptNumber',
  'shiftId',
  'token',
]);

/** Looks into every such field of a request, at any depth. Throws CARD_NUMBER_REFUSED naming the field; nothing of the request is kept then. */
export function refuseCardNumbers(request: unknown, path = ''): void {
  if (request === null || typeof request !== 'object') return;
  for (const [key, value] of Object.entries(request)) {
    const at = path === '' ? key : `${path}.${key}`;
    if (typeof value !== 'string') refuseCardNumbers(value, at);
    else if (LOOKED_AT.has(key) && holdsCardNumber(value))
      throw new AgentError('CARD_NUMBER_REFUSED', { fields: [{ path: at, message: 'card number' }] });
  }
}
