import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantOf, zonedInstants } from '../ports.ts';
import { localTimes } from './local-time.ts';

const read = (zone: string, text: string): string | undefined => {
  const ms = localTimes(zone)(text);
  return ms === undefined ? undefined : instantOf(ms);
};

describe('times of an item file', () => {
  it.each([
    ['Asia/Shanghai', '2026-11-23', '2026-11-22T16:00:00.000Z', 'a date is its midnight in the store'],
    ['Asia/Shanghai', '2026-11-23T06:00', '2026-11-22T22:00:00.000Z', 'a local time'],
    ['Asia/Shanghai', '2026-11-23T06:00:30', '2026-11-22T22:00:30.000Z', 'with seconds'],
    ['Asia/Shanghai', '2026-11-23T06:00:00Z', '2026-11-23T06:00:00.000Z', 'an instant stays one'],
    ['Asia/Shanghai', '2026-11-23T06:00+05:30', '2026-11-23T00:30:00.000Z', 'with any offset'],
    ['Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00.000Z', 'the midnight before the clocks change'],
    ['Europe/Berlin', '2026-03-30', '2026-03-29T22:00:00.000Z', 'and the one after'],
    ['Europe/Berlin', '2026-03-29T02:30', '2026-03-29T01:30:00.000Z', 'a time that is passed over: 03:30'],
    ['Europe/Berlin', '2026-10-25T02:30', '2026-10-25T00:30:00.000Z', 'a time that comes twice: the first'],
    [
      'Africa/Cairo',
      '2026-04-24',
      '2026-04-23T22:00:00.000Z',
      'a midnight that does not exist: the first instant of the day',
    ],
    ['America/Havana', '2026-11-01', '2026-11-01T04:00:00.000Z', 'a midnight that comes twice: the first'],
    ['Pacific/Kiritimati', '2026-01-01', '2025-12-31T10:00:00.000Z', 'fourteen hours ahead'],
    ['Asia/Kathmandu', '2026-01-01', '2025-12-31T18:15:00.000Z', 'quarters of an hour'],
  ])('%s %s is %s: %s', (zone, text, instant) => expect(read(zone, text)).toBe(instant));

  it.each(['2026-02-30', '2026-13-01', '2026-11-23T24:30', '2026-02-30T10:00:00Z', '2026-11-23T10:61'])(
    '%s is no time',
    (text) => expect(read('Asia/Shanghai', text)).toBeUndefined(),
  );

  it('a local time reads back as itself wherever the zone has it', () => {
    const zones = fc.constantFrom('Asia/Shanghai', 'Europe/Berlin', 'Australia/Lord_Howe', 'America/St_Johns', 'UTC');
    const times = fc.integer({
      min: Date.parse('2020-01-01T00:00Z') / 1000,
      max: Date.parse('2030-01-01T00:00Z') / 1000,
    });
    fc.assert(
      fc.property(zones, times, (zone, seconds) => {
        const local = zonedInstants(zone)(seconds * 1000).slice(0, 19);
        const ms = localTimes(zone)(local);
        expect(ms).toBeDefined();
        expect(zonedInstants(zone)(ms ?? 0).slice(0, 19)).toBe(local);
        expect(ms).toBeLessThanOrEqual(seconds * 1000);
      }),
    );
  });
});
