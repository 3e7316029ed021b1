/** Full-jitter back-off: a random wait between `minMs` and an exponentially growing ceiling, so that many never knock at once. */
export interface BackoffLimits {
  readonly minMs: number;
  readonly baseMs: number;
  readonly maxMs: number;
}

/** `attempt` counts from 0; `random` is in [0, 1). Milliseconds. */
export function backoffMs(attempt: number, limits: BackoffLimits, random: () => number): number {
  const ceilingMs = Math.min(limits.maxMs, limits.baseMs * 2 ** Math.min(attempt, 30));
  return limits.minMs + Math.floor(random() * Math.max(0, ceilingMs - limits.minMs));
}
