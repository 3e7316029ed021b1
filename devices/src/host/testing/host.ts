import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { AnyDeviceDefinition, DeviceCatalog } from '../../catalog.ts';
import type { DeviceSession, DriverContext } from '../../contract/definition.ts';
import type { DeviceEvent } from '../../contract/event.ts';
import { quality } from '../../drivers/scanner/serial-generic/quality.ts';
import { DeviceHost, type DeviceHostOptions } from '../device-host.ts';
import { RUNNER_LIMITS } from '../device-runner.ts';

/** A model for tests whose session is made by the test. */
export function testModel(session: (context: DriverContext<unknown>) => Partial<DeviceSession>): AnyDeviceDefinition {
  return {
    model: 'test',
    family: 'scale',
    name: { zh: '测试', en: 'Test' },
    source: 'none',
    connections: ['tcp'],
    commands: ['weigh', 'zero'],
    quality,
    options: z.unknown(),
    codecs: () => [],
    createSession: (context: DriverContext<unknown>) => ({
      start: async () => {},
      stop: async () => {},
      command: async () => ({ ok: true, value: { grams: 1 } }),
      ...session(context),
    }),
  };
}

/** A port of this machine that nobody listens on just now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A host in this process, on a Unix socket and on TLS, and with an emitter for each of its devices. Undo with `end`. */
export async function testHost(
  ids: readonly string[],
  more: Partial<Omit<DeviceHostOptions, 'config'>> & { catalog?: DeviceCatalog } = {},
) {
  const directory = await mkdtemp(join(tmpdir(), 'tillside-host-'));
  const emitters = new Map<string, (event: DeviceEvent) => void>();
  const catalog = {
    test: testModel((context) => {
      emitters.set(context.config.id, context.emit);
      return {};
    }),
  };
  const port = await freePort();
  const config = {
    hostId: 'h',
    socketPath: join(directory, 's'),
    listen: { host: '127.0.0.1', port },
    stateDir: join(directory, 'state'),
    devices: ids.map((id) => ({
      id,
      model: 'test',
      lane: '1',
      connection: { kind: 'tcp' as const, host: '127.0.0.1', port: 9 },
      options: {},
    })),
  };
  const token = 'a-token-for-this-test';
  const limits = { ...RUNNER_LIMITS, startTimeoutMs: 50, stopTimeoutMs: 50, commandTimeoutMs: 50 };
  const make = (bootId: string) => new DeviceHost({ config, token, bootId, catalog, limits, ...more });
  const at = new Date(0).toISOString();
  return {
    directory,
    config,
    token,
    port,
    make,
    host: make('boot-1'),
    scan: (deviceId: string, data: string) =>
      emitters.get(deviceId)?.({ type: 'scan', deviceId, at, kind: 'text', data }),
    emit: (deviceId: string, event: unknown) => emitters.get(deviceId)?.(event as DeviceEvent),
    end: () => rm(directory, { recursive: true, force: true }),
  };
}
