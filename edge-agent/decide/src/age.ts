/** PIPL art. 31: under this age a parent or guardian consents. */
const GUARDIAN_AGE = 14;
/** Nobody who shops was born earlier. */
const MOST_YEARS = 120;
const DATE_CHARS = 'YYYY-MM-DD'.length;
/** A leap year, for birthdays without one. */
const ANY_YEAR = '2000';

export type AgeVerdict = 'old-enough' | 'under-14' | 'not-said' | 'no-day';

/**
 * May a person join by themselves? By the birthday (YYYY-MM-DD, or MM-DD), else by what they say. `today`: YYYY-MM-DD where they are. Dates compare as text: 29 February of a
 * year without one comes after the 28th and before 1 March, as it should.
 */
export function judgeAge(
  { birthday, isOldEnough }: { readonly birthday?: string | undefined; readonly isOldEnough?: boolean | undefined },
  today: string,
): AgeVerdict {
  const ago = (years: number): string =>
    `${String(Number(today.slice(0, 4)) - years).padStart(4, '0')}${today.slice(4)}`;
  const hasYear = birthday?.length === DATE_CHARS;
  if (birthday !== undefined) {
    const full = hasYear ? birthday : `${ANY_YEAR}-${birthday}`;
    const at = new Date(`${full}T00:00:00Z`);
    if (Number.isNaN(at.getTime()) || at.toISOString().slice(0, DATE_CHARS) !== full) return 'no-day';
    if (hasYear && (full > today || full < ago(MOST_YEARS))) return 'no-day';
    if (hasYear && full > ago(GUARDIAN_AGE)) return 'under-14';
  }
  if (isOldEnough === false) return 'under-14';
  return hasYear || isOldEnough === true ? 'old-enough' : 'not-said';
}
