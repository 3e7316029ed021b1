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

/**
 * `given-up`: the store said that it would never tell this number. What comes under it nonetheless was under way then, and nobody waits for the answer; or
 * its sender was put back to a day before it gave the number up, and has to tell it under another one: the answer calls it a conflict, the stream stays
 * whole. `later`: no room for one more range. Not stored and not acknowledged: the store sends it again once holes are filled.
 */
export type Verdict = 'store' | 'duplicate' | 'conflict' | 'given-up' | 'later';

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

/** `ops` comes last: what a declared hole hides and came with it is stored, not given up. */
const PLACE: Readonly<Record<Stream, number>> = { sales: 0, members: 1, presence: 2, ops: 3 };

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
  const ordered = [...events].sort((a, b) => PLACE[a.stream] - PLACE[b.stream] || a.seq - b.seq);
  const verdicts = ordered.map((event): readonly [E, Verdict] => {
    const { stream, seq, shed } = event;
    const state = stateOf(stream);
    const held = (): string | undefined => fresh.get(`${stream}/${seq}`) ?? before.heldHash(stream, seq);
    const [verdict, next] = judge(state, event, held);
    states.set(stream, next);
    if (shed !== undefined && (verdict === 'store' || verdict === 'duplicate')) {
      const across = stepAcross(stateOf(shed.stream), shed);
      if (across === null) {
        // Acknowledged now it would never come again, and the hole would stay.
        states.set(stream, state);
        return [event, verdict === 'store' ? 'later' : verdict];
      }
      states.set(shed.stream, across);
    }
    if (verdict === 'store') fresh.set(`${stream}/${seq}`, event.hash);
    return [event, verdict];
  });
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
    if (known === undefined) return ['given-up', state];
    return known === hash ? ['duplicate', state] : conflict();
  }
  const run = { from: seq, to: seq, prevhash, hash };
  if ((state.forkSeq !== null && seq >= state.forkSeq) || !fits(state, run)) return conflict();
  const next = withRun(state, run);
  return next === null ? ['later', state] : ['store', next];
}

/**
 * The state of a stream once the store's word of a hole in it was heard; null when there is no room for one more range. A hole that does not fit the chain
 * around it, or lies beyond a fork, is left open: the audit and the store's own list will show it.
 */
export function stepAcross(state: StreamState, shed: NonNullable<Planned['shed']>): StreamState | null {
  const span = { from: shed.fromSeq, to: shed.toSeq, prevhash: shed.prevhash, hash: shed.lastHash };
  let next: StreamState = state;
  for (const run of missingRuns(state, span)) {
    if ((state.forkSeq !== null && run.to >= state.forkSeq) || !fits(next, run)) continue;
    const wider = withRun(next, run);
    if (wider === null) return null;
    next = wider;
  }
  return next;
}
