import { dateOf, zonedInstants } from '../../ports.ts';

const SHAPE = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,12})?)?(Z|[+-]\d{2}:?\d{2})?$/;
const OFFSET = /([+-])(\d{2}):?(\d{2})$/;
const MS_A_MINUTE = 60_000;

function offsetMs(instant: string): number {
  const [, sign, hours, minutes] = OFFSET.exec(instant) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * MS_A_MINUTE;
}

/**
 * Reads the times of a till. POSLog writes them by the wall clock, mostly without an offset: then they are the store's own. An hour that summer time leaves out is the one after it, one
 * that comes twice the first. Answers a zoned instant; undefined for what is no time.
 */
export function tillTimes(zone: string): (text: string) => string | undefined {
  const instant = zonedInstants(zone);
  return (text) => {
    const found = SHAPE.exec(text.trim());
    if (found === null) return undefined;
    const [, year, month, day, hour, minute, second = '00', offset] = found;
    const wallMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
    if (Number.isNaN(wallMs) || !isDay(`${year}-${month}-${day}`)) return undefined;
    if (offset !== undefined) return instant(wallMs - offsetMs(offset));
    const guess = wallMs - offsetMs(instant(wallMs));
    const sure = wallMs - offsetMs(instant(guess));
    return instant(sure);
  };
}

/** A day that the calendar has. */
export const isDay = (text: string): boolean => {
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && dateOf(new Date(ms).toISOString()) === text;
};
