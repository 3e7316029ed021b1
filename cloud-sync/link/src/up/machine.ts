import type { BatchAck, StreamAck } from '@tillside/protocol';
import { MAX_BATCH_EVENTS } from '@tillside/protocol';
import { backoffMs } from '../backoff.ts';
import { type Problem, problem } from '../errors.ts';
import type { LinkLimits } from '../limits.ts';
import type { StreamConflict } from '../ports.ts';

/**
 * Draining the outbox as a state machine: one request in flight, a batch then the keys in turn while either has something, then rest
 * until a nudge or the poll. A nudge during a request is remembered; a nudge during back-off is not a reason to hurry a hub that is down.
 */
export interface UpState {
  readonly phase: 'idle' | 'batch' | 'acking' | 'keys' | 'resting';
  /** Failures in a row. */
  readonly attempt: number;
  /** Conflicts in a row: the second without progress between waits, so that a confused hub cannot spin us. */
  readonly conflictsInRow: number;
  readonly maxEvents: number;
  readonly nudged: boolean;
  /** Whether the batch part of this round sent anything. */
  readonly busy: boolean;
  readonly restUntilMs?: number | undefined;
  readonly lastAckAtMs?: number | undefined;
  readonly problem?: Problem | undefined;
}

export type UpInput =
  | { readonly type: 'nudge'; readonly nowMs: number }
  | { readonly type: 'timer'; readonly nowMs: number }
  | { readonly type: 'nothingToSend' }
  | { readonly type: 'acked'; readonly ack: BatchAck; readonly nowMs: number }
  | {
      readonly type: 'trimmed';
      readonly deleted: number;
      readonly conflicts: number;
      readonly retryAfterMs: number | undefined;
      readonly nowMs: number;
      readonly unit: number;
    }
  | { readonly type: 'keysDone'; readonly deposited: number; readonly nowMs: number }
  | {
      readonly type: 'failed';
      readonly problem: Problem;
      readonly retryAfterMs: number | undefined;
      readonly nowMs: number;
      readonly unit: number;
    };

export type UpEffect =
  | { readonly type: 'sendBatch'; readonly maxEvents: number }
  | {
      readonly type: 'settle';
      readonly acks: readonly StreamAck[];
      readonly conflicts: readonly StreamConflict[];
      readonly retryAfterMs: number | undefined;
    }
  | { readonly type: 'sendKeys' }
  | { readonly type: 'wakeAt'; readonly atMs: number };

export interface UpPolicy {
  readonly pollMs: number;
  readonly limits: LinkLimits;
}

export const UP_START: UpState = {
  phase: 'idle',
  attempt: 0,
  conflictsInRow: 0,
  maxEvents: MAX_BATCH_EVENTS,
  nudged: false,
  busy: false,
};

type Step = readonly [UpState, readonly UpEffect[]];

export function stepUp(state: UpState, input: UpInput, policy: UpPolicy): Step {
  switch (input.type) {
    case 'nudge':
      return state.phase === 'idle' ? sendBatch(state) : [{ ...state, nudged: true }, []];
    case 'timer':
      return state.phase === 'idle' || state.phase === 'resting' ? sendBatch(state) : [state, []];
    case 'nothingToSend':
      return [{ ...state, phase: 'keys', busy: false }, [{ type: 'sendKeys' }]];
    case 'acked': {
      const { acks, conflicts, retryAfterMs } = input.ack;
      const next: UpState = { ...state, phase: 'acking', lastAckAtMs: input.nowMs };
      return [next, [{ type: 'settle', acks, conflicts, retryAfterMs }]];
    }
    case 'trimmed':
      return afterTrim(state, input, policy);
    case 'keysDone':
      return afterKeys(state, input, policy);
    case 'failed':
      return rest(state, input, policy);
  }
}

function sendBatch(state: UpState): Step {
  return [
    { ...state, phase: 'batch', nudged: false, restUntilMs: undefined },
    [{ type: 'sendBatch', maxEvents: state.maxEvents }],
  ];
}

function afterTrim(state: UpState, input: Extract<UpInput, { type: 'trimmed' }>, policy: UpPolicy): Step {
  const { nowMs, unit, retryAfterMs } = input;
  const conflictsInRow = input.conflicts > 0 ? state.conflictsInRow + 1 : 0;
  const stuck = input.deleted === 0 && (input.conflicts === 0 || conflictsInRow > 1);
  if (stuck) {
    const found = problem('HUB_ACK_WITHOUT_PROGRESS');
    return rest({ ...state, conflictsInRow }, { problem: found, retryAfterMs, nowMs, unit }, policy);
  }
  const next: UpState = {
    ...state,
    attempt: 0,
    conflictsInRow,
    busy: true,
    problem: undefined,
    maxEvents: Math.min(MAX_BATCH_EVENTS, state.maxEvents * 2),
  };
  if (retryAfterMs !== undefined && retryAfterMs > 0) {
    const untilMs = nowMs + Math.min(retryAfterMs, policy.limits.maxRetryAfterMs);
    return [{ ...next, phase: 'resting', restUntilMs: untilMs }, [{ type: 'wakeAt', atMs: untilMs }]];
  }
  return [{ ...next, phase: 'keys' }, [{ type: 'sendKeys' }]];
}

function afterKeys(state: UpState, input: Extract<UpInput, { type: 'keysDone' }>, policy: UpPolicy): Step {
  const well: UpState = input.deposited > 0 || state.busy ? { ...state, attempt: 0, problem: undefined } : state;
  if (input.deposited > 0 || state.busy || state.nudged) return sendBatch({ ...well, busy: false });
  return [{ ...well, phase: 'idle' }, [{ type: 'wakeAt', atMs: input.nowMs + policy.pollMs }]];
}

/** Full-jitter back-off, or longer when the hub asked for longer; a batch found too large is halved. */
function rest(
  state: UpState,
  input: { problem: Problem; retryAfterMs: number | undefined; nowMs: number; unit: number },
  policy: UpPolicy,
): Step {
  const attempt = state.attempt + 1;
  const askedMs = Math.min(input.retryAfterMs ?? 0, policy.limits.maxRetryAfterMs);
  const untilMs = input.nowMs + Math.max(backoffMs(attempt, input.unit, policy.limits), askedMs);
  const halved = input.problem.code === 'HUB_BATCH_TOO_LARGE' ? Math.ceil(state.maxEvents / 2) : state.maxEvents;
  return [
    { ...state, phase: 'resting', attempt, maxEvents: halved, restUntilMs: untilMs, problem: input.problem },
    [{ type: 'wakeAt', atMs: untilMs }],
  ];
}
