import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { MemberRecord } from './members.ts';
import { PackWords } from './pack-bytes.ts';
import { decodeRecord, encodeRecord } from './pack-record.ts';

const name = fc.oneof(
  fc.uuid().map((uuid) => `earn:s1:${uuid}`),
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 4, maxLength: 30 }),
  fc.string({ unit: fc.constantFrom(...'mZ-_09'), minLength: 4, maxLength: 40 }),
);
const memberId = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 24, maxLength: 24 }).map((hex) => `m${hex}`),
  fc.string({ unit: fc.constantFrom(...'mZ-_09af'), minLength: 4, maxLength: 40 }),
);
const instant = fc.oneof(
  fc.integer({ min: -1e11, max: 4e12 }).map((ms) => new Date(ms).toISOString()),
  fc.constantFrom('2026-03-01T10:00:00+08:00', '2026-03-01T10:00:00Z', '2026-03-01T10:00:00.123456Z'),
);
const label = fc.string({ minLength: 1, maxLength: 60 });
const end = fc.option(
  fc.oneof(
    fc.integer({ min: -5, max: 600_000 }).map((hours) => hours * 3_600_000),
    fc.integer({ min: -1e12, max: 4e12 }),
  ),
);
const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });
const record: fc.Arbitrary<MemberRecord> = fc.record(
  {
    memberId,
    number: digits(9),
    joinedAt: instant,
    tier: label,
    tierUntil: fc.constantFrom('2026-12-31', '2027-02-28'),
    phoneVerified: fc.boolean(),
    consents: fc.array(
      fc.record({
        purpose: fc.constantFrom('membership', 'personalisation', 'marketing'),
        granted: fc.boolean(),
        textVersion: label,
        at: instant,
      }),
      { maxLength: 8 },
    ),
    tags: fc.array(label, { maxLength: 32 }),
    segments: fc.array(label, { maxLength: 4 }),
    publicKeys: fc.array(
      fc.uint8Array({ minLength: 32, maxLength: 32 }).map((key) => Buffer.from(key).toString('base64url')),
      { maxLength: 4 },
    ),
    codeHashes: fc.constant([]),
    birthday: fc.constantFrom('02-29', '12-31'),
    orders: fc.nat(),
    points: fc.record({
      lots: fc.array(fc.record({ lotId: name, points: fc.integer({ min: 1 }), availableAtMs: end, expiresAtMs: end }), {
        maxLength: 64,
      }),
      debt: fc.nat(),
    }),
    aliases: fc.array(memberId, { maxLength: 16 }),
  },
  {
    requiredKeys: [
      'memberId',
      'joinedAt',
      'tier',
      'consents',
      'tags',
      'segments',
      'publicKeys',
      'codeHashes',
      'orders',
      'points',
      'aliases',
    ],
  },
);
const LENGTH_BYTES = [2 ** 7, 2 ** 14, 2 ** 21];
const withoutLength = (bytes: Buffer): Buffer =>
  bytes.subarray(LENGTH_BYTES.findIndex((most, index) => bytes.length - index - 1 < most) + 1);

it('a record is read as it was written, whatever its words, also once a pack has too many of them', () => {
  const words = new PackWords();
  for (let word = 0; word < 4_090; word += 1) words.numberOf(`word ${word}`);
  fc.assert(
    fc.property(record, (member) => {
      const bytes = encodeRecord(member, words);
      expect(decodeRecord(withoutLength(bytes), words.list())).toEqual(member);
    }),
    { numRuns: 200 },
  );
  expect(words.list()).toHaveLength(4_096);
});

it('bytes that no writer wrote are no record, or one that its schema allows', () => {
  fc.assert(
    fc.property(record, fc.nat(), fc.nat({ max: 255 }), (member, at, byte) => {
      const words = new PackWords();
      const bytes = withoutLength(encodeRecord(member, words));
      const cut = bytes.subarray(0, at % bytes.length);
      expect(decodeRecord(cut, words.list())).toBeUndefined();
      bytes[at % bytes.length] = byte;
      expect(() => decodeRecord(bytes, words.list())).not.toThrow();
    }),
    { numRuns: 200 },
  );
});
