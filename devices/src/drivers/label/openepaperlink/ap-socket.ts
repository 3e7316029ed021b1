import WebSocket from 'ws';
import { backoffMs } from '../../../backoff.ts';
import type { Clock } from '../../../contract/transport.ts';

/** A page of tags is about 5 kB; more than this is no access point. */
const MAX_MESSAGE_BYTES = 262_144;

export interface ApSocketPorts {
  readonly url: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly quietMs: number;
  readonly backoff: { readonly minMs: number; readonly baseMs: number; readonly maxMs: number };
  onOpen(): void;
  onMessage(text: string): void;
  /** `quiet`: it was open and said nothing for too long. */
  onDown(reason: string, quiet: boolean): void;
}

/** The access point's WebSocket, opened again whenever it closes or falls quiet. */
export class ApSocket {
  readonly #ports: ApSocketPorts;
  #socket: WebSocket | undefined;
  #timer: { cancel(): void } | undefined;
  #attempt = 0;
  #running = false;

  constructor(ports: ApSocketPorts) {
    this.#ports = ports;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#connect();
  }

  stop(): void {
    this.#running = false;
    this.#timer?.cancel();
    this.#socket?.terminate();
    this.#socket = undefined;
  }

  #connect(): void {
    const socket = new WebSocket(this.#ports.url, {
      handshakeTimeout: this.#ports.quietMs,
      maxPayload: MAX_MESSAGE_BYTES,
    });
    this.#socket = socket;
    let reason = 'closed';
    socket.on('open', () => {
      this.#attempt = 0;
      this.#watch(socket);
      this.#ports.onOpen();
    });
    socket.on('message', (data, isBinary) => {
      this.#watch(socket);
      if (!isBinary && this.#socket === socket) this.#ports.onMessage(String(data));
    });
    socket.on('error', (error) => {
      reason = error.message;
    });
    socket.on('close', () => this.#down(socket, reason, false));
  }

  #watch(socket: WebSocket): void {
    if (this.#socket !== socket) return;
    this.#timer?.cancel();
    this.#timer = this.#ports.clock.setTimeout(() => {
      this.#down(socket, 'quiet', true);
      socket.terminate();
    }, this.#ports.quietMs);
  }

  #down(socket: WebSocket, reason: string, quiet: boolean): void {
    if (this.#socket !== socket || !this.#running) return;
    this.#socket = undefined;
    this.#timer?.cancel();
    const delayMs = backoffMs(this.#attempt, this.#ports.backoff, this.#ports.random);
    this.#attempt += 1;
    this.#timer = this.#ports.clock.setTimeout(() => this.#connect(), delayMs);
    this.#ports.onDown(reason, quiet);
  }
}
