import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgentError } from '../errors.ts';
import { checkAge, checkBirthday } from './age.ts';

const TODAY = '2026-03-01';
const outcome = (work: () => void): string => {
  try {
    work();
    return 'ok';
  } catch (error) {
    return error instanceof AgentError ? error.code : String(error);
  }
};

describe('who may join by themselves', () => {
  it.each([
    [{}, 'AGE_NEEDED'],
    [{ isOldEnough: true }, 'ok'],
    [{ isOldEnough: false }, 'MEMBER_UNDER_14'],
    [{ birthday: '2012-03-01' }, 'ok'],
    [{ birthday: '2012-03-02' }, 'MEMBER_UNDER_14'],
    // Said to be old enough, and born too late.
    [{ birthday: '2012-03-02', isOldEnough: true }, 'MEMBER_UNDER_14'],
    [{ birthday: '1980-01-01', isOldEnough: false }, 'MEMBER_UNDER_14'],
    [{ birthday: '02-29' }, 'AGE_NEEDED'],
    [{ birthday: '02-29', isOldEnough: true }, 'ok'],
    [{ birthday: '2012-02-29' }, 'ok'],
  ])('%j: %s', (said, expected) => {
    expect(outcome(() => checkAge(said, TODAY))).toBe(expected);
  });

  it('fourteen from the first of March on, who was born on a 29th of February', () => {
    expect(outcome(() => checkAge({ birthday: '2012-02-29' }, '2026-02-28'))).toBe('MEMBER_UNDER_14');
  });

  it.each(['2026-03-02', '2025-02-29', '2001-13-01', '1906-02-28', '02-30', '00-10'])(
    '%s is no birthday',
    (birthday) => {
      expect(outcome(() => checkBirthday(birthday, TODAY))).toBe('BIRTHDAY_REFUSED');
    },
  );

  it('holds for every day of the calendar: under 14 exactly until the fourteenth birthday', () => {
    const from = Date.parse('1950-01-01T00:00:00Z');
    const day = fc
      .integer({ min: 0, max: 27_800 })
      .map((n) => new Date(from + n * 86_400_000).toISOString().slice(0, 10));
    fc.assert(
      fc.property(day, day, (a, b) => {
        const [birthday = '', today = ''] = [a, b].toSorted();
        const [year, month, date] = birthday.split('-').map(Number);
        const fourteenth = new Date(Date.UTC((year ?? 0) + 14, (month ?? 1) - 1, date)).toISOString().slice(0, 10);
        expect(outcome(() => checkAge({ birthday }, today))).toBe(today >= fourteenth ? 'ok' : 'MEMBER_UNDER_14');
      }),
    );
  });
});
