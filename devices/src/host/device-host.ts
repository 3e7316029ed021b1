import { CATALOG, type DeviceCatalog } from '../catalog.ts';
import { systemClock } from '../clock.ts';
import { condition } from '../conditions.ts';
import type { CommandResult, DeviceCommand } from '../contract/command.ts';
import type { HostConfig } from '../contract/config.ts';
import type { DeviceEvent } from '../contract/event.ts';
import type { Clock } from '../contract/transport.ts';
import { DeviceRunner, RUNNER_LIMITS, type RunnerLimits } from './device-runner.ts';
import { EventQueue } from './event-queue.ts';
import { HostServer } from './server.ts';

export interface DeviceHostOptions {
  readonly config: HostConfig;
  /** Authenticates the one client. */
  readonly token: string;
  /** New for each start, so that sequence numbers of an earlier life are not taken for these. */
  readonly bootId: string;
  readonly catalog?: DeviceCatalog;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly limits?: RunnerLimits;
}

/** Runs the devices of one machine and serves their events and commands over a Unix socket. */
export class DeviceHost {
  readonly #queue = new EventQueue();
  readonly #server: HostServer;
  readonly #runners: ReadonlyMap<string, DeviceRunner>;
  readonly #states = new Map<string, { eventSeq: number; event: DeviceEvent }>();

  constructor(options: DeviceHostOptions) {
    const { config, token, bootId } = options;
    const clock = options.clock ?? systemClock;
    const { hostId, socketPath } = config;
    this.#server = new HostServer({
      hostId,
      bootId,
      socketPath,
      token,
      clock,
      queue: this.#queue,
      command: (command) => this.command(command),
      welcomed: (ackedSeq) => this.#tellStates(ackedSeq),
    });
    const ports = {
      catalog: options.catalog ?? CATALOG,
      clock,
      random: options.random ?? Math.random,
      limits: options.limits ?? RUNNER_LIMITS,
      emit: (event: DeviceEvent) => {
        this.#push(event);
        this.#server.pump();
      },
    };
    this.#runners = new Map(config.devices.map((device) => [device.id, new DeviceRunner(device, ports)]));
  }

  /** Resolves when the socket listens; devices come up on their own and say so as events. */
  async start(): Promise<void> {
    await this.#server.start();
    for (const runner of this.#runners.values()) void runner.start();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#runners.values()].map((runner) => runner.stop()));
    await this.#server.stop();
  }

  async command(command: DeviceCommand): Promise<CommandResult> {
    const runner = this.#runners.get(command.deviceId);
    if (!runner) return { ok: false, ...condition('DEVICE_UNKNOWN', command.deviceId) };
    return runner.command(command);
  }

  #push(event: DeviceEvent): void {
    const { eventSeq } = this.#queue.push(event);
    if (event.type === 'state') this.#states.set(event.deviceId, { eventSeq, event });
  }

  /** A client that comes later (an agent that was restarted) must know the present state of every device: acknowledged ones are told again. */
  #tellStates(ackedSeq: number): void {
    for (const { eventSeq, event } of [...this.#states.values()]) if (eventSeq <= ackedSeq) this.#push(event);
  }
}
