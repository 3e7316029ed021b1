import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeviceConfig } from '../contract/config.ts';
import type { DeviceEvent } from '../contract/event.ts';
import { HostClient } from './client.ts';
import { HostProcess, type HostProcessOptions, type HostReport } from './process.ts';

export interface SeenEvent {
  readonly bootId: string;
  readonly eventSeq: number;
  readonly event: DeviceEvent;
}

/** A real host process and a client, for tests. Undo with `end`. */
export async function hostRig(devices: DeviceConfig[], watchdog?: HostProcessOptions['watchdog']) {
  const directory = await mkdtemp(join(tmpdir(), 'tillside-host-'));
  const reports: HostReport[] = [];
  const logs: string[] = [];
  const seen: SeenEvent[] = [];
  const socketPath = join(directory, 'host.sock');
  const host = new HostProcess({
    config: { hostId: 'till-1', socketPath, stateDir: join(directory, 'state'), devices },
    configPath: join(directory, 'host.json'),
    onReport: (report) => reports.push(report),
    onLog: (line) => logs.push(line),
    ...(watchdog ? { watchdog } : {}),
  });
  const makeClient = (onEvent?: (seen: SeenEvent) => Promise<void>, token = host.token) =>
    new HostClient({
      endpoint: { kind: 'unix', socketPath, token },
      onEvent: async (bootId, eventSeq, event) => {
        seen.push({ bootId, eventSeq, event });
        await onEvent?.({ bootId, eventSeq, event });
      },
    });
  const client = makeClient();
  await host.start();
  return {
    directory,
    socketPath,
    host,
    client,
    makeClient,
    reports,
    logs,
    seen,
    scans: () => seen.flatMap(({ event }) => (event.type === 'scan' ? [event.data] : [])),
    states: (deviceId: string) =>
      seen.flatMap(({ event }) => (event.type === 'state' && event.deviceId === deviceId ? [event.state] : [])),
    async end() {
      await client.stop();
      await host.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
