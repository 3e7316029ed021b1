import { AGENT_ERRORS, type AgentErrorCode, type Locale } from '@tillside/agent-contract';

/** A refusal with a registered code. `detail` is added to the cause for people; it never holds personal data or codes that were scanned. */
export class AgentError extends Error {
  readonly code: AgentErrorCode;
  readonly detail: string | undefined;
  readonly fields: { path: string; message: string }[] | undefined;

  constructor(
    code: AgentErrorCode,
    options: { detail?: string; fields?: { path: string; message: string }[]; cause?: unknown } = {},
  ) {
    super(
      options.detail === undefined ? AGENT_ERRORS[code].cause.en : `${AGENT_ERRORS[code].cause.en} ${options.detail}`,
      { cause: options.cause },
    );
    this.name = 'AgentError';
    this.code = code;
    this.detail = options.detail;
    this.fields = options.fields;
  }

  get status(): number {
    return AGENT_ERRORS[this.code].status;
  }

  /** What happened and what to do, in the reader's language. */
  words(locale: Locale): { message: string; hint: string } {
    const entry = AGENT_ERRORS[this.code];
    const cause = locale === 'en' ? entry.cause.en : entry.cause.zh;
    return {
      message: this.detail === undefined ? cause : `${cause} ${this.detail}`,
      hint: locale === 'en' ? entry.hint.en : entry.hint.zh,
    };
  }
}
