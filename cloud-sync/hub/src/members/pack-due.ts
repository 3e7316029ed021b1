import { instantOf } from '../clock.ts';

const HOUR_MS = 3_600_000;
/** New tastes alone make a pack due only when it is so old: trainings may follow each other quickly, and packs are large. */
const TASTES_WAIT_HOURS = 6;

/** A pack that was not signed after this instant is due: it is older than `everyHours`, or than tastes that came since and a few hours. `tastesAt`: when the newest came. */
export function dueBefore(nowMs: number, everyHours: number, tastesAt: string | undefined): string {
  const hoursAgo = (hours: number): number => nowMs - hours * HOUR_MS;
  const ofTastes =
    tastesAt === undefined ? Number.NEGATIVE_INFINITY : Math.min(Date.parse(tastesAt), hoursAgo(TASTES_WAIT_HOURS));
  return instantOf(Math.max(hoursAgo(everyHours), ofTastes));
}
