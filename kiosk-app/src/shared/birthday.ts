/** A birthday as it is typed on a keypad: eight digits, or four by who keeps the year. */
export const BIRTHDAY_MAX_DIGITS = 8;

/** `1990-02-03` of 19900203, `02-03` of 0203; undefined while it is neither. The agent decides whether it is a day. */
export function birthdayToSend(digits: string): string | undefined {
  const [, year, month, day] = /^(\d{4})?(\d{2})(\d{2})$/.exec(digits) ?? [];
  if (month === undefined || day === undefined) return undefined;
  return year === undefined ? `${month}-${day}` : `${year}-${month}-${day}`;
}

/** Digits in the groups people read them in: `1990 02 03`; four are a month and a day until a fifth comes. */
export function groupBirthday(digits: string): string {
  const parts =
    digits.length <= 4
      ? [digits.slice(0, 2), digits.slice(2)]
      : [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6)];
  return parts.filter((part) => part !== '').join(' ');
}
