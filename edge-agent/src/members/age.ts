import { judgeAge } from '@tillside/decide';
import { AgentError } from '../errors.ts';

/** Throws BIRTHDAY_REFUSED for what is no day of the calendar, is still to come, or was too long ago. `today`: YYYY-MM-DD. */
export function checkBirthday(birthday: string, today: string): void {
  if (judgeAge({ birthday, isOldEnough: true }, today) === 'no-day') throw new AgentError('BIRTHDAY_REFUSED');
}

/**
 * A person under 14 does not join by themselves, whatever else they say. Throws MEMBER_UNDER_14, AGE_NEEDED where nothing tells, BIRTHDAY_REFUSED. `today`: YYYY-MM-DD in
 * the store's zone.
 */
export function checkAge(
  said: { birthday?: string | undefined; isOldEnough?: boolean | undefined },
  today: string,
): void {
  const verdict = judgeAge(said, today);
  if (verdict === 'no-day') throw new AgentError('BIRTHDAY_REFUSED');
  if (verdict === 'under-14') throw new AgentError('MEMBER_UNDER_14');
  if (verdict === 'not-said') throw new AgentError('AGE_NEEDED');
}
