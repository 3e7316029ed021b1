import type { DesiredKind } from '@tillside/protocol';
import { backoffMs } from '../backoff.ts';
import { LinkError, type Problem, problem } from '../errors.ts';
import type { Around, DownEffect, DownState, Step } from './state.ts';
import type { DesiredStatus } from './statuses.ts';
import type { Wanted } from './wanted.ts';

/** How a check ends: artifact by artifact, or with a problem. */
export const withStatus = (state: DownState, kind: DesiredKind, status: DesiredStatus): DownState => ({
  ...state,
  desired: { ...state.desired, [kind]: status },
});

export function nextArtifact(state: DownState, effects: readonly DownEffect[], around: Around): Step {
  const wanted = state.queue[0];
  if (wanted !== undefined) return [state, [...effects, { type: 'takeArtifact', wanted }]];
  if (Object.values(state.desired).some((status) => status.state === 'failed')) {
    const [resting, more] = giveUp(state, state.problem ?? problem('DESIRED_FAILED'), undefined, around);
    return [resting, [...effects, ...more]];
  }
  const done: DownState = { ...state, phase: 'idle', attempt: 0, again: false };
  const delayMs = state.again ? 0 : around.policy.pollMs;
  return [done, [...effects, { type: 'wakeAfter', delayMs }]];
}

export function artifactDone(
  state: DownState,
  statusOf: (wanted: Wanted) => DesiredStatus,
  around: Around,
  failed?: Problem,
): Step {
  const [wanted, ...queue] = state.queue;
  if (wanted === undefined) return [state, []];
  const next = withStatus(state, wanted.kind, statusOf(wanted));
  return nextArtifact({ ...next, queue, problem: failed ?? state.problem }, [], around);
}

/** Ends the check with a problem: what is applied stays in force, and the next try comes after a back-off. */
export function giveUp(
  state: DownState,
  found: Problem,
  retryAfterMs: number | undefined,
  { nowMs, unit, policy }: Around,
): Step {
  const attempt = state.attempt + 1;
  const askedMs = Math.min(retryAfterMs ?? 0, policy.limits.maxRetryAfterMs);
  const delayMs = Math.max(backoffMs(attempt, unit, policy.limits), askedMs);
  const resting: DownState = {
    ...state,
    phase: 'idle',
    looking: undefined,
    queue: [],
    again: false,
    attempt,
    restUntilMs: nowMs + delayMs,
    problem: found,
  };
  return [resting, [{ type: 'wakeAfter', delayMs }]];
}

/** Goes on, or gives up with what was trusted so far: what is verified is kept even when the next check fails. */
export function orGiveUp(state: DownState, effects: readonly DownEffect[], around: Around, work: () => Step): Step {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    const [resting, more] = giveUp(state, error.problem, undefined, around);
    return [resting, [...effects, ...more]];
  }
}
