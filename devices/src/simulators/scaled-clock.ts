import type { Clock } from '../contract/transport.ts';

/** A clock that runs `factor` times as fast as the real one, so that an hour of a store fits in seconds; HTTP on it still takes real time. */
export function scaledClock(factor: number): Clock {
  const startMs = Date.now();
  const real = performance.now();
  return {
    now: () => startMs + Math.floor((performance.now() - real) * factor),
    setTimeout(callback, delayMs) {
      const timer = setTimeout(callback, delayMs / factor);
      return { cancel: () => clearTimeout(timer) };
    },
  };
}
