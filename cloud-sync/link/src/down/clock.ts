import { type Problem, problem } from '../errors.ts';

/** A store's clock that is set by hand is minutes off; hours are a mistake. */
export const CLOCK_MAY_DIFFER_MS = 60 * 60_000;
const DAY_MS = 24 * 60 * 60_000;

/** How far this computer's clock is ahead of the hub's, by the answer's `Date`; undefined when it says nothing. The word of a clock decides nothing here. */
export function clockAheadMs(date: string | null, nowMs: number): number | undefined {
  const theirs = date === null ? Number.NaN : Date.parse(date);
  return Number.isNaN(theirs) ? undefined : nowMs - theirs;
}

/** What is wrong, with the clock where that is, or may be, the reason. */
export function withClock(found: Problem | undefined, aheadMs: number | undefined): Problem | undefined {
  if (aheadMs === undefined || Math.abs(aheadMs) <= CLOCK_MAY_DIFFER_MS) return found;
  const days = Math.round((Math.abs(aheadMs) / DAY_MS) * 10) / 10;
  const detail = `${days} days ${aheadMs > 0 ? 'ahead of' : 'behind'} the hub's`;
  if (found === undefined) return problem('CLOCK_WRONG', detail);
  if (found.code !== 'TUF_EXPIRED') return found;
  const told = `this computer's clock is ${detail}`;
  return problem(found.code, found.detail === undefined ? told : `${found.detail}; ${told}`);
}
