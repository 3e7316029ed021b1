/** The outbox's decisions without its database, for whoever keeps events in another way (the harness's simulation). */
export { type LaneState, laneKey, sendableOf, waitingIn, waitingOf } from './lanes.ts';
export { type Flight, flightOf, laneAfter } from './outbox-answer.ts';
export { planBatch } from './outbox-plan.ts';
export { countOf, isIn, lowest, minus, type Ranges, setOf, setOfNumbers, union } from './ranges.ts';
