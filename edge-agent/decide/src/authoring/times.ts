import type { CampaignWindow } from '../schema/campaign.ts';
import type { CompiledWindow } from '../time.ts';

const MINUTES_PER_DAY = 1_440;
const MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY;
const MS_PER_MINUTE = 60_000;
const MS_PER_HOUR = 3_600_000;
/** The epoch was a Thursday: its minutes of the week count from Monday. */
const EPOCH_MINUTE = 3 * MINUTES_PER_DAY;
/** Wall clocks of the world lie between these offsets from UTC. */
const WEST_MS = -12 * MS_PER_HOUR;
const EAST_MS = 14 * MS_PER_HOUR;

/** Minutes of the week from Monday 00:00, half-open. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * When one or several campaigns together are open. `fromMs` and `toMs` are instants; `wallFromMs` and `wallToMs` the same on the store's
 * wall clock, as wide as it may be where the zone is not written. `week` absent: at every minute of the week.
 */
export interface OpenTimes {
  readonly fromMs: number;
  readonly toMs: number;
  readonly wallFromMs: number;
  readonly wallToMs: number;
  readonly week: readonly Span[] | undefined;
}

function weekOf({ days, hours }: CompiledWindow): Span[] | undefined {
  if (!days && !hours) return undefined;
  const spans: Span[] = [];
  for (const day of days ?? [1, 2, 3, 4, 5, 6, 7]) {
    const start = (day - 1) * MINUTES_PER_DAY;
    for (const { fromMinute, toMinute } of hours ?? [{ fromMinute: 0, toMinute: MINUTES_PER_DAY }]) {
      // Past midnight it still belongs to the day it began; past Sunday it goes on in Monday.
      const from = start + fromMinute;
      const to = start + toMinute + (toMinute <= fromMinute ? MINUTES_PER_DAY : 0);
      spans.push({ from, to: Math.min(to, MINUTES_PER_WEEK) });
      if (to > MINUTES_PER_WEEK) spans.push({ from: 0, to: to - MINUTES_PER_WEEK });
    }
  }
  return spans;
}

/** An instant on the author's wall clock, where its offset is written; undefined for `Z`, which says nothing of the store's zone. */
function wallMsOf(instant: string): number | undefined {
  const offset = /([+-])(\d\d):(\d\d)$/.exec(instant);
  if (!offset) return undefined;
  const minutes = Number(offset[2]) * 60 + Number(offset[3]);
  return Date.parse(instant) + (offset[1] === '-' ? -minutes : minutes) * MS_PER_MINUTE;
}

/** When a campaign's window is open. */
export function openTimesOf(window: CampaignWindow, compiled: CompiledWindow): OpenTimes {
  const { fromMs, toMs } = compiled;
  return {
    fromMs,
    toMs,
    wallFromMs: wallMsOf(window.from) ?? fromMs + WEST_MS,
    wallToMs: wallMsOf(window.to) ?? toMs + EAST_MS,
    week: weekOf(compiled),
  };
}

function bothWeeks(a: readonly Span[] | undefined, b: readonly Span[] | undefined): readonly Span[] | undefined {
  if (!a || !b) return a ?? b;
  return a.flatMap((left) =>
    b
      .map((right) => ({ from: Math.max(left.from, right.from), to: Math.min(left.to, right.to) }))
      .filter((span) => span.from < span.to),
  );
}

/** When both are open. */
export function bothTimes(a: OpenTimes, b: OpenTimes): OpenTimes {
  return {
    fromMs: Math.max(a.fromMs, b.fromMs),
    toMs: Math.min(a.toMs, b.toMs),
    wallFromMs: Math.max(a.wallFromMs, b.wallFromMs),
    wallToMs: Math.min(a.wallToMs, b.wallToMs),
    week: bothWeeks(a.week, b.week),
  };
}

/** Whether there is a minute in it, in some zone that its instants allow. */
export function isEverOpen({ fromMs, toMs, wallFromMs, wallToMs, week }: OpenTimes): boolean {
  if (fromMs >= toMs) return false;
  if (!week) return true;
  const first = Math.floor(wallFromMs / MS_PER_MINUTE) + EPOCH_MINUTE;
  const minutes = Math.ceil(wallToMs / MS_PER_MINUTE) + EPOCH_MINUTE - first;
  if (minutes >= MINUTES_PER_WEEK) return week.length > 0;
  const from = ((first % MINUTES_PER_WEEK) + MINUTES_PER_WEEK) % MINUTES_PER_WEEK;
  const to = from + minutes;
  return week.some((span) => [0, MINUTES_PER_WEEK].some((shift) => span.from + shift < to && span.to + shift > from));
}
