import type { AgentErrorCode } from '@tillside/agent-contract';

/** What the fake agent answers with a code. */
export class Refusal extends Error {
  readonly code: AgentErrorCode;
  constructor(code: AgentErrorCode) {
    super(code);
    this.code = code;
  }
}
