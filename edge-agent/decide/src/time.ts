import type { CampaignWindow } from './schema/campaign.ts';
import type { NotAppliedCode } from './schema/decision.ts';

/** Wall clock of a store: its date (YYYY-MM-DD), ISO weekday (1 Monday) and minutes since local midnight. */
export interface WallClock {
  readonly date: string;
  readonly isoDay: number;
  readonly minuteOfDay: number;
}

const MAX_CACHED_ZONES = 64;
const MS_A_MINUTE = 60_000;
const formatters = new Map<string, Intl.DateTimeFormat>();
/** What each zone's clock showed last: the zone's tables are slow, and one basket asks several times within a minute. */
const shown = new Map<string, { readonly minute: number; readonly clock: WallClock }>();
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

function formatterOf(zone: string): Intl.DateTimeFormat {
  const cached = formatters.get(zone);
  if (cached) return cached;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  if (formatters.size >= MAX_CACHED_ZONES) formatters.clear();
  formatters.set(zone, made);
  return made;
}

/** True for an IANA zone that this runtime's tables know. */
export function isKnownZone(zone: string): boolean {
  try {
    formatterOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** The store's wall clock at an instant; changes of summer time come from the runtime's zone tables. */
export function wallClockAt(atMs: number, zone: string): WallClock {
  const minute = Math.floor(atMs / MS_A_MINUTE);
  const last = shown.get(zone);
  if (last?.minute === minute) return last.clock;
  const clock = readClock(atMs, zone);
  if (shown.size >= MAX_CACHED_ZONES) shown.clear();
  shown.set(zone, { minute, clock });
  return clock;
}

function readClock(atMs: number, zone: string): WallClock {
  const parts = formatterOf(zone).formatToParts(atMs);
  const text = (type: string): string => parts.find((part) => part.type === type)?.value ?? '';
  return {
    date: `${text('year')}-${text('month')}-${text('day')}`,
    isoDay: DAYS.indexOf(text('weekday')) + 1,
    minuteOfDay: Number(text('hour')) * 60 + Number(text('minute')),
  };
}

/** A window with its texts read once. */
export interface CompiledWindow {
  readonly fromMs: number;
  readonly toMs: number;
  readonly days: ReadonlySet<number> | undefined;
  readonly hours: readonly { fromMinute: number; toMinute: number }[] | undefined;
}

function minuteOf(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
}

export function compileWindow(window: CampaignWindow): CompiledWindow {
  return {
    fromMs: Date.parse(window.from),
    toMs: Date.parse(window.to),
    days: window.daysOfWeek ? new Set(window.daysOfWeek) : undefined,
    hours: window.hours?.map((range) => ({ fromMinute: minuteOf(range.from), toMinute: minuteOf(range.to) })),
  };
}

/** The weekdays to which a minute belongs under the hours: after midnight a range still belongs to the day it began. */
function startDays(window: CompiledWindow, clock: WallClock): number[] {
  const { isoDay, minuteOfDay } = clock;
  const yesterday = isoDay === 1 ? 7 : isoDay - 1;
  return (window.hours ?? [{ fromMinute: 0, toMinute: 1440 }]).flatMap(({ fromMinute, toMinute }) => {
    if (fromMinute < toMinute) return minuteOfDay >= fromMinute && minuteOfDay < toMinute ? [isoDay] : [];
    return [...(minuteOfDay >= fromMinute ? [isoDay] : []), ...(minuteOfDay < toMinute ? [yesterday] : [])];
  });
}

/** Why a window is shut at an instant, or undefined while it is open. `clock` is asked only where days or hours matter. */
export function windowProblem(
  window: CompiledWindow,
  atMs: number,
  clock: () => WallClock,
): NotAppliedCode | undefined {
  if (atMs < window.fromMs) return 'WINDOW_NOT_STARTED';
  if (atMs >= window.toMs) return 'WINDOW_ENDED';
  if (!window.days && !window.hours) return undefined;
  const days = startDays(window, clock());
  if (days.length === 0) return 'WINDOW_HOURS';
  const allowed = window.days;
  return allowed && !days.some((day) => allowed.has(day)) ? 'WINDOW_DAY' : undefined;
}
