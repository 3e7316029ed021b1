import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  codeStep,
  isFreshStep,
  numericCode,
  passwordCounter,
  passwordOf,
  readNumericCode,
  readRotatingCode,
  rotatingCode,
} from './member-code.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const digits = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((all) => all.join(''));
const keyIds = bytes(8).map((id) => Buffer.from(id).toString('hex'));
const steps = fc.integer({ min: 0, max: 0xffffffff });

describe('a rotating code', () => {
  it('is read back as it was written, and says what was signed', () => {
    fc.assert(
      fc.property(keyIds, steps, bytes(64), (keyId, step, signature) => {
        const { signed, write } = rotatingCode(keyId, step);
        const text = write(signature);
        expect(text).toMatch(/^TR:[A-Za-z0-9_-]{103}$/);
        expect(text).toBe(`TR:${Buffer.from(text.slice(3), 'base64url').toString('base64url')}`);
        const read = readRotatingCode(` ${text}\r\n`);
        expect(read).toEqual({ keyId, step, signed, signature: new Uint8Array(signature) });
      }),
    );
  });

  it('with any letter changed is another code or none, and any text is read without a throw', () => {
    const text = rotatingCode('0123456789abcdef', 58_123_456).write(new Uint8Array(64).fill(0xa7));
    fc.assert(
      fc.property(fc.integer({ min: 3, max: text.length - 1 }), fc.string({ minLength: 1, maxLength: 1 }), (at, by) => {
        fc.pre(text[at] !== by);
        const changed = readRotatingCode(text.slice(0, at) + by + text.slice(at + 1));
        expect(changed).not.toEqual(readRotatingCode(text));
      }),
    );
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (any) => void readRotatingCode(`TR:${any}`)));
  });

  it('is of now for a minute before and after', () => {
    const at = Date.parse('2026-11-22T10:00:10+08:00');
    const off = (ms: number) => isFreshStep(codeStep(at + ms), at);
    expect([-100_000, -60_000, 0, 60_000, 100_000].map(off)).toEqual([false, true, true, true, false]);
  });
});

describe('a numeric code', () => {
  it('is read back as it was written, however it is parted', () => {
    fc.assert(
      fc.property(digits(9), digits(6), (number, password) => {
        const text = numericCode({ number, password });
        expect(text).toMatch(/^77\d{16}$/);
        expect(readNumericCode(text)).toEqual({ number, password });
        expect(readNumericCode(text.replace(/(.{6})/g, '$1 '))).toEqual({ number, password });
      }),
    );
  });

  it('with one digit changed is none', () => {
    fc.assert(
      fc.property(digits(9), digits(6), fc.nat(17), fc.integer({ min: 1, max: 9 }), (number, password, at, by) => {
        const text = numericCode({ number, password });
        const changed = text.slice(0, at) + ((Number(text[at]) + by) % 10) + text.slice(at + 1);
        expect(readNumericCode(changed)).toBeUndefined();
      }),
    );
  });

  it('is no payment code and no identity number', () => {
    fc.assert(
      fc.property(digits(9), digits(6), (number, password) => {
        const text = numericCode({ number, password });
        expect(text).not.toMatch(/^(1[0-58]|2[5-9]|30|51|62|01)/);
        expect(text).not.toMatch(/^([1-6][1-5]|[2356][0-7]|71|8[123]|9)/);
      }),
    );
  });

  /** RFC 6238, appendix B: the column of SHA-256, its last six digits. */
  it.each([
    [59, '119246'],
    [1_111_111_109, '084774'],
    [1_111_111_111, '062674'],
    [1_234_567_890, '819424'],
    [2_000_000_000, '698825'],
    [20_000_000_000, '737706'],
  ])('has the password of RFC 6238 at %d s', (seconds, password) => {
    const secret = Buffer.from('12345678901234567890123456789012');
    const hmac = createHmac('sha256', secret)
      .update(passwordCounter(codeStep(seconds * 1000)))
      .digest();
    expect(passwordOf(hmac)).toBe(password);
  });
});
