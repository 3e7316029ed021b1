import { ConsentTexts } from '@tillside/decide';

export const PURPOSES = ['membership', 'personalisation', 'marketing'] as const;
export const LANGUAGES = ['zh', 'en'] as const;
const MAX_TRIES = 100;

/** A version by the day of the change (YYYY-MM-DD); with a number behind it where the day has one already. */
export function suggestVersion(today: string, used: readonly string[]): string {
  for (let number = 2; used.includes(today) && number < MAX_TRIES; number += 1) {
    const next = `${today}-${number}`;
    if (!used.includes(next)) return next;
  }
  return today;
}

/** Fields with nothing in them or too much, as `purposes.membership.title.zh`. */
export function textFaults(texts: ConsentTexts): ReadonlySet<string> {
  const read = ConsentTexts.safeParse(texts);
  return new Set(read.success ? [] : read.error.issues.map(({ path }) => path.join('.')));
}
