import type { Words } from '@tillside/agent-contract';
import type { Locale } from '@tillside/ui';

/** No page has room for more, and a page of ten thousand letters makes the next touch wait. Consent texts are the longest (CONSENT_TEXT_LIMITS). */
export const SHOWN_MAX_CHARS = 1_000;

/** The contract writes a text as `{ zh, en }`; a page shows one. */
export function pick(words: Words, locale: Locale): string {
  const text = locale === 'zh-CN' ? words.zh : words.en;
  if (text.length <= SHOWN_MAX_CHARS) return text;
  // Not in the middle of a character of two units.
  return `${text.slice(0, SHOWN_MAX_CHARS - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
