import type { AnyDeviceDefinition, DeviceCatalog } from '../catalog.ts';
import { condition, conditionOf, type DeviceConditionCode, DeviceError } from '../conditions.ts';
import type { CommandResult, DeviceCommand } from '../contract/command.ts';
import type { DeviceConfig } from '../contract/config.ts';
import type { DeviceSession, DriverContext } from '../contract/definition.ts';
import { type Condition, DeviceEvent } from '../contract/event.ts';
import { MAX_LINE_BYTES } from '../contract/host-protocol.ts';
import { type DeviceCounters, newCounters } from '../contract/metrics.ts';
import type { ByteTransport, Clock } from '../contract/transport.ts';
import { withTimeout } from './guard.ts';

export interface RunnerLimits {
  readonly startTimeoutMs: number;
  readonly stopTimeoutMs: number;
  /** For commands that name no time of their own; added to those that do. */
  readonly commandTimeoutMs: number;
}

export const RUNNER_LIMITS: RunnerLimits = { startTimeoutMs: 15_000, stopTimeoutMs: 3_000, commandTimeoutMs: 10_000 };
const MAX_RUNNING_COMMANDS = 32;
/** Room is left for the message around the event. */
const MAX_EVENT_BYTES = MAX_LINE_BYTES - 1_024;

export interface RunnerPorts {
  readonly catalog: DeviceCatalog;
  readonly clock: Clock;
  readonly random: () => number;
  readonly limits: RunnerLimits;
  /** The byte pipe that a device's connection names; the host knows all its devices, since two may share a line. */
  openTransport(device: DeviceConfig): ByteTransport;
  emit(event: DeviceEvent): void;
  /** The last error of a device changed. */
  erred(): void;
}

/** One device of the host, fenced: whatever its driver throws or leaves hanging becomes a `state` event or a result, and ends here. */
export class DeviceRunner {
  readonly config: DeviceConfig;
  readonly counters: DeviceCounters = newCounters();
  readonly #ports: RunnerPorts;
  #definition: AnyDeviceDefinition | undefined;
  #session: DeviceSession | undefined;
  #failure: Condition | undefined;
  #runningCommands = 0;
  #stopped = false;

  constructor(config: DeviceConfig, ports: RunnerPorts) {
    this.config = config;
    this.#ports = ports;
  }

  async start(): Promise<void> {
    const { clock, limits } = this.#ports;
    try {
      const session = this.#create();
      this.#session = session;
      await withTimeout(
        clock,
        limits.startTimeoutMs,
        () => session.start(),
        () => this.#state('faulty', condition('DEVICE_START_TIMEOUT')),
      );
    } catch (error) {
      this.#failure = conditionOf(error, 'DRIVER_EXCEPTION');
      this.#state('faulty', this.#failure);
    }
  }

  async stop(): Promise<void> {
    const session = this.#session;
    if (session) {
      const { clock, limits } = this.#ports;
      // A driver that can't stop is left behind: the process ends soon after.
      await withTimeout(
        clock,
        limits.stopTimeoutMs,
        () => session.stop(),
        () => undefined,
      ).catch(() => undefined);
    }
    this.#stopped = true;
  }

  async command(command: DeviceCommand): Promise<CommandResult> {
    const result = await this.#command(command);
    if (!result.ok) {
      this.counters.failedCommands += 1;
      this.#erred(result.code, this.#base().at);
    }
    return result;
  }

  async #command(command: DeviceCommand): Promise<CommandResult> {
    const session = this.#session;
    if (this.#stopped) return failed('DEVICE_STOPPED');
    if (!session || !this.#definition) return { ok: false, ...(this.#failure ?? condition('DEVICE_OFFLINE')) };
    if (!this.#definition.commands.includes(command.type)) return failed('COMMAND_UNSUPPORTED');
    if (this.#runningCommands >= MAX_RUNNING_COMMANDS) return failed('DEVICE_BUSY');
    const { clock, limits } = this.#ports;
    const timeoutMs = limits.commandTimeoutMs + ('timeoutMs' in command ? command.timeoutMs : 0);
    this.#runningCommands += 1;
    try {
      return await withTimeout(
        clock,
        timeoutMs,
        () => session.command(command),
        () => failed('COMMAND_TIMEOUT'),
      );
    } catch (error) {
      return { ok: false, ...conditionOf(error, 'DRIVER_EXCEPTION') };
    } finally {
      this.#runningCommands -= 1;
    }
  }

  #create(): DeviceSession {
    const { config } = this;
    const { catalog, clock, random } = this.#ports;
    const definition = Object.hasOwn(catalog, config.model) ? catalog[config.model] : undefined;
    if (!definition) throw new DeviceError('MODEL_UNKNOWN', config.model);
    if (!definition.connections.includes(config.connection.kind)) {
      throw new DeviceError('CONNECTION_UNSUPPORTED', `${config.model} over ${config.connection.kind}`);
    }
    const options = definition.options.safeParse(config.options);
    if (!options.success) {
      const issues = options.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
      throw new DeviceError('OPTIONS_INVALID', issues.join('; '));
    }
    this.#definition = definition;
    const context: DriverContext<unknown> = {
      config,
      options: options.data,
      clock,
      counters: this.counters,
      serialDefaults: definition.serialDefaults,
      random,
      emit: (event) => this.#emit(event),
      openTransport: () => this.#ports.openTransport(config),
    };
    // The options were just checked by this definition's own schema: its type is theirs.
    return definition.createSession(context as DriverContext<never>);
  }

  /** A driver's event is held against the contract here, so that the client can trust every line. */
  #emit(event: DeviceEvent): void {
    if (this.#stopped) return;
    const parsed = DeviceEvent.safeParse(event);
    if (parsed.success && Buffer.byteLength(JSON.stringify(parsed.data)) <= MAX_EVENT_BYTES) {
      this.#tell(parsed.data);
      return;
    }
    const detail = parsed.success ? 'too large' : parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
    this.#tell({ ...this.#base(), type: 'reject', condition: condition('EVENT_INVALID', detail), byteCount: 0 });
  }

  #state(state: 'faulty', because: Condition): void {
    this.#tell({ ...this.#base(), type: 'state', state, condition: because });
  }

  #tell(event: DeviceEvent): void {
    this.counters.events += 1;
    if ('condition' in event && event.condition) this.#erred(event.condition.code, event.at);
    this.#ports.emit(event);
  }

  #erred(code: string, at: string): void {
    this.counters.lastErrorCode = code;
    this.counters.lastErrorAt = at;
    this.#ports.erred();
  }

  #base(): { deviceId: string; at: string } {
    return { deviceId: this.config.id, at: new Date(this.#ports.clock.now()).toISOString() };
  }
}

function failed(code: DeviceConditionCode): CommandResult {
  return { ok: false, ...condition(code) };
}
