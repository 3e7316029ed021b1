import { BasketMember } from '@tillside/decide';
import type { Consent } from './members.ts';

const MonthAndDay = BasketMember.shape.birthday;
const MONTH_AND_DAY_CHARS = 'MM-DD'.length;

/**
 * Month and day for birthday offers, MM-DD, of who agreed to personal offers; the year is nobody's business at a till. `birthday`: YYYY-MM-DD or MM-DD. Null: none may lie beside the
 * tier.
 */
export function birthdayFor(consents: readonly Consent[], birthday: string | undefined): string | null {
  const agreed = consents.some(({ purpose, granted }) => purpose === 'personalisation' && granted);
  return (agreed ? MonthAndDay.safeParse(birthday?.slice(-MONTH_AND_DAY_CHARS)).data : undefined) ?? null;
}
