import type { Socket } from 'node:net';
import { type BackoffLimits, backoffMs } from '../backoff.ts';
import { systemClock } from '../clock.ts';
import { condition, type DeviceConditionCode } from '../conditions.ts';
import type { CommandResult, DeviceCommand } from '../contract/command.ts';
import type { Condition, DeviceEvent } from '../contract/event.ts';
import {
  type ClientMessage,
  COUNTERS_INTERVAL_MS,
  HOST_PROTOCOL,
  type HostDevice,
  type HostMessage,
  readEvent,
  readHostMessage,
} from '../contract/host-protocol.ts';
import type { DeviceCounters } from '../contract/metrics.ts';
import type { Clock } from '../contract/transport.ts';
import { type HostEndpoint, openEndpoint } from './endpoint.ts';
import { LineReader, parseJson } from './ndjson.ts';

const RECONNECT: BackoffLimits = { minMs: 20, baseMs: 100, maxMs: 3_000 };
const MAX_PENDING_COMMANDS = 64;
/** A connection that lasted this long, or brought something through, starts the back-off anew; one that only opened does not. */
const STEADY_MS = 10_000;
/** A host that says nothing for this long is gone, whatever the network believes. */
const SILENCE_MS = 5 * COUNTERS_INTERVAL_MS;

/** What a host says of itself. */
export type HostStatusReport = Omit<Extract<HostMessage, { t: 'report' }>, 't'>;

export interface HostClientOptions {
  readonly endpoint: HostEndpoint;
  /**
   * Make the event durable; resolve then. Events come one after the other, in order. A rejection means "not durable": the connection is
   * closed and the event comes again. The same `(bootId, eventSeq)` may come twice after a reconnect: dedupe by it. After an event of another boot, none of
   * the boot before comes any more.
   */
  readonly onEvent: (bootId: string, eventSeq: number, event: DeviceEvent) => Promise<void>;
  /** Told when the connection comes and goes, and when the reason why it is away changes. */
  readonly onConnection?: (connected: boolean, because?: Condition) => void;
  /** What the host runs; told with each connection, before `onConnection`. */
  readonly onDevices?: (devices: readonly HostDevice[]) => void;
  readonly onCounters?: (counters: Readonly<Record<string, DeviceCounters>>) => void;
  readonly onReport?: (report: HostStatusReport) => void;
  /** Something worth a log line that stops nothing. */
  readonly onNotice?: (notice: Condition) => void;
  readonly clock?: Clock;
  readonly random?: () => number;
}

interface Pending {
  settle(result: CommandResult): void;
  /** The command's line, as long as it was not sent. */
  unsent: string | undefined;
}

/** The agent's end of a host's connection: reconnects for ever, acknowledges what is durable, runs commands. */
export class HostClient {
  readonly #options: HostClientOptions;
  readonly #clock: Clock;
  readonly #random: () => number;
  #running = false;
  #socket: Socket | undefined;
  #welcomed = false;
  #attempt = 0;
  #retry: { cancel(): void } | undefined;
  #pending = new Map<string, Pending>();
  #nextId = 1;
  #because: Condition | undefined;
  #toldAway: string | undefined;
  #connectedMs = 0;
  /** The events of the present connection, one after the other. */
  #events: Promise<void> = Promise.resolve();

  constructor(options: HostClientOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
  }

  get connected(): boolean {
    return this.#welcomed;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#connect();
  }

  /** Resolves when no event is being handled any more. Do not await it inside `onEvent`. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#retry?.cancel();
    const socket = this.#socket;
    if (socket && !socket.closed) {
      await new Promise<void>((resolve) => {
        socket.once('close', () => resolve());
        socket.destroy();
      });
    }
    for (const pending of [...this.#pending.values()]) pending.settle(failed('HOST_UNREACHABLE'));
    await this.#events;
  }

  /** Never rejects. A command waits for the connection, but is not sent a second time: it may have acted. */
  command(command: DeviceCommand, timeoutMs: number): Promise<CommandResult> {
    if (!this.#running) return Promise.resolve(failed('HOST_UNREACHABLE'));
    if (this.#pending.size >= MAX_PENDING_COMMANDS) return Promise.resolve(failed('HOST_BUSY'));
    const id = String(this.#nextId);
    this.#nextId += 1;
    return new Promise((resolve) => {
      const timer = this.#clock.setTimeout(() => {
        pending.settle(failed(pending.unsent === undefined ? 'COMMAND_TIMEOUT' : 'HOST_UNREACHABLE'));
      }, timeoutMs);
      const pending: Pending = {
        unsent: line({ t: 'command', id, command }),
        settle: (result) => {
          timer.cancel();
          this.#pending.delete(id);
          resolve(result);
        },
      };
      this.#pending.set(id, pending);
      this.#sendUnsent();
    });
  }

  #connect(): void {
    this.#because = undefined;
    let socket: Socket | undefined;
    const fail = (because: Condition): void => {
      this.#because ??= because;
      socket?.destroy();
    };
    socket = openEndpoint(this.#options.endpoint, {
      opened: (token) => {
        const hello = { t: 'hello', minVersion: HOST_PROTOCOL.min, maxVersion: HOST_PROTOCOL.max } as const;
        socket?.write(line({ ...hello, ...(token === undefined ? {} : { token }) }));
      },
      failed: fail,
    });
    this.#socket = socket;
    if (!socket) {
      this.#because = condition('HOST_NOT_PAIRED');
      this.#closed();
      return;
    }
    const made = socket;
    const reader = new LineReader();
    made.setTimeout(SILENCE_MS, () => fail(condition('HOST_SILENT')));
    made.on('close', () => this.#closed());
    made.on('data', (chunk) => {
      for (const part of reader.push(chunk)) {
        if (made.destroyed) return;
        const received = readHostMessage(part.kind === 'line' ? parseJson(part.text) : undefined);
        if (received.kind === 'bad') fail(condition('HOST_BAD_LINE'));
        // What a newer host says beyond this version is left aside.
        else if (received.kind === 'message') this.#message(made, received.message, fail);
      }
    });
  }

  #message(socket: Socket, message: HostMessage, fail: (because: Condition) => void): void {
    const options = this.#options;
    switch (message.t) {
      case 'welcome':
        this.#welcome(message, fail);
        return;
      case 'refused':
        this.#because = { code: message.code, message: message.message, hint: message.hint };
        return;
      case 'event': {
        // The host's window bounds how many events can wait in this chain.
        const { bootId, eventSeq } = message;
        this.#events = this.#events.then(() => this.#event(socket, bootId, eventSeq, message.event));
        return;
      }
      case 'result':
        this.#attempt = 0;
        this.#pending.get(message.id)?.settle(message.result);
        return;
      case 'counters':
        options.onCounters?.(message.devices);
        return;
      case 'report':
        options.onReport?.({
          shed: message.shed,
          conditions: message.conditions,
          ...(message.shedAt === undefined ? {} : { shedAt: message.shedAt }),
        });
    }
  }

  #welcome(welcome: Extract<HostMessage, { t: 'welcome' }>, fail: (because: Condition) => void): void {
    const { endpoint } = this.#options;
    if (endpoint.kind === 'tls' && welcome.hostId !== endpoint.hostId) {
      fail(condition('HOST_ID_DIFFERS', welcome.hostId));
      return;
    }
    if (welcome.version < HOST_PROTOCOL.min || welcome.version > HOST_PROTOCOL.max) {
      fail(condition('HOST_WRONG_VERSION', `the host chose ${welcome.version}`));
      return;
    }
    this.#welcomed = true;
    this.#connectedMs = this.#clock.now();
    this.#toldAway = undefined;
    this.#options.onDevices?.(welcome.devices);
    this.#options.onConnection?.(true);
    this.#sendUnsent();
  }

  async #event(socket: Socket, bootId: string, eventSeq: number, value: unknown): Promise<void> {
    if (socket.destroyed) return;
    const event = readEvent(value);
    try {
      // One of a newer host could never be understood: it is acknowledged, so that those behind it come through.
      if (event === undefined) this.#options.onNotice?.(condition('HOST_EVENT_UNKNOWN', typeOf(value)));
      else await this.#options.onEvent(bootId, eventSeq, event);
      this.#attempt = 0;
      if (!socket.destroyed) socket.write(line({ t: 'ack', bootId, eventSeq }));
    } catch {
      // Not durable: without an acknowledgement the host sends it again after the reconnect.
      socket.destroy();
    }
  }

  #sendUnsent(): void {
    if (!this.connected) return;
    for (const pending of this.#pending.values()) {
      if (pending.unsent === undefined) continue;
      this.#socket?.write(pending.unsent);
      pending.unsent = undefined;
    }
  }

  #closed(): void {
    const wasConnected = this.connected;
    this.#welcomed = false;
    this.#socket = undefined;
    for (const pending of [...this.#pending.values()]) {
      if (pending.unsent === undefined) pending.settle(failed('HOST_CONNECTION_LOST'));
    }
    const because = this.#because ?? condition('HOST_UNREACHABLE');
    if (because.code !== this.#toldAway) {
      this.#toldAway = because.code;
      this.#options.onConnection?.(false, because);
    }
    if (!this.#running) return;
    if (wasConnected && this.#clock.now() - this.#connectedMs >= STEADY_MS) this.#attempt = 0;
    const delayMs = backoffMs(this.#attempt, RECONNECT, this.#random);
    this.#attempt += 1;
    this.#retry = this.#clock.setTimeout(() => this.#connect(), delayMs);
  }
}

function line(message: ClientMessage): string {
  return `${JSON.stringify(message)}\n`;
}

function failed(code: DeviceConditionCode): CommandResult {
  return { ok: false, ...condition(code) };
}

const typeOf = (value: unknown): string | undefined =>
  value !== null && typeof value === 'object' && 'type' in value ? String(value.type) : undefined;
