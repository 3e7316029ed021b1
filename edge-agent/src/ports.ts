import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';

/** Time as a port: the sale's instant, business dates and expiries all come from here. Milliseconds since the epoch. */
export interface Clock {
  now(): number;
}
export const systemClock: Clock = { now: () => Date.now() };

/** Randomness as a port. */
export interface Random {
  /** Time-ordered unique id. */
  uuid(): string;
  bytes(count: number): Buffer;
}
export const systemRandom: Random = { uuid: () => uuidv7(), bytes: (count) => randomBytes(count) };

export const instantOf = (ms: number): string => new Date(ms).toISOString();

const DATE_CHARS = 10;

/** The day that an instant names in its own offset: `2026-11-22`. */
export const dateOf = (instant: string): string => instant.slice(0, DATE_CHARS);

const MS_A_MINUTE = 60_000;

/**
 * Writes instants with the offset that a zone has at that moment, so that who reads them knows the store's own day and hour. ISO 8601 to the second. The zone's
 * tables are asked once a minute: they are slow, and no zone has changed its offset within one since 1972.
 */
export function zonedInstants(zone: string): (ms: number) => string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  });
  let known = { minute: Number.NaN, before: '', offset: '' };
  return (ms) => {
    const minute = Math.floor(ms / MS_A_MINUTE);
    if (minute !== known.minute) {
      const part = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
      const offset = part.timeZoneName?.replace('GMT', '') || '+00:00';
      known = { minute, before: `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}:`, offset };
    }
    const second = Math.floor((ms - minute * MS_A_MINUTE) / 1_000);
    return `${known.before}${String(second).padStart(2, '0')}${known.offset}`;
  };
}
