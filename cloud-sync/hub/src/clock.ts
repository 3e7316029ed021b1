/** Time as a port, so that expiry and pairing can be tested without waiting. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** UTC, milliseconds, `Z`. */
export const instantOf = (ms: number): string => new Date(ms).toISOString();
