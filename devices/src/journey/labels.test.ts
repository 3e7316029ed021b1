import { afterEach, describe, expect, it, vi } from 'vitest';
import { CATALOG } from '../catalog.ts';
import type { LabelContent } from '../contract/command.ts';
import type { DeviceSession, DriverContext } from '../contract/definition.ts';
import { DeviceEvent } from '../contract/event.ts';
import { newCounters } from '../contract/metrics.ts';
import { OpenEpaperLinkSimulator, OpenEslSimulator, scaledClock } from '../simulators/index.ts';

/** A minute of the store in a fifth of a second; HTTP takes its real time. */
const clock = scaledClock(300);
const LOSS = 0.2;
const TOKEN = 'journey-token';
const TAGS_EACH = 12;

const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of undo.splice(0).reverse()) await stop();
});

const macs = (block: string): string[] =>
  Array.from({ length: TAGS_EACH }, (_, at) => `0000021A${block}${at.toString(16).toUpperCase().padStart(4, '0')}`);

const contentOf = (priceFen: number): LabelContent => ({
  sku: '1',
  gtin: '06901234567892',
  nameZh: '纯牛奶',
  nameEn: 'Milk',
  size: '1 L',
  priceFen,
});

/** Two access points of one kind and one of the other, each with its driver, as a device host runs them. */
async function store() {
  const radio = { lossRate: LOSS, clock, processMs: 500, sysMs: 15_000 };
  const aisles = [macs('AA01'), macs('AA02')].map(
    (tagIds, at) =>
      new OpenEpaperLinkSimulator({
        ...radio,
        seed: 11 + at,
        checkInMs: 60_000,
        refreshMs: { bw: 2_000, red: 15_000, yellow: 30_000 },
        tags: tagIds.map((mac) => ({ mac, hwType: 0x00 })),
      }),
  );
  const counter = new OpenEslSimulator({
    lossRate: LOSS,
    seed: 13,
    clock,
    token: TOKEN,
    refreshMs: 2_000,
    tags: macs('BB01').map((mac) => ({ mac, model: '296x128-bw' })),
  });
  for (const ap of [...aisles, counter]) {
    await ap.start();
    undo.push(() => ap.stop());
  }
  const events: DeviceEvent[] = [];
  const devices = [
    ...aisles.map((ap, at) => ({
      id: `aisle-${at + 1}`,
      model: 'label/openepaperlink' as const,
      url: ap.url,
      options: {},
    })),
    { id: 'counter', model: 'label/openesl' as const, url: counter.url, options: { token: TOKEN } },
  ];
  const sessions = new Map<string, DeviceSession>();
  for (const { id, model, url, options } of devices) {
    const definition = CATALOG[model];
    const context = {
      config: { id, model, connection: { kind: 'http', url }, options },
      options: definition.options.parse(options),
      clock,
      random: () => 0.5,
      counters: newCounters(),
      emit: (event: DeviceEvent) => events.push(DeviceEvent.parse(event)),
      openTransport: () => {
        throw new Error('no bytes here');
      },
    };
    const session = definition.createSession(context as unknown as DriverContext<never>);
    await session.start();
    undo.push(() => session.stop());
    sessions.set(id, session);
  }
  return { aisles, counter, events, sessions };
}

describe('labels of a store', () => {
  it('are all proven in the end: three access points of two kinds, a fifth of the radio lost, one access point started anew', async () => {
    const { aisles, counter, events, sessions } = await store();
    const places: [string, string[]][] = [
      ['aisle-1', macs('AA01')],
      ['aisle-2', macs('AA02')],
      ['counter', macs('BB01')],
    ];
    const has = (state: string, tagId: string, imageHash?: unknown): boolean =>
      events.some(
        (event) =>
          event.type === 'label' &&
          event.state === state &&
          event.tagId === tagId &&
          (imageHash === undefined || event.imageHash === imageHash),
      );
    const until = (check: () => void) => vi.waitFor(check, { timeout: 50_000, interval: 25 });
    await until(() => {
      for (const [, tagIds] of places) for (const tagId of tagIds) expect(has('discovered', tagId), tagId).toBe(true);
    });
    const wanted = new Map<string, unknown>();
    for (const priceFen of [1280, 990]) {
      for (const [deviceId, tagIds] of places)
        for (const tagId of tagIds) {
          const content = contentOf(priceFen);
          const result = await sessions.get(deviceId)?.command({ type: 'show-label', deviceId, tagId, content });
          expect(result).toMatchObject({ ok: true });
          if (result?.ok) wanted.set(tagId, result.value.imageHash);
        }
      if (priceFen === 1280) aisles[0]?.reboot();
    }
    await until(() => {
      for (const [tagId, imageHash] of wanted) expect(has('shown', tagId, imageHash), tagId).toBe(true);
    });
    expect(events.filter((event) => event.type === 'label' && event.state === 'failed')).toEqual([]);
    const shown = (block: string) =>
      new Set(aisles.flatMap((ap) => macs(block).flatMap((mac) => ap.tagImage(mac)?.planesMd5 ?? [])));
    expect([shown('AA01').size, shown('AA02').size]).toEqual([1, 1]);
    for (const mac of macs('BB01')) expect(counter.shown(mac)?.fields[1]).toBe('9.90');
  }, 60_000);
});
