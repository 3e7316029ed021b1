import { describe, expect, it } from 'vitest';
import { compileWindow, isKnownZone, wallClockAt, windowProblem } from './time.ts';

const year = { from: '2026-01-01T00:00:00+08:00', to: '2027-01-01T00:00:00+08:00' };

function problem(window: Parameters<typeof compileWindow>[0], at: string, zone: string): string {
  const atMs = Date.parse(at);
  return windowProblem(compileWindow(window), atMs, () => wallClockAt(atMs, zone)) ?? 'OPEN';
}

describe('windows in the store zone', () => {
  it('begin inclusive and end exclusive', () => {
    expect(problem(year, '2025-12-31T15:59:59Z', 'Asia/Shanghai')).toBe('WINDOW_NOT_STARTED');
    expect(problem(year, '2025-12-31T16:00:00Z', 'Asia/Shanghai')).toBe('OPEN');
    expect(problem(year, '2026-12-31T16:00:00Z', 'Asia/Shanghai')).toBe('WINDOW_ENDED');
  });

  it('hours past midnight belong to the day they began', () => {
    const fridayNight = { ...year, daysOfWeek: [5], hours: [{ from: '22:00', to: '02:00' }] };
    expect(problem(fridayNight, '2026-03-06T21:59:00+08:00', 'Asia/Shanghai')).toBe('WINDOW_HOURS');
    expect(problem(fridayNight, '2026-03-06T22:00:00+08:00', 'Asia/Shanghai')).toBe('OPEN');
    expect(problem(fridayNight, '2026-03-07T01:59:00+08:00', 'Asia/Shanghai')).toBe('OPEN');
    expect(problem(fridayNight, '2026-03-07T02:00:00+08:00', 'Asia/Shanghai')).toBe('WINDOW_HOURS');
    expect(problem(fridayNight, '2026-03-06T01:00:00+08:00', 'Asia/Shanghai')).toBe('WINDOW_DAY');
    expect(problem(fridayNight, '2026-03-07T22:30:00+08:00', 'Asia/Shanghai')).toBe('WINDOW_DAY');
  });

  it('the day is the store day, not the server day', () => {
    const sunday = { ...year, daysOfWeek: [7] };
    expect(problem(sunday, '2026-03-07T16:30:00Z', 'Asia/Shanghai')).toBe('OPEN');
    expect(problem(sunday, '2026-03-07T16:30:00Z', 'Europe/Berlin')).toBe('WINDOW_DAY');
  });

  it('summer time: the wall clock decides, the skipped hour never comes, the repeated one counts twice', () => {
    const early = { ...year, hours: [{ from: '02:00', to: '03:00' }] };
    expect(problem(early, '2026-03-29T00:59:00Z', 'Europe/Berlin')).toBe('WINDOW_HOURS');
    expect(problem(early, '2026-03-29T01:00:00Z', 'Europe/Berlin')).toBe('WINDOW_HOURS');
    expect(problem(early, '2026-10-25T00:30:00Z', 'Europe/Berlin')).toBe('OPEN');
    expect(problem(early, '2026-10-25T01:30:00Z', 'Europe/Berlin')).toBe('OPEN');
    expect(problem(early, '2026-10-25T02:00:00Z', 'Europe/Berlin')).toBe('WINDOW_HOURS');
  });

  it('knows zones from names that are none', () => {
    expect(isKnownZone('Asia/Shanghai')).toBe(true);
    expect(isKnownZone('Mars/Olympus')).toBe(false);
  });
});
