import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PtyLine, ScannerSimulator } from '@tillside/devices/simulators';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Rig, startRig } from '../testing.ts';
import { readDevicePlan } from './device-plan.ts';

let dir: string;
let rig: Rig;
let version = 0;
/** Minutes pass in no time. */
let aheadMs = 0;
const clock = { now: () => Date.now() + aheadMs };
const lines: Record<string, PtyLine> = {};
const simulators: ScannerSimulator[] = [];

const scanner = (lane: string, line = lane) => ({
  id: `scanner-${lane}`,
  model: 'scanner/serial-generic',
  lane,
  connection: lines[line]?.connection ?? { kind: 'serial', path: join(dir, 'nobody') },
});
const configuration = (devices: readonly object[], name = `devices-${version + 1}`) => {
  version += 1;
  const content = JSON.stringify({ schema: 1, devices, deviceHosts: [] });
  const file = join(dir, name);
  writeFileSync(file, content);
  return { version, sha256: createHash('sha256').update(content).digest('hex'), file, byDelta: false };
};
const app = () => rig.agent.app;
const state = (id: string) =>
  app()
    .status('en')
    .devices.find(({ deviceId }) => deviceId === id)?.state;
async function online(id: string): Promise<void> {
  while (state(id) !== 'online') await new Promise((resolve) => setTimeout(resolve, 20));
}
const reports = () =>
  app()
    .journal.all<{ body: string }>(
      `SELECT json_extract(envelope, '$.data') AS body FROM event WHERE type = 'tillside.desired.applied.v2' ORDER BY seq`,
    )
    .map(({ body }) => JSON.parse(body) as Record<string, unknown>);

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-hq-devices-'));
  for (const name of ['1', '2', 'other']) {
    const line = new PtyLine({ path: join(dir, `line-${name}`) });
    lines[name] = line;
    const simulator = new ScannerSimulator(line);
    await simulator.start();
    simulators.push(simulator);
  }
  rig = await startRig({ devices: [scanner('1'), scanner('2')], deviceTrialSeconds: 600 }, clock);
  await online('scanner-1');
  await online('scanner-2');
}, 30_000);
afterAll(async () => {
  await rig.stop();
  for (const simulator of simulators) await simulator.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe("HQ's device configuration", () => {
  it('restarts only the hosts whose devices differ, and is in force once its devices are back', async () => {
    const before = app().devices.pids();
    const wanted = configuration([scanner('1'), scanner('2', 'other')]);
    expect(await app().desired.apply('devices', wanted)).toEqual({ outcome: 'applied' });
    expect(
      app()
        .status('en')
        .conditions.map(({ code }) => code),
    ).toContain('DEVICES_ON_TRIAL');
    expect(reports()).toEqual([]);
    await online('scanner-2');
    await expect
      .poll(() => reports().at(-1), { timeout: 5_000 })
      .toMatchObject({ kind: 'devices', version: 1, outcome: 'applied' });
    const after = app().devices.pids();
    expect(after['lane-1']).toBe(before['lane-1']);
    expect(after['lane-2']).not.toBe(before['lane-2']);
    expect(
      app()
        .status('en')
        .conditions.map(({ code }) => code),
    ).not.toContain('DEVICES_ON_TRIAL');
  });

  it('that leaves a device away goes back by itself, says which, and is not tried again', async () => {
    const wanted = configuration([scanner('1', 'nowhere'), scanner('2', 'other')]);
    expect(await app().desired.apply('devices', wanted)).toEqual({ outcome: 'applied' });
    expect(app().desired.currentVersion('devices')).toBe(2);
    await online('scanner-2');
    expect(reports()).toHaveLength(1);
    aheadMs += 601_000;
    await expect
      .poll(() => reports().at(-1), { timeout: 10_000 })
      .toMatchObject({
        version: 2,
        outcome: 'refused',
        code: 'DEVICES_ROLLED_BACK',
        message: expect.stringContaining('scanner-1'),
      });
    expect(app().desired.currentVersion('devices')).toBe(1);
    await online('scanner-1');
    expect(await app().desired.apply('devices', wanted)).toMatchObject({
      outcome: 'refused',
      code: 'DEVICES_ROLLED_BACK',
    });
    expect(state('scanner-1')).toBe('online');
  });

  it('outlives a restart, on trial or in force', async () => {
    const wanted = configuration([scanner('2', 'other'), { ...scanner('1'), id: 'scanner-x' }]);
    await app().desired.apply('devices', wanted);
    await rig.restart();
    expect(app().desired.currentVersion('devices')).toBe(wanted.version);
    await online('scanner-x');
    await expect
      .poll(() => reports().at(-1), { timeout: 5_000 })
      .toMatchObject({ version: wanted.version, outcome: 'applied' });
    await rig.restart();
    expect(Object.keys(app().devices.pids()).toSorted()).toEqual(['lane-1', 'lane-2']);
    expect(state('scanner-1')).toBeUndefined();
  });

  it('that is wrong in one place takes no force at all', async () => {
    const before = app().devices.pids();
    const wrong = { ...scanner('2'), model: 'scanner/of-tomorrow' };
    expect(await app().desired.apply('devices', configuration([scanner('1'), wrong]))).toMatchObject({
      outcome: 'refused',
      code: 'DEVICES_REFUSED',
      message: expect.stringContaining('devices.1 (scanner-2): model'),
    });
    expect(app().devices.pids()).toEqual(before);
  });

  it('holds no secrets: those, and what the store knows better, stand in its own config', () => {
    const sensor = {
      id: 'meraki-1',
      model: 'presence/meraki',
      connection: { kind: 'http-listen', port: 9000 },
      options: { validator: 'v', secret: 'of-the-store', zone: 'door' },
    };
    const text = (options: object) => JSON.stringify({ schema: 1, devices: [{ ...sensor, options }] });
    expect(readDevicePlan(text(sensor.options), {})).toMatchObject({
      ok: false,
      message: expect.stringContaining('secret'),
    });
    const { secret, ...rest } = sensor.options;
    expect(readDevicePlan(text(rest), {}).ok).toBe(false);
    expect(readDevicePlan('{', {}).ok).toBe(false);
    const own = readDevicePlan(text(rest), { 'meraki-1': { secret } });
    expect(own).toMatchObject({ ok: true, plan: { devices: [{ id: 'meraki-1', options: { secret } }] } });
  });

  it('is nothing to a store whose own file rules', async () => {
    const own = await startRig({ devicesFrom: 'file' });
    try {
      expect(await own.agent.app.desired.apply('devices', configuration([]))).toMatchObject({
        code: 'DEVICES_OF_FILE',
      });
    } finally {
      await own.stop();
    }
  });
});
