import { CONSENT_AGE } from '@tillside/agent-contract';
import { AgentError } from '../errors.ts';

/** Nobody who shops was born earlier. */
const MAX_YEARS = 120;
/** A leap year, for birthdays without one. */
const ANY_YEAR = '2000';

/** Throws BIRTHDAY_REFUSED for what is no day of the calendar, is still to come, or was too long ago. `today`: YYYY-MM-DD. */
export function checkBirthday(birthday: string, today: string): void {
  const full = birthday.length === 10 ? birthday : `${ANY_YEAR}-${birthday}`;
  const at = new Date(`${full}T00:00:00Z`);
  const isDay = !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === full;
  if (!isDay || full > today || full < yearsLater(today, -MAX_YEARS)) throw new AgentError('BIRTHDAY_REFUSED');
}

/**
 * A person under `CONSENT_AGE` does not join by themselves, whatever else they say. Throws MEMBER_UNDER_14, AGE_NEEDED where nothing tells, BIRTHDAY_REFUSED. `today`: YYYY-MM-DD in
 * the store's zone.
 */
export function checkAge(
  { birthday, isOldEnough }: { birthday?: string | undefined; isOldEnough?: boolean | undefined },
  today: string,
): void {
  if (birthday !== undefined) checkBirthday(birthday, today);
  const hasYear = birthday?.length === 10;
  if (isOldEnough === false || (hasYear && yearsLater(birthday, CONSENT_AGE) > today))
    throw new AgentError('MEMBER_UNDER_14');
  if (!hasYear && isOldEnough === undefined) throw new AgentError('AGE_NEEDED');
}

/** As text: 29 February of a year without one comes after the 28th and before 1 March, as it should. */
const yearsLater = (date: string, years: number): string =>
  `${String(Number(date.slice(0, 4)) + years).padStart(4, '0')}${date.slice(4)}`;
