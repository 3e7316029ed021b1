/** The hub's decisions without its database, for whoever holds events in another way (the harness's simulation). */
export { type Effects, effectsOf, sumEffects } from './sync/effects.ts';
export { type IncomingEvent, readLine } from './sync/incoming.ts';
export { heldNumbers, planEpoch } from './sync/plan.ts';
export { readableTo, type StreamState } from './sync/position.ts';
export { firstPlaceOf, placeKey, type ToldAt, toldBefore } from './sync/told.ts';
export { TakeCounter } from './takes/counter.ts';
export { createPublisher, type Publisher } from './tuf/publisher.ts';
