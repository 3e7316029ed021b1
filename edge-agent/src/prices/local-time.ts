import { zonedInstants } from '../ports.ts';

const DAY_MS = 86_400_000;
const LOCAL = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?)?$/;
const SECOND_CHARS = 'YYYY-MM-DDTHH:MM:SS'.length;

/**
 * Reads times as an item file has them, in the store's zone: a date is its local midnight, a time without offset is local, one with offset is that instant.
 * A local time that the zone passes over (summer time begins) is taken as if the clocks had not changed yet, so that a midnight that does not exist is the
 * day's first instant; one that comes twice is the first. Undefined for a day or hour that no calendar has.
 */
export function localTimes(zone: string): (text: string) => number | undefined {
  const instant = zonedInstants(zone);
  const offsetMs = (ms: number): number => {
    const [sign, hours, minutes] = [
      instant(ms)[SECOND_CHARS],
      ...instant(ms)
        .slice(SECOND_CHARS + 1)
        .split(':'),
    ];
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  };
  return (text) => {
    if (!LOCAL.test(text)) {
      const ms = Date.parse(text);
      return Number.isNaN(ms) || !sameDay(text) ? undefined : ms;
    }
    const wanted = `${text}${'T00:00:00'.slice(text.length - 'YYYY-MM-DD'.length)}`;
    const asUtc = Date.parse(`${wanted}Z`);
    if (Number.isNaN(asUtc) || !sameDay(text)) return undefined;
    const offsets = [offsetMs(asUtc - DAY_MS), offsetMs(asUtc + DAY_MS)] as const;
    const matching = offsets.map((offset) => asUtc - offset).filter((ms) => instant(ms).startsWith(wanted));
    return matching.length > 0 ? Math.min(...matching) : asUtc - offsets[0];
  };
}

/** `2026-02-30` is read by Date as another day. */
function sameDay(text: string): boolean {
  const day = text.slice(0, 10);
  const ms = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}
