import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locale } from '@tillside/agent-contract';
import {
  type CommandResult,
  condition,
  type DeviceCommand,
  type DeviceConfig,
  HostClient,
  type HostDevice,
  HostProcess,
  type HostStatusReport,
  parseAddress,
} from '@tillside/devices';
import type { Logger } from 'pino';
import { AgentError } from '../errors.ts';
import type { Journal } from '../journal/index.ts';
import { hostKey, writePrivate } from '../secrets.ts';
import type { DevicesPort } from './devices.ts';
import { type HostView, hostConditions } from './host-conditions.ts';
import type { Intake } from './intake.ts';

const COMMAND_MARGIN_MS = 2_000;
const COMMAND_TIMEOUT_MS = 15_000;

export interface HostPlan {
  readonly devices: readonly DeviceConfig[];
  /** Hosts on other machines. */
  readonly deviceHosts: readonly { readonly id: string; readonly address: string }[];
}

/** What a host was made for: it is made anew when that changes. */
type WantedHost = { devices: DeviceConfig[] } | { remote: { readonly id: string; readonly address: string } };

interface Host extends HostView {
  readonly wanted: WantedHost;
  readonly client: HostClient;
  /** Of a host that is this agent's child. */
  readonly process?: HostProcess;
}

export interface DeviceHostsOptions extends HostPlan {
  readonly dataDir: string;
  readonly intake: Intake;
  readonly journal: Pick<Journal, 'durable'>;
  readonly now: () => number;
  readonly log: Logger;
}

/**
 * The device hosts of a store: children of this agent, one for each lane and one for what has no lane (labels, sensors), so that a crash in a native module or a
 * hanging driver costs one lane at most; and hosts on other machines, reached by TLS with the key of their pairing.
 */
export class DeviceHosts implements DevicesPort {
  readonly #options: DeviceHostsOptions;
  readonly #runDir: string;
  readonly #hosts = new Map<string, Host>();
  #changing: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: DeviceHostsOptions) {
    this.#options = options;
    this.#runDir = join(options.dataDir, 'run');
    for (const [hostId, wanted] of wantedHosts(options)) this.#hosts.set(hostId, this.#open(hostId, wanted));
  }

  async start(): Promise<void> {
    for (const host of this.#hosts.values()) await startHost(host);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#changing;
    await Promise.all([...this.#hosts.values()].map(stopHost));
  }

  /** Other devices: hosts whose devices differ are ended or started anew, the others run on. Changes follow each other. */
  reconfigure(plan: HostPlan): Promise<void> {
    this.#changing = this.#changing
      .then(() => this.#change(plan))
      .catch((error: unknown) => {
        this.#options.log.warn({ err: error }, 'a device host could not be started; it is tried again');
      });
    return this.#changing;
  }

  async #change(plan: HostPlan): Promise<void> {
    const wanted = wantedHosts(plan);
    const differs = (hostId: string, host: Host): boolean =>
      JSON.stringify(wanted.get(hostId)) !== JSON.stringify(host.wanted);
    const gone = [...this.#hosts].filter(([hostId, host]) => differs(hostId, host));
    for (const [hostId, host] of gone) {
      await stopHost(host);
      this.#hosts.delete(hostId);
      // What it said last is of its old devices.
      this.#options.intake.announce(hostId, []);
    }
    for (const [hostId, one] of wanted) {
      if (this.#stopped || this.#hosts.has(hostId)) continue;
      const host = this.#open(hostId, one);
      this.#hosts.set(hostId, host);
      await startHost(host);
    }
  }

  command(command: DeviceCommand): Promise<CommandResult> {
    const host = this.#hosts.get(this.#options.intake.hostOf(command.deviceId) ?? '');
    if (host === undefined) {
      return Promise.resolve({
        ok: false,
        code: 'DEVICE_UNKNOWN',
        message: 'No such device in the config.',
        hint: 'Check `devices` in the agent config.',
      });
    }
    const timeoutMs = 'timeoutMs' in command ? command.timeoutMs + COMMAND_MARGIN_MS : COMMAND_TIMEOUT_MS;
    return host.client.command(command, timeoutMs);
  }

  /** Process ids by host, for doctor and tests. */
  pids(): Record<string, number | undefined> {
    return Object.fromEntries([...this.#hosts].map(([hostId, host]) => [hostId, host.process?.pid]));
  }

  /** For metrics: which host answers, and what it dropped. */
  views(): readonly HostView[] {
    return [...this.#hosts.values()];
  }

  /** What is wrong with lanes and hosts, for people. */
  conditions(locale: Locale): { code: string; message: string; hint: string }[] {
    return hostConditions(this.views(), this.#options.intake.status(), this.#options.now(), locale);
  }

  #open(hostId: string, wanted: WantedHost): Host {
    return 'devices' in wanted ? this.#child(hostId, wanted.devices) : this.#remote(wanted.remote);
  }

  #child(hostId: string, devices: DeviceConfig[]): Host {
    const { log } = this.#options;
    const socketPath = join(this.#runDir, `${hostId}.sock`);
    const process = new HostProcess({
      config: { hostId, socketPath, stateDir: this.#runDir, devices },
      configPath: join(this.#runDir, `${hostId}.json`),
      onReport: (report) => {
        if (report.kind === 'ended') {
          log.warn({ hostId, code: report.condition.code, restartInMs: report.restartInMs }, 'device host ended');
          this.#away(hostId, { code: 'HOST_DOWN', ...new AgentError('HOST_DOWN').words('en') });
        } else log.info({ hostId, pid: report.pid }, 'device host started');
      },
      onLog: (line) => log.info({ hostId, line: line.slice(0, 500) }, 'device host'),
    });
    const client = this.#client(hostId, { kind: 'unix', socketPath, token: process.token });
    this.#options.intake.announce(hostId, devices);
    return {
      wanted: { devices },
      name: hostId,
      remote: false,
      client,
      process,
      refusedIds: [],
      report: undefined,
      away: undefined,
    };
  }

  #remote({ id, address }: { id: string; address: string }): Host {
    const { intake, dataDir } = this.#options;
    const hostId = `remote/${id}`;
    const credential = hostKey(dataDir, id).read;
    const client = this.#client(hostId, { kind: 'tls', ...parseAddress(address), hostId: id, credential });
    const refusedIds = intake.announce(hostId, this.#remembered(id));
    const away = condition('HOST_UNREACHABLE');
    return { wanted: { remote: { id, address } }, name: id, remote: true, client, refusedIds, report: undefined, away };
  }

  #client(hostId: string, endpoint: ConstructorParameters<typeof HostClient>[0]['endpoint']): HostClient {
    const { intake, journal, log } = this.#options;
    return new HostClient({
      endpoint,
      onEvent: async (bootId, eventSeq, event) => {
        intake.take(hostId, bootId, eventSeq, event);
        // The host forgets what it may: that a tag shows its picture is said once. A scan is on its way already, and waits for nothing.
        if (event.type === 'label') await journal.durable();
      },
      onDevices: (devices) => this.#welcomed(hostId, devices),
      onConnection: (connected, because) => {
        const host = this.#hosts.get(hostId);
        if (host === undefined || !host.remote) return;
        host.away = connected ? undefined : because;
        log.info({ hostId, connected, code: because?.code }, 'connection to device host');
        if (because !== undefined) this.#away(hostId, because);
      },
      onCounters: (counters) => intake.count(hostId, counters),
      onReport: (report) => this.#reported(hostId, report),
      onNotice: (notice) => log.warn({ hostId, code: notice.code, message: notice.message }, 'device host'),
    });
  }

  /** A host on another machine says what it runs; that is remembered, so that its lanes are known when it is away. */
  #welcomed(hostId: string, devices: readonly HostDevice[]): void {
    const host = this.#hosts.get(hostId);
    if (host === undefined || !host.remote) return;
    host.refusedIds = this.#options.intake.announce(hostId, devices);
    if (JSON.stringify(this.#remembered(host.name)) === JSON.stringify(devices)) return;
    this.#attempt(hostId, () => writePrivate(this.#memoryPath(host.name), JSON.stringify(devices)));
  }

  #reported(hostId: string, report: HostStatusReport): void {
    const host = this.#hosts.get(hostId);
    if (host === undefined) return;
    const known = new Set(host.report?.conditions.map(({ code }) => code));
    for (const { code, message } of report.conditions)
      if (!known.has(code)) this.#options.log.warn({ hostId, code, message }, 'device host');
    host.report = report;
  }

  #away(hostId: string, because: { code: string; message: string; hint: string }): void {
    this.#attempt(hostId, () => this.#options.intake.hostAway(hostId, because));
  }

  /** A full disk must not end the agent from here. */
  #attempt(hostId: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#options.log.warn({ hostId, code: (error as { code?: string }).code ?? 'INTERNAL' }, 'device host');
    }
  }

  #memoryPath(id: string): string {
    return join(this.#runDir, `remote-${encodeURIComponent(id)}.devices.json`);
  }

  #remembered(id: string): HostDevice[] {
    const path = this.#memoryPath(id);
    try {
      return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as HostDevice[]) : [];
    } catch {
      return [];
    }
  }
}

const hostIdOf = (device: DeviceConfig): string => (device.lane === undefined ? 'back' : `lane-${device.lane}`);

/** Children by lane; hosts on other machines under names that can't meet those of children, since the journal keeps a cursor by name. */
function wantedHosts({ devices, deviceHosts }: HostPlan): Map<string, WantedHost> {
  const groups = new Map<string, DeviceConfig[]>();
  for (const device of devices) groups.set(hostIdOf(device), [...(groups.get(hostIdOf(device)) ?? []), device]);
  const hosts = new Map<string, WantedHost>([...groups].map(([hostId, own]) => [hostId, { devices: own }]));
  for (const remote of deviceHosts) hosts.set(`remote/${remote.id}`, { remote });
  return hosts;
}

async function startHost({ process, client }: Host): Promise<void> {
  await process?.start();
  client.start();
}

async function stopHost({ process, client }: Host): Promise<void> {
  await client.stop();
  await process?.stop();
}
