import type { Locale } from '@tillside/ui';
import type { ApiError } from '../api/result.ts';
import { type ErrorWords, errorWords } from '../shared/error-words.ts';
import { en } from './words-en.ts';
import { zh } from './words-zh.ts';

/** An error as a colleague on the shop floor reads it. */
export function staffWords(error: ApiError, locale: Locale): ErrorWords {
  return errorWords(error, locale, locale === 'zh-CN' ? zh.errors : en.errors);
}
