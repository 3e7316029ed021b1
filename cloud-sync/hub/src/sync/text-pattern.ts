import type { z } from 'zod';

/**
 * Patterns of JSON texts that a schema is sure to accept. A text is taken as one character for each of its bytes, so that a limit in characters holds all the more where some
 * need several. Never more lenient than the schema; stricter wherever that is simpler: keys in few orders and without spaces, no escapes, numbers of up to nine digits,
 * no 29th of February.
 */
const CHAR = '[^"\\\\\\x00-\\x1f]';
/** Where there is a least length, one byte must be one character. */
const ASCII_CHAR = '[ !#-\\[\\]-~]';
const DATE =
  '\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|1\\d|2[0-8]))';
const INSTANT = `${DATE}T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)`;
const UUID = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}';
/** The expressions that are taken over: sets of plain characters, each with a count. */
const PLAIN_SETS = /^\^((?:\[[A-Za-z0-9_-]+\](?:\{\d+(?:,\d+)?\})?)+)\$$/;
export const MAX_DIGITS = 9;
const MOST = 10 ** MAX_DIGITS - 1;

/** What is looked at in a schema. */
interface Definition {
  readonly type: string;
  readonly checks?: readonly { readonly _zod: { readonly def: Check } }[];
  readonly shape?: z.core.$ZodShape;
  readonly catchall?: z.core.$ZodType;
  readonly element?: z.core.$ZodType;
  readonly innerType?: z.core.$ZodType;
  readonly entries?: Readonly<Record<string, string>>;
  readonly values?: readonly unknown[];
  readonly format?: string;
  readonly check?: string;
}
interface Check {
  readonly check: string;
  readonly format?: string;
  readonly pattern?: RegExp;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly length?: number;
  readonly value?: number;
  readonly inclusive?: boolean;
  readonly offset?: boolean;
  readonly local?: boolean;
  readonly precision?: number | null;
}

export type Field = readonly [string, z.core.$ZodType];

const definitionOf = (schema: z.core.$ZodType): Definition => schema._zod.def as unknown as Definition;
/** A format may be the schema's own, or one of its checks. */
const checksOf = (definition: Definition): Check[] => [
  ...(definition.check === undefined ? [] : [definition as unknown as Check]),
  ...(definition.checks ?? []).map(({ _zod }) => _zod.def),
];
const quoted = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
export const isOptional = (schema: z.core.$ZodType): boolean => definitionOf(schema).type === 'optional';

/** The pattern as the source of an expression without groups; null for what none is known for. */
export function patternOf(schema: z.core.$ZodType): string | null {
  const definition = definitionOf(schema);
  switch (definition.type) {
    case 'string':
      return ofString(checksOf(definition));
    case 'number':
      return ofNumber(checksOf(definition));
    case 'boolean':
      return '(?:true|false)';
    case 'enum':
      return ofValues(Object.values(definition.entries ?? {}));
    case 'literal':
      return ofValues(definition.values ?? []);
    case 'array':
      return ofArray(definition);
    case 'object':
      return isStrict(schema) ? ofObject(Object.entries(definition.shape ?? {})) : null;
    default:
      return null;
  }
}

/** Does an object refuse what it does not know? */
export function isStrict(schema: z.core.$ZodType): boolean {
  const { type, catchall, checks = [] } = definitionOf(schema);
  return type === 'object' && checks.length === 0 && catchall !== undefined && definitionOf(catchall).type === 'never';
}

/**
 * Fields of an object in their order; the first must be a required one. `capture`: whose values become groups, in the order of the fields. `goesOn`: fields came before.
 */
export function fieldsPattern(
  fields: readonly Field[],
  { capture = [], goesOn = false }: { capture?: readonly string[]; goesOn?: boolean } = {},
): string | null {
  let pattern = '';
  for (const [key, schema] of fields) {
    const optional = isOptional(schema);
    const isFirst = !goesOn && pattern === '';
    const value = patternOf(optional ? (definitionOf(schema).innerType ?? schema) : schema);
    if (value === null || (optional && isFirst)) return null;
    const field = `${isFirst ? '' : ','}"${quoted(key)}":${capture.includes(key) ? captured(value) : value}`;
    pattern += optional ? `(?:${field})?` : field;
  }
  return pattern;
}

/** Fields in the order of the schema, or those that may be missing after all others: agents write either. */
function ofObject(fields: readonly Field[]): string | null {
  const inOrder = fieldsPattern(fields);
  const required = fields.filter(([, schema]) => !isOptional(schema));
  const optionalLast = fieldsPattern([...required, ...fields.filter(([, schema]) => isOptional(schema))]);
  if (inOrder === null || inOrder === optionalLast) return optionalLast === null ? null : `\\{${optionalLast}\\}`;
  return `\\{(?:${inOrder}|${optionalLast})\\}`;
}

/** A text without its quotes. */
const captured = (value: string): string =>
  value.startsWith('"') && value.endsWith('"') ? `"(${value.slice(1, -1)})"` : `(${value})`;

function ofString(checks: readonly Check[]): string | null {
  let [least, most] = [0, Number.POSITIVE_INFINITY];
  let format: string | null = null;
  for (const check of checks) {
    const { minimum = 0, maximum = Number.POSITIVE_INFINITY, length = 0 } = check;
    if (check.check === 'min_length') least = Math.max(least, minimum);
    else if (check.check === 'max_length') most = Math.min(most, maximum);
    else if (check.check === 'length_equals') [least, most] = [Math.max(least, length), Math.min(most, length)];
    else if (check.check === 'string_format' && format === null) format = ofFormat(check);
    else return null;
    if (check.check === 'string_format' && format === null) return null;
  }
  const isBounded = least > 0 || most < Number.POSITIVE_INFINITY;
  if (format !== null) return isBounded ? null : `"${format}"`;
  return `"${least > 1 ? ASCII_CHAR : CHAR}{${least},${most === Number.POSITIVE_INFINITY ? '' : most}}"`;
}

function ofFormat({ format, pattern, offset, local, precision }: Check): string | null {
  if (format === 'uuid') return UUID;
  if (format === 'date') return DATE;
  if (format === 'datetime') return offset === true && local !== true && precision == null ? INSTANT : null;
  if (format === 'regex' && pattern?.flags === '') return PLAIN_SETS.exec(pattern.source)?.[1] ?? null;
  return null;
}

function ofNumber(checks: readonly Check[]): string | null {
  let [least, most, isWhole] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, false];
  for (const { check, format, value = 0, inclusive = false } of checks) {
    if (check === 'number_format' && format === 'safeint') isWhole = true;
    else if (check === 'greater_than') least = Math.max(least, inclusive ? value : value + 1);
    else if (check === 'less_than') most = Math.min(most, inclusive ? value : value - 1);
    else return null;
  }
  // A share: up to a power of ten, that one included.
  if (isWhole && least === 1 && /^10+$/.test(`${most}`)) return `(?:${most}|[1-9]\\d{0,${`${most}`.length - 2}})`;
  if (!isWhole || most < MOST || least > 1) return null;
  const positive = `[1-9]\\d{0,${MAX_DIGITS - 1}}`;
  if (least === 1) return positive;
  return least <= -MOST ? `(?:0|-?${positive})` : `(?:0|${positive})`;
}

const isPlain = (value: unknown): value is string | boolean =>
  typeof value === 'boolean' || (typeof value === 'string' && new RegExp(`^${ASCII_CHAR}*$`).test(value));

function ofValues(values: readonly unknown[]): string | null {
  return values.every(isPlain) ? `(?:${values.map((value) => quoted(JSON.stringify(value))).join('|')})` : null;
}

function ofArray(definition: Definition): string | null {
  const element = definition.element === undefined ? null : patternOf(definition.element);
  if (element === null) return null;
  let [least, most] = [0, Number.POSITIVE_INFINITY];
  for (const { check, minimum = 0, maximum = Number.POSITIVE_INFINITY } of checksOf(definition)) {
    if (check === 'min_length') least = Math.max(least, minimum);
    else if (check === 'max_length') most = Math.min(most, maximum);
    else return null;
  }
  if (least > 1 || most < 1) return null;
  const more = most === Number.POSITIVE_INFINITY ? '*' : `{0,${most - 1}}`;
  const list = `${element}(?:,${element})${more}`;
  return least === 1 ? `\\[${list}\\]` : `\\[(?:${list})?\\]`;
}
