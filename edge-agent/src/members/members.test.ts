import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgentError } from '../errors.ts';
import { systemRandom } from '../ports.ts';
import { normalisePhone } from './members.ts';
import { newMemberKey, phoneIndex, seal, unseal } from './sealing.ts';

const digits = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((all) => all.join(''));

describe('a phone number', () => {
  it('of mainland China is one number however it is typed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 9 }), digits(9), (second, rest) => {
        const bare = `1${second}${rest}`;
        const parted = `${bare.slice(0, 3)} ${bare.slice(3, 7)}-${bare.slice(7)}`;
        for (const typed of [bare, parted, `+86 ${parted}`, `0086${bare}`, `(${bare})`])
          expect(normalisePhone(typed)).toBe(`+86${bare}`);
      }),
    );
  });

  it('is E.164 or refused, whatever is typed, and stays the same when normalised again', () => {
    const typed = fc.oneof(
      fc.string(),
      digits(11),
      digits(13).map((all) => `+${all}`),
    );
    fc.assert(
      fc.property(typed, (text) => {
        try {
          const phone = normalisePhone(text);
          expect(phone).toMatch(/^\+[1-9]\d{6,14}$/);
          expect(normalisePhone(phone)).toBe(phone);
        } catch (error) {
          expect(error instanceof AgentError && error.code).toBe('PHONE_REFUSED');
        }
      }),
    );
  });
});

describe('sealed fields', () => {
  it('open with their key and member alone, and not when a bit is changed', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), fc.nat(), (fields, place) => {
        const key = newMemberKey(systemRandom);
        const sealed = seal(systemRandom, key, 'member-1', { ...fields });
        expect(unseal(key, 'member-1', sealed)).toEqual({ ...fields });
        expect(() => unseal(newMemberKey(systemRandom), 'member-1', sealed)).toThrow();
        expect(() => unseal(key, 'member-2', sealed)).toThrow();
        const box = Buffer.from(sealed.box, 'base64url');
        const index = place % box.length;
        box[index] = (box[index] ?? 0) ^ 1;
        expect(() => unseal(key, 'member-1', { ...sealed, box: box.toString('base64url') })).toThrow();
      }),
      { numRuns: 40 },
    );
  });

  it('of one phone differ each time; its index is the same under one key and another under another', () => {
    const key = newMemberKey(systemRandom);
    const once = seal(systemRandom, key, 'm', { phone: '+8613800138000' });
    expect(seal(systemRandom, key, 'm', { phone: '+8613800138000' }).box).not.toBe(once.box);
    expect(phoneIndex(key, '+8613800138000')).toBe(phoneIndex(key, '+8613800138000'));
    expect(phoneIndex(newMemberKey(systemRandom), '+8613800138000')).not.toBe(phoneIndex(key, '+8613800138000'));
  });
});
