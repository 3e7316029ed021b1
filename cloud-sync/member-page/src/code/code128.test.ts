import fc from 'fast-check';
import { expect, it } from 'vitest';
import { code128Path, code128Widths, QUIET_MODULES } from './code128.ts';

const STOP = '2331112';
/** What each symbol character says, found again by its widths. */
const table = Array.from({ length: 100 }, (_, value) => code128Widths(String(value).padStart(2, '0')).slice(6, 12));

it('is a whole symbol of code set C that says its digits, whatever they are', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 9 }), (pairs) => {
      const digits = pairs.map((pair) => String(pair).padStart(2, '0')).join('');
      const widths = code128Widths(digits);
      expect(widths.startsWith('211232')).toBe(true);
      expect(widths.endsWith(STOP)).toBe(true);
      const characters = widths.slice(6, -STOP.length).match(/.{6}/g) ?? [];
      expect(characters.slice(0, -1).map((pattern) => table.indexOf(pattern))).toEqual(pairs);
    }),
  );
});

it('is built of characters of eleven modules with an even number of dark ones, each another', () => {
  expect(new Set(table).size).toBe(100);
  for (const pattern of table) {
    const widths = [...pattern].map(Number);
    expect(widths.reduce((sum, width) => sum + width, 0)).toBe(11);
    expect(widths.reduce((dark, width, at) => dark + (at % 2 === 0 ? width : 0), 0) % 2).toBe(0);
  }
});

/** The symbol that the generator of our set-up sheets (bwip-js) makes of the same digits. */
it('is the symbol that another generator makes', () => {
  expect(code128Widths('771234567890123454')).toBe(
    '2112324131111122321311233311212411122141211122321311233111231323112331112',
  );
});

it('has its quiet zone on both sides', () => {
  const { path, modules } = code128Path('771234567890123454');
  expect(path.startsWith(`M${QUIET_MODULES} 0h2v1`)).toBe(true);
  expect(modules).toBe(11 * (1 + 9 + 1) + 13 + 2 * QUIET_MODULES);
});
