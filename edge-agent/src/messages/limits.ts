import { AgentError } from '../errors.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Every limit of codes that prove a phone. A kiosk stands open to anybody: it must be no pump for messages, and no place to guess codes at leisure. */
export const PHONE_CODE_LIMITS = {
  /** Of one code; then it is void. */
  tries: 5,
  lifeMs: 10 * MINUTE_MS,
  /** Of a code whose message goes out after the sign-up. */
  lateLifeMs: 7 * DAY_MS,
  /** Between two messages to one number. */
  resendMs: MINUTE_MS,
  perPhoneADay: 5,
  /** Asked for at one kiosk. */
  perKioskWindow: 20,
  kioskWindowMs: 10 * MINUTE_MS,
  perKioskADay: 300,
  perStoreADay: 1_000,
  /** Messages that wait at a time, the newest. */
  waiting: 500,
  /** A message that the provider refuses is tried so often; one that it does not answer, as long as its code lives. */
  refusals: 3,
  /** Back-off of a provider that is away. */
  firstRetryMs: 2_000,
  maxRetryMs: MINUTE_MS,
  /** How long a shopper at the kiosk waits for the word that the message went out. */
  answerWithinMs: 4_000,
  /** Messages sent in a row when the provider is there again. */
  atOnce: 10,
} as const;

/** How many codes were asked for, and when the newest of this number was. */
export interface AskedSoFar {
  readonly phoneToday: number;
  readonly newestOfPhoneMs: number | undefined;
  readonly kioskInWindow: number;
  readonly kioskToday: number;
  readonly storeToday: number;
}

/** Whether another code may be sent; the same for a number that a member has and for one that nobody has. Pure. Throws PHONE_CODE_TOO_SOON, PHONE_CODE_LIMIT, PHONE_CODES_BUSY. */
export function checkAsk(asked: AskedSoFar, nowMs: number): void {
  const { newestOfPhoneMs: newest } = asked;
  // A newest one of later is of a clock that was set back: it holds nobody up.
  if (newest !== undefined && newest <= nowMs && nowMs < newest + PHONE_CODE_LIMITS.resendMs)
    throw new AgentError('PHONE_CODE_TOO_SOON');
  if (asked.phoneToday >= PHONE_CODE_LIMITS.perPhoneADay) throw new AgentError('PHONE_CODE_LIMIT');
  if (
    asked.kioskInWindow >= PHONE_CODE_LIMITS.perKioskWindow ||
    asked.kioskToday >= PHONE_CODE_LIMITS.perKioskADay ||
    asked.storeToday >= PHONE_CODE_LIMITS.perStoreADay
  )
    throw new AgentError('PHONE_CODES_BUSY');
}

/** When a provider that was away so many times in a row is tried again: doubling, with full jitter above a half. `share`: 0 to 1. Pure. */
export function retryInMs(failures: number, share: number): number {
  const { firstRetryMs, maxRetryMs } = PHONE_CODE_LIMITS;
  const most = Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(failures - 1, 20));
  return Math.round(most / 2 + (most / 2) * share);
}
