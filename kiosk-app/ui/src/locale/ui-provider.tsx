import type { i18n as I18n } from 'i18next';
import type { ReactElement, ReactNode } from 'react';
import { I18nProvider } from 'react-aria-components';
import { I18nextProvider, useTranslation } from 'react-i18next';
import { localeOf } from './i18n.ts';
import type { Locale } from './locale.ts';

/** The language the page is in right now; the component redraws when it changes. */
export function useLocale(): Locale {
  const { i18n } = useTranslation();
  return localeOf(i18n);
}

function AriaLocale({ children }: { children: ReactNode }): ReactElement {
  return <I18nProvider locale={useLocale()}>{children}</I18nProvider>;
}

/** Wraps a page once, at its root: words, and the locale of the interactive components. */
export function UiProvider({ i18n, children }: { i18n: I18n; children: ReactNode }): ReactElement {
  return (
    <I18nextProvider i18n={i18n}>
      <AriaLocale>{children}</AriaLocale>
    </I18nextProvider>
  );
}
