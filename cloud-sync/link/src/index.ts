export {
  ASK_REFUSALS,
  type Asked,
  type AskRefusal,
  type HubQuestions,
  MEMBER_REFUSALS,
  type MemberRefusal,
} from './ask.ts';
export type { DesiredStatus } from './down/statuses.ts';
export { LINK_ERRORS, type LinkErrorCode, type Problem, problem, problemWords } from './errors.ts';
export { LINK_LIMITS, type LinkLimits } from './limits.ts';
export { createLink, type Link, type LinkOptions, type LinkStatus } from './link.ts';
export {
  type ApplyOutcome,
  type AskedChanges,
  type BatchAnswer,
  type Clock,
  type CredentialPort,
  type DesiredPort,
  type HubCredential,
  type Log,
  type MembersPort,
  type OutboxPort,
  type PreparedBatch,
  type Random,
  type Settled,
  type StreamConflict,
  systemClock,
} from './ports.ts';
export { timeLimit } from './time-limit.ts';
