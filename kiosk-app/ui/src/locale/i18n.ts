import { createInstance, type i18n as I18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { isLocale, type Locale } from './locale.ts';
import { UI_WORDS } from './words.ts';

/** Words by key, nested as deep as helps the reader of the file. */
export interface Words {
  readonly [key: string]: string | Words;
}

/** The same tree of keys with other text: makes a missing translation a type error. */
export type SameKeys<T> = { readonly [K in keyof T]: T[K] extends string ? string : SameKeys<T[K]> };

/**
 * An i18n instance that is ready when it is returned: no request, no suspense, no flash of keys.
 * Keeps the document's `lang` true, so that fonts, hyphenation and screen readers follow the switch.
 */
export function createI18n(resources: Readonly<Record<Locale, Words>>, locale: Locale): I18n {
  const instance = createInstance();
  instance.use(initReactI18next);
  const follow = (language: string): void => {
    if (typeof document !== 'undefined') document.documentElement.lang = language;
  };
  instance.on('languageChanged', follow);
  void instance.init({
    lng: locale,
    fallbackLng: 'en',
    initAsync: false,
    defaultNS: 'app',
    resources: {
      'zh-CN': { app: resources['zh-CN'], ui: UI_WORDS['zh-CN'] },
      en: { app: resources.en, ui: UI_WORDS.en },
    },
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  follow(locale);
  return instance;
}

/** The instance's language as one of ours. */
export function localeOf(instance: I18n): Locale {
  return isLocale(instance.language) ? instance.language : 'en';
}
