import { checkDigit } from './gtin.ts';
import { refusal } from './problems.ts';
import type { Gs1Result } from './types.ts';

/**
 * UPC-A digits (12) of a UPC-E code: six digits as printed under the bars (number system 0), seven with the number system before
 * them, or eight with the check digit after. GS1 General Specifications, 5.2.2.4.2, has number system 0 only; number system 1
 * is built alike and met in old shops. Six digits that no encoder makes (such as a middle zero that a shorter form holds) are
 * expanded all the same, for a scanner may send them.
 */
export function expandUpcE(code: string): Gs1Result<string> {
  const stray = code.search(/[^0-9]/);
  if (stray >= 0) return refusal('GTIN_NOT_DIGITS', stray);
  if (code.length < 6 || code.length > 8)
    return refusal('UPCE_LENGTH', Math.min(code.length, 8), `${code.length} digits`);
  const system = code.length === 6 ? '0' : code.charAt(0);
  if (system !== '0' && system !== '1') return refusal('UPCE_NUMBER_SYSTEM', 0);
  const body = system + expandSix(code.length === 6 ? code : code.slice(1, 7));
  const upcA = `${body}${checkDigit(body)}`;
  if (code.length === 8 && code.charAt(7) !== upcA.charAt(11)) return refusal('GTIN_CHECK_DIGIT', 7);
  return { ok: true, value: upcA };
}

/** The last of the six digits says where zeros were left out. */
function expandSix(six: string): string {
  const last = six.charAt(5);
  if (last <= '2') return `${six.slice(0, 2)}${last}0000${six.slice(2, 5)}`;
  if (last === '3') return `${six.slice(0, 3)}00000${six.slice(3, 5)}`;
  if (last === '4') return `${six.slice(0, 4)}00000${six.charAt(4)}`;
  return `${six.slice(0, 5)}0000${last}`;
}

/** Zeros that may be left out, by the first rule that fits (the same section); company prefix and item reference as groups. */
const SUPPRESSIONS: readonly { readonly pattern: RegExp; readonly six: (left: string, right: string) => string }[] = [
  { pattern: /^(\d\d[0-2])0000(\d{3})$/, six: (left, right) => `${left.slice(0, 2)}${right}${left.charAt(2)}` },
  { pattern: /^(\d{3})00000(\d\d)$/, six: (left, right) => `${left}${right}3` },
  { pattern: /^(\d{4})00000(\d)$/, six: (left, right) => `${left}${right}4` },
  { pattern: /^(\d{5})0000([5-9])$/, six: (left, right) => left + right },
];

/** The eight digits of UPC-E for the twelve of UPC-A; undefined when it has no such form or its check digit is wrong. */
export function toUpcE(upcA: string): string | undefined {
  if (!/^[01]\d{11}$/.test(upcA) || checkDigit(upcA.slice(0, 11)) !== Number(upcA.charAt(11))) return undefined;
  const body = upcA.slice(1, 11);
  for (const { pattern, six } of SUPPRESSIONS) {
    const [, left, right] = pattern.exec(body) ?? [];
    if (left !== undefined && right !== undefined) return `${upcA.charAt(0)}${six(left, right)}${upcA.charAt(11)}`;
  }
  return undefined;
}
