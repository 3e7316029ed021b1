import { expect, test } from 'vitest';
import { type ComparedPerson, differInOneDigit, likenessKeys, reasonsOf } from './likeness.ts';

const person = (change: Partial<ComparedPerson>): ComparedPerson => ({ household: null, codeHashes: [], ...change });
const PHONE = '+8613800138000';

test.each([
  ['+8613800138001', ['phone-digit-birthday', 'phone-digit-name']],
  ['+8613900138000', ['phone-digit-birthday', 'phone-digit-name']],
  ['+8613800138011', []],
  ['+861380013800', []],
  [PHONE, ['phone']],
])(
  '%s beside +8613800138000, birthday and name being the same: %j; and who is alike shares a key',
  (phone, reasons) => {
    const about = { birthday: '1990-05-06', name: '王' };
    const [one, other] = [person({ phone: PHONE, ...about }), person({ phone, ...about })];
    expect(reasonsOf(one, other)).toEqual(reasons);
    const keys = new Map(likenessKeys('s', one).map(({ hash, rest }) => [hash, rest]));
    const shared = likenessKeys('s', other).filter(({ hash, rest }) => {
      const held = keys.get(hash);
      return held !== undefined && (held === -1 || differInOneDigit(held, rest));
    });
    expect(shared.length > 0).toBe(reasons.length > 0);
    expect(reasonsOf(person({ phone: PHONE }), person({ phone: '+8613800138001' }))).toEqual([]);
  },
);
