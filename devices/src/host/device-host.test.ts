import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { DeviceEvent } from '../contract/event.ts';
import { type ClientMessage, EVENT_WINDOW, HOST_PROTOCOL } from '../contract/host-protocol.ts';
import { HostClient } from './client.ts';
import { DeviceHost } from './device-host.ts';
import { RUNNER_LIMITS } from './device-runner.ts';
import { LineReader } from './ndjson.ts';
import { testModel } from './testing/host.ts';

const soon = { timeout: 10_000, interval: 10 };
const never = () => new Promise<never>(() => {});
const token = 'a-token-for-this-test';
const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** Each model is one way in which a driver can go wrong; `good` must not notice. */
const catalog = {
  good: testModel(() => ({})),
  'hangs-at-start': testModel(() => ({ start: never })),
  'hangs-at-command': testModel(() => ({ command: never })),
  'hangs-at-stop': testModel(() => ({ stop: never })),
  'throws-at-start': testModel(() => ({
    start: () => {
      throw new Error('boom');
    },
  })),
  'throws-at-command': testModel(() => ({
    command: () => {
      throw new Error('boom');
    },
  })),
  'throws-when-made': testModel(() => {
    throw new Error('boom');
  }),
  /** Tells 1000 scans at once when it is asked to. */
  talks: testModel((context) => ({
    command: async () => {
      const at = new Date(0).toISOString();
      for (let index = 0; index < 1_000; index += 1) {
        context.emit({ type: 'scan', deviceId: context.config.id, at, kind: 'text', data: `${index}` });
      }
      return { ok: true, value: {} };
    },
  })),
  'emits-nonsense': testModel((context) => ({
    start: async () => context.emit({ type: 'scan', deviceId: '', at: 'never' } as unknown as DeviceEvent),
  })),
};

async function running(models: readonly string[], options = { connect: true }) {
  const directory = await mkdtemp(join(tmpdir(), 'tillside-host-'));
  const config = {
    hostId: 'h',
    socketPath: join(directory, 's'),
    stateDir: directory,
    devices: models.map((name) => ({
      id: name,
      model: name,
      connection: { kind: 'tcp' as const, host: '127.0.0.1', port: 9 },
      options: {},
    })),
  };
  const limits = { ...RUNNER_LIMITS, startTimeoutMs: 50, stopTimeoutMs: 50, commandTimeoutMs: 50 };
  const host = new DeviceHost({ config, token, bootId: 'boot-1', catalog, limits });
  const events: DeviceEvent[] = [];
  const onEvent = async (_boot: string, _seq: number, event: DeviceEvent) => void events.push(event);
  const client = new HostClient({ endpoint: { kind: 'unix', socketPath: config.socketPath, token }, onEvent });
  await host.start();
  if (options.connect) client.start();
  undo.push(
    () => rm(directory, { recursive: true }),
    () => host.stop(),
    () => client.stop(),
  );
  const zero = (deviceId: string) => client.command({ type: 'zero', deviceId }, 5_000);
  return { host, client, config, events, zero };
}

describe('DeviceHost', () => {
  it('keeps every device going whatever another one does', async () => {
    const { events, zero, host } = await running(Object.keys(catalog));
    const [hung, threw, unmade, good] = await Promise.all(
      ['hangs-at-command', 'throws-at-command', 'throws-when-made', 'good'].map(zero),
    );
    expect(hung).toMatchObject({ ok: false, code: 'COMMAND_TIMEOUT' });
    expect(threw).toMatchObject({ ok: false, code: 'DRIVER_EXCEPTION' });
    expect(unmade).toMatchObject({ ok: false, code: 'DRIVER_EXCEPTION' });
    expect(good).toEqual({ ok: true, value: { grams: 1 } });
    await expect.poll(() => events.length, soon).toBe(4);
    const told = events.map((event) => [event.deviceId, 'condition' in event && event.condition?.code]);
    expect(told).toEqual(
      expect.arrayContaining([
        ['hangs-at-start', 'DEVICE_START_TIMEOUT'],
        ['throws-at-start', 'DRIVER_EXCEPTION'],
        ['throws-when-made', 'DRIVER_EXCEPTION'],
        ['emits-nonsense', 'EVENT_INVALID'],
      ]),
    );
    await host.stop();
    await host.stop();
  });

  it('refuses to start where another host listens', async () => {
    const first = await running(['good']);
    const second = new DeviceHost({ config: first.config, token, bootId: 'boot-2', catalog });
    await expect(second.start()).rejects.toMatchObject({ code: 'HOST_ALREADY_RUNNING' });
    expect(await first.zero('good')).toMatchObject({ ok: true });
  });

  it('sends a frozen client no more than the window, goes on when it acknowledges, and lets a newer client take over', async () => {
    const { client, config, events } = await running(['talks'], { connect: false });
    const lines: { t: string; eventSeq?: number; code?: string }[] = [];
    const socket = connect(config.socketPath);
    const reader = new LineReader();
    socket.on('data', (chunk) => {
      for (const line of reader.push(chunk)) if (line.kind === 'line') lines.push(JSON.parse(line.text));
    });
    const say = (message: ClientMessage) => socket.write(`${JSON.stringify(message)}\n`);
    const seqs = () => lines.flatMap((line) => (line.t === 'event' ? [line.eventSeq] : []));
    say({ t: 'hello', minVersion: HOST_PROTOCOL.min, maxVersion: HOST_PROTOCOL.max, token });
    await expect.poll(() => lines[0]?.t, soon).toBe('welcome');
    say({ t: 'command', id: '1', command: { type: 'zero', deviceId: 'talks' } });
    await expect.poll(() => lines.some((line) => line.t === 'result'), soon).toBe(true);
    await expect.poll(seqs, soon).toEqual(Array.from({ length: EVENT_WINDOW }, (_, index) => index + 1));
    say({ t: 'ack', bootId: 'another boot', eventSeq: 200 });
    say({ t: 'ack', bootId: 'boot-1', eventSeq: 200 });
    await expect.poll(() => seqs().length, soon).toBe(EVENT_WINDOW + 200);
    expect(lines.find((line) => line.t === 'refused')).toBeUndefined();
    client.start();
    await expect.poll(() => lines.at(-1)?.code, soon).toBe('HOST_REPLACED');
    // The newer one gets all that was not acknowledged.
    await expect.poll(() => events.length, soon).toBe(800);
    expect(events[0]).toMatchObject({ data: '200' });
    socket.destroy();
  });

  it('refuses a socket path that the system would cut', async () => {
    const config = { hostId: 'h', socketPath: `/tmp/${'x'.repeat(110)}`, stateDir: '/tmp', devices: [] };
    const host = new DeviceHost({ config, token, bootId: 'boot-1', catalog });
    await expect(host.start()).rejects.toMatchObject({ code: 'HOST_SOCKET_PATH_LONG' });
  });

  it('refuses a command that the model does not know', async () => {
    const { host } = await running(['good']);
    const flash = { type: 'flash-label', deviceId: 'good', tagId: '0000000000000001' } as const;
    expect(await host.command(flash)).toMatchObject({ ok: false, code: 'COMMAND_UNSUPPORTED' });
  });
});
