import { randomUUID } from 'node:crypto';
import { EVENT_TYPES, type EventType, SaleCompleted } from '@tillside/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { z } from 'zod';
import { chainOf, saleBody } from '../testing/events.ts';
import { sumEffects } from './effects.ts';
import { type IncomingEvent, readLine } from './incoming.ts';
import { QUICK_TYPES, type QuickLine, readQuickLine } from './quick-line.ts';
import { decoded, QuickSums } from './quick-sums.ts';

const AT = '2024-03-02T09:15:30.25+08:00';

function quickly(text: string): QuickLine | null {
  const latin1 = Buffer.from(text).toString('latin1');
  return readQuickLine(`x${latin1}\n`, 1, 1 + latin1.length);
}

/** What both ways say of an event. */
function saidQuickly({ sale, members, ...event }: QuickLine): object {
  const sums = new QuickSums();
  if (sale === undefined) return { ...event, sums: sumEffects([]), lookup: undefined, members };
  sums.add(sale);
  const { receiptNumber, businessDate, memberId, completedAt: at, payableFen: fen } = sale;
  const saleId = decoded(sale.saleId);
  const lookup = { saleId, receiptNumber: decoded(receiptNumber), businessDate };
  const purchase = { saleId, memberId, month: businessDate.slice(0, 7), at, fen };
  return {
    ...event,
    sums: sumEffects(sums.effects()),
    lookup,
    members: memberId === undefined ? undefined : { purchase },
  };
}
function said({ hash: _hash, text: _text, quarantine, effects, ...event }: IncomingEvent): object {
  expect(quarantine).toBeNull();
  const { sales, totals, lookup, members, ...others } = effects;
  expect(others).toEqual({});
  return { ...event, sums: byKey(sumEffects([{ sales, totals }])), lookup, members };
}
const byKey = ({ sales, totals }: ReturnType<typeof sumEffects>) => ({
  sales,
  totals: [...totals].sort((a, b) => (a.dimension + a.key < b.dimension + b.key ? -1 : 1)),
});

/** True where it was read quickly, and then as `readLine` reads it. */
function agree(text: string): boolean {
  const quick = quickly(text);
  if (quick === null) return false;
  const read = readLine(text);
  if (!read.ok) throw new Error(`${read.message}: ${text}`);
  const { sums, ...rest } = saidQuickly(quick) as { sums: ReturnType<typeof sumEffects> };
  expect({ ...rest, sums: byKey(sums) }).toEqual(said(read.event));
  return true;
}

/** Values at and around what a schema allows. */
const Text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 8 }),
  fc.constantFrom(
    '',
    '牛奶',
    '𝟙',
    'a"b',
    'a\\b',
    'a\nb',
    '\u{7f}',
    '\u2028',
    '}',
    '"],"amountFen":1',
    'x'.repeat(64),
    'x'.repeat(65),
    '界'.repeat(64),
  ),
);
const Number_ = fc.oneof(
  fc.integer({ min: -5, max: 5_000 }),
  fc.constantFrom(0, -0, 1.5, 1e21, 999_999_999, 1_000_000_000, 2 ** 40, 2 ** 40 + 1, 2 ** 53, -(2 ** 40)),
);
const Moment = fc.constantFrom(
  AT,
  '2024-03-02T09:15:30Z',
  '2024-02-29T00:00:00Z',
  '2023-02-29T00:00:00Z',
  '2024-03-02',
  '2024-03-02T09:15Z',
  '2024-04-31',
  '2024-03-02T24:00:00Z',
  '2024-03-02T09:15:30+24:00',
  '2024-03-02T09:15:30',
);
const Anything = fc.oneof(Text, Number_, Moment, fc.boolean(), fc.constantFrom<unknown>(null, [], {}, [1], { a: 1 }));

interface Definition {
  readonly type: string;
  readonly shape?: Record<string, z.ZodType>;
  readonly element?: z.ZodType;
  readonly innerType?: z.ZodType;
  readonly entries?: Record<string, string>;
  readonly values?: unknown[];
}

/** Mostly what a schema takes. */
function arbitraryOf(schema: z.ZodType): fc.Arbitrary<unknown> {
  const { type, shape = {}, element, innerType, entries = {}, values = [] } = schema._zod.def as unknown as Definition;
  if (type === 'object') {
    const fields = Object.entries(shape);
    const required = fields.filter(([, field]) => field._zod.def.type !== 'optional').map(([key]) => key);
    const model = Object.fromEntries(fields.map(([key, field]) => [key, arbitraryOf(field)]));
    return fc.record(model, { requiredKeys: required });
  }
  if (type === 'array') return fc.array(arbitraryOf(element as z.ZodType), { minLength: 1, maxLength: 3 });
  if (type === 'optional') return arbitraryOf(innerType as z.ZodType);
  const good = fc.constantFrom<unknown>(
    '1',
    1,
    0,
    '2024-03-02',
    AT,
    true,
    false,
    'm_0001',
    'a'.repeat(64),
    ...Object.values(entries),
    ...values,
  );
  const any = type === 'string' ? fc.oneof(Text, Moment) : type === 'number' ? Number_ : Anything;
  // So rarely odd that whole bodies are often plain.
  const value = fc.oneof({ weight: 1, arbitrary: any }, { weight: 40, arbitrary: good });
  return value.filter((each) => schema.safeParse(each).success);
}

const bodies = QUICK_TYPES.map((type) => ({ type, body: arbitraryOf(EVENT_TYPES[type].body) }));

interface Change {
  readonly place: number;
  readonly how: 'gone' | 'other' | 'last' | 'twice';
  readonly value: unknown;
}
const Changes = fc.array(
  fc.record<Change>({ place: fc.nat(60), how: fc.constantFrom('gone', 'other', 'last', 'twice'), value: Anything }),
  { maxLength: 2 },
);

/** The text of a value with some fields of its objects gone, another, at the end, or there twice. */
function written(value: unknown, changes: readonly Change[]): string {
  let place = 0;
  const write = (part: unknown): string => {
    if (Array.isArray(part)) return `[${part.map(write).join(',')}]`;
    if (typeof part !== 'object' || part === null) return JSON.stringify(part);
    const [fields, last]: string[][] = [[], []];
    for (const [key, inner] of Object.entries(part)) {
      place += 1;
      const change = changes.find((each) => each.place === place);
      const held = change?.how === 'other' ? change.value : inner;
      const field = `${JSON.stringify(key)}:${write(held)}`;
      if (change?.how === 'gone') continue;
      (change?.how === 'last' ? last : fields)?.push(field);
      if (change?.how === 'twice') last?.push(field);
    }
    return `{${[...(fields ?? []), ...(last ?? [])].join(',')}}`;
  };
  return write(value);
}

test.each(bodies)('$type: what is read quickly is what is read', ({ type, body }) => {
  const chain = chainOf('s1', EVENT_TYPES[type].stream, randomUUID());
  let quick = 0;
  fc.assert(
    fc.property(body, Changes, fc.boolean(), (data, changes, isWhole) => {
      const envelope = chain.next(type, data as Record<string, unknown>);
      if (isWhole) {
        const text = JSON.stringify(envelope).slice(0, -1 - JSON.stringify(envelope.data).length);
        if (agree(`${text}${written(envelope.data, changes)}}`)) quick += 1;
      } else agree(written(envelope, changes));
    }),
    { numRuns: type === 'tillside.sale.completed.v1' ? 600 : 200 },
  );
  // Of sales half are of guests, which are left to the reader.
  expect(quick).toBeGreaterThan(4);
});

test('what agents write is read quickly, whatever their language', () => {
  const [sales, ops] = [chainOf('s1'), chainOf('s1', 'ops')];
  const [line] = saleBody().lines;
  const weighed = { ...line, category: '牛奶', weightGrams: 3, priceSet: { by: 'open', masterFen: 3 } };
  const more = { memberId: 'm_0001', gifts: [{ campaignId: 'c', sku: 's', pieces: 1 }], shiftId: '早班' };
  const body = SaleCompleted.parse({ ...saleBody(), lines: [line, weighed], ...more });
  const sale = sales.next('tillside.sale.completed.v1', body);
  // Fields that may be missing come after the others.
  const served = { recommendationId: 'r', channel: 'till', source: 'model', skus: ['1'], at: AT, modelId: 'm' };
  for (const envelope of [sale, ops.next('tillside.recommendation.served.v1', served)])
    expect(agree(JSON.stringify(envelope))).toBe(true);
});

test.each<[string, (text: string) => string]>([
  ['a space', (text) => text.replace(':', ': ')],
  ['an escape', (text) => text.replace('till-1', '\\u0074ill-1')],
  ['a key twice', (text) => text.replace('"late":false', '"late":false,"late":false')],
  ['a key twice in the envelope', (text) => text.replace('"stream":"sales"', '"stream":"sales","stream":"sales"')],
  ['a tail', (text) => `${text} `],
  ['another brace', (text) => `${text}}`],
  ['a brace too few', (text) => text.slice(0, -1)],
  ['another stream', (text) => text.replace('"stream":"sales"', '"stream":"ops"')],
  ['another version', (text) => text.replace('sale.completed.v1', 'sale.completed.v2')],
  ['a control character', (text) => text.replace('till-1', 'till-\u0001')],
])('%s is left to who reads it slowly', (_, change) => {
  const text = JSON.stringify(chainOf('s1').sale());
  expect(quickly(text)).not.toBeNull();
  expect(change(text)).not.toBe(text);
  expect(quickly(change(text))).toBeNull();
});

test('a sale of a guest is left to who reads it slowly: whose it is is found out later', () => {
  const guest = { codeHash: 'a'.repeat(64), at: AT, points: 3 };
  const text = JSON.stringify(chainOf('s1').next('tillside.sale.completed.v1', { ...saleBody(), guest }));
  expect(readLine(text)).toMatchObject({ event: { quarantine: null, effects: { members: { guest: { points: 3 } } } } });
  expect(quickly(text)).toBeNull();
});

test('every type without effects of its own that is named is one', () => {
  expect(new Set(QUICK_TYPES).size).toBe(QUICK_TYPES.length);
  for (const type of QUICK_TYPES) expect(Object.keys(EVENT_TYPES)).toContain(type satisfies EventType);
});

test('points that sales earn are read quickly and as they are read; what an entry may not be is left to the reader', () => {
  const chain = chainOf('s1', 'sales', randomUUID());
  const moved = (...entries: object[]): string =>
    JSON.stringify(chain.next('tillside.points.moved.v1', { entries } as never));
  const earn = { entryId: 'earn:s1:0193-7f', memberId: 'm_0001', kind: 'earn', points: 12, at: AT };
  const lots = { availableAt: AT, expiresAt: '2027-03-02T00:00:00Z' };
  for (const text of [
    moved(earn),
    moved({ ...earn, ...lots }),
    moved(earn, { ...earn, entryId: 'earn:s1:2', points: 1 }),
  ])
    expect(agree(text)).toBe(true);
  const others: object[] = [
    { points: 0 },
    { points: -1 },
    { points: 1.5 },
    { points: 1e9 },
    { entryId: 'earn:s2:1' },
    { entryId: 'burn:s1:1' },
    { entryId: 'burn:s1:1', kind: 'burn' },
    { of: 'earn:s1:1' },
    { reason: '生日' },
    { at: '2024-02-30T00:00:00Z' },
    { memberId: 'm' },
    { more: 1 },
  ];
  for (const change of others) expect(quickly(moved({ ...earn, ...change }))).toBeNull();
  expect(quickly(moved())).toBeNull();
  expect(quickly(moved(...Array.from({ length: 21 }, (_, at) => ({ ...earn, entryId: `earn:s1:${at}` }))))).toBeNull();
});
