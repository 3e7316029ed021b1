import type { DesiredKind } from '@tillside/protocol';
import { backoffMs } from '../backoff.ts';
import { LinkError, type Problem, problem } from '../errors.ts';
import type { LinkLimits } from '../limits.ts';
import type { ApplyOutcome } from '../ports.ts';
import {
  checkExpiry,
  isListed,
  keysRotated,
  nextRoot,
  nextSnapshot,
  nextTargets,
  nextTimestamp,
  type Role,
  type TrustedSet,
} from './trust.ts';
import { chooseTargets, type Versions, type Wanted } from './wanted.ts';

/**
 * Following HQ's state as a state machine over the TUF client workflow: root chain, timestamp, snapshot, targets, then our artifacts.
 * Metadata is persisted right after it is verified, before anything that depends on it is fetched.
 */
export interface DownState {
  readonly phase: 'idle' | Role | 'artifacts';
  readonly trusted: TrustedSet;
  /** The workflow fixes its time when it starts (section 5.1), so that a slow check cannot straddle an expiry. */
  readonly startedAtMs: number;
  readonly rotations: number;
  readonly inForce: Versions;
  readonly queue: readonly Wanted[];
  /** A wake-up came while a check ran. */
  readonly again: boolean;
  readonly attempt: number;
  readonly restUntilMs?: number | undefined;
  readonly desired: Partial<Record<DesiredKind, DesiredStatus>>;
  readonly problem?: Problem | undefined;
  readonly lastCheckAtMs?: number | undefined;
}

export interface DesiredStatus {
  readonly version: number;
  readonly state: 'applied' | 'refused' | 'failed' | 'fetching';
  readonly sha256?: string;
  readonly code?: string;
  readonly message?: string;
}

/** `unit` is uniform in [0, 1), for the back-off. */
type Moment = { readonly nowMs: number; readonly unit: number };
export type DownEvent =
  | { readonly type: 'check'; readonly inForce: Versions }
  | { readonly type: 'fetched'; readonly bytes: Buffer }
  | { readonly type: 'missing' }
  | { readonly type: 'failed'; readonly problem: Problem; readonly retryAfterMs: number | undefined }
  | { readonly type: 'handedOver'; readonly outcome: ApplyOutcome };
export type DownInput = Moment & DownEvent;

export type DownEffect =
  | { readonly type: 'fetch'; readonly name: string; readonly maxBytes: number }
  | { readonly type: 'persist'; readonly role: Role; readonly bytes: Buffer }
  | { readonly type: 'forget'; readonly roles: readonly Role[] }
  | { readonly type: 'takeArtifact'; readonly wanted: Wanted }
  | { readonly type: 'wakeAt'; readonly atMs: number };

export interface DownPolicy {
  readonly store: string;
  readonly pollMs: number;
  readonly limits: LinkLimits;
}
type Step = readonly [DownState, readonly DownEffect[]];

export function downStart(trusted: TrustedSet): DownState {
  const inForce = { campaigns: 0, model: 0 };
  return {
    phase: 'idle',
    trusted,
    startedAtMs: 0,
    rotations: 0,
    inForce,
    queue: [],
    again: false,
    attempt: 0,
    desired: {},
  };
}

export function stepDown(state: DownState, input: DownInput, policy: DownPolicy): Step {
  try {
    return advance(state, input, policy);
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    return giveUp(state, error.problem, undefined, input, policy);
  }
}

function advance(state: DownState, input: DownInput, policy: DownPolicy): Step {
  switch (input.type) {
    case 'check': {
      if (state.phase !== 'idle') return [{ ...state, again: true }, []];
      const { nowMs: startedAtMs, inForce } = input;
      const begun = { ...state, startedAtMs, inForce, rotations: 0, again: false, restUntilMs: undefined };
      return askRoot(begun, [], policy);
    }
    case 'failed':
      return state.phase === 'artifacts'
        ? artifactDone(state, failedStatus(state, input.problem), input, policy, input)
        : giveUp(state, input.problem, input.retryAfterMs, input, policy);
    case 'missing':
      if (state.phase === 'root') return rootsDone(state, [], policy);
      return giveUp(state, problem('TUF_MISSING', `${state.phase}.json`), undefined, input, policy);
    case 'fetched':
      return take(state, input.bytes, input, policy);
    case 'handedOver':
      return artifactDone(state, handedStatus(state, input.outcome), input, policy);
  }
}

function take(state: DownState, bytes: Buffer, moment: Moment, policy: DownPolicy): Step {
  const { trusted } = state;
  if (state.phase === 'root') {
    const root = nextRoot(trusted.root, bytes);
    const effects: DownEffect[] = [{ type: 'persist', role: 'root', bytes }];
    let next: TrustedSet = { ...trusted, root };
    if (keysRotated(trusted.root.metadata.signed, root.metadata.signed)) {
      next = { ...next, timestamp: undefined, snapshot: undefined };
      effects.push({ type: 'forget', roles: ['timestamp', 'snapshot'] });
    }
    const followed = { ...state, trusted: next, rotations: state.rotations + 1 };
    return followed.rotations >= policy.limits.maxRootRotations
      ? rootsDone(followed, effects, policy)
      : askRoot(followed, effects, policy);
  }
  if (state.phase === 'timestamp') {
    const timestamp = nextTimestamp(trusted, bytes);
    checkExpiry('timestamp', timestamp, state.startedAtMs);
    // The same version again is not news, whatever its bytes: what is trusted already stays (section 5.4.3.1).
    const same = trusted.timestamp?.metadata.signed.version === timestamp.metadata.signed.version;
    if (same) return timestampDone(state, [], moment, policy);
    const next = { ...state, trusted: { ...trusted, timestamp } };
    return timestampDone(next, [{ type: 'persist', role: 'timestamp', bytes }], moment, policy);
  }
  if (state.phase === 'snapshot') {
    const snapshot = nextSnapshot(trusted, bytes);
    checkExpiry('snapshot', snapshot, state.startedAtMs);
    const next = { ...state, trusted: { ...trusted, snapshot } };
    return snapshotDone(next, [{ type: 'persist', role: 'snapshot', bytes }], moment, policy);
  }
  const targets = nextTargets(trusted, bytes);
  checkExpiry('targets', targets, state.startedAtMs);
  const next = { ...state, trusted: { ...trusted, targets } };
  return targetsDone(next, [{ type: 'persist', role: 'targets', bytes }], moment, policy);
}

function askRoot(state: DownState, effects: DownEffect[], { limits }: DownPolicy): Step {
  const name = `${state.trusted.root.metadata.signed.version + 1}.root.json`;
  return [{ ...state, phase: 'root' }, [...effects, { type: 'fetch', name, maxBytes: limits.maxRootBytes }]];
}

function rootsDone(state: DownState, effects: DownEffect[], { limits }: DownPolicy): Step {
  checkExpiry('root', state.trusted.root, state.startedAtMs);
  const fetchIt: DownEffect = { type: 'fetch', name: 'timestamp.json', maxBytes: limits.maxTimestampBytes };
  return [{ ...state, phase: 'timestamp' }, [...effects, fetchIt]];
}

function timestampDone(state: DownState, effects: DownEffect[], moment: Moment, policy: DownPolicy): Step {
  const { timestamp, snapshot } = state.trusted;
  if (timestamp === undefined) throw new LinkError(problem('TUF_MALFORMED', 'no timestamp'));
  const listed = timestamp.metadata.signed.snapshotMeta;
  if (snapshot !== undefined && isListed(listed, snapshot)) {
    checkExpiry('snapshot', snapshot, state.startedAtMs);
    return snapshotDone(state, effects, moment, policy);
  }
  const maxBytes = listed.length ?? policy.limits.maxSnapshotBytes;
  const name = `${listed.version}.snapshot.json`;
  return [{ ...state, phase: 'snapshot' }, [...effects, { type: 'fetch', name, maxBytes }]];
}

function snapshotDone(state: DownState, effects: DownEffect[], moment: Moment, policy: DownPolicy): Step {
  const { snapshot, targets } = state.trusted;
  const listed = snapshot?.metadata.signed.meta['targets.json'];
  if (listed === undefined) throw new LinkError(problem('TUF_MALFORMED', 'snapshot.json does not list targets.json'));
  if (targets !== undefined && isListed(listed, targets)) {
    checkExpiry('targets', targets, state.startedAtMs);
    return targetsDone(state, effects, moment, policy);
  }
  const maxBytes = Math.min(listed.length ?? Number.POSITIVE_INFINITY, policy.limits.maxTargetsBytes);
  const name = `${listed.version}.targets.json`;
  return [{ ...state, phase: 'targets' }, [...effects, { type: 'fetch', name, maxBytes }]];
}

function targetsDone(state: DownState, effects: DownEffect[], moment: Moment, policy: DownPolicy): Step {
  const { targets } = state.trusted;
  if (targets === undefined) throw new LinkError(problem('TUF_MALFORMED', 'no targets'));
  const desired = { ...state.desired };
  const queue: Wanted[] = [];
  let found: Problem | undefined;
  for (const choice of chooseTargets(policy.store, targets.metadata.signed, state.inForce)) {
    const { kind } = choice;
    if ('current' in choice) desired[kind] = { version: choice.current, state: 'applied' };
    else if ('problem' in choice) {
      found = choice.problem;
      const { code, message } = found;
      desired[kind] = { version: choice.version, state: 'refused', code, message };
    } else if (!wasRefused(state.desired[kind], choice.wanted)) {
      queue.push(choice.wanted);
      const { version, sha256 } = choice.wanted;
      desired[kind] = { version, sha256, state: 'fetching' };
    }
  }
  const next: DownState = { ...state, phase: 'artifacts', desired, queue, problem: found, lastCheckAtMs: moment.nowMs };
  return nextArtifact(next, effects, moment, policy);
}

/** What the agent refused once is not offered to it again until it changes, or the agent restarts. */
function wasRefused(before: DesiredStatus | undefined, wanted: Wanted): boolean {
  return before?.state === 'refused' && before.sha256 === wanted.sha256 && before.version === wanted.version;
}

function nextArtifact(state: DownState, effects: DownEffect[], moment: Moment, policy: DownPolicy): Step {
  const wanted = state.queue[0];
  if (wanted !== undefined) return [state, [...effects, { type: 'takeArtifact', wanted }]];
  if (Object.values(state.desired).some((status) => status.state === 'failed')) {
    const [resting, more] = giveUp(state, state.problem ?? problem('DESIRED_FAILED'), undefined, moment, policy);
    return [resting, [...effects, ...more]];
  }
  const done: DownState = { ...state, phase: 'idle', attempt: 0, again: false };
  const atMs = state.again ? moment.nowMs : moment.nowMs + policy.pollMs;
  return [done, [...effects, { type: 'wakeAt', atMs }]];
}

function artifactDone(
  state: DownState,
  status: DesiredStatus,
  moment: Moment,
  policy: DownPolicy,
  failed?: { problem: Problem },
): Step {
  const [wanted, ...queue] = state.queue;
  if (wanted === undefined) return [state, []];
  const desired = { ...state.desired, [wanted.kind]: status };
  const next = { ...state, desired, queue, problem: failed?.problem ?? state.problem };
  return nextArtifact(next, [], moment, policy);
}

function handedStatus(state: DownState, outcome: ApplyOutcome): DesiredStatus {
  const { version, sha256 } = current(state);
  if (outcome.outcome === 'applied') return { version, sha256, state: 'applied' };
  return { version, sha256, state: 'refused', code: outcome.code, message: outcome.message };
}

function failedStatus(state: DownState, { code, message }: Problem): DesiredStatus {
  const { version, sha256 } = current(state);
  return { version, sha256, state: 'failed', code, message };
}

function current(state: DownState): { version: number; sha256: string } {
  return state.queue[0] ?? { version: 0, sha256: '' };
}

/** Ends the check with a problem: what is applied stays in force, and the next try comes after a back-off. */
function giveUp(
  state: DownState,
  found: Problem,
  retryAfterMs: number | undefined,
  { nowMs, unit }: Moment,
  policy: DownPolicy,
): Step {
  const attempt = state.attempt + 1;
  const askedMs = Math.min(retryAfterMs ?? 0, policy.limits.maxRetryAfterMs);
  const atMs = nowMs + Math.max(backoffMs(attempt, unit, policy.limits), askedMs);
  const resting: DownState = {
    ...state,
    phase: 'idle',
    queue: [],
    again: false,
    attempt,
    restUntilMs: atMs,
    problem: found,
  };
  return [resting, [{ type: 'wakeAt', atMs }]];
}
