/** How a shopper's phone number is typed and shown; the agent decides whether it is one. */
export type PhoneRegion = 'mainland' | 'international';

/** ITU-T E.164: at most 15 digits, country code included. */
export const PHONE_MAX_DIGITS: Readonly<Record<PhoneRegion, number>> = { mainland: 11, international: 15 };
const PHONE_MIN_DIGITS: Readonly<Record<PhoneRegion, number>> = { mainland: 11, international: 8 };

/** Digits in the groups people read them in: `138 0013 8000`, `+44 7700 900 123`. */
export function groupPhone(digits: string, region: PhoneRegion): string {
  if (region === 'mainland') {
    return [digits.slice(0, 3), digits.slice(3, 7), digits.slice(7)].filter((part) => part !== '').join(' ');
  }
  const groups = [digits.slice(0, 2), ...(digits.slice(2).match(/.{1,4}/g) ?? [])].filter((part) => part !== '');
  return `+${groups.join(' ')}`;
}

/** What is sent: eleven digits for mainland China, else E.164. */
export function phoneToSend(digits: string, region: PhoneRegion): string {
  return region === 'mainland' ? digits : `+${digits}`;
}

export function isPhoneComplete(digits: string, region: PhoneRegion): boolean {
  if (digits.length < PHONE_MIN_DIGITS[region] || digits.length > PHONE_MAX_DIGITS[region]) return false;
  return region === 'mainland' ? /^1[3-9]/.test(digits) : !digits.startsWith('0');
}
