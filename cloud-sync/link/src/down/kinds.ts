import { DESIRED_KINDS, type DesiredKind, targetPath } from '@tillside/protocol';
import { LinkError, type Problem, problem } from '../errors.ts';
import { giveUp, nextArtifact, withStatus } from './rest.ts';
import { type Found, look, search } from './search.ts';
import { type Around, ask, type DownEffect, type DownState, persist, type Step } from './state.ts';
import { fetchingStatus, refusedStatus, wasRefused } from './statuses.ts';
import { checkExpiry, isCurrent, listedIn, nextTargets } from './trust.ts';
import { chooseTarget } from './wanted.ts';

/** From trusted targets down to what is wanted of each kind. */
export function lookForKinds(state: DownState, effects: readonly DownEffect[], around: Around): Step {
  return nextKind({ ...state, kinds: DESIRED_KINDS, used: [], queue: [], looking: undefined }, effects, around);
}

/** Looks for the next kind's target from the top, or goes on to the artifacts. */
function nextKind(state: DownState, effects: readonly DownEffect[], around: Around): Step {
  const [kind, ...kinds] = state.kinds;
  const { targets } = state.trusted;
  if (targets === undefined) throw new LinkError(problem('TUF_MALFORMED', 'no targets'));
  if (kind === undefined) {
    const unused = [...state.trusted.delegated.keys()].some((role) => !state.used.includes(role));
    const tidy: DownEffect[] =
      unused && state.found === undefined ? [{ type: 'keepDelegated', roles: state.used }] : [];
    const next: DownState = { ...state, phase: 'artifacts', looking: undefined, problem: state.found };
    return nextArtifact({ ...next, lastCheckAtMs: around.nowMs }, [...effects, ...tidy], around);
  }
  const begun = { ...state, kinds };
  return guarded(begun, effects, kind, around, () =>
    follow(begun, effects, kind, search(targetPath(around.policy.store, kind), targets.body), around),
  );
}

/** A fault in what one kind is delegated to is that kind's alone. */
function guarded(
  state: DownState,
  effects: readonly DownEffect[],
  kind: DesiredKind,
  around: Around,
  work: () => Step,
): Step {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    return refuseKind(state, effects, kind, error.problem, around);
  }
}

/** Walks as far as held metadata reaches, then asks for the role that is missing or old. */
function follow(
  state: DownState,
  effects: readonly DownEffect[],
  kind: DesiredKind,
  begun: Found,
  around: Around,
): Step {
  let at = begun;
  let { used } = state;
  const { snapshot, delegated } = state.trusted;
  while (at.type === 'need') {
    const { visit } = at;
    const listed = listedIn(snapshot, visit.name);
    const held = delegated.get(visit.name);
    used = [...used, visit.name];
    if (held === undefined || !isCurrent(visit.name, visit.holders, listed, held)) {
      const asking: DownState = { ...state, phase: 'delegated', used, looking: { kind, visit, search: at.search } };
      return ask(asking, effects, visit.name, listed, around.policy.limits.maxTargetsBytes);
    }
    checkExpiry(visit.name, held, state.startedAtMs);
    at = look(at.search, visit, held.body);
  }
  const next = { ...state, used };
  if (at.type === 'absent') return nextKind(next, effects, around);
  const choice = chooseTarget(around.policy.store, kind, at.target, state.inForce[kind]);
  if ('problem' in choice) return refuseKind(next, effects, kind, choice.problem, around, choice.version);
  if ('current' in choice) {
    return nextKind(withStatus(next, kind, { version: choice.current, state: 'applied' }), effects, around);
  }
  if (wasRefused(state.desired[kind], choice.wanted)) return nextKind(next, effects, around);
  const queued = withStatus(next, kind, fetchingStatus(choice.wanted));
  return nextKind({ ...queued, queue: [...next.queue, choice.wanted] }, effects, around);
}

export function takeDelegated(state: DownState, bytes: Buffer, around: Around): Step {
  const { looking, trusted } = state;
  if (looking === undefined) return [state, []];
  const { kind, visit, search: begun } = looking;
  return guarded(state, [], kind, around, () => {
    const document = nextTargets(visit.name, visit.holders, listedIn(trusted.snapshot, visit.name), bytes);
    checkExpiry(visit.name, document, state.startedAtMs);
    const delegated = new Map(trusted.delegated).set(visit.name, document);
    const next: DownState = { ...state, trusted: { ...trusted, delegated } };
    return guarded(next, [persist(visit.name, bytes)], kind, around, () =>
      follow(next, [persist(visit.name, bytes)], kind, look(begun, visit, document.body), around),
    );
  });
}

export function kindRefused(state: DownState, effects: readonly DownEffect[], found: Problem, around: Around): Step {
  const kind = state.looking?.kind;
  return kind === undefined ? giveUp(state, found, undefined, around) : refuseKind(state, effects, kind, found, around);
}

function refuseKind(
  state: DownState,
  effects: readonly DownEffect[],
  kind: DesiredKind,
  found: Problem,
  around: Around,
  version = 0,
): Step {
  const next = withStatus(state, kind, refusedStatus(version, found));
  return nextKind({ ...next, found: state.found ?? found }, effects, around);
}
