import { connect, type Socket } from 'node:net';
import { type BackoffLimits, backoffMs } from '../backoff.ts';
import { systemClock } from '../clock.ts';
import { condition, type DeviceConditionCode } from '../conditions.ts';
import type { CommandResult, DeviceCommand } from '../contract/command.ts';
import type { Condition, DeviceEvent } from '../contract/event.ts';
import { type ClientMessage, HOST_PROTOCOL_VERSION, HostMessage } from '../contract/host-protocol.ts';
import type { Clock } from '../contract/transport.ts';
import { LineReader, parseJson } from './ndjson.ts';

const RECONNECT: BackoffLimits = { minMs: 20, baseMs: 100, maxMs: 3_000 };
const MAX_PENDING_COMMANDS = 64;
/** A connection that lasted this long, or brought something through, starts the back-off anew; one that only opened does not. */
const STEADY_MS = 10_000;

export interface HostClientOptions {
  readonly socketPath: string;
  readonly token: string;
  /**
   * Make the event durable; resolve then. Events come one after the other, in order. A rejection means "not durable": the connection is
   * closed and the event comes again. The same `(bootId, eventSeq)` may come twice after a reconnect: dedupe by it.
   */
  readonly onEvent: (bootId: string, eventSeq: number, event: DeviceEvent) => Promise<void>;
  /** Told when the connection comes and goes, with the reason why it went. */
  readonly onConnection?: (connected: boolean, because?: Condition) => void;
  readonly clock?: Clock;
  readonly random?: () => number;
}

interface Pending {
  settle(result: CommandResult): void;
  /** The command's line, as long as it was not sent. */
  unsent: string | undefined;
}

/** The agent's end of the host socket: reconnects for ever, acknowledges what is durable, runs commands. */
export class HostClient {
  readonly #options: HostClientOptions;
  readonly #clock: Clock;
  readonly #random: () => number;
  #running = false;
  #socket: Socket | undefined;
  #bootId: string | undefined;
  #attempt = 0;
  #retry: { cancel(): void } | undefined;
  #pending = new Map<string, Pending>();
  #nextId = 1;
  #refusal: Condition | undefined;
  #connectedMs = 0;
  /** The events of the present connection, one after the other. */
  #events: Promise<void> = Promise.resolve();

  constructor(options: HostClientOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
  }

  get connected(): boolean {
    return this.#bootId !== undefined;
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
    if (socket && !socket.destroyed) {
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
    const socket = connect(this.#options.socketPath);
    const reader = new LineReader();
    this.#socket = socket;
    this.#refusal = undefined;
    socket.on('connect', () =>
      socket.write(line({ t: 'hello', version: HOST_PROTOCOL_VERSION, token: this.#options.token })),
    );
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#closed());
    socket.on('data', (chunk) => {
      for (const part of reader.push(chunk)) {
        const message = HostMessage.safeParse(part.kind === 'line' ? parseJson(part.text) : undefined);
        if (!message.success) {
          this.#refusal = condition('HOST_BAD_LINE');
          socket.destroy();
          return;
        }
        // The host's window bounds how many events can wait in this chain.
        if (message.data.t === 'event') {
          const { eventSeq, event } = message.data;
          this.#events = this.#events.then(() => this.#event(socket, eventSeq, event));
        } else this.#message(message.data);
      }
    });
  }

  #message(message: Exclude<HostMessage, { t: 'event' }>): void {
    if (message.t === 'result') {
      this.#attempt = 0;
      this.#pending.get(message.id)?.settle(message.result);
    } else if (message.t === 'refused') {
      this.#refusal = { code: message.code, message: message.message, hint: 'See the device host log.' };
    } else {
      this.#bootId = message.bootId;
      this.#connectedMs = this.#clock.now();
      this.#options.onConnection?.(true);
      this.#sendUnsent();
    }
  }

  async #event(socket: Socket, eventSeq: number, event: DeviceEvent): Promise<void> {
    const bootId = this.#bootId;
    if (socket.destroyed || bootId === undefined) return;
    try {
      await this.#options.onEvent(bootId, eventSeq, event);
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
    this.#bootId = undefined;
    this.#socket = undefined;
    for (const pending of [...this.#pending.values()]) {
      if (pending.unsent === undefined) pending.settle(failed('HOST_CONNECTION_LOST'));
    }
    if (wasConnected || this.#refusal) {
      this.#options.onConnection?.(false, this.#refusal ?? condition('HOST_UNREACHABLE'));
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
