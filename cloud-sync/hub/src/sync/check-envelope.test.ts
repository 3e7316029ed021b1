import { Envelope, STREAMS } from '@tillside/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chainOf } from '../testing/events.ts';
import { checkEnvelope, isPlainEnvelope } from './check-envelope.ts';

const sale = chainOf('s1').sale();
const Instant = fc
  .tuple(
    fc.date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
    fc.constantFrom('Z', '+08:00', '-11:30'),
  )
  .map(([date, zone]) => date.toISOString().replace('Z', zone));

const Good = fc.record({
  specversion: fc.constant('1.0'),
  id: fc.uuid(),
  source: fc.string({ maxLength: 128 }),
  type: fc.string({ maxLength: 128 }),
  time: Instant,
  datacontenttype: fc.constant('application/json'),
  store: fc.stringMatching(/^[a-z0-9][a-z0-9-]{1,31}$/),
  epoch: fc.uuid(),
  stream: fc.constantFrom(...STREAMS),
  seq: fc.integer({ min: 1, max: 2_147_483_647 }),
  prevhash: fc.stringMatching(/^[0-9a-f]{64}$/),
  data: fc.dictionary(fc.string(), fc.jsonValue()),
});

test('the quick check says yes to what agents write, and only to what the schema accepts', () => {
  fc.assert(
    fc.property(Good, (envelope) => {
      const json: unknown = JSON.parse(JSON.stringify(envelope));
      expect(Envelope.safeParse(json).success).toBe(true);
      expect(isPlainEnvelope(json)).toBe(!envelope.time.slice(4).startsWith('-02-29'));
    }),
  );
});

const Odd = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    0,
    -1,
    1.5,
    2_147_483_648,
    1e300,
    '',
    'S1',
    '1.1',
    'x'.repeat(129),
    'g'.repeat(64),
    [],
    {},
    null,
    true,
  ),
  fc.constantFrom<unknown>(
    '2024-02-30T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '2024-02-29T00:00:00Z',
    '2024-13-01T00:00:00Z',
  ),
  fc.constantFrom<unknown>(
    '2024-01-01T24:00:00Z',
    '2024-01-01T00:00:60Z',
    '2024-01-01T00:00Z',
    '2024-01-01 00:00:00Z',
    '2024-01-01T00:00:00+24:00',
  ),
  fc.constantFrom<unknown>(
    '2024-01-01T00:00:00',
    '2024-01-01T00:00:00.Z',
    '2024-01-01T00:00:00z',
    '2024-01-01T00:00:00+0800',
    '+02024-01-01T00:00:00Z',
  ),
  fc.constantFrom<unknown>(
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    '7F1C6A52-8A3E-4A4B-9F5E-0D7F6F1F2A11',
    '7f1c6a52-8a3e-9a4b-9f5e-0d7f6f1f2a11',
  ),
);
const Change = fc.tuple(
  fc.constantFrom(...Object.keys(sale), '__proto__', 'constructor', 'more'),
  fc.option(Odd, { nil: undefined }),
);

test('with fields changed, gone or added it is never more lenient than the schema', () => {
  fc.assert(
    fc.property(Good, fc.array(Change, { minLength: 1, maxLength: 3 }), (envelope, changes) => {
      const fields = new Map<string, unknown>(Object.entries(envelope));
      for (const [key, value] of changes) {
        if (value === undefined) fields.delete(key);
        else fields.set(key, value);
      }
      const text = `{${[...fields].map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`;
      const json: unknown = JSON.parse(text);
      const truth = Envelope.safeParse(json).success;
      if (isPlainEnvelope(json)) expect(truth).toBe(true);
      expect(checkEnvelope(json).ok).toBe(truth);
    }),
    { numRuns: 1_000 },
  );
});

test.each([[null], [[]], ['text'], [7], [{}]])('%j is none', (value) => {
  expect(isPlainEnvelope(value)).toBe(false);
  expect(checkEnvelope(value)).toMatchObject({ ok: false });
});
