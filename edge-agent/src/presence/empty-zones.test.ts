import { expect, it } from 'vitest';
import { EMPTY_AFTER_MS, EmptyZones, SENSOR_AWAY_MS } from './empty-zones.ts';

const STEP_MS = 10_000;

function bench() {
  let now = Date.parse('2026-11-23T02:00:00Z');
  const told: { lane: string; isEmpty: boolean }[] = [];
  const zones = new EmptyZones({
    clock: { now: () => now },
    presenceZones: { 'kiosk-1': 'door', 'kiosk-2': 'bread' },
    tell: (hint) => told.push(hint),
  });
  const see = (zone: string, devices: number): void => {
    const at = new Date(now).toISOString();
    const one = { visitor: '0123456789abcdef', randomised: false, associated: false, rssi: -60, seenAt: at };
    zones.see({
      deviceId: 'wifi',
      at,
      type: 'presence',
      zone,
      observations: Array.from({ length: devices }, () => one),
    });
  };
  const pass = (ms: number, each = (): void => undefined): void => {
    for (const end = now + ms; now < end; ) {
      now += STEP_MS;
      each();
      zones.tick();
    }
  };
  return { told, see, pass };
}

it('tells the kiosk of that zone alone, once, when nobody was seen there for a while, and when somebody comes', () => {
  const { told, see, pass } = bench();
  see('door', 2);
  pass(EMPTY_AFTER_MS - STEP_MS, () => see('door', 0));
  expect(told).toEqual([]);
  pass(5 * STEP_MS, () => see('door', 0));
  expect(told).toEqual([{ lane: 'kiosk-1', isEmpty: true }]);
  see('door', 1);
  expect(told.slice(1)).toEqual([{ lane: 'kiosk-1', isEmpty: false }]);
});

it('says nothing of a zone whose sensor is away, nor of one that no kiosk stands in', () => {
  const { told, see, pass } = bench();
  see('bread', 1);
  see('cellar', 0);
  pass(EMPTY_AFTER_MS + SENSOR_AWAY_MS);
  expect(told).toEqual([]);
});
