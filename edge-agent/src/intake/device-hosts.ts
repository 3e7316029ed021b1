import { join } from 'node:path';
import { type CommandResult, type DeviceCommand, type DeviceConfig, HostClient, HostProcess } from '@tillside/devices';
import type { Logger } from 'pino';
import type { DevicesPort } from './devices.ts';
import type { Intake } from './intake.ts';

const COMMAND_MARGIN_MS = 2_000;
const COMMAND_TIMEOUT_MS = 15_000;

interface Host {
  process: HostProcess;
  client: HostClient;
  deviceIds: string[];
}

/**
 * The device hosts that this agent runs as its children: one for each lane, and one for what has no lane (labels, sensors), so that a crash in a native
 * module or a hanging driver costs one lane at most.
 */
export class DeviceHosts implements DevicesPort {
  #hosts = new Map<string, Host>();
  #byDevice = new Map<string, Host>();

  constructor(options: { devices: readonly DeviceConfig[]; runDir: string; intake: Intake; log: Logger }) {
    const { intake, runDir, log } = options;
    for (const [hostId, devices] of groupByHost(options.devices)) {
      const deviceIds = devices.map((device) => device.id);
      const socketPath = join(runDir, `${hostId}.sock`);
      const process = new HostProcess({
        config: { hostId, socketPath, stateDir: runDir, devices: [...devices] },
        configPath: join(runDir, `${hostId}.json`),
        onReport: (report) => {
          if (report.kind === 'ended') {
            log.warn({ hostId, code: report.condition.code, restartInMs: report.restartInMs }, 'device host ended');
            intake.hostChanged(deviceIds, false);
          } else log.info({ hostId, pid: report.pid }, 'device host started');
        },
        onLog: (line) => log.info({ hostId, line: line.slice(0, 500) }, 'device host'),
      });
      const client = new HostClient({
        endpoint: { kind: 'unix', socketPath, token: process.token },
        onEvent: async (bootId, eventSeq, event) => intake.take(hostId, bootId, eventSeq, event),
      });
      const host: Host = { process, client, deviceIds };
      this.#hosts.set(hostId, host);
      for (const deviceId of deviceIds) this.#byDevice.set(deviceId, host);
    }
  }

  async start(): Promise<void> {
    for (const host of this.#hosts.values()) {
      await host.process.start();
      host.client.start();
    }
  }

  async stop(): Promise<void> {
    await Promise.all(
      [...this.#hosts.values()].map(async (host) => {
        await host.client.stop();
        await host.process.stop();
      }),
    );
  }

  command(command: DeviceCommand): Promise<CommandResult> {
    const host = this.#byDevice.get(command.deviceId);
    if (host === undefined) {
      return Promise.resolve({
        ok: false,
        code: 'DEVICE_UNKNOWN',
        message: 'No such device in the config.',
        hint: 'Check `devices` in the agent config.',
      });
    }
    const timeoutMs = command.type === 'weigh' ? command.timeoutMs + COMMAND_MARGIN_MS : COMMAND_TIMEOUT_MS;
    return host.client.command(command, timeoutMs);
  }

  /** Process ids by host, for doctor and tests. */
  pids(): Record<string, number | undefined> {
    return Object.fromEntries([...this.#hosts].map(([hostId, host]) => [hostId, host.process.pid]));
  }
}

const hostIdOf = (device: DeviceConfig): string => (device.lane === undefined ? 'back' : `lane-${device.lane}`);

function groupByHost(devices: readonly DeviceConfig[]): Map<string, DeviceConfig[]> {
  const groups = new Map<string, DeviceConfig[]>();
  for (const device of devices) groups.set(hostIdOf(device), [...(groups.get(hostIdOf(device)) ?? []), device]);
  return groups;
}
