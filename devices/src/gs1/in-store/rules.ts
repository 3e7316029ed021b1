import { inStorePresets } from '@tillside/firmware-configs';
import { z } from 'zod';
import { refusal } from '../problems.ts';
import type { Gs1Refusal } from '../types.ts';
import { compileRule, overlap } from './pattern.ts';

const Price = z.strictObject({ decimals: z.number().int().min(0).max(2) });
const Weight = z.union([
  z.strictObject({ unit: z.literal('g'), decimals: z.literal(0) }),
  z.strictObject({ unit: z.literal('kg'), decimals: z.number().int().min(0).max(3) }),
]);

/** How one kind of in-store code is read. `pattern` is explained in `pattern.ts`. */
export const InStoreRule = z
  .strictObject({
    name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/),
    pattern: z.string().min(1).max(32),
    /** Digits of P after the point, in the store's currency: 2 = fen, 1 = jiao, 0 = yuan. */
    price: Price.optional(),
    weight: Weight.optional(),
    /** How V is made from the price, weight or count of 4 or 5 digits (GS1 General Specifications, 7.9). */
    innerCheck: z.enum(['gs1-price-4', 'gs1-price-5']).optional(),
    /** Accepts that one in ten payment codes with these leading digits will be taken for a label. */
    mayBePayment: z.literal(true).optional(),
  })
  .superRefine((rule, context) => {
    const compiled = compileRule(rule);
    if (!compiled.ok) report(context, compiled, ['pattern']);
  });
export type InStoreRule = z.infer<typeof InStoreRule>;

/** A preset of firmware-configs; the options replace its own, where it has such a field. */
const PresetChoice = z.strictObject({
  preset: z.string().min(1).max(40),
  /** The leading two digits, for presets of one rule, whose flag the retailer chooses. */
  flag: z
    .string()
    .regex(/^\d{2}$/)
    .optional(),
  price: Price.optional(),
  weight: Weight.optional(),
  mayBePayment: z.literal(true).optional(),
});
type PresetChoice = z.infer<typeof PresetChoice>;

const FORMS =
  'give the name of a preset, or { preset, flag, price, weight }, or { name, pattern, price, weight, innerCheck }';

const Choice = z.union([z.string().min(1).max(40), PresetChoice, InStoreRule], FORMS);

/**
 * The in-store codes of a store: a preset by name (`SE`), a preset with options (`{ preset: CN-13-amount, flag: '22' }`), own rules, or a
 * list of these. Parsed, it is a flat list of rules, which parses to itself. No two rules match the same code.
 */
export const InStoreRules = z
  .union([Choice, z.array(Choice).max(100)], FORMS)
  .transform((given, context): InStoreRule[] => {
    const list = Array.isArray(given) ? given : [given];
    const rules: { rule: InStoreRule; path: (string | number)[] }[] = [];
    for (const [index, choice] of list.entries()) {
      const path = Array.isArray(given) ? [index] : [];
      const found = expand(choice);
      if (!found.ok) report(context, found, path);
      else rules.push(...found.value.map((rule) => ({ rule, path })));
    }
    for (const [index, { rule, path }] of rules.entries()) {
      const before = rules.slice(0, index).find((other) => overlap(other.rule.pattern, rule.pattern));
      if (before) {
        const detail = `${before.rule.name} ${before.rule.pattern}, ${rule.name} ${rule.pattern}`;
        report(context, refusal('IN_STORE_OVERLAP', 0, detail), path);
      }
    }
    return rules.map(({ rule }) => rule);
  });
export type InStoreRules = z.infer<typeof InStoreRules>;

function expand(choice: z.infer<typeof Choice>): { ok: true; value: InStoreRule[] } | Gs1Refusal {
  if (typeof choice === 'object' && 'pattern' in choice) return { ok: true, value: [choice] };
  const options: PresetChoice = typeof choice === 'string' ? { preset: choice } : choice;
  const preset = inStorePresets().get(options.preset);
  if (!preset) return refusal('IN_STORE_PRESET', 0, [...inStorePresets().keys()].join(', '));
  const rules = preset.rules.map((rule) => withOptions(rule, options));
  const misfit =
    (options.flag !== undefined && rules.length > 1) ||
    (options.price !== undefined && !rules.some(({ price }) => price)) ||
    (options.weight !== undefined && !rules.some(({ weight }) => weight));
  if (misfit) return refusal('IN_STORE_PRESET_OPTION', 0, options.preset);
  for (const rule of rules) {
    const compiled = compileRule(rule);
    if (!compiled.ok) return compiled;
  }
  return { ok: true, value: rules };
}

function withOptions(rule: InStoreRule, { flag, price, weight, mayBePayment }: PresetChoice): InStoreRule {
  return {
    ...rule,
    ...(flag === undefined ? {} : { pattern: flag + rule.pattern.slice(2) }),
    ...(price && rule.price ? { price } : {}),
    ...(weight && rule.weight ? { weight } : {}),
    ...(mayBePayment === undefined ? {} : { mayBePayment }),
  };
}

/** One issue, its text led by the stable code; `position` (in the pattern) is in the parameters and in the text. */
function report(context: z.RefinementCtx, { problem }: Gs1Refusal, path: (string | number)[]): void {
  const { code, message, hint, position } = problem;
  const where = path.at(-1) === 'pattern' ? ` at ${position + 1}` : '';
  context.addIssue({
    code: 'custom',
    path,
    message: `${code}${where}: ${message} ${hint}`,
    params: { code, position },
  });
}
