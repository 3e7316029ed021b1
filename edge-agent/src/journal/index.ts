export { Housekeeping } from './housekeeping.ts';
export { Journal, type Reader, type Tx } from './journal.ts';
export type { Forgotten, KeyRing } from './key-ring.ts';
export { allLanes } from './lanes.ts';
export { Outbox } from './outbox.ts';
export { PackReader } from './pack-reader.ts';
