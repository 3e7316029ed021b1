import type { Stream } from '@tillside/protocol';
import { emptyStream, fits, holds, missingRuns, type StreamState, withRun } from './position.ts';

/** What the plan looks at in an event. */
export interface Planned {
  readonly stream: Stream;
  readonly seq: number;
  readonly prevhash: string;
  readonly hash: string;
  /** A declared hole in a stream of the same epoch. */
  readonly shed?:
    | {
        readonly stream: Stream;
        readonly fromSeq: number;
        readonly toSeq: number;
        readonly prevhash: string;
        readonly lastHash: string;
      }
    | undefined;
}

/** `later`: no room for one more range. Not stored and not acknowledged: the store sends it again once holes are filled. */
export type Verdict = 'store' | 'duplicate' | 'conflict' | 'later';

export interface EpochPlan<E extends Planned> {
  /** The events with what becomes of each, by stream and seq. */
  readonly verdicts: readonly (readonly [E, Verdict])[];
  /** The streams that were touched, with their new state. */
  readonly states: ReadonlyMap<Stream, StreamState>;
}

export interface EpochBefore {
  /** Of each stream that was heard of. */
  readonly states: ReadonlyMap<Stream, StreamState>;
  /** The genesis hash of a stream. */
  readonly genesis: (stream: Stream) => string;
  /** The hash that is held under a number that is held; undefined where the number was given up by the store. */
  readonly heldHash: (stream: Stream, seq: number) => string | undefined;
}

/** The numbers whose hashes `planEpoch` will ask for: those that are held already. */
export function heldNumbers<E extends Planned>(states: EpochBefore['states'], events: readonly E[]): E[] {
  return events.filter(({ stream, seq }) => {
    const state = states.get(stream);
    return state !== undefined && holds(state, seq);
  });
}

/**
 * What the hub does with events of one store and epoch, given what it holds: pure, so that every storage and the simulation decide alike. Call it under the
 * lock of the streams' states and store its outcome in the same transaction.
 */
export function planEpoch<E extends Planned>(before: EpochBefore, events: readonly E[]): EpochPlan<E> {
  const states = new Map<Stream, StreamState>();
  const stateOf = (stream: Stream): StreamState =>
    states.get(stream) ?? before.states.get(stream) ?? emptyStream(before.genesis(stream));
  // Twice in one batch: the second is held by then, with a hash that no storage knows yet.
  const fresh = new Map<string, string>();
  const ordered = [...events].sort((a, b) => (a.stream === b.stream ? a.seq - b.seq : a.stream < b.stream ? -1 : 1));
  const verdicts = ordered.map((event): readonly [E, Verdict] => {
    const state = stateOf(event.stream);
    const key = `${event.stream}/${event.seq}`;
    const [verdict, next] = judge(state, event, () => fresh.get(key) ?? before.heldHash(event.stream, event.seq));
    states.set(event.stream, next);
    if (verdict === 'store') fresh.set(key, event.hash);
    return [event, verdict];
  });
  for (const [{ shed }, verdict] of verdicts) {
    if (shed === undefined || verdict === 'conflict' || verdict === 'later') continue;
    states.set(shed.stream, stepAcross(stateOf(shed.stream), shed));
  }
  return { verdicts, states };
}

function judge(state: StreamState, event: Planned, held: () => string | undefined): [Verdict, StreamState] {
  const { seq, prevhash, hash } = event;
  const conflict = (): [Verdict, StreamState] => [
    'conflict',
    { ...state, forkSeq: Math.min(state.forkSeq ?? seq, seq) },
  ];
  if (holds(state, seq)) {
    const known = held();
    // A number that its store gave up, and that was still under way: it is accounted for.
    return known === undefined || known === hash ? ['duplicate', state] : conflict();
  }
  const run = { from: seq, to: seq, prevhash, hash };
  if ((state.forkSeq !== null && seq > state.forkSeq) || !fits(state, run)) return conflict();
  const next = withRun(state, run);
  return next === null ? ['later', state] : ['store', next];
}

/** A hole that does not fit the chain around it is left open: the audit and the store's own list will show it. */
function stepAcross(state: StreamState, shed: NonNullable<Planned['shed']>): StreamState {
  const span = { from: shed.fromSeq, to: shed.toSeq, prevhash: shed.prevhash, hash: shed.lastHash };
  let next = state;
  for (const run of missingRuns(state, span)) if (fits(next, run)) next = withRun(next, run) ?? next;
  return next;
}
