import {
  formatAgo,
  formatDate,
  formatDateTime,
  formatMoney,
  formatNumber,
  formatShare,
  type Locale,
  useLocale,
} from '@tillside/ui';
import { useMemo } from 'react';

/** Numbers, money and times as a language writes them. */
export function formatOf(locale: Locale) {
  return {
    locale,
    /** A text or name in the reader's language. */
    said: (text: { readonly zh: string; readonly en: string }) => (locale === 'en' ? text.en : text.zh),
    money: (fen: number) => formatMoney(fen, locale),
    /** Without the fen, for axes and large sums. */
    yuan: (fen: number) =>
      new Intl.NumberFormat(locale, {
        style: 'currency',
        currency: 'CNY',
        currencyDisplay: 'narrowSymbol',
        maximumFractionDigits: 0,
      }).format(fen / 100),
    number: (value: number) => formatNumber(value, locale),
    share: (value: number, digits = 0) => formatShare(value, locale, digits),
    ago: (at: string) => formatAgo(Date.parse(at), Date.now(), locale),
    when: (at: string) => formatDateTime(at, locale),
    /** With the year: campaigns may run past its end. */
    until: (at: string) =>
      new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
        year: 'numeric',
        month: 'short',
        day: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
      }).format(new Date(at)),
    /** A business date has no time and no zone. */
    day: (businessDate: string) => formatDate(`${businessDate}T00:00:00Z`, locale, 'UTC'),
    /** With its year. */
    fullDay: (businessDate: string) =>
      new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(
        new Date(`${businessDate}T00:00:00Z`),
      ),
    longDay: (businessDate: string) =>
      new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
        year: 'numeric',
        month: 'long',
        day: 'numeric',
        weekday: 'long',
        timeZone: 'UTC',
      }).format(new Date(`${businessDate}T00:00:00Z`)),
    size: (bytes: number) =>
      bytes < 1024 * 1024
        ? `${formatNumber(bytes / 1024, locale, 0)} KB`
        : `${formatNumber(bytes / 1024 / 1024, locale)} MB`,
  };
}
export type Format = ReturnType<typeof formatOf>;

/** The same in the reader's language. */
export function useFormat(): Format {
  const locale = useLocale();
  return useMemo(() => formatOf(locale), [locale]);
}
