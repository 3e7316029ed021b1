import type { Locale } from '@tillside/ui';
import type { ApiError } from '../api/result.ts';
import type { ErrorWords } from '../shared/error-words.ts';
import { en } from './words-en.ts';
import { zh } from './words-zh.ts';

/** What a page says of a code differently from the others. */
export type OwnWords = Readonly<Record<string, { readonly title: string; readonly todo: string } | undefined>>;

/** An error as a shopper reads it. The agent's own words are for who runs a store, so that a code without words for shoppers is said in general ones. */
export function shopperWords({ code }: ApiError, locale: Locale, own: OwnWords = {}): ErrorWords {
  const { OTHER, ...ours } = locale === 'zh-CN' ? zh.errors : en.errors;
  const words = own[code] ?? (ours as OwnWords)[code] ?? OTHER;
  return { title: words.title, todo: words.todo, code };
}
