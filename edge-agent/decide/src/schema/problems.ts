import { z } from 'zod';
import { type DecideError, type DecideErrorCode, decideError } from '../errors.ts';
import { DECIDE_LIMITS } from '../limits.ts';

type Path = readonly PropertyKey[];
type Issue = z.core.$ZodIssue;

/** `campaigns[2].window.to` */
export function pathText(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}

function valueAt(input: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined,
    input,
  );
}

function unwrap(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? unwrap(schema.unwrap()) : schema;
}

/** Schemas that a value may be meant for: a union is narrowed by the value's discriminator where it matches. */
export function candidatesFor(schema: unknown, value: unknown): unknown[] {
  const here = unwrap(schema);
  if (here instanceof z.ZodDiscriminatedUnion) {
    const options = here.options as unknown as z.ZodObject[];
    const wanted = valueAt(value, [here.def.discriminator]);
    const fits = options.filter((option) => (option.shape[here.def.discriminator] as z.ZodLiteral).value === wanted);
    return fits.length > 0 ? fits : options;
  }
  return here instanceof z.ZodUnion ? [...here.options] : [here];
}

/** Object schemas that may stand at a path. */
function objectsAt(schema: unknown, input: unknown, path: Path): z.ZodObject[] {
  const [head, ...rest] = path;
  return candidatesFor(schema, input).flatMap((here) => {
    if (here instanceof z.ZodObject) {
      return head === undefined ? [here] : objectsAt(here.shape[String(head)], valueAt(input, [head]), rest);
    }
    if (here instanceof z.ZodArray && head !== undefined) return objectsAt(here.element, valueAt(input, [head]), rest);
    return [];
  });
}

/** Edits between two short texts (insert, delete, replace). */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const change = left[i - 1] === right[j - 1] ? 0 : 1;
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + change));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}

/** The known name nearest to an unknown one, by edits without regard to case. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const short = name.slice(0, DECIDE_LIMITS.maxIdChars).toLowerCase();
  return known
    .map((candidate) => ({ candidate, edits: editDistance(short, candidate.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits || (a.candidate < b.candidate ? -1 : 1))[0]?.candidate;
}

function unknownFields(schema: unknown, input: unknown, issue: Issue & { code: 'unrecognized_keys' }): DecideError[] {
  const known = [...new Set(objectsAt(schema, input, issue.path).flatMap((object) => Object.keys(object.shape)))];
  return issue.keys.slice(0, DECIDE_LIMITS.maxErrors).map((key) => {
    const near = nearestName(key, known);
    const name = key.slice(0, DECIDE_LIMITS.maxIdChars);
    return decideError(
      'UNKNOWN_FIELD',
      pathText([...issue.path, name]),
      `Field "${name}" is not known here.`,
      near === undefined ? undefined : `Did you mean "${near}"?`,
    );
  });
}

const LIST_CODES: ReadonlyMap<string, DecideErrorCode> = new Map([
  ['tiers', 'TOO_MANY_TIERS'],
  ['campaigns', 'TOO_MANY_CAMPAIGNS'],
  ['lines', 'TOO_MANY_LINES'],
  ['coupons', 'TOO_MANY_COUPONS'],
]);

/** A list that is longer than allowed, by the code of its field. */
function tooManyEntries(path: Path, most: number): DecideError {
  const last = String(path.at(-1));
  // Audiences have a list named tiers too: its limit is another one.
  const code = last === 'tiers' && most !== DECIDE_LIMITS.maxTiers ? undefined : LIST_CODES.get(last);
  return decideError(code ?? 'TOO_MANY_ENTRIES', pathText(path), `At most ${most} entries are allowed.`);
}

/** The field's name says the unit; an entry of a list has the list's. */
function isShare(path: Path): boolean {
  const name = path.findLast((part) => typeof part === 'string');
  return name?.endsWith('Bp') ?? false;
}

function rangeError(input: unknown, issue: Issue & { code: 'too_big' | 'too_small' }): DecideError {
  const path = pathText(issue.path);
  const big = issue.code === 'too_big';
  const limit = String(big ? issue.maximum : issue.minimum);
  if (issue.origin === 'array') {
    return big ? tooManyEntries(issue.path, Number(issue.maximum)) : decideError('EMPTY_LIST', path);
  }
  if (issue.origin === 'string') {
    return big
      ? decideError('TOO_LARGE', path, `At most ${limit} characters are allowed.`)
      : decideError('EMPTY_LIST', path);
  }
  if (isShare(issue.path)) return decideError('PERCENT_OUT_OF_RANGE', path);
  if (big) return decideError('TOO_LARGE', path, `The largest value is ${limit}.`);
  const value = valueAt(input, issue.path);
  if (typeof value === 'number' && value < 0) return decideError('NEGATIVE_AMOUNT', path);
  return decideError('TOO_SMALL', path, `The smallest value is ${limit}.`);
}

function typeError(input: unknown, issue: Issue & { code: 'invalid_type' }): DecideError {
  const path = pathText(issue.path);
  const value = valueAt(input, issue.path);
  if (value === undefined) return decideError('MISSING_FIELD', path);
  if (typeof value === 'number' && (issue.expected === 'int' || issue.expected === 'number'))
    return decideError('NOT_AN_INTEGER', path);
  return wrongType(issue.path, issue.expected);
}

/** A value of another type than the field's. */
export function wrongType(path: Path, expected: string): DecideError {
  return decideError('WRONG_TYPE', pathText(path), `Expected ${expected}.`);
}

function toErrors(schema: unknown, input: unknown, issue: Issue): DecideError[] {
  const path = pathText(issue.path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return unknownFields(schema, input, issue);
    case 'too_big':
    case 'too_small':
      return [rangeError(input, issue)];
    case 'invalid_type':
      return [typeError(input, issue)];
    case 'invalid_format':
      return [
        decideError(
          'BAD_FORMAT',
          path,
          `Expected the form of ${issue.format}${issue.pattern ? ` (${issue.pattern})` : ''}.`,
        ),
      ];
    case 'invalid_union':
      return unionErrors(schema, input, issue);
    default:
      return [valueError(input, issue)];
  }
}

/** Values that the schema would have taken, where it lists them. */
function allowedValues(issue: Issue): readonly string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  return issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options)
    ? issue.options.map(String)
    : [];
}

function valueError(input: unknown, issue: Issue): DecideError {
  const path = pathText(issue.path);
  const value = valueAt(input, issue.path);
  if (value === undefined) return decideError('MISSING_FIELD', path);
  const allowed = allowedValues(issue);
  const near = typeof value === 'string' ? nearestName(value, allowed) : undefined;
  const isNear =
    near !== undefined && editDistance(String(value).slice(0, DECIDE_LIMITS.maxIdChars), near) <= near.length / 2;
  return decideError(
    'UNKNOWN_VALUE',
    path,
    allowed.length === 0 ? undefined : `Expected one of: ${allowed.join(', ')}.`,
    isNear ? `Did you mean "${near}"?` : undefined,
  );
}

/** A union without a discriminator (who funds): the errors of the option whose type the value has, else of the whole. */
function unionErrors(schema: unknown, input: unknown, issue: Issue & { code: 'invalid_union' }): DecideError[] {
  const meant = issue.errors.find((issues) => issues.length > 0 && issues.every(isInside));
  if (!meant) return [valueError(input, issue)];
  return meant.flatMap((one) => toErrors(schema, input, { ...one, path: [...issue.path, ...one.path] }));
}

function isInside(issue: Issue): boolean {
  return issue.path.length > 0 || issue.code === 'unrecognized_keys';
}

/** Every issue of a schema as coded errors, each code once for a field, the list bounded. */
export function codedErrors(schema: unknown, input: unknown, issues: readonly Issue[]): DecideError[] {
  const found = new Map<string, DecideError>();
  for (const issue of issues.slice(0, DECIDE_LIMITS.maxErrors)) {
    for (const error of toErrors(schema, input, issue)) {
      const key = `${error.code} ${error.path}`;
      // Of two limits of one field the later is the field's own, the earlier that of whole numbers.
      found.set(key, error);
    }
  }
  // What is of another type has no length that could be wrong too.
  const misplaced = new Set([...found.values()].flatMap(({ code, path }) => (code === 'WRONG_TYPE' ? [path] : [])));
  return [...found.values()]
    .filter(({ code, path }) => code === 'WRONG_TYPE' || !misplaced.has(path))
    .slice(0, DECIDE_LIMITS.maxErrors);
}
