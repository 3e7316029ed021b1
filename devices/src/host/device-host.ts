import { join } from 'node:path';
import { CATALOG, type DeviceCatalog } from '../catalog.ts';
import { systemClock } from '../clock.ts';
import { condition } from '../conditions.ts';
import type { CommandResult, DeviceCommand } from '../contract/command.ts';
import type { DeviceConfig, HostConfig } from '../contract/config.ts';
import type { Condition, DeviceEvent } from '../contract/event.ts';
import { COUNTERS_INTERVAL_MS } from '../contract/host-protocol.ts';
import type { Clock } from '../contract/transport.ts';
import { HostLines } from '../transport/host-lines.ts';
import { DeviceRunner, RUNNER_LIMITS, type RunnerLimits } from './device-runner.ts';
import { EventQueue, MAX_QUEUED_BYTES, MAX_QUEUED_EVENTS, type QueuedEvent } from './event-queue.ts';
import { PairingDesk } from './pairing/desk.ts';
import { HostServer } from './server.ts';
import { Spool } from './spool.ts';
import { TlsListener } from './tls-listener.ts';
import { UnixListener } from './unix-listener.ts';

/** After a change of a last error, so that many at once make one message. */
const CHANGE_DELAY_MS = 100;
/** What was found at the start, such as a damaged spool, is told for so long. */
const FOUND_MS = 24 * 3_600_000;

export interface DeviceHostOptions {
  readonly config: HostConfig;
  /** Authenticates the one client of the Unix socket; unused without one. */
  readonly token: string;
  /** New for each start, so that sequence numbers of an earlier life are not taken for these. */
  readonly bootId: string;
  readonly catalog?: DeviceCatalog;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly limits?: RunnerLimits;
  readonly queueLimits?: { readonly maxEvents: number; readonly maxBytes: number };
}

interface Door {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Runs the devices of one machine and serves their events and commands to one agent, over a Unix socket or TLS. */
export class DeviceHost {
  readonly #clock: Clock;
  readonly #queue: EventQueue;
  readonly #spool: Spool;
  readonly #server: HostServer;
  readonly #doors: readonly Door[];
  readonly #runners: ReadonlyMap<string, DeviceRunner>;
  readonly #states = new Map<string, QueuedEvent & { event: DeviceEvent }>();
  readonly #conditions = new Map<string, { condition: Condition; untilMs: number }>();
  #shedAt: string | undefined;
  #tick: { cancel(): void } | undefined;
  #soon: { cancel(): void } | undefined;

  constructor(options: DeviceHostOptions) {
    const { config, bootId } = options;
    const { hostId } = config;
    const clock = options.clock ?? systemClock;
    this.#clock = clock;
    this.#queue = new EventQueue(
      bootId,
      options.queueLimits ?? { maxEvents: MAX_QUEUED_EVENTS, maxBytes: MAX_QUEUED_BYTES },
    );
    this.#spool = new Spool({
      path: join(config.stateDir, `${encodeURIComponent(hostId)}.spool`),
      clock,
      queue: this.#queue,
      onWritten: () => this.#server.pump(),
      onCondition: (found) => this.#found(found),
    });
    const desk = new PairingDesk({ hostId, stateDir: config.stateDir, now: () => clock.now() });
    this.#server = new HostServer({
      hostId,
      bootId,
      devices: config.devices.map(({ id, model, lane }) => ({ id, model, ...(lane === undefined ? {} : { lane }) })),
      clock,
      queue: this.#queue,
      spool: this.#spool,
      command: (command) => this.command(command),
      welcomed: () => this.#welcomed(),
      unpair: (peerId) => {
        desk.forget();
        this.#server.drop(peerId);
      },
    });
    this.#doors = doors(options, { server: this.#server, desk, clock });
    const catalog = options.catalog ?? CATALOG;
    const lines = new HostLines({ devices: config.devices, catalog, clock });
    const ports = {
      catalog,
      clock,
      random: options.random ?? Math.random,
      limits: options.limits ?? RUNNER_LIMITS,
      openTransport: (device: DeviceConfig) => lines.open(device),
      emit: (event: DeviceEvent) => {
        this.#push(event);
        this.#server.pump();
      },
      erred: () => this.#tellSoon(),
    };
    this.#runners = new Map(config.devices.map((device) => [device.id, new DeviceRunner(device, ports)]));
  }

  /** Resolves when clients may connect; devices come up on their own and say so as events. */
  async start(): Promise<void> {
    // An open door is also the lock: a second host of this config fails here, before it touches the spool.
    for (const door of this.#doors) await door.start();
    await this.#spool.open();
    this.#server.pump();
    this.#schedule();
    for (const runner of this.#runners.values()) void runner.start();
  }

  async stop(): Promise<void> {
    this.#tick?.cancel();
    this.#soon?.cancel();
    await Promise.all([...this.#runners.values()].map((runner) => runner.stop()));
    await this.#spool.close();
    this.#server.stop();
    await Promise.all(this.#doors.map((door) => door.stop()));
  }

  async command(command: DeviceCommand): Promise<CommandResult> {
    const runner = this.#runners.get(command.deviceId);
    if (!runner) return { ok: false, ...condition('DEVICE_UNKNOWN', command.deviceId) };
    return runner.command(command);
  }

  #push(event: DeviceEvent): void {
    const before = { ...this.#queue.shed };
    const queued = this.#queue.push(event);
    this.#spool.append(queued);
    if (event.type === 'state') this.#states.set(event.deviceId, { ...queued, event });
    for (const [type, count] of Object.entries(this.#queue.shed)) {
      const more = count - (before[type] ?? 0);
      if (more === 0) continue;
      this.#shedAt = new Date(this.#clock.now()).toISOString();
      this.#spool.shed(type, more);
      this.#tellSoon();
    }
  }

  /** A client that comes later (an agent that was restarted) must know the present state of every device: acknowledged ones are told again. */
  #welcomed(): void {
    for (const { order, event } of [...this.#states.values()]) if (!this.#queue.has(order)) this.#push(event);
    this.#tell();
  }

  #schedule(): void {
    this.#tick = this.#clock.setTimeout(() => {
      this.#tell();
      this.#schedule();
    }, COUNTERS_INTERVAL_MS);
  }

  #tellSoon(): void {
    this.#soon ??= this.#clock.setTimeout(() => {
      this.#soon = undefined;
      this.#tell();
    }, CHANGE_DELAY_MS);
  }

  #tell(): void {
    const devices = Object.fromEntries([...this.#runners].map(([id, runner]) => [id, { ...runner.counters }]));
    this.#server.tell({ t: 'counters', devices });
    const now = this.#clock.now();
    this.#server.tell({
      t: 'report',
      shed: { ...this.#queue.shed },
      ...(this.#shedAt === undefined ? {} : { shedAt: this.#shedAt }),
      conditions: [...this.#conditions.values()].flatMap((one) => (one.untilMs > now ? [one.condition] : [])),
    });
  }

  /** Undefined: the spool can be written again. */
  #found(found: Condition | undefined): void {
    if (found === undefined) this.#conditions.delete('SPOOL_WRITE_FAILED');
    else {
      const lasts = found.code === 'SPOOL_WRITE_FAILED' ? Number.POSITIVE_INFINITY : this.#clock.now() + FOUND_MS;
      this.#conditions.set(found.code, { condition: found, untilMs: lasts });
    }
    this.#tellSoon();
  }
}

function doors(
  { config, token }: DeviceHostOptions,
  { server, desk, clock }: { server: HostServer; desk: PairingDesk; clock: Clock },
): Door[] {
  const { hostId, socketPath, listen } = config;
  const made: Door[] = [];
  if (socketPath !== undefined)
    made.push(new UnixListener(socketPath, (socket) => server.accept(socket, { kind: 'token', token })));
  if (listen !== undefined)
    made.push(
      new TlsListener({
        hostId,
        address: listen,
        desk,
        clock,
        onPeer: (socket, peerId) => server.accept(socket, { kind: 'peer', peerId }),
        onRevoked: (peerId) => server.drop(peerId),
      }),
    );
  return made;
}
