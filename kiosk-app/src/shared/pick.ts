import type { Words } from '@tillside/agent-contract';
import type { Locale } from '@tillside/ui';

/** The contract writes a text as `{ zh, en }`; a page shows one. */
export function pick(words: Words, locale: Locale): string {
  return locale === 'zh-CN' ? words.zh : words.en;
}
