import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Country, callingCode, countryName, countryOf, ELSEWHERE, OFFERED } from './countries.ts';
import { groupPhone, isPhoneComplete, maskedTyped, maxDigits, phoneToSend } from './phone.ts';

const countries = fc.constantFrom<Country>(...OFFERED, ELSEWHERE);

describe('a typed phone number', () => {
  it.each([
    ['CN', '13800138000', '138 0013 8000', '13800138000'],
    ['HK', '91234567', '9123 4567', '+85291234567'],
    ['GB', '07700900123', '0770 0900123', '+447700900123'],
    ['GB', '7700900123', '7700 900123', '+447700900123'],
    ['US', '4155552671', '415 555 2671', '+14155552671'],
    [ELSEWHERE, '420601123456', '+420 601 123 456', '+420601123456'],
    [ELSEWHERE, '390612345678', '+39 061 234 5678', '+390612345678'],
  ] as const)('%s %s is shown as %s and sent as %s', (country, digits, shown, sent) => {
    if (country !== 'GB' || !digits.startsWith('0')) expect(groupPhone({ country, digits })).toBe(shown);
    expect(phoneToSend({ country, digits })).toBe(sent);
    expect(isPhoneComplete({ country, digits })).toBe(true);
  });

  it('is incomplete while the agent could not take it', () => {
    for (const digits of ['', '1380013800', '12345678901', '03800138000'])
      expect(isPhoneComplete({ country: 'CN', digits }), digits).toBe(false);
    expect(isPhoneComplete({ country: 'HK', digits: '9123' })).toBe(false);
    // No country has this code.
    expect(isPhoneComplete({ country: ELSEWHERE, digits: '999123456789' })).toBe(false);
    expect(isPhoneComplete({ country: ELSEWHERE, digits: '0044770090' })).toBe(false);
  });

  it('loses no digit to the groups, and is never longer than E.164 allows', () => {
    fc.assert(
      fc.property(countries, fc.stringMatching(/^\d{0,15}$/), (country, all) => {
        const phone = { country, digits: all.slice(0, maxDigits(country)) };
        expect(groupPhone(phone).replace(/\D/g, '')).toBe(phone.digits);
        if (isPhoneComplete(phone)) expect(phoneToSend(phone)).toMatch(/^(1[3-9]\d{9}|\+[1-9]\d{7,14})$/);
      }),
    );
  });

  it('stands on a screen by its ends only', () => {
    expect(maskedTyped({ country: 'CN', digits: '13800138000' })).toBe('138 ···· 8000');
    expect(maskedTyped({ country: 'HK', digits: '91234567' })).toBe('···· 4567');
  });
});

describe('countries', () => {
  it('have codes of which none begins another one, and names in both languages', () => {
    expect([countryOf('8613'), countryOf('1415'), countryOf('85291'), countryOf('999'), countryOf('8')]).toEqual([
      { country: 'CN', code: '86' },
      { country: 'US', code: '1' },
      { country: 'HK', code: '852' },
      undefined,
      undefined,
    ]);
    for (const country of OFFERED) {
      expect(countryOf(`${callingCode(country)}5550100`)?.country).toBe(country);
      expect(countryName(country, 'zh-CN')).toMatch(/\p{Script=Han}/u);
      expect(countryName(country, 'en')).toMatch(/^[A-Z]/);
    }
    expect(['HK', 'MO', 'TW'].map((one) => countryName(one, 'zh-CN'))).toEqual(['中国香港', '中国澳门', '中国台湾']);
  });
});
