import type { Stream } from '@tillside/protocol';
import { countOf, minus, type Ranges, type SeqRange, setOf } from './ranges.ts';

export { OPEN_LANE } from './lanes.ts';
export type { SeqRange };

/** What the hub holds of one stream of one epoch, as it tells it: all up to `held`, and the ranges above it. */
export interface OutboxLane {
  readonly epoch: string;
  readonly stream: Stream;
  readonly held: number;
  readonly ranges: Ranges;
  /** Number of the newest event. */
  readonly head: number;
}

/** The numbers that wait, as ranges, oldest first. */
export const gaps = ({ head, held, ranges }: OutboxLane): SeqRange[] => [
  ...minus(setOf([[1, head]]), setOf([[1, held], ...ranges])),
];

export const waitingIn = (lane: OutboxLane): number => countOf(gaps(lane));
