import { describe, expect, it } from 'vitest';
import type { CampaignWindow } from '../schema/campaign.ts';
import { compileWindow, wallClockAt, windowProblem } from '../time.ts';
import { bothTimes, isEverOpen, openTimesOf } from './times.ts';

const timesOf = (window: CampaignWindow) => openTimesOf(window, compileWindow(window));
const isOpen = (window: CampaignWindow): boolean => isEverOpen(timesOf(window));

/** Whether the engine opens a window at some minute of it, in a zone. */
function opensIn(window: CampaignWindow, zone: string): boolean {
  const compiled = compileWindow(window);
  for (let atMs = compiled.fromMs; atMs < compiled.toMs; atMs += 60_000) {
    if (windowProblem(compiled, atMs, () => wallClockAt(atMs, zone)) === undefined) return true;
  }
  return false;
}

/** Saturday 7 and Sunday 8 March 2026, as a store in China writes them. */
const weekend = { from: '2026-03-07T00:00:00+08:00', to: '2026-03-09T00:00:00+08:00' };

describe('isEverOpen', () => {
  it.each([
    ['no days, no hours', weekend, true],
    ['one of its days', { ...weekend, daysOfWeek: [7] }, true],
    ['days outside', { ...weekend, daysOfWeek: [1, 2, 3, 4, 5] }, false],
    // A range past midnight belongs to the day it began: Sunday's goes on into a Monday that is not there any more.
    ['the night of its last day', { ...weekend, daysOfWeek: [7], hours: [{ from: '22:00', to: '02:00' }] }, true],
    ['the night of a day before', { ...weekend, daysOfWeek: [5], hours: [{ from: '22:00', to: '02:00' }] }, true],
    ['a night two days before', { ...weekend, daysOfWeek: [4], hours: [{ from: '22:00', to: '02:00' }] }, false],
    [
      'from Sunday over into Monday',
      {
        from: '2026-03-09T00:30:00+08:00',
        to: '2026-03-09T01:00:00+08:00',
        daysOfWeek: [7],
        hours: [{ from: '23:00', to: '01:00' }],
      },
      true,
    ],
    [
      'hours after its end',
      {
        from: '2026-03-09T08:00:00+08:00',
        to: '2026-03-09T12:00:00+08:00',
        hours: [{ from: '12:00', to: '24:00' }],
      },
      false,
    ],
    [
      'hours up to its last minute',
      {
        from: '2026-03-09T08:00:00+08:00',
        to: '2026-03-09T12:00:00+08:00',
        hours: [{ from: '11:59', to: '24:00' }],
      },
      true,
    ],
  ] satisfies [string, CampaignWindow, boolean][])('%s', (_, window, expected) => {
    expect(isOpen(window)).toBe(expected);
    expect(opensIn(window, 'Asia/Shanghai')).toBe(expected);
  });

  it('with Z, which says nothing of the zone, is shut only if it is shut everywhere', () => {
    const saturday = { from: '2026-03-07T12:00:00Z', to: '2026-03-07T14:00:00Z' };
    // It is Sunday already in Kiritimati, and still Saturday everywhere else; nowhere Friday or Monday.
    expect(isOpen({ ...saturday, daysOfWeek: [7] })).toBe(true);
    expect(opensIn({ ...saturday, daysOfWeek: [7] }, 'Pacific/Kiritimati')).toBe(true);
    expect(isOpen({ ...saturday, daysOfWeek: [1] })).toBe(false);
    expect(isOpen({ ...saturday, daysOfWeek: [5] })).toBe(false);
  });

  it('of two windows is where both are open', () => {
    const whole = { from: '2026-01-01T00:00:00+08:00', to: '2027-01-01T00:00:00+08:00' };
    const both = (a: Partial<CampaignWindow>, b: Partial<CampaignWindow>): boolean =>
      isEverOpen(bothTimes(timesOf({ ...whole, ...a }), timesOf({ ...whole, ...b })));
    expect(both({ daysOfWeek: [1, 2] }, { daysOfWeek: [2, 3] })).toBe(true);
    expect(both({ daysOfWeek: [1, 2] }, { daysOfWeek: [3, 4] })).toBe(false);
    const night = [{ from: '22:00', to: '06:00' }];
    expect(both({ daysOfWeek: [2], hours: night }, { daysOfWeek: [3], hours: [{ from: '05:00', to: '07:00' }] })).toBe(
      true,
    );
    expect(both({ daysOfWeek: [2], hours: night }, { daysOfWeek: [3], hours: [{ from: '06:00', to: '07:00' }] })).toBe(
      false,
    );
    expect(both({ to: '2026-06-01T00:00:00+08:00' }, { from: '2026-06-01T00:00:00+08:00' })).toBe(false);
  });
});
