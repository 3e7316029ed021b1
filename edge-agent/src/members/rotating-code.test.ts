import { generateKeyPairSync } from 'node:crypto';
import { readRotatingCode } from '@tillside/decide';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestShop } from '../lanes/testing/shop.ts';
import { importMembers } from './import.ts';
import { memberByCode } from './members.ts';
import { makeRotatingCode } from './rotating-code.ts';

const AT = Date.parse('2026-11-22T10:00:00+08:00');
const phone = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ed25519');
const publicKey = phone.publicKey.export({ format: 'jwk' }).x ?? '';

let shop: TestShop;
beforeEach(() => {
  shop = new TestShop();
  const row = `M000009,card-9,gold,0,2025-01-01T00:00:00Z,no,${publicKey}`;
  const report = importMembers(shop.journal, `memberId,code,tier,points,joinedAt,personalisation,publicKey\n${row}\n`);
  expect(report.rejected).toEqual([]);
});
afterEach(() => shop.close());

const whose = (code: string, atMs = AT): string =>
  shop.outcome(() => {
    const member = memberByCode(shop.journal, code, atMs);
    if (member?.memberId !== 'M000009') throw new Error(member === undefined ? 'nobody' : member.memberId);
  });

describe('a code that a phone makes anew', () => {
  it('is its member, and the printed one still is', () => {
    expect(whose(makeRotatingCode(phone.privateKey, AT))).toBe('ok');
    expect(whose(` tr:${makeRotatingCode(phone.privateKey, AT).slice(3)}\n`)).toBe('ok');
    expect(whose('TM:card-9')).toBe('ok');
  });

  it.each([
    [-75_000, 'MEMBER_CODE_EXPIRED'],
    [-60_000, 'ok'],
    [0, 'ok'],
    [60_000, 'ok'],
    [90_000, 'MEMBER_CODE_EXPIRED'],
    [3_600_000, 'MEMBER_CODE_EXPIRED'],
  ])('made %d ms from now: %s', (offMs, outcome) => {
    expect(whose(makeRotatingCode(phone.privateKey, AT + offMs))).toBe(outcome);
  });

  it('can not be made without the key: not by a stranger, not by moving a picture of it to another time', () => {
    expect(whose(makeRotatingCode(stranger.privateKey, AT))).toContain('nobody');
    const seen = Buffer.from(makeRotatingCode(phone.privateKey, AT - 3_600_000).slice(3), 'base64url');
    seen.writeUInt32BE(Math.floor(AT / 30_000), 9);
    expect(whose(`TR:${seen.toString('base64url')}`)).toContain('nobody');
  });

  it('with any byte changed is nobody, and any text is read without a throw', () => {
    const bytes = Buffer.from(makeRotatingCode(phone.privateKey, AT).slice(3), 'base64url');
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (place, flip) => {
        const changed = Buffer.from(bytes);
        changed[place] = (changed[place] ?? 0) ^ flip;
        expect(whose(`TR:${changed.toString('base64url')}`)).not.toBe('ok');
      }),
      { numRuns: 60 },
    );
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => void readRotatingCode(`TR:${text}`)));
  });

  it('a key is of one member only', () => {
    const row = `M000010,card-10,gold,0,2025-01-01T00:00:00Z,no,${publicKey}`;
    const report = importMembers(
      shop.journal,
      `memberId,code,tier,points,joinedAt,personalisation,publicKey\n${row}\n`,
    );
    expect(report.rejected).toMatchObject([{ row: 2, code: 'ROW_DUPLICATE' }]);
    expect(whose(makeRotatingCode(phone.privateKey, AT))).toBe('ok');
  });
});
