import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAgo, formatDateTime, formatMoney, moneyParts } from './format.ts';
import { LOCALES } from './locale.ts';

describe('money', () => {
  it('writes fen as the language does', () => {
    expect(formatMoney(1250, 'zh-CN')).toBe('¥12.50');
    expect(formatMoney(1250, 'en')).toBe('¥12.50');
    expect(formatMoney(128_005, 'en')).toBe('¥1,280.05');
    expect(formatMoney(1250, 'en', 'USD')).toBe('$12.50');
  });

  it('splits so that the parts say the same amount, for every amount', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e11, max: 1e11 }), fc.constantFrom(...LOCALES), (amountFen, locale) => {
        const parts = moneyParts(amountFen, locale);
        expect(`${parts.sign}${parts.symbol}${parts.major}${parts.minor}`).toBe(formatMoney(amountFen, locale));
        const digits = `${parts.major}${parts.minor}`.replace(/[^0-9]/g, '');
        expect(Number(digits)).toBe(Math.abs(amountFen));
      }),
    );
  });
});

it('tells times in the zone it is given', () => {
  const at = '2026-11-22T06:05:00Z';
  expect(formatDateTime(at, 'zh-CN', 'Asia/Shanghai')).toBe('11月22日 14:05');
  expect(formatDateTime(at, 'en', 'Asia/Shanghai')).toBe('22 Nov, 14:05');
});

it('tells how long ago in the largest whole unit', () => {
  const nowMs = Date.parse('2026-11-22T06:05:00Z');
  expect(formatAgo(nowMs - 20_000, nowMs, 'en')).toBe('just now');
  expect(formatAgo(nowMs - 3 * 60_000, nowMs, 'zh-CN')).toBe('3分钟前');
  expect(formatAgo(nowMs - 26 * 3_600_000, nowMs, 'en')).toBe('yesterday');
});
