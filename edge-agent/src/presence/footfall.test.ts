import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Journal } from '../journal/index.ts';
import { systemRandom } from '../ports.ts';
import { FootfallCounter } from './footfall.ts';

const WINDOW_MS = 300_000;
let dir: string;
let journal: Journal;
let now: number;
let footfall: FootfallCounter;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-footfall-'));
  now = Date.parse('2026-11-22T02:00:00Z'); // 10:00 in Shanghai
  const clock = { now: () => now };
  journal = Journal.open({ dataDir: dir, store: 'store-test', clock, random: systemRandom });
  footfall = new FootfallCounter({ journal, clock, zone: 'Asia/Shanghai', windowMs: WINDOW_MS });
});
afterEach(() => {
  journal.close();
  rmSync(dir, { recursive: true, force: true });
});

const visitor = (n: number): string => n.toString(16).padStart(16, '0');
function see(visitors: number[], zone = 'door'): void {
  const at = new Date(now).toISOString();
  footfall.see({
    deviceId: 'wifi',
    at,
    type: 'presence',
    zone,
    observations: visitors.map((n) => ({
      visitor: visitor(n),
      randomised: n % 2 === 0,
      associated: n === 1,
      rssi: -60,
      seenAt: at,
    })),
  });
}

describe('footfall', () => {
  it('counts a device once a window and zone, and keeps counts alone', () => {
    see([1, 2, 3]);
    see([2, 3, 4]);
    expect(footfall.report(undefined)).toEqual({
      date: '2026-11-22',
      now: { devices: 4, associated: 1 },
      hours: [{ hour: 10, devices: 4 }],
    });
    now += WINDOW_MS;
    footfall.tick();
    expect(footfall.report(undefined).now.devices).toBe(0);
    expect(journal.all('SELECT zone, devices, associated, randomised FROM presence_window')).toEqual([
      { zone: 'door', devices: 4, associated: 1, randomised: 2 },
    ]);
    const stored = JSON.stringify([journal.all('SELECT * FROM event'), journal.all('SELECT * FROM presence_window')]);
    expect(stored).not.toContain(visitor(3));
    expect(stored).toContain('tillside.presence.counted.v1');
  });

  it('an hour is its busiest window, zones together, on the right side of midnight', () => {
    see([1, 2]);
    see([1], 'back');
    now += WINDOW_MS;
    see([1]);
    now = Date.parse('2026-11-22T16:00:00Z'); // midnight in Shanghai
    see([1, 2, 3, 4, 5]);
    footfall.tick(true);
    expect(footfall.report('2026-11-22').hours).toEqual([{ hour: 10, devices: 3 }]);
    expect(footfall.report('2026-11-23').hours).toEqual([{ hour: 0, devices: 5 }]);
  });

  it('a window that a restart cut in two keeps its larger count', () => {
    see([1, 2, 3]);
    footfall.tick(true);
    see([4]);
    footfall.tick(true);
    expect(footfall.report('2026-11-22').hours).toEqual([{ hour: 10, devices: 3 }]);
  });
});
