import { HUB_ERRORS, type HubErrorCode, type Issue } from '@tillside/hub-contract';

/** A failure that the registry knows. `detail` says what went wrong this time; it must not hold credentials or personal data. */
export class HubFault extends Error {
  readonly code: HubErrorCode;
  readonly detail: string;
  readonly issues: readonly Issue[] | undefined;

  constructor(code: HubErrorCode, detail = '', issues?: readonly Issue[]) {
    super(`${code}: ${HUB_ERRORS[code].cause.en}${detail === '' ? '' : ` ${detail}`}`);
    this.name = 'HubFault';
    this.code = code;
    this.detail = detail;
    this.issues = issues;
  }
}

/** No room now; the caller is told when to come again. */
export class BusyFault extends HubFault {
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number, code: 'HUB_BUSY' | 'HUB_TOO_MANY_TRIES' = 'HUB_BUSY') {
    super(code);
    this.retryAfterMs = retryAfterMs;
  }
}

export type Language = 'zh' | 'en';

/** Cause, detail and hint in the reader's language. */
export function explainFault(fault: HubFault, language: Language): { message: string; hint: string } {
  const { cause, hint } = HUB_ERRORS[fault.code];
  return {
    message: fault.detail === '' ? cause[language] : `${cause[language]} ${fault.detail}`,
    hint: hint[language],
  };
}
