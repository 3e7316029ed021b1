/**
 * Does a tender's token hold a payment card number? Issuer ranges (ISO/IEC 7812) and the Luhn check together: phones, payment codes and GTINs often pass
 * Luhn alone, so this is applied to token fields only.
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
