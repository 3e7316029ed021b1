import type { LedgerEntry } from './entry.ts';
import type { PointsRules } from './rules.ts';

const MS_A_DAY = 86_400_000;
const MAX_CACHED = 512;
const formatters = new Map<string, Intl.DateTimeFormat>();
const starts = new Map<string, number>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  let made = formatters.get(zone);
  if (made === undefined) {
    const parts = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;
    made = new Intl.DateTimeFormat('en-US', { timeZone: zone, ...parts, second: '2-digit', hourCycle: 'h23' });
    if (formatters.size >= MAX_CACHED) formatters.clear();
    formatters.set(zone, made);
  }
  return made;
}

/** What a clock of the zone shows, as if it were UTC. */
function wallOf(atMs: number, zone: string): number {
  const shown = Object.fromEntries(
    formatterOf(zone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** When a month begins in a zone; `month` counts from the year 0 and may be any. */
function monthStart(month: number, zone: string): number {
  const key = `${month} ${zone}`;
  const known = starts.get(key);
  if (known !== undefined) return known;
  const wanted = Date.UTC(Math.floor(month / 12), month % 12, 1);
  // The offset there, and once more in case that guess lay on the other side of a change of the clocks.
  let atMs = wanted - (wallOf(wanted, zone) - wanted);
  atMs = wanted - (wallOf(atMs, zone) - atMs);
  if (starts.size >= MAX_CACHED) starts.clear();
  starts.set(key, atMs);
  return atMs;
}

/** Until when and from when points that are earned at an instant may be spent: the fields of their entry. */
export function lotEnds(
  rules: Pick<PointsRules, 'pendingDays' | 'expiryMonths'>,
  atMs: number,
  zone: string,
): Pick<LedgerEntry, 'availableAt' | 'expiresAt'> {
  const iso = (ms: number): string => new Date(ms).toISOString();
  const ends: Pick<LedgerEntry, 'availableAt' | 'expiresAt'> = {};
  if (rules.pendingDays > 0) ends.availableAt = iso(atMs + rules.pendingDays * MS_A_DAY);
  if (rules.expiryMonths !== undefined) {
    const wall = new Date(wallOf(atMs, zone));
    const month = wall.getUTCFullYear() * 12 + wall.getUTCMonth();
    ends.expiresAt = iso(monthStart(month + rules.expiryMonths + 1, zone));
  }
  return ends;
}

export const giveBackEnd = ({ giveBackDays }: Pick<PointsRules, 'giveBackDays'>, atMs: number): number =>
  atMs + giveBackDays * MS_A_DAY;
