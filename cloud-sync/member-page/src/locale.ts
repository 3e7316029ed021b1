import { isLocale, type Locale } from '@tillside/ui';

const KEY = 'tillside.locale';

/** The language that was chosen here, else the phone's. A browser that keeps nothing only goes by the phone again. */
export function firstLocale(): Locale {
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(KEY);
  } catch {
    // Nothing is lost but convenience.
  }
  if (kept !== null && isLocale(kept)) return kept;
  return navigator.language.startsWith('zh') ? 'zh-CN' : 'en';
}

export function keepLocale(locale: string): void {
  try {
    localStorage.setItem(KEY, locale);
  } catch {
    // As above.
  }
}

/** The contract writes a text as `{ zh, en }`; the page shows one. */
export const pick = (words: { readonly zh: string; readonly en: string }, locale: Locale): string =>
  locale === 'en' ? words.en : words.zh;
