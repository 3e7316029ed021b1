import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';

/** Time as a port: the sale's instant, business dates and expiries all come from here. Milliseconds since the epoch. */
export interface Clock {
  now(): number;
}
export const systemClock: Clock = { now: () => Date.now() };

/** Randomness as a port. */
export interface Random {
  /** Time-ordered unique id. */
  uuid(): string;
  bytes(count: number): Buffer;
}
export const systemRandom: Random = { uuid: () => uuidv7(), bytes: (count) => randomBytes(count) };

export const instantOf = (ms: number): string => new Date(ms).toISOString();
