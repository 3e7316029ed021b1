import type { Locale } from './locale.ts';

/** Money leaves the system as integer minor units (fen) and becomes text here and nowhere else. */
export interface MoneyParts {
  /** `-` for amounts below zero, else empty. */
  sign: string;
  symbol: string;
  /** Whole units with the locale's grouping: `1,280`. */
  major: string;
  /** Decimal mark and two digits: `.50`. */
  minor: string;
}

const moneyFormats = new Map<string, Intl.NumberFormat>();

function moneyFormat(locale: Locale, currency: string): Intl.NumberFormat {
  const key = `${locale} ${currency}`;
  const known = moneyFormats.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
  moneyFormats.set(key, made);
  return made;
}

/** Text of an amount in fen, such as `¥12.50`. */
export function formatMoney(amountFen: number, locale: Locale, currency = 'CNY'): string {
  return moneyFormat(locale, currency).format(amountFen / 100);
}

/** The parts of an amount in fen, so that the fen can be set smaller than the yuan. */
export function moneyParts(amountFen: number, locale: Locale, currency = 'CNY'): MoneyParts {
  const parts: MoneyParts = { sign: '', symbol: '', major: '', minor: '' };
  for (const part of moneyFormat(locale, currency).formatToParts(amountFen / 100)) {
    if (part.type === 'minusSign') parts.sign = part.value;
    else if (part.type === 'currency') parts.symbol = part.value;
    else if (part.type === 'integer' || part.type === 'group') parts.major += part.value;
    else if (part.type === 'decimal' || part.type === 'fraction') parts.minor += part.value;
  }
  return parts;
}

export function formatNumber(value: number, locale: Locale, maximumFractionDigits = 1): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits }).format(value);
}

/** `0.12` -> `12%`. */
export function formatShare(share: number, locale: Locale, maximumFractionDigits = 0): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits }).format(share);
}

/** A day and its time, such as `11月22日 14:05` or `22 Nov, 14:05`. `timeZone` is the store's. */
export function formatDateTime(at: Date | string | number, locale: Locale, timeZone?: string): string {
  return new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    month: locale === 'en' ? 'short' : 'long',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
    ...(timeZone ? { timeZone } : {}),
  }).format(new Date(at));
}

/** A day, such as `11月22日` or `22 Nov`. */
export function formatDate(at: Date | string | number, locale: Locale, timeZone?: string): string {
  return new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    month: locale === 'en' ? 'short' : 'long',
    day: 'numeric',
    ...(timeZone ? { timeZone } : {}),
  }).format(new Date(at));
}

/** A day with its year, such as `2025年3月8日` or `8 Mar 2025`: of what may be long ago. */
export function formatLongDate(at: Date | string | number, locale: Locale, timeZone?: string): string {
  return new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    year: 'numeric',
    month: locale === 'en' ? 'short' : 'long',
    day: 'numeric',
    ...(timeZone ? { timeZone } : {}),
  }).format(new Date(at));
}

const AGO_STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** How long before `nowMs` something happened: `3 分钟前`, `3 minutes ago`; below a minute, `现在`, `now`. */
export function formatAgo(atMs: number, nowMs: number, locale: Locale): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const elapsedMs = atMs - nowMs;
  for (const [unit, lengthMs] of AGO_STEPS) {
    if (Math.abs(elapsedMs) >= lengthMs) return format.format(Math.trunc(elapsedMs / lengthMs), unit);
  }
  // Intl says "now", which reads as an order in a sentence such as "trained now".
  return locale === 'en' ? 'just now' : '刚刚';
}
