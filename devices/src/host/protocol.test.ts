import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { DeviceEvent } from '../contract/event.ts';
import { commonVersion, HOST_PROTOCOL, readClientMessage, readHostMessage } from '../contract/host-protocol.ts';
import { newCounters } from '../contract/metrics.ts';
import { HostClient, type HostStatusReport } from './client.ts';
import { LineReader } from './ndjson.ts';
import { testHost } from './testing/host.ts';

const soon = { timeout: 10_000, interval: 10 };
const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const at = '2026-01-01T00:00:00.000Z';
const scan = { type: 'scan', deviceId: 'd', at, kind: 'text', data: 'a' };

async function host(more?: Parameters<typeof testHost>[1]) {
  const rig = await testHost(['d'], more);
  await rig.host.start();
  undo.push(rig.end, () => rig.host.stop());
  return rig;
}

/** A client by hand. */
async function talk(socketPath: string) {
  const socket = connect(socketPath);
  const heard: Record<string, unknown>[] = [];
  const reader = new LineReader();
  socket.on('data', (chunk) => {
    for (const line of reader.push(chunk)) if (line.kind === 'line') heard.push(JSON.parse(line.text));
  });
  socket.on('error', () => undefined);
  undo.push(async () => socket.destroy());
  await once(socket, 'connect');
  const say = (message: object) => socket.write(`${JSON.stringify(message)}\n`);
  const next = async (type: string) => {
    await expect.poll(() => heard.some(({ t }) => t === type), soon).toBe(true);
    return heard.splice(
      heard.findIndex(({ t }) => t === type),
      1,
    )[0];
  };
  return { socket, heard, say, next };
}

/** A host by hand: what it says to whoever connects, and what it hears. */
async function fakeHost(answer: (say: (message: object) => void, heard: Record<string, unknown>) => void) {
  const directory = await mkdtemp(join(tmpdir(), 'tillside-fake-'));
  const socketPath = join(directory, 's');
  const heard: Record<string, unknown>[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const reader = new LineReader();
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      for (const line of reader.push(chunk)) {
        if (line.kind !== 'line') continue;
        const message = JSON.parse(line.text);
        heard.push(message);
        answer((one) => socket.write(`${JSON.stringify(one)}\n`), message);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  undo.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await rm(directory, { recursive: true, force: true });
  });
  return { socketPath, heard };
}

function client(socketPath: string, token = 'a-token-for-this-test') {
  const events: DeviceEvent[] = [];
  const told: string[] = [];
  const reports: HostStatusReport[] = [];
  const devices: unknown[] = [];
  const counters: Record<string, unknown>[] = [];
  const made = new HostClient({
    endpoint: { kind: 'unix', socketPath, token },
    onEvent: async (_boot, _seq, event) => void events.push(event),
    onConnection: (connected, because) => told.push(connected ? 'connected' : (because?.code ?? '')),
    onNotice: (notice) => told.push(notice.code),
    onReport: (report) => reports.push(report),
    onDevices: (list) => devices.push(list),
    onCounters: (now) => counters.push(now),
  });
  undo.push(() => made.stop());
  made.start();
  return { made, events, told, reports, devices, counters };
}

describe('versions of the protocol', () => {
  it('take the highest that both know', () => {
    expect(commonVersion({ min: 1, max: 4 }, { min: 2, max: 3 })).toBe(3);
    expect(commonVersion({ min: 2, max: 2 }, { min: 2, max: 9 })).toBe(2);
    expect(commonVersion({ min: 1, max: 1 }, { min: 2, max: 2 })).toBeUndefined();
  });

  it('a newer client and this host: they speak what both know, and its novelties are left aside', async () => {
    const { config, token } = await host();
    const { say, next, heard } = await talk(config.socketPath);
    say({ t: 'hello', minVersion: HOST_PROTOCOL.min, maxVersion: 99, token, mood: 'good' });
    expect(await next('welcome')).toMatchObject({
      version: HOST_PROTOCOL.max,
      hostId: 'h',
      bootId: 'boot-1',
      devices: [{ id: 'd', model: 'test', lane: '1' }],
    });
    say({ t: 'subscribe', to: 'weather' });
    say({ t: 'command', id: '1', command: { type: 'sing', deviceId: 'd' } });
    expect(await next('result')).toMatchObject({ id: '1', result: { ok: false, code: 'COMMAND_UNSUPPORTED' } });
    // Half a command must not act.
    say({ t: 'command', id: '2', command: { type: 'zero', deviceId: 'd', gently: true } });
    expect(await next('result')).toMatchObject({ id: '2', result: { ok: false, code: 'COMMAND_UNSUPPORTED' } });
    say({ t: 'command', id: '3', command: { type: 'zero', deviceId: 'd' }, urgency: 3 });
    expect(await next('result')).toMatchObject({ id: '3', result: { ok: true } });
    expect(heard.filter(({ t }) => t === 'refused')).toEqual([]);
  });

  it.each([
    ['older', { minVersion: 1, maxVersion: HOST_PROTOCOL.min - 1 }],
    ['newer', { minVersion: HOST_PROTOCOL.max + 1, maxVersion: HOST_PROTOCOL.max + 3 }],
  ])('a client that speaks only %s versions is refused by name', async (_which, versions) => {
    const { config, token } = await host();
    const { say, next, socket } = await talk(config.socketPath);
    say({ t: 'hello', ...versions, token });
    const refused = await next('refused');
    expect(refused).toMatchObject({ code: 'HOST_WRONG_VERSION' });
    expect(String(refused?.message)).toContain(`${versions.minVersion} to ${versions.maxVersion}`);
    await expect.poll(() => socket.closed, soon).toBe(true);
  });

  it('this client and a newer host: novelties are left aside, an event that it can not know is acknowledged', async () => {
    const { socketPath, heard } = await fakeHost((say, message) => {
      if (message.t !== 'hello') return;
      const { maxVersion } = message;
      say({ t: 'welcome', version: maxVersion, hostId: 'h', bootId: 'b', devices: [], moonPhase: 'full' });
      say({ t: 'weather', degrees: 21 });
      say({ t: 'event', bootId: 'b', eventSeq: 1, event: { type: 'smell', deviceId: 'd', at } });
      say({
        t: 'event',
        bootId: 'b',
        eventSeq: 2,
        event: { ...scan, angle: 45, ais: [{ ai: '01', value: '1', title: 't', x: 1 }] },
        hue: 1,
      });
      say({ t: 'counters', devices: { d: { ...newCounters(), frames: 7, mood: 1 } } });
      say({ t: 'report', shed: { scan: 2, smell: 1 }, conditions: [], when: 'now' });
    });
    const { events, told, reports, counters } = client(socketPath);
    await expect.poll(() => reports, soon).toEqual([{ shed: { scan: 2, smell: 1 }, conditions: [] }]);
    await expect.poll(() => events, soon).toEqual([{ ...scan, ais: [{ ai: '01', value: '1', title: 't' }] }]);
    expect(told).toEqual(['connected', 'HOST_EVENT_UNKNOWN']);
    expect(counters).toEqual([{ d: { ...newCounters(), frames: 7 } }]);
    await expect.poll(() => heard.filter(({ t }) => t === 'ack').map(({ eventSeq }) => eventSeq), soon).toEqual([1, 2]);
  });

  it('this client refuses a host that chose a version it does not speak', async () => {
    const { socketPath } = await fakeHost((say) =>
      say({ t: 'welcome', version: HOST_PROTOCOL.max + 1, hostId: 'h', bootId: 'b', devices: [] }),
    );
    const { told } = client(socketPath);
    await expect.poll(() => told[0], soon).toBe('HOST_WRONG_VERSION');
  });

  it('tells a message with a wrong field from one that is not known', () => {
    expect(readClientMessage({ t: 'ack', bootId: 1, eventSeq: 1 }).kind).toBe('bad');
    expect(readClientMessage({ t: 'dance' }).kind).toBe('unknown');
    expect(readClientMessage(['t']).kind).toBe('bad');
    expect(readHostMessage({ t: 'hello', minVersion: 1, maxVersion: 2 }).kind).toBe('bad');
    expect(readHostMessage(undefined).kind).toBe('bad');
  });
});

describe('what a host says of itself', () => {
  it('devices, counters, and a changed error soon after it came', async () => {
    const { config, emit, scan: scanAt } = await host();
    const { devices, counters, told } = client(config.socketPath);
    await expect.poll(() => told, soon).toEqual(['connected']);
    expect(devices).toEqual([[{ id: 'd', model: 'test', lane: '1' }]]);
    scanAt('d', 'x');
    const condition = { code: 'DEVICE_OFFLINE', message: 'm.', hint: 'h.' };
    emit('d', { type: 'state', deviceId: 'd', at, state: 'offline', condition });
    await expect
      .poll(() => counters.at(-1)?.d, soon)
      .toMatchObject({ events: 2, lastErrorCode: 'DEVICE_OFFLINE', lastErrorAt: at });
  });

  it('what it shed, also to a client that comes later', async () => {
    const { config, scan: scanAt } = await host({ queueLimits: { maxEvents: 2, maxBytes: 1_000_000 } });
    for (const data of ['a', 'b', 'c', 'd']) scanAt('d', data);
    const { reports, events } = client(config.socketPath);
    await expect.poll(() => reports.at(-1), soon).toMatchObject({ shed: { scan: 2 }, conditions: [] });
    expect(Date.parse(reports.at(-1)?.shedAt ?? '')).toBeGreaterThan(0);
    await expect.poll(() => events.map((event) => 'data' in event && event.data), soon).toEqual(['c', 'd']);
  });

  it('events of an earlier life come first, and those of this one wait until they are acknowledged', async () => {
    const rig = await host();
    rig.scan('d', 'old');
    await rig.host.stop();
    const later = rig.make('boot-2');
    await later.start();
    undo.push(() => later.stop());
    rig.scan('d', 'new');
    const { say, next, heard } = await talk(rig.config.socketPath);
    say({ t: 'hello', minVersion: 2, maxVersion: 2, token: rig.token });
    expect(await next('event')).toMatchObject({ bootId: 'boot-1', eventSeq: 1, event: { data: 'old' } });
    await next('counters');
    expect(heard.filter(({ t }) => t === 'event')).toEqual([]);
    say({ t: 'ack', bootId: 'boot-2', eventSeq: 1 });
    say({ t: 'ack', bootId: 'boot-1', eventSeq: 1 });
    expect(await next('event')).toMatchObject({ bootId: 'boot-2', eventSeq: 1, event: { data: 'new' } });
  });
});
