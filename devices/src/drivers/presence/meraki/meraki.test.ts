import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../clock.ts';
import { DeviceEvent } from '../../../contract/event.ts';
import { newCounters } from '../../../contract/metrics.ts';
import { MerakiSimulator } from '../../../simulators/meraki.ts';
import { decodeReport, toObservations } from './decode.ts';
import { meraki } from './definition.ts';
import { DailyPseudonyms, isRandomised } from './pseudonym.ts';

/** A port of its own for each test: pooled connections to a listener that is gone would fail the next one. Below those that the system gives to connections. */
let port = 21_083;
const listener = (): string => `http://127.0.0.1:${port}/`;
const OPTIONS = {
  validator: 'v-1',
  secret: 'a secret of eight',
  zone: 'floor',
  zoneByApMac: { '88:15:44:a0:00:01': 'entrance' },
};

const simulator = (more: object = {}) =>
  new MerakiSimulator({
    url: listener(),
    validator: 'v-1',
    secret: OPTIONS.secret,
    shoppers: 9,
    seed: 3,
    ...more,
  });

let stop: (() => Promise<void>) | undefined;
afterEach(async () => {
  await stop?.();
  stop = undefined;
  port += 1;
});

async function listen(): Promise<DeviceEvent[]> {
  const events: DeviceEvent[] = [];
  const session = meraki.createSession({
    config: {
      id: 'wifi',
      model: meraki.model,
      connection: { kind: 'http-listen', host: '127.0.0.1', port },
      options: OPTIONS,
    },
    options: meraki.options.parse(OPTIONS),
    clock: systemClock,
    emit: (event) => events.push(DeviceEvent.parse(event)),
    counters: newCounters(),
    openTransport: () => {
      throw new Error('carries no bytes');
    },
  });
  await session.start();
  stop = () => session.stop();
  return events;
}

describe('the scanning listener', () => {
  it.each(['2.0', '3.0'] as const)(
    'turns version %s reports into pseudonyms by zone, and no address leaves',
    async (version) => {
      const events = await listen();
      const cloud = simulator({ version });
      expect(await cloud.post()).toBe(200);
      expect(await cloud.post()).toBe(200);
      const seen = events.filter((event) => event.type === 'presence');
      expect(seen).toHaveLength(2);
      expect(seen[0]).toMatchObject({ zone: 'entrance' });
      expect(seen[0]?.observations).toHaveLength(9);
      const said = JSON.stringify(events).toLowerCase();
      for (const mac of cloud.sentMacs) {
        expect(said).not.toContain(mac);
        expect(said).not.toContain(mac.replaceAll(':', ''));
      }
    },
  );

  it('refuses a wrong secret, another method, what it can not read and what is too large, and goes on', async () => {
    const events = await listen();
    const cloud = simulator();
    expect(await cloud.post('not the secret')).toBe(403);
    const post = async (body: string) => (await fetch(listener(), { method: 'POST', body })).status;
    expect(await post('{')).toBe(400);
    expect(await post('{"version":"9.0"}')).toBe(400);
    expect((await fetch(listener(), { method: 'DELETE' })).status).toBe(405);
    expect(await post('x'.repeat(5 * 1024 * 1024)).catch(() => 413)).toBe(413);
    expect(await cloud.post()).toBe(200);
    expect(events.some((event) => event.type === 'reject')).toBe(true);
    expect(events.filter((event) => event.type === 'presence')).toHaveLength(1);
  });

  it('says that its port is taken', async () => {
    await listen();
    const first = stop;
    const events = await listen();
    expect(events.find((event) => event.type === 'state' && event.state === 'faulty')).toMatchObject({
      condition: { code: 'PORT_OPEN_FAILED' },
    });
    await first?.();
  });
});

describe('decoding', () => {
  it('never throws, whatever arrives', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof decodeReport(text).ok === 'boolean'));
    fc.assert(fc.property(fc.jsonValue(), (json) => typeof decodeReport(JSON.stringify(json)).ok === 'boolean'));
  });

  it('reads numbers that come as strings, and leaves Bluetooth aside', () => {
    const report = decodeReport(JSON.stringify(simulator({ version: '3.0' }).report()));
    expect(report.ok && report.sightings[0]?.rssi).toBeLessThan(0);
    expect(
      decodeReport(JSON.stringify({ version: '3.0', secret: 's', type: 'Bluetooth', data: { observations: [] } })),
    ).toEqual({ ok: true, secret: 's', sightings: [] });
  });

  it('names a device the same all day and otherwise the next', () => {
    let made = 0;
    const names = new DailyPseudonyms(() => {
      made += 1;
      return new Uint8Array(32).fill(made);
    });
    const day = Date.parse('2026-01-01T00:00:00Z');
    const morning = names.visitor('aa:bb:cc:dd:ee:ff', day);
    expect(names.visitor('aa:bb:cc:dd:ee:ff', day + 86_399_999)).toBe(morning);
    expect(names.visitor('aa:bb:cc:dd:ee:ff', day + 86_400_000)).not.toBe(morning);
    expect(isRandomised('02:00:00:00:00:00') && isRandomised('da:00:00:00:00:00')).toBe(true);
    expect(isRandomised('88:15:44:a0:00:01')).toBe(false);
    const zones = toObservations(
      [{ mac: 'aa:bb:cc:dd:ee:ff', apMac: 'x', associated: true, rssi: -50, seenAt: '2026-01-01T00:00:00Z' }],
      () => 'z',
      () => morning,
    );
    expect(zones.get('z')).toEqual([
      { visitor: morning, randomised: true, associated: true, rssi: -50, seenAt: '2026-01-01T00:00:00.000Z' },
    ]);
  });
});
