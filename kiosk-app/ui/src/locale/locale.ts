/** The languages every Tillside page speaks. Both are written, neither is translated word by word. */
export const LOCALES = ['zh-CN', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

export function isLocale(value: unknown): value is Locale {
  return LOCALES.some((locale) => locale === value);
}

/** The language that one touch on the switch leads to. */
export function otherLocale(locale: Locale): Locale {
  return locale === 'zh-CN' ? 'en' : 'zh-CN';
}

/** A language's own name, in that language: what a reader who can't read the current page looks for. */
export const LOCALE_NAMES: Readonly<Record<Locale, string>> = { 'zh-CN': '中文', en: 'English' };

/** A text written in every language. */
export type LocalText = Readonly<Record<Locale, string>>;
