import { describe, expect, it } from 'vitest';
import { isNearBirthday } from './birthday.ts';

describe('a birthday is near', () => {
  it.each([
    ['05-06', '2026-05-06', 0, true],
    ['05-06', '2026-05-07', 0, false],
    ['05-06', '2026-05-03', 3, true],
    ['05-06', '2026-05-09', 3, true],
    ['05-06', '2026-05-02', 3, false],
    ['05-06', '2026-05-10', 3, false],
    // Over the turn of the year, both ways.
    ['01-02', '2026-12-30', 3, true],
    ['01-02', '2026-12-29', 3, false],
    ['12-30', '2027-01-02', 3, true],
    ['12-30', '2027-01-03', 3, false],
    // In years without 29 February the 28th counts.
    ['02-29', '2026-02-28', 0, true],
    ['02-29', '2026-03-01', 0, false],
    ['02-29', '2028-02-28', 0, false],
    ['02-29', '2028-02-29', 0, true],
    ['03-01', '2028-02-28', 1, false],
    ['03-01', '2026-02-28', 1, true],
    ['02-29', '2026-03-31', 31, true],
    ['02-29', '2026-04-01', 31, false],
  ])('%s on %s within %i days: %s', (birthday, date, days, isNear) => {
    expect(isNearBirthday(birthday, date, days)).toBe(isNear);
  });
});
