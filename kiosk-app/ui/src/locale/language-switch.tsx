import { TranslateIcon } from '@phosphor-icons/react/Translate';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../controls/button.tsx';
import { localeOf } from './i18n.ts';
import { LOCALE_NAMES, otherLocale } from './locale.ts';

/** One touch to the other language. Shows that language's own name, so whoever needs it can read it. */
export function LanguageSwitch(): ReactElement {
  const { i18n } = useTranslation();
  const next = otherLocale(localeOf(i18n));
  return (
    <Button look="quiet" lang={next} onPress={() => void i18n.changeLanguage(next)}>
      <TranslateIcon className="tl-icon" aria-hidden />
      {LOCALE_NAMES[next]}
    </Button>
  );
}
