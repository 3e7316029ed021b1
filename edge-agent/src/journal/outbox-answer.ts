import type { BatchAnswer } from '@tillside/link';
import { type LaneState, laneKey, sendableOf } from './lanes.ts';
import type { BatchPart } from './outbox-plan.ts';
import { countOf, isIn, lowest, minus, type Ranges, setOf, setOfNumbers, union, within } from './ranges.ts';

type Lane = Pick<LaneState, 'epoch' | 'stream'>;

/** One line of a batch. */
export interface SentLine extends Lane {
  readonly seq: number;
}

/** A batch under way: what is in it, line by line, and which answer was the last when it was made. */
export interface Flight {
  readonly lines: readonly SentLine[];
  readonly asOf: number;
  /** Numbers that no other batch may have, by laneKey. */
  readonly reserved: ReadonlyMap<string, Ranges>;
  /** Numbers of a stream in the batch. */
  of(lane: Lane): Ranges;
  /** The streams that the batch or its answer is about. */
  lanes(answer: BatchAnswer): Lane[];
  /** The same with only the numbers that found room. */
  cut(seqs: readonly (readonly number[])[]): Flight;
}

export function flightOf(parts: readonly BatchPart[], asOf: number): Flight {
  const numbers = ({ range: [from, to] }: BatchPart): number[] =>
    Array.from({ length: to - from + 1 }, (_, place) => from + place);
  return make(parts, parts.map(numbers), asOf);
}

function make(parts: readonly BatchPart[], seqs: readonly (readonly number[])[], asOf: number): Flight {
  const lines = parts.flatMap(({ epoch, stream }, part) =>
    (seqs[part] ?? []).map((seq): SentLine => ({ epoch, stream, seq })),
  );
  const sets = new Map<string, number[]>();
  for (const line of lines) {
    const key = laneKey(line);
    const numbers = sets.get(key);
    if (numbers === undefined) sets.set(key, [line.seq]);
    else numbers.push(line.seq);
  }
  const reserved = new Map([...sets].map(([key, numbers]) => [key, setOfNumbers(numbers)]));
  return {
    lines,
    asOf,
    reserved,
    of: (lane) => reserved.get(laneKey(lane)) ?? [],
    lanes: ({ acks, conflicts }) => [
      ...new Map(
        [...lines, ...acks, ...conflicts].map(({ epoch, stream }): [string, Lane] => [
          laneKey({ epoch, stream }),
          { epoch, stream },
        ]),
      ).values(),
    ],
    cut: (found) => make(parts, found, asOf),
  };
}

export interface AnswerContext {
  readonly flight: Flight;
  readonly answer: BatchAnswer;
  /** Another answer about this stream came after the batch was made: this one may be older, and takes nothing back. */
  readonly isStale: boolean;
  readonly mayPutAside: number;
}

/**
 * What an answer means for a stream. Pure. Only numbers that this batch carried count as held now: that a hub holds a number says nothing of whose event it
 * is (it may have it from before this disk was restored), but a number that we sent and that made no conflict is ours. What the hub holds no longer waits
 * again.
 */
export function laneAfter(
  lane: LaneState,
  { flight, answer, isStale, mayPutAside }: AnswerContext,
): { lane: LaneState; settled: number; aside: number } {
  const is = (other: Lane): boolean => other.epoch === lane.epoch && other.stream === lane.stream;
  const mine = flight.of(lane);
  const wasToSend = within(mine, sendableOf(lane));
  const ack = answer.acks.find(is);
  const covered = ack === undefined ? [] : setOf([[1, ack.contiguousSeq], ...ack.ranges]);
  const conflicts = setOfNumbers(answer.conflicts.filter(is).map(({ seq }) => seq));
  const refused = setOfNumbers(
    (answer.refused ?? []).flatMap(({ index }) => {
      const line = flight.lines[index];
      return line !== undefined && is(line) && isIn(wasToSend, line.seq) ? [line.seq] : [];
    }),
  );
  const keeps = isStale || ack === undefined ? lane.held : within(lane.held, covered);
  const held = union(keeps, minus(within(mine, covered), conflicts));
  const aside = lowest(refused, mayPutAside);
  const next: LaneState = { ...lane, held, aside: union(lane.aside, aside) };
  const forked = forkOf(next, conflicts, covered);
  // What was only sent to ask counts as settled too: an answer to nothing else is an answer.
  const still = countOf(within(mine, sendableOf(forked)));
  return { lane: forked, settled: countOf(mine) - still, aside: countOf(aside) };
}

/** Where the hub's history parts from ours: at its lowest conflict, or behind our newest event when it holds more than this disk ever wrote. */
function forkOf(lane: LaneState, conflicts: Ranges, covered: Ranges): LaneState {
  const isBeyond = (covered.at(-1)?.[1] ?? 0) > lane.head;
  const found = [
    ...(lane.fork === null ? [] : [lane.fork]),
    ...(conflicts[0] === undefined ? [] : [conflicts[0][0]]),
    ...(isBeyond ? [lane.head + 1] : []),
  ];
  if (found.length === 0) return lane;
  const fork = Math.min(...found);
  // What the hub holds there by now is all that it will ever hold there.
  const fresh: Ranges = [[fork, lane.fork === null ? lane.head : lane.fork - 1]];
  const doubt = union(lane.doubt, within(setOf(fresh), covered));
  return { ...lane, fork, doubt: minus(doubt, union(conflicts, lane.held, lane.shed)) };
}
