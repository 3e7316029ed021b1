/** What can be made wrong on purpose, to see that the simulation finds it. */
export const PLANTS = [
  'none',
  /** The till is answered before its event is durable. */
  'ack-before-durable',
  /** The store sends what a power cut can still take back. */
  'send-before-durable',
  /** The hub takes any event under a number that it holds for the one that it holds. */
  'dedupe-by-seq',
  /** The store takes one number more for held than the hub named. */
  'trim-off-by-one',
  /** The hub steps its mark across holes. */
  'mark-over-holes',
  /** The store never wakes from a pause. */
  'pause-for-ever',
  /** The store forgets at each start what it trusted. */
  'forgets-trust',
  /** What is in force is written over, and not flushed. */
  'swap-unsynced',
  /** An artifact is taken without looking at its hash. */
  'takes-unhashed',
  /** Only wake-ups make the store look, and some are lost. */
  'never-polls',
  /** The clock that expiry is held against stands still. */
  'clock-stands',
] as const;
export type Plant = (typeof PLANTS)[number];
