import { checkDigit } from '../gtin.ts';
import { refusal } from '../problems.ts';
import type { Gs1Result } from '../types.ts';
import { innerCheckDigit } from './inner-check.ts';
import { type CompiledRule, checkedField, compileRule, type FieldLetter } from './pattern.ts';
import { type InStoreReading, priceStep, weightStep } from './read.ts';
import type { InStoreRule } from './rules.ts';

/** The code that `readInStore` reads as this; `gtin` and `rule` of the reading are not looked at. A value that does not fit is refused. */
export function writeInStore(reading: InStoreReading, rule: InStoreRule): Gs1Result<string> {
  const compiled = compileRule(rule);
  if (!compiled.ok) return compiled;
  const { fields } = compiled.value;
  const code = [...rule.pattern.replace(/[A-Z]/g, '0')];
  for (const [letter, text] of valuesOf(reading, rule)) {
    const field = fields[letter];
    if (!field && text === undefined) continue;
    const length = field?.length ?? 0;
    const padded = letter === 'I' ? text : text?.padStart(length, '0');
    if (padded === undefined || padded.length !== length || !/^\d+$/.test(padded)) {
      return refusal('IN_STORE_VALUE', field?.start ?? 0, `${rule.pattern}: ${letter}`);
    }
    code.splice(field?.start ?? 0, length, ...padded);
  }
  return { ok: true, value: withChecks(code, compiled.value) };
}

/** Each value as digits of its field; a value between two steps of the field has a point in it, which no field takes. */
function valuesOf(reading: InStoreReading, rule: InStoreRule): [FieldLetter, string | undefined][] {
  const steps = (value: number | undefined, step: number) => (value === undefined ? undefined : String(value / step));
  return [
    ['I', reading.item],
    ['P', steps(reading.priceMinor, priceStep(rule))],
    ['W', steps(reading.weightGrams, weightStep(rule))],
    ['Q', steps(reading.quantity, 1)],
  ];
}

function withChecks(code: string[], { rule, fields }: CompiledRule): string {
  const checked = checkedField(fields);
  if (fields.V && rule.innerCheck && checked) {
    const field = code.slice(checked.start, checked.start + checked.length).join('');
    code[fields.V.start] = String(innerCheckDigit(rule.innerCheck, field));
  }
  const body = code.slice(0, -1).join('');
  return fields.C ? `${body}${checkDigit(body)}` : code.join('');
}
