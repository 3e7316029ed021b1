import { LinkError, problem } from '../errors.ts';
import { kindRefused, lookForKinds, takeDelegated } from './kinds.ts';
import { artifactDone, giveUp, orGiveUp } from './rest.ts';
import {
  type Around,
  ask,
  type DownEffect,
  type DownEvent,
  type DownInput,
  type DownPolicy,
  type DownState,
  persist,
  type Step,
} from './state.ts';
import { failedStatus, handedStatus } from './statuses.ts';
import {
  checkExpiry,
  isCurrent,
  keysRotated,
  listedIn,
  nextRoot,
  nextSnapshot,
  nextTargets,
  nextTimestamp,
} from './trust.ts';

/** One step of the client workflow: what is next, and what to do about it. Pure. */
export function stepDown(state: DownState, input: DownInput, policy: DownPolicy): Step {
  const around = { nowMs: input.nowMs, unit: input.unit, policy };
  try {
    return advance(state, input, around);
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    return giveUp(state, error.problem, undefined, around);
  }
}

function advance(state: DownState, input: DownEvent, around: Around): Step {
  switch (input.type) {
    case 'check': {
      if (state.phase !== 'idle') return [{ ...state, again: true }, []];
      const { inForce } = input;
      const begun = { ...state, startedAtMs: around.nowMs, inForce, rotations: 0, again: false };
      return askRoot({ ...begun, found: undefined, restUntilMs: undefined }, [], around);
    }
    case 'failed':
      return state.phase === 'artifacts'
        ? artifactDone(state, (wanted) => failedStatus(wanted, input.problem), around, input.problem)
        : giveUp(state, input.problem, input.retryAfterMs, around);
    case 'missing':
      if (state.phase === 'root') return rootsDone(state, [], around);
      if (state.phase === 'delegated') {
        return kindRefused(state, [], problem('TUF_MISSING', `${state.looking?.visit.name}.json`), around);
      }
      return giveUp(state, problem('TUF_MISSING', `${state.phase}.json`), undefined, around);
    case 'fetched':
      return take(state, input.bytes, around);
    case 'handedOver':
      return artifactDone(state, (wanted) => handedStatus(wanted, input.outcome), around);
  }
}

function take(state: DownState, bytes: Buffer, around: Around): Step {
  const { trusted } = state;
  switch (state.phase) {
    case 'root':
      return takeRoot(state, bytes, around);
    case 'timestamp': {
      const timestamp = nextTimestamp(trusted, bytes);
      // The same version again is not news, whatever its bytes: what is trusted already stays (section 5.4.3.1).
      const held = trusted.timestamp;
      if (held !== undefined && held.body.version === timestamp.body.version) {
        checkExpiry('timestamp', held, state.startedAtMs);
        return timestampDone(state, [], around);
      }
      checkExpiry('timestamp', timestamp, state.startedAtMs);
      return timestampDone({ ...state, trusted: { ...trusted, timestamp } }, [persist('timestamp', bytes)], around);
    }
    case 'snapshot': {
      const snapshot = nextSnapshot(trusted, bytes);
      checkExpiry('snapshot', snapshot, state.startedAtMs);
      return snapshotDone({ ...state, trusted: { ...trusted, snapshot } }, [persist('snapshot', bytes)], around);
    }
    case 'targets': {
      const holders = trusted.root.body.roles.targets;
      const targets = nextTargets('targets', holders, listedIn(trusted.snapshot, 'targets'), bytes);
      checkExpiry('targets', targets, state.startedAtMs);
      return lookForKinds({ ...state, trusted: { ...trusted, targets } }, [persist('targets', bytes)], around);
    }
    case 'delegated':
      return takeDelegated(state, bytes, around);
    default:
      return [state, []];
  }
}

function takeRoot(state: DownState, bytes: Buffer, around: Around): Step {
  const { trusted } = state;
  const root = nextRoot(trusted.root, bytes);
  const rotated = keysRotated(trusted.root.body, root.body);
  const gone = rotated ? { timestamp: undefined, snapshot: undefined } : {};
  const next: DownState = { ...state, trusted: { ...trusted, root, ...gone }, rotations: state.rotations + 1 };
  const effects = [persist('root', bytes, rotated)];
  return next.rotations >= around.policy.limits.maxRootRotations
    ? rootsDone(next, effects, around)
    : askRoot(next, effects, around);
}

function askRoot(state: DownState, effects: readonly DownEffect[], { policy }: Around): Step {
  const name = `${state.trusted.root.body.version + 1}.root.json`;
  const fetch: DownEffect = { type: 'fetch', name, maxBytes: policy.limits.maxRootBytes };
  return [{ ...state, phase: 'root' }, [...effects, fetch]];
}

function rootsDone(state: DownState, effects: readonly DownEffect[], around: Around): Step {
  return orGiveUp(state, effects, around, () => {
    checkExpiry('root', state.trusted.root, state.startedAtMs);
    const maxBytes = around.policy.limits.maxTimestampBytes;
    return [{ ...state, phase: 'timestamp' }, [...effects, { type: 'fetch', name: 'timestamp.json', maxBytes }]];
  });
}

function timestampDone(state: DownState, effects: readonly DownEffect[], around: Around): Step {
  return orGiveUp(state, effects, around, () => {
    const { root, timestamp, snapshot } = state.trusted;
    if (timestamp === undefined) throw new LinkError(problem('TUF_MALFORMED', 'no timestamp'));
    const listed = timestamp.body.snapshot;
    if (snapshot !== undefined && isCurrent('snapshot.json', root.body.roles.snapshot, listed, snapshot)) {
      checkExpiry('snapshot', snapshot, state.startedAtMs);
      return snapshotDone(state, effects, around);
    }
    return ask({ ...state, phase: 'snapshot' }, effects, 'snapshot', listed, around.policy.limits.maxSnapshotBytes);
  });
}

function snapshotDone(state: DownState, effects: readonly DownEffect[], around: Around): Step {
  return orGiveUp(state, effects, around, () => {
    const { root, snapshot, targets } = state.trusted;
    const listed = listedIn(snapshot, 'targets');
    if (targets !== undefined && isCurrent('targets.json', root.body.roles.targets, listed, targets)) {
      checkExpiry('targets', targets, state.startedAtMs);
      return lookForKinds(state, effects, around);
    }
    return ask({ ...state, phase: 'targets' }, effects, 'targets', listed, around.policy.limits.maxTargetsBytes);
  });
}
