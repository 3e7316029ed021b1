/** When a store's screen is lit, by weekday and the store's own clock. */

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Weekday = (typeof WEEKDAYS)[number];
const isWeekday = (name: string): name is Weekday => WEEKDAYS.some((one) => one === name);

/** From and to, as minutes of the day; `to` at or before `from` is the next day's. */
export interface LitSpan {
  readonly from: number;
  readonly to: number;
}

export interface ScreenHours {
  /** IANA zone, such as `Asia/Shanghai`. */
  readonly zone: string;
  /** A day that is not named stays dark, except for what reaches into it from the day before. */
  readonly week: Readonly<Partial<Record<Weekday, readonly LitSpan[]>>>;
}

const DAY_MINUTES = 1_440;
export const MAX_SPANS_A_DAY = 8;

/** `08:30-22:00` as minutes of the day, or null. `24:00` is midnight at the end. */
export function parseSpan(text: string): LitSpan | null {
  const match = /^([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/.exec(text);
  if (match === null) return null;
  const [, fromHour, fromMinute, toHour, toMinute] = match.map(Number);
  const span = { from: (fromHour ?? 0) * 60 + (fromMinute ?? 0), to: (toHour ?? 0) * 60 + (toMinute ?? 0) };
  return span.from < DAY_MINUTES && span.to <= DAY_MINUTES ? span : null;
}

/** Reads `{zone, week: {mon: ["08:30-22:00"]}}`; an answer that is a text says what is wrong, and where. */
export function parseHours(value: unknown): ScreenHours | string {
  if (typeof value !== 'object' || value === null) return 'screen: an object with zone and week';
  const { zone, week, ...rest } = value as Record<string, unknown>;
  const extra = Object.keys(rest)[0];
  if (extra !== undefined) return `screen.${extra}: unknown; there are zone and week`;
  if (typeof zone !== 'string' || !isZone(zone)) return 'screen.zone: a time zone such as Asia/Shanghai';
  if (typeof week !== 'object' || week === null) return 'screen.week: spans by weekday (sun to sat)';
  const days: Partial<Record<Weekday, LitSpan[]>> = {};
  for (const [day, texts] of Object.entries(week)) {
    if (!isWeekday(day)) return `screen.week.${day}: the days are ${WEEKDAYS.join(', ')}`;
    if (!Array.isArray(texts) || texts.length > MAX_SPANS_A_DAY)
      return `screen.week.${day}: at most ${MAX_SPANS_A_DAY} spans`;
    const spans = texts.map((text) => (typeof text === 'string' ? parseSpan(text) : null));
    if (spans.includes(null)) return `screen.week.${day}: spans such as "08:30-22:00"`;
    days[day] = spans.filter((span) => span !== null);
  }
  return { zone, week: days };
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether the screen is lit at that instant. The wall clock decides: an hour that the clocks skip is never lit by itself, one that they
 * repeat is lit both times.
 */
export function litAt(hours: ScreenHours): (epochMs: number) => boolean {
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone: hours.zone,
    hourCycle: 'h23',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  return (epochMs) => {
    const parts = clock.formatToParts(epochMs);
    const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((one) => one.type === type)?.value ?? '';
    const day = WEEKDAYS.findIndex((name) => part('weekday').toLowerCase().startsWith(name));
    const minute = Number(part('hour')) * 60 + Number(part('minute'));
    const today = hours.week[WEEKDAYS[day] ?? 'sun'] ?? [];
    const yesterday = hours.week[WEEKDAYS[(day + 6) % 7] ?? 'sun'] ?? [];
    return (
      today.some(({ from, to }) => minute >= from && (to <= from || minute < to)) ||
      yesterday.some(({ from, to }) => to <= from && minute < to)
    );
  };
}
