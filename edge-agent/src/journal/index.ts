export type { KeyRing } from './key-ring.ts';
export { Journal, type Reader, type Tx } from './journal.ts';
export { Outbox } from './outbox.ts';
