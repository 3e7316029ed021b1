/**
 * The pattern of an in-store code: one sign for each digit of the code.
 *
 * | sign | digit                                                                      |
 * |------|----------------------------------------------------------------------------|
 * | 0-9  | this very digit; they stand first and tell the rules from each other       |
 * | I    | number of the item                                                         |
 * | P    | price of the package, `price.decimals` of it after the point               |
 * | W    | weight of the package in `weight.unit`, `weight.decimals` after the point  |
 * | Q    | how many pieces                                                            |
 * | V    | check digit over the price, weight or count, by the way `innerCheck` names |
 * | C    | check digit over the whole code (weights 3 and 1 from the right)           |
 * | X    | anything: shop, department; read over, and written as 0                    |
 *
 * E.g. `20IIIIIIPPPPC` with `price.decimals: 2` reads 2011122912346 as item 111229 for 12.34.
 */
import { refusal } from '../problems.ts';
import type { Gs1Refusal } from '../types.ts';
import { fieldLength } from './inner-check.ts';
import type { InStoreRule } from './rules.ts';

export type FieldLetter = 'I' | 'P' | 'W' | 'Q' | 'V' | 'C';

export interface Field {
  /** 0-based, in the code. */
  readonly start: number;
  readonly length: number;
}

/** A rule made ready for reading: where each field stands. */
export interface CompiledRule {
  readonly rule: InStoreRule;
  readonly fields: Readonly<Partial<Record<FieldLetter, Field>>>;
}

const LENGTHS = new Set([8, 12, 13, 18]);

/** GS1 General Specifications 1.4.5. 18 digits are no GS1 key of goods; there a leading 2 keeps WeChat payment codes (10 to 15) apart. */
const PREFIXES: Readonly<Record<number, RegExp>> = {
  8: /^[02]/,
  12: /^[24]/,
  13: /^(?:2\d|02|04)/,
  18: /^2\d/,
};

/** Makes a rule ready, or says what is wrong with it; `position` points into the pattern. */
export function compileRule(rule: InStoreRule): { ok: true; value: CompiledRule } | Gs1Refusal {
  const { pattern } = rule;
  const letter = pattern.search(/[^0-9IPWQVCX]/);
  if (letter >= 0) return refusal('IN_STORE_PATTERN_LETTER', letter, `${pattern}: ${pattern[letter]}`);
  if (!LENGTHS.has(pattern.length)) {
    return refusal('IN_STORE_PATTERN_LENGTH', pattern.length, `${pattern} has ${pattern.length}`);
  }
  const prefix = /^\d*/.exec(pattern)?.[0] ?? '';
  if (!PREFIXES[pattern.length]?.test(prefix)) return refusal('IN_STORE_PATTERN_PREFIX', 0, pattern);
  const fields = fieldsOf(pattern);
  if (!fields.ok) return fields;
  const wrong = checkFields(rule, fields.value) ?? checkDigits(rule, fields.value) ?? checkPayment(rule, prefix);
  return wrong ?? { ok: true, value: { rule, fields: fields.value } };
}

function fieldsOf(pattern: string): { ok: true; value: CompiledRule['fields'] } | Gs1Refusal {
  const fields: Partial<Record<FieldLetter, Field>> = {};
  for (const run of pattern.matchAll(/([IPWQVC])\1*/g)) {
    const letter = run[1] as FieldLetter;
    if (fields[letter]) return refusal('IN_STORE_PATTERN_SPLIT', run.index, `${pattern}: ${letter}`);
    fields[letter] = { start: run.index, length: run[0].length };
  }
  return { ok: true, value: fields };
}

function checkFields(rule: InStoreRule, fields: CompiledRule['fields']): Gs1Refusal | undefined {
  const { pattern } = rule;
  const missing = !fields.I ? 'I' : !fields.P && !fields.W && !fields.Q ? 'P, W, Q' : undefined;
  if (missing) return refusal('IN_STORE_PATTERN_MISSING', pattern.length, `${pattern}: ${missing}`);
  if (!fields.C && pattern.length !== 18)
    return refusal('IN_STORE_PATTERN_MISSING', pattern.length - 1, `${pattern}: C`);
  const price = (fields.P !== undefined) === (rule.price !== undefined);
  const weight = (fields.W !== undefined) === (rule.weight !== undefined);
  if (!price) return refusal('IN_STORE_PATTERN_UNIT', fields.P?.start ?? 0, `${pattern}: price`);
  if (!weight) return refusal('IN_STORE_PATTERN_UNIT', fields.W?.start ?? 0, `${pattern}: weight`);
  return undefined;
}

function checkDigits(rule: InStoreRule, fields: CompiledRule['fields']): Gs1Refusal | undefined {
  const { pattern, innerCheck } = rule;
  const { C, V } = fields;
  if (C && (C.length !== 1 || C.start !== pattern.length - 1)) {
    return refusal('IN_STORE_PATTERN_CHECK', C.start, `${pattern}: C`);
  }
  if (!V && !innerCheck) return undefined;
  const checked = checkedField(fields);
  const fits = V?.length === 1 && innerCheck && checked?.length === fieldLength(innerCheck);
  return fits ? undefined : refusal('IN_STORE_PATTERN_CHECK', V?.start ?? 0, `${pattern}: V ${innerCheck ?? ''}`);
}

/** The field that V is made from; undefined when there is more than one that it could be. */
export function checkedField({ P, W, Q }: CompiledRule['fields']): Field | undefined {
  const values = [P, W, Q].filter((field) => field !== undefined);
  return values.length === 1 ? values[0] : undefined;
}

function checkPayment({ pattern, mayBePayment }: InStoreRule, prefix: string): Gs1Refusal | undefined {
  const clash = pattern.length === 18 && /^2[5-9]/.test(prefix);
  return clash && !mayBePayment ? refusal('IN_STORE_PATTERN_PAYMENT', 0, pattern) : undefined;
}

/** Whether some code fits both patterns, check digits aside; a shorter code may come padded with zeros to 14. */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [one.padStart(14, '0'), other.padStart(14, '0')];
  if (a.length !== b.length) return false;
  const fixed = /\d/;
  return [...a].every((sign, place) => {
    const there = b[place] ?? '';
    return !fixed.test(sign) || !fixed.test(there) || sign === there;
  });
}
