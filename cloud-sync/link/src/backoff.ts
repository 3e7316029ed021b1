import type { LinkLimits } from './limits.ts';

/**
 * Full jitter: uniform between 0 and the doubled ceiling, so that a thousand stores do not return in step after an outage.
 * `attempt` counts failures in a row, from 1; `unit` is uniform in [0, 1). The result is at least 1 ms.
 */
export function backoffMs(
  attempt: number,
  unit: number,
  limits: Pick<LinkLimits, 'backoffBaseMs' | 'backoffCapMs'>,
): number {
  // 2^30 times any base is beyond every cap; more would only risk infinity.
  const doublings = Math.min(Math.max(attempt, 1) - 1, 30);
  const ceilingMs = Math.min(limits.backoffCapMs, limits.backoffBaseMs * 2 ** doublings);
  return Math.max(1, Math.floor(unit * ceilingMs));
}
