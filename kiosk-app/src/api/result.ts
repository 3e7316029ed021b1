/** Why a call did not succeed. `AGENT_AWAY` and `ANSWER_UNREADABLE` are this side's; every other code is the agent's. */
export interface ApiError {
  readonly code: string;
  /** What happened, in the language that was asked for. */
  readonly message: string;
  /** What to do and what stays safe. */
  readonly hint: string;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ApiError };
