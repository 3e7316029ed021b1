/** GS1 application identifiers of the dates after which a pack may not be sold, and their names in the config. */
export const EXPIRY_AIS = { '15': 'best-before', '16': 'sell-by', '17': 'use-by', '7003': 'use-by' } as const;

export type ExpiryKind = (typeof EXPIRY_AIS)[keyof typeof EXPIRY_AIS];

interface Element {
  readonly ai: string;
  readonly value: string;
}

/**
 * The date by which a pack may no longer be sold; undefined when it may. `localNow` is the store's wall clock, `2026-11-22T08:30`. A pack is good through the
 * day that is printed on it; AI 7003 names the minute. Values are those of a checked element string (dates exist). The result is `2026-11-21` or, for 7003,
 * `2026-11-21T18:00`.
 */
export function expiredOn(
  elements: readonly Element[],
  refused: ReadonlySet<ExpiryKind>,
  localNow: string,
): string | undefined {
  for (const { ai, value } of elements) {
    const kind = EXPIRY_AIS[ai as keyof typeof EXPIRY_AIS] as ExpiryKind | undefined;
    if (kind === undefined || !refused.has(kind)) continue;
    const until = ai === '7003' ? minuteOf(value, localNow) : dayOf(value, localNow);
    if (localNow.slice(0, until.length) > until) return until;
  }
  return undefined;
}

/** The earliest day that a code's dates name as the last one: `2026-11-21`. Undefined where it names none. */
export function lastDayOf(elements: readonly Element[], localNow: string): string | undefined {
  const days = elements.filter(({ ai }) => ai in EXPIRY_AIS).map(({ value }) => dayOf(value, localNow));
  return days.sort()[0];
}

/** YYMMDD -> ISO date. Day 00 is the last day of the month; the century by the 51-year rule (GS1 General Specifications, 3.4.2 and 7.12). */
function dayOf(value: string, localNow: string): string {
  const year = fullYear(Number(value.slice(0, 2)), Number(localNow.slice(0, 4)));
  const month = Number(value.slice(2, 4));
  const day = Number(value.slice(4, 6)) || new Date(Date.UTC(year, month, 0)).getUTCDate();
  return `${year}-${pad(month)}-${pad(day)}`;
}

/** YYMMDDHHMM -> ISO date and minute. */
function minuteOf(value: string, localNow: string): string {
  return `${dayOf(value.slice(0, 6), localNow)}T${value.slice(6, 8)}:${value.slice(8, 10)}`;
}

function fullYear(twoDigits: number, thisYear: number): number {
  const century = thisYear - (thisYear % 100);
  const ahead = twoDigits - (thisYear % 100);
  if (ahead >= 51) return century - 100 + twoDigits;
  if (ahead <= -50) return century + 100 + twoDigits;
  return century + twoDigits;
}

const pad = (value: number): string => String(value).padStart(2, '0');
