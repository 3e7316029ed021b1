import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { codeStep, numericCode, rotatingCode } from '@tillside/decide';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestShop } from '../lanes/testing/shop.ts';
import { systemClock, systemRandom } from '../ports.ts';
import { identify, surer } from './identify.ts';
import { importMembers } from './import.ts';
import { setPublicKeys } from './members.ts';
import { keyIdOf, makeRotatingCode } from './rotating-code.ts';
import { invitePhone } from './sign-up.ts';

const AT = Date.parse('2026-11-22T10:00:00+08:00');
const rawOf = (key: KeyObject): string => key.export({ format: 'jwk' }).x ?? '';
const phones = [
  generateKeyPairSync('ed25519'),
  generateKeyPairSync('ed25519'),
  generateKeyPairSync('ed25519'),
] as const;
const [first, second, others] = phones;

let shop: TestShop;
beforeEach(() => {
  shop = new TestShop();
  const rows = ['M000001,card-one,gold,0,2025-01-01T00:00:00Z,no', 'M000002,card-two,basic,0,2025-01-01T00:00:00Z,no'];
  importMembers(shop.journal, `memberId,code,tier,points,joinedAt,personalisation\n${rows.join('\n')}\n`);
  shop.journal.write((tx) => {
    setPublicKeys(tx, 'M000001', [rawOf(first.publicKey), rawOf(second.publicKey)]);
    setPublicKeys(tx, 'M000002', [rawOf(others.publicKey)]);
    tx.run(`UPDATE member SET number = '123456789' WHERE member_id = 'M000001'`);
  });
});
afterEach(() => shop.close());

const show = (code: string, usedFor = 'basket:b1', atMs = AT, isChecked = false): string =>
  shop.outcome(() => {
    const found = shop.journal.write((tx) => identify(tx, { code, atMs, usedFor, isChecked }));
    throw new Error(found === undefined ? 'nobody' : `${found.member.memberId} ${found.trust}`);
  });
/** Each that differs in one bit. */
const flips = (bytes: Buffer): Buffer[] =>
  Array.from({ length: bytes.length * 8 }, (_, bit) => {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return flipped;
  });
const memory = (): unknown => shop.journal.get<{ n: number }>('SELECT count(*) AS n FROM member_code_use')?.n;

describe('a code of a phone', () => {
  it('opens one basket, however often it is sent for that, and no other', () => {
    const code = makeRotatingCode(first.privateKey, AT);
    expect(show(code)).toContain('M000001 signed');
    expect(show(code)).toContain('M000001 signed');
    expect(show(code, 'basket:b2')).toBe('MEMBER_CODE_USED');
    expect(show(code, 'visit:v1', AT + 29_000)).toBe('MEMBER_CODE_USED');
    expect(show(makeRotatingCode(first.privateKey, AT + 30_000), 'basket:b2', AT + 30_000)).toContain('signed');
  });

  it('of each phone of a member is that member, until the phone is taken away', () => {
    expect(show(makeRotatingCode(second.privateKey, AT), 'basket:b2')).toContain('M000001 signed');
    expect(show(makeRotatingCode(others.privateKey, AT))).toContain('M000002 signed');
    shop.journal.write((tx) => setPublicKeys(tx, 'M000001', [rawOf(first.publicKey)]));
    expect(show(makeRotatingCode(second.privateKey, AT + 30_000))).toContain('nobody');
    const steal = () => shop.journal.write((tx) => setPublicKeys(tx, 'M000001', [rawOf(others.publicKey)]));
    expect(shop.outcome(steal)).toBe('PUBLIC_KEY_REFUSED');
    expect(show(makeRotatingCode(first.privateKey, AT))).toContain('M000001 signed');
  });

  it('that names one member and is signed by another, or by anybody, is nobody, and costs no memory', () => {
    const victim = keyIdOf(Buffer.from(rawOf(first.publicKey), 'base64url'));
    const signers = fc.constantFrom(second.privateKey, others.privateKey, generateKeyPairSync('ed25519').privateKey);
    fc.assert(
      fc.property(signers, fc.integer({ min: -2, max: 2 }), (signer, off) => {
        const { signed, write } = rotatingCode(victim, codeStep(AT) + off);
        expect(show(write(sign(null, signed, signer)))).toContain('nobody');
      }),
      { numRuns: 20 },
    );
    expect(memory()).toBe(0);
  });

  it('with a bit flipped, or of any other time, opens nothing', () => {
    const bytes = Buffer.from(makeRotatingCode(first.privateKey, AT).slice(3), 'base64url');
    for (const flipped of flips(bytes)) expect(show(`TR:${flipped.toString('base64url')}`)).toContain('nobody');
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 1_000_000 }), fc.boolean(), (steps, isEarlier) => {
        const madeAt = AT + (isEarlier ? -1 : 1) * steps * 30_000;
        expect(show(makeRotatingCode(first.privateKey, madeAt))).toBe('MEMBER_CODE_EXPIRED');
      }),
      { numRuns: 20 },
    );
    expect(memory()).toBe(0);
  });

  it('is remembered no longer than it could be shown again, a clock that is set back by half an hour included', () => {
    for (let at = AT; at < AT + 6 * 3_600_000; at += 60_000) show(makeRotatingCode(first.privateKey, at), 'b', at);
    expect(memory()).toBeLessThan(70);
    const late = AT + 6 * 3_600_000 - 60_000;
    const seen = makeRotatingCode(first.privateKey, late - 1_800_000);
    expect(show(seen, 'basket:other', late - 1_800_000)).toBe('MEMBER_CODE_USED');
  });
});

it('of any kind, as a scanner reads it with one bit wrong, names nobody', () => {
  const digits = numericCode({ number: '123456789', password: '246802' });
  const codes = [makeRotatingCode(first.privateKey, AT), digits, 'TM:card-one'];
  for (const code of codes) expect(show(code)).not.toContain('nobody');
  // `tr:` and `tm:` are the same prefix, written small.
  const plain = (text: string): string => text.slice(0, 3).toUpperCase() + text.slice(3);
  const wrong = codes.flatMap((code) =>
    flips(Buffer.from(code, 'latin1'))
      .map((flipped) => flipped.toString('latin1'))
      .filter((flipped) => plain(flipped) !== code),
  );
  expect(wrong.length).toBeGreaterThan(1_000);
  for (const code of wrong) expect([code, show(code, 'basket:b2')]).toEqual([code, expect.stringContaining('nobody')]);
});

describe('what anybody may have copied', () => {
  it('is a card: a printed code, and 18 digits that HQ did not check', () => {
    const digits = numericCode({ number: '123456789', password: '000000' });
    expect(show('TM:card-one')).toContain('M000001 card');
    expect(show('TM:card-one', 'basket:b2', AT, true)).toContain('M000001 card');
    expect(show(digits)).toContain('M000001 card');
    expect(show(digits, 'basket:b2', AT, true)).toContain('M000001 checked');
    expect(show(numericCode({ number: '999999999', password: '000000' }))).toContain('nobody');
  });

  it('does not make less of a member who is sure already', () => {
    expect([surer('card', 'signed'), surer('signed', 'checked'), surer('card', 'card')]).toEqual([
      'signed',
      'signed',
      'card',
    ]);
  });
});

it('another phone of a member is bound by a word of which HQ hears the hash alone; without HQ by none', () => {
  const ports = { clock: systemClock, random: systemRandom };
  const invite = (phonePage?: string) =>
    shop.journal.write((tx) => invitePhone(tx, { ...ports, phonePage }, 'M000001'));
  const { claimUrl } = invite('https://hq.example/m/');
  const word = claimUrl.split('#claim=')[1] ?? '';
  expect(word).toMatch(/^[\w-]{22}$/);
  const row = shop.journal.get<{ envelope: string }>(
    `SELECT envelope FROM event WHERE type = 'tillside.member.keyed.v1'`,
  );
  expect(row?.envelope).not.toContain(word);
  expect(row?.envelope).toContain(createHash('sha256').update(word).digest('hex'));
  expect(shop.outcome(() => invite())).toBe('PHONE_PAGE_MISSING');
});
