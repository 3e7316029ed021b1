import { expect, it } from 'vitest';
import { judgeAge } from './age.ts';

it.each([
  ['2010-11-23', undefined, 'under-14'],
  ['2010-03-02', undefined, 'old-enough'],
  ['2010-03-03', true, 'under-14'],
  ['03-02', undefined, 'not-said'],
  ['03-02', true, 'old-enough'],
  ['02-29', true, 'old-enough'],
  ['2001-02-29', true, 'no-day'],
  ['1890-01-01', true, 'no-day'],
  ['2030-01-01', true, 'no-day'],
  ['13-01', true, 'no-day'],
  [undefined, undefined, 'not-said'],
  [undefined, false, 'under-14'],
] as const)('born %s, says %s: %s', (birthday, isOldEnough, verdict) => {
  expect(judgeAge({ birthday, isOldEnough }, '2024-03-02')).toBe(verdict);
});
