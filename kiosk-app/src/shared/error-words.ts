import { AGENT_ERRORS, type AgentErrorCode } from '@tillside/agent-contract';
import type { Locale } from '@tillside/ui';
import type { ApiError } from '../api/result.ts';
import { pick } from './pick.ts';

export interface ErrorWords {
  title: string;
  todo: string;
  code: string;
}

function isAgentCode(code: string): code is AgentErrorCode {
  return Object.hasOwn(AGENT_ERRORS, code);
}

/**
 * An error in the page's present language. `own` holds what this page says differently from the API, whose hints are
 * written for integrators: a shopper is not told to "sell as a guest".
 */
export function errorWords(
  error: ApiError,
  locale: Locale,
  own: Readonly<Record<string, { title: string; todo: string } | undefined>>,
): ErrorWords {
  const { code } = error;
  const mine = own[code];
  if (mine) return { ...mine, code };
  if (isAgentCode(code)) {
    return { title: pick(AGENT_ERRORS[code].cause, locale), todo: pick(AGENT_ERRORS[code].hint, locale), code };
  }
  const fallback = own.OTHER;
  return { title: error.message || fallback?.title || code, todo: error.hint || fallback?.todo || '', code };
}
