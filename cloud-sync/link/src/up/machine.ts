import { MAX_BATCH_EVENTS } from '@tillside/protocol';
import { backoffMs } from '../backoff.ts';
import { type Problem, problem } from '../errors.ts';
import type { LinkLimits } from '../limits.ts';

/**
 * Draining the outbox as a state machine: batches up to a window that widens while the hub keeps up, then the member keys, then rest until a nudge or the
 * poll. The last place of the window is kept for a nudge: what was sold now waits for no batch of the backlog. While tills are served the backlog goes one
 * batch after the other, with rests between. A nudge during back-off is not a reason to hurry a hub that is down.
 */
export interface UpState {
  readonly phase: 'idle' | 'sending' | 'keys' | 'resting';
  /** Batches that are being made or under way. */
  readonly inFlight: number;
  /** How many may be, but for one more on a nudge. */
  readonly window: number;
  /** Failures in a row. */
  readonly attempt: number;
  /** Answers in a row that name conflicts and hold nothing new: a confused hub must not spin us. */
  readonly conflictsInRow: number;
  readonly maxEvents: number;
  readonly nudged: boolean;
  /** The outbox has no more for now: nothing is asked of it until what is under way has come back. */
  readonly drained: boolean;
  /** Whether this round sent anything. */
  readonly busy: boolean;
  /** Batches since keys were last looked at. */
  readonly sinceKeys: number;
  /** When a nudge last had a batch of its own. */
  readonly expressAtMs?: number | undefined;
  readonly restUntilMs?: number | undefined;
  readonly lastAckAtMs?: number | undefined;
  readonly problem?: Problem | undefined;
}

/** A batch that was answered, and what the answer settled. */
export interface SettledInput {
  readonly type: 'settled';
  /** Events in the batch. */
  readonly events: number;
  /** Of them the hub holds now, or will never take: they wait no longer. */
  readonly settled: number;
  /** Of them the hub holds otherwise. */
  readonly conflicts: number;
  readonly retryAfterMs: number | undefined;
  /** From asking for the batch to its answer. */
  readonly tookMs: number;
  /** Of that, at this machine: reading and packing it, taking in what was answered. */
  readonly ownMs: number;
  /** Whether tills were served lately. */
  readonly tillsBusy: boolean;
  readonly nowMs: number;
  readonly unit: number;
}

export interface FailedInput {
  readonly type: 'failed';
  /** What failed. */
  readonly of: 'batch' | 'keys';
  readonly problem: Problem;
  readonly retryAfterMs: number | undefined;
  readonly nowMs: number;
  readonly unit: number;
}

export type UpInput =
  | { readonly type: 'nudge'; readonly nowMs: number }
  | { readonly type: 'timer'; readonly nowMs: number }
  /** For one `sendBatch`. */
  | { readonly type: 'nothingToSend'; readonly nowMs: number }
  | SettledInput
  | { readonly type: 'keysDone'; readonly deposited: number; readonly nowMs: number }
  | FailedInput;

/** Each `sendBatch` is answered by one `nothingToSend`, `settled` or `failed`, `sendKeys` by `keysDone` or `failed`. */
export type UpEffect =
  /** `afterMs`: not before that time has passed, so that tills have their turn. */
  | { readonly type: 'sendBatch'; readonly maxEvents: number; readonly afterMs: number }
  | { readonly type: 'sendKeys' }
  | { readonly type: 'wakeAt'; readonly atMs: number };

export interface UpPolicy {
  readonly pollMs: number;
  readonly limits: LinkLimits;
}

export const UP_START: UpState = {
  phase: 'idle',
  inFlight: 0,
  window: 1,
  attempt: 0,
  conflictsInRow: 0,
  maxEvents: MAX_BATCH_EVENTS,
  nudged: false,
  drained: false,
  busy: false,
  sinceKeys: 0,
};

/** A batch should take no longer, so that a new sale that waits for its turn is through in time also on a slow line. */
const TARGET_BATCH_MS = 500;
/** Batches are not made smaller than this for the sake of a slow line. */
const LEAST_EVENTS = 50;
/** What a nudge sends beside the backlog: small, so that neither line nor hub is long at it. */
const EXPRESS_EVENTS = 100;
/** Whatever is sold more often goes together. */
const EXPRESS_EVERY_MS = 250;
/** While tills are served, of the time that a batch cost this machine: so much again belongs to them alone. */
const PAUSE_SHARE = 0.5;
const MAX_PAUSE_MS = 250;
/** In a long drain the keys have their turn after so many batches. */
const BATCHES_BETWEEN_KEYS = 32;
/** Answers in a row that only name conflicts; after these, back-off. */
const MAX_CONFLICTS_IN_ROW = 3;

/** A turn that the hub gave is taken so much later, at most. */
const TURN_JITTER_MS = 500;

type Step = readonly [UpState, readonly UpEffect[]];

export function stepUp(state: UpState, input: UpInput, policy: UpPolicy): Step {
  switch (input.type) {
    case 'nudge':
      if (state.phase === 'idle') return fill({ ...state, drained: false, busy: false });
      if (state.phase === 'sending') return express({ ...state, drained: false }, input.nowMs, policy);
      return [{ ...state, nudged: true }, []];
    case 'timer':
      if (state.phase === 'idle' || state.phase === 'resting')
        return fill({ ...state, drained: false, restUntilMs: undefined });
      return [state, []];
    case 'nothingToSend':
      return goOn({ ...state, inFlight: state.inFlight - 1, drained: true });
    case 'settled':
      return afterBatch(state, input, policy);
    case 'keysDone':
      return afterKeys(state, input, policy);
    case 'failed':
      return rest(input.of === 'batch' ? { ...state, inFlight: state.inFlight - 1 } : state, input, policy);
  }
}

const wantsKeys = ({ sinceKeys }: UpState): boolean => sinceKeys >= BATCHES_BETWEEN_KEYS;

/** Asks for batches until the window is full. */
function fill(state: UpState, afterMs = 0): Step {
  const room = state.drained || wantsKeys(state) ? 0 : Math.max(0, state.window - state.inFlight);
  const inFlight = state.inFlight + room;
  // What the nudge was about is in one of these batches.
  const nudged = state.nudged && room === 0;
  const next: UpState = { ...state, phase: 'sending', inFlight, nudged, sinceKeys: state.sinceKeys + room };
  if (inFlight === 0) return [{ ...next, phase: 'keys', sinceKeys: 0 }, [{ type: 'sendKeys' }]];
  const { maxEvents } = state;
  return [next, Array.from({ length: room }, () => ({ type: 'sendBatch', maxEvents, afterMs }))];
}

/** What was told now goes at once, beside whatever is under way; where a batch of that kind has just gone, or there is no place, with the next of the backlog. */
function express(state: UpState, nowMs: number, { limits }: UpPolicy): Step {
  const { window, inFlight, expressAtMs } = state;
  const most = Math.min(limits.maxBatchesInFlight, window + 1);
  const isTooSoon = expressAtMs !== undefined && Math.abs(nowMs - expressAtMs) < EXPRESS_EVERY_MS;
  if (inFlight >= most || isTooSoon || wantsKeys(state)) return [state, []];
  const maxEvents = Math.min(state.maxEvents, EXPRESS_EVENTS);
  const next: UpState = { ...state, inFlight: inFlight + 1, sinceKeys: state.sinceKeys + 1, expressAtMs: nowMs };
  return [next, [{ type: 'sendBatch', maxEvents, afterMs: 0 }]];
}

/** After a batch came back: the next ones, unless there is a pause. */
function goOn(state: UpState): Step {
  return state.phase === 'resting' ? [state, []] : fill(state);
}

function afterBatch(state: UpState, input: SettledInput, policy: UpPolicy): Step {
  const { nowMs, unit, retryAfterMs, settled, conflicts } = input;
  const conflictsInRow = conflicts > 0 && conflicts >= settled ? state.conflictsInRow + 1 : 0;
  const here: UpState = { ...state, inFlight: state.inFlight - 1, conflictsInRow, lastAckAtMs: nowMs, busy: true };
  const stuck = (settled === 0 && conflicts === 0) || conflictsInRow > MAX_CONFLICTS_IN_ROW;
  if (stuck) return rest(here, { problem: problem('HUB_ACK_WITHOUT_PROGRESS'), retryAfterMs, nowMs, unit }, policy);
  const { pauseMs, ...pace } = paced(here, input, policy);
  const well: UpState = { ...here, ...pace };
  if (retryAfterMs !== undefined && retryAfterMs > 0) {
    const askedMs = nowMs + Math.min(retryAfterMs, policy.limits.maxRetryAfterMs);
    const untilMs = Math.max(askedMs, state.phase === 'resting' ? standing(state, nowMs, policy) : 0);
    return [
      { ...well, attempt: 0, problem: undefined, window: 1, phase: 'resting', restUntilMs: untilMs },
      [{ type: 'wakeAt', atMs: untilMs }],
    ];
  }
  // Another batch failed meanwhile: that it is well again is for the next one to say.
  if (state.phase === 'resting') return [{ ...here, window: 1 }, []];
  return fill({ ...well, attempt: 0, problem: undefined }, pauseMs);
}

/** More at once while full batches come back in time; fewer, then smaller ones, where hub or line are slow; one with rests between while tills are served. */
function paced(
  { window, maxEvents }: UpState,
  { events, tookMs, ownMs, tillsBusy }: SettledInput,
  { limits }: UpPolicy,
): Pick<UpState, 'window' | 'maxEvents'> & { pauseMs: number } {
  const pauseMs = tillsBusy ? Math.min(MAX_PAUSE_MS, Math.ceil(ownMs * PAUSE_SHARE)) : 0;
  const most = tillsBusy ? 1 : Math.max(1, limits.maxBatchesInFlight - 1);
  const isFull = events >= maxEvents;
  if (tookMs > TARGET_BATCH_MS) {
    if (window > 1 || !isFull) return { window: Math.max(1, Math.min(most, window - 1)), maxEvents, pauseMs };
    return { window, maxEvents: Math.min(maxEvents, Math.max(LEAST_EVENTS, Math.ceil(maxEvents / 2))), pauseMs };
  }
  const isQuick = tookMs <= TARGET_BATCH_MS / 2;
  return {
    window: Math.min(most, isFull && isQuick ? window + 1 : window),
    maxEvents: isQuick ? Math.min(MAX_BATCH_EVENTS, maxEvents * 2) : maxEvents,
    pauseMs,
  };
}

function afterKeys(state: UpState, input: Extract<UpInput, { type: 'keysDone' }>, policy: UpPolicy): Step {
  const well: UpState = input.deposited > 0 || state.busy ? { ...state, attempt: 0, problem: undefined } : state;
  const more = input.deposited > 0 || state.nudged || !state.drained;
  if (more) return fill({ ...well, nudged: false, drained: false });
  const idle: UpState = { ...well, phase: 'idle', busy: false, window: 1 };
  return [idle, [{ type: 'wakeAt', atMs: input.nowMs + policy.pollMs }]];
}

/**
 * Full-jitter back-off; where the hub named a time, that time and no guess of ours, since it keeps a turn for us then. A batch found too large is halved. Several that fail
 * together count once.
 */
function rest(
  state: UpState,
  input: { problem: Problem; retryAfterMs: number | undefined; nowMs: number; unit: number },
  policy: UpPolicy,
): Step {
  const again = state.phase === 'resting';
  const attempt = again ? state.attempt : state.attempt + 1;
  const askedMs = Math.min(input.retryAfterMs ?? 0, policy.limits.maxRetryAfterMs);
  const ownMs = again ? 0 : backoffMs(attempt, input.unit, policy.limits);
  // The header counts whole seconds: stores that were told the same one are spread over what was rounded away.
  const pauseMs = askedMs > 0 ? askedMs + Math.floor(input.unit * TURN_JITTER_MS) : ownMs;
  const untilMs = Math.max(input.nowMs + pauseMs, again ? standing(state, input.nowMs, policy) : 0);
  const halved =
    input.problem.code === 'HUB_BATCH_TOO_LARGE' && !again ? Math.ceil(state.maxEvents / 2) : state.maxEvents;
  return [
    { ...state, phase: 'resting', window: 1, attempt, maxEvents: halved, restUntilMs: untilMs, problem: input.problem },
    [{ type: 'wakeAt', atMs: untilMs }],
  ];
}

/** The rest that is under way; never longer than any can be, whatever became of the clock since it began. */
const standing = (state: UpState, nowMs: number, { limits }: UpPolicy): number =>
  Math.min(state.restUntilMs ?? 0, nowMs + Math.max(limits.maxRetryAfterMs, limits.backoffCapMs));
