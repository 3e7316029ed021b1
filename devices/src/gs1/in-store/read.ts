import { checkDigit } from '../gtin.ts';
import { refusal } from '../problems.ts';
import type { Gs1Result } from '../types.ts';
import { innerCheckDigit } from './inner-check.ts';
import { type CompiledRule, checkedField, compileRule, type Field } from './pattern.ts';
import type { InStoreRule } from './rules.ts';

/** What an in-store code says. Exact whole numbers. */
export interface InStoreReading {
  /** Name of the rule that matched. */
  readonly rule: string;
  /** Digits of the item field. */
  readonly item: string;
  /**
   * Key in the item master: the code with every digit but fixed ones and item 0, its check digit made anew, padded to 14. Of an
   * 18-digit code: of its first 12 digits, so that a long and a short label of one item have one key; absent if the item is not in these.
   */
  readonly gtin?: string;
  /** Price of the package in the currency's hundredths. */
  readonly priceMinor?: number;
  readonly weightGrams?: number;
  readonly quantity?: number;
}

const compiledRules = new WeakMap<readonly InStoreRule[], readonly CompiledRule[]>();

/**
 * Reads a code by the parsed rules of the store; `digits` without AIM identifier; 13 and 14 digits may be a shorter code with
 * zeros before it. undefined: no rule has its length and leading digits. A refusal's position is the index of the check digit that does not fit.
 */
export function readInStore(digits: string, rules: readonly InStoreRule[]): Gs1Result<InStoreReading> | undefined {
  if (!/^\d{8,18}$/.test(digits)) return undefined;
  for (const compiled of compileAll(rules)) {
    const shift = shiftOf(digits, compiled);
    if (shift === undefined) continue;
    const result = readBy(compiled, digits.slice(shift), shift);
    // Beside payment codes a wrong check digit says that it is no label, not that it is a bad one.
    if (!result.ok && compiled.rule.mayBePayment) continue;
    return result;
  }
  return undefined;
}

function compileAll(rules: readonly InStoreRule[]): readonly CompiledRule[] {
  const known = compiledRules.get(rules);
  if (known) return known;
  const made = rules.flatMap((rule) => {
    const compiled = compileRule(rule);
    return compiled.ok ? [compiled.value] : [];
  });
  compiledRules.set(rules, made);
  return made;
}

/** How many zeros stand before the pattern's first place, as scanners and AI (01) pad; undefined when the rule is for other codes. */
function shiftOf(digits: string, { rule }: CompiledRule): number | undefined {
  const { length } = rule.pattern;
  const shift = digits.length - length;
  const padded = shift > 0 && (digits.length === 13 || digits.length === 14) && /^0*$/.test(digits.slice(0, shift));
  return (shift === 0 || padded) && fixedFit(digits.slice(shift), rule.pattern) ? shift : undefined;
}

/** Fixed digits may stand behind the leading ones too, e.g. in `20IIII0PPPPPC`. */
function fixedFit(digits: string, pattern: string): boolean {
  return [...pattern].every((sign, place) => sign > '9' || sign === digits[place]);
}

function readBy({ rule, fields }: CompiledRule, code: string, shift: number): Gs1Result<InStoreReading> {
  const last = code.length - 1;
  if (fields.C && checkDigit(code.slice(0, last)) !== Number(code[last])) {
    return refusal('IN_STORE_CHECK_DIGIT', last + shift, rule.name);
  }
  const checked = checkedField(fields);
  if (fields.V && rule.innerCheck && checked) {
    const right = innerCheckDigit(rule.innerCheck, cut(code, checked));
    if (right !== Number(code[fields.V.start])) return refusal('IN_STORE_CHECK', fields.V.start + shift, rule.name);
  }
  const reading: InStoreReading = {
    rule: rule.name,
    item: fields.I ? cut(code, fields.I) : '',
    ...keyOf(code, rule.pattern),
    ...(fields.P && rule.price ? { priceMinor: Number(cut(code, fields.P)) * priceStep(rule) } : {}),
    ...(fields.W && rule.weight ? { weightGrams: Number(cut(code, fields.W)) * weightStep(rule) } : {}),
    ...(fields.Q ? { quantity: Number(cut(code, fields.Q)) } : {}),
  };
  return { ok: true, value: reading };
}

const cut = (code: string, { start, length }: Field): string => code.slice(start, start + length);

/** Hundredths of the currency that the last digit of P stands for. */
export const priceStep = ({ price }: InStoreRule): number => 10 ** (2 - (price?.decimals ?? 2));

/** Grams that the last digit of W stands for. */
export const weightStep = ({ weight }: InStoreRule): number =>
  weight?.unit === 'kg' ? 10 ** (3 - weight.decimals) : 1;

/** Key of the item master; see `InStoreReading.gtin`. */
function keyOf(code: string, pattern: string): { gtin?: string } {
  if (pattern.lastIndexOf('I') > 11) return {};
  const body = pattern.length === 18 ? 12 : pattern.length - 1;
  const zeroed = [...code.slice(0, body)].map((digit, place) => (/[0-9I]/.test(pattern[place] ?? '') ? digit : '0'));
  return { gtin: `${zeroed.join('')}${checkDigit(zeroed.join(''))}`.padStart(14, '0') };
}
