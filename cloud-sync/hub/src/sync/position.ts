import { MAX_ACK_RANGES } from '@tillside/protocol';

/** A run of numbers that are held above a hole: `from` to `to`, what the first points back to, and the hash of the last. */
export interface HeldRange {
  readonly from: number;
  readonly to: number;
  readonly prevhash: string;
  readonly hash: string;
}

/**
 * What is held of one stream: all of 1..contiguousSeq (whose last has `contiguousHash`, the genesis for none), and the ranges above, ascending, never
 * touching. The hashes at the edges are all that a new neighbour has to be checked against.
 */
export interface StreamState {
  readonly contiguousSeq: number;
  readonly contiguousHash: string;
  readonly ranges: readonly HeldRange[];
  /** From its first conflict on an epoch's stream is dead: what is not held from there on comes again in the new epoch, and would count twice. */
  readonly forkSeq: number | null;
}

export const emptyStream = (genesis: string): StreamState => ({
  contiguousSeq: 0,
  contiguousHash: genesis,
  ranges: [],
  forkSeq: null,
});

export function holds(state: StreamState, seq: number): boolean {
  return seq <= state.contiguousSeq || state.ranges.some(({ from, to }) => seq >= from && seq <= to);
}

/**
 * How far a consumer may read: to the contiguous mark; to the end where all is here up to a fork, for the hole there is never filled, and what was held above
 * it by then would reach nobody.
 */
export function readableTo({ contiguousSeq, ranges, forkSeq }: StreamState): number {
  return forkSeq !== null && contiguousSeq >= forkSeq - 1 ? (ranges.at(-1)?.to ?? contiguousSeq) : contiguousSeq;
}

/** Does the chain hold around a run that is not held yet, as far as its neighbours are here? */
export function fits(state: StreamState, run: HeldRange): boolean {
  const before =
    state.contiguousSeq === run.from - 1
      ? state.contiguousHash
      : state.ranges.find(({ to }) => to === run.from - 1)?.hash;
  const after = state.ranges.find(({ from }) => from === run.to + 1)?.prevhash;
  return (before === undefined || before === run.prevhash) && (after === undefined || after === run.hash);
}

/** The state with a run added that is not held yet and fits, or null when there is no room for one more range. */
export function withRun(state: StreamState, run: HeldRange): StreamState | null {
  if (state.ranges.length === 0 && run.from === state.contiguousSeq + 1) {
    return { ...state, contiguousSeq: run.to, contiguousHash: run.hash };
  }
  let joined = run;
  const apart: HeldRange[] = [];
  for (const range of state.ranges) {
    if (range.to === joined.from - 1) joined = { ...joined, from: range.from, prevhash: range.prevhash };
    else if (range.from === joined.to + 1) joined = { ...joined, to: range.to, hash: range.hash };
    else apart.push(range);
  }
  if (joined.from === state.contiguousSeq + 1) {
    return { ...state, contiguousSeq: joined.to, contiguousHash: joined.hash, ranges: apart };
  }
  if (apart.length >= MAX_ACK_RANGES) return null;
  return { ...state, ranges: [...apart, joined].sort((a, b) => a.from - b.from) };
}

/**
 * The parts of a run that are not held. The chain around what is held gives their edges, so that a declared hole of which some events arrived after all
 * can still be stepped across.
 */
export function missingRuns(state: StreamState, run: HeldRange): HeldRange[] {
  const held = [{ from: 1, to: state.contiguousSeq, prevhash: '', hash: state.contiguousHash }, ...state.ranges].filter(
    ({ from, to }) => to >= run.from && from <= run.to && to >= from,
  );
  const parts: HeldRange[] = [];
  let [next, prevhash] = [run.from, run.prevhash];
  for (const range of held) {
    if (range.from > next) parts.push({ from: next, to: range.from - 1, prevhash, hash: range.prevhash });
    [next, prevhash] = [Math.max(next, range.to + 1), range.hash];
  }
  if (next <= run.to) parts.push({ from: next, to: run.to, prevhash, hash: run.hash });
  return parts;
}
