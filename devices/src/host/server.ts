import { timingSafeEqual } from 'node:crypto';
import { chmod, unlink } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { condition, type DeviceConditionCode, DeviceError } from '../conditions.ts';
import type { CommandResult, DeviceCommand } from '../contract/command.ts';
import { ClientMessage, EVENT_WINDOW, HOST_PROTOCOL_VERSION, type HostMessage } from '../contract/host-protocol.ts';
import type { Clock } from '../contract/transport.ts';
import type { EventQueue } from './event-queue.ts';
import { LineReader, parseJson } from './ndjson.ts';
import { checkSocketPath } from './socket-path.ts';

const HELLO_TIMEOUT_MS = 5_000;
/** Clients that have not said hello yet. */
const MAX_STRANGERS = 16;
/** A client that reads no answers is cut off; its events stay queued. */
const MAX_UNREAD_BYTES = 8 * 1_048_576;

export interface ServerPorts {
  readonly hostId: string;
  readonly bootId: string;
  readonly socketPath: string;
  readonly token: string;
  readonly clock: Clock;
  readonly queue: EventQueue;
  command(command: DeviceCommand): Promise<CommandResult>;
  /** A client was let in; all up to `ackedSeq` was acknowledged, perhaps by an earlier one. */
  welcomed(ackedSeq: number): void;
}

interface Client {
  readonly socket: Socket;
  /** Highest event sequence number written to this client. */
  sentSeq: number;
  blocked: boolean;
}

/** The host's socket: one authenticated client at a time; a newer one takes over. */
export class HostServer {
  readonly #ports: ServerPorts;
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();
  #client: Client | undefined;
  #ackedSeq = 0;

  constructor(ports: ServerPorts) {
    this.#ports = ports;
  }

  async start(): Promise<void> {
    const { socketPath } = this.#ports;
    checkSocketPath(socketPath);
    await removeStaleSocket(socketPath);
    const server = createServer((socket) => this.#welcome(socket));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(socketPath, resolve);
    });
    await chmod(socketPath, 0o600);
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** Send what is queued, as far as window and socket allow. */
  pump(): void {
    const client = this.#client;
    if (!client || client.blocked) return;
    const room = EVENT_WINDOW - Math.max(0, client.sentSeq - this.#ackedSeq);
    if (room <= 0) return;
    for (const { eventSeq, json } of this.#ports.queue.after(client.sentSeq, room)) {
      client.sentSeq = eventSeq;
      if (!client.socket.write(`{"t":"event","eventSeq":${eventSeq},"event":${json}}\n`)) {
        client.blocked = true;
        return;
      }
    }
  }

  #welcome(socket: Socket): void {
    if (this.#sockets.size >= MAX_STRANGERS) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    const reader = new LineReader();
    const helloTimer = this.#ports.clock.setTimeout(() => refuse(socket, 'HOST_NO_HELLO', true), HELLO_TIMEOUT_MS);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      helloTimer.cancel();
      this.#sockets.delete(socket);
      if (this.#client?.socket === socket) this.#client = undefined;
    });
    socket.on('drain', () => {
      if (this.#client?.socket !== socket) return;
      this.#client.blocked = false;
      this.pump();
    });
    socket.on('data', (chunk) => {
      for (const line of reader.push(chunk)) {
        if (socket.destroyed || socket.writableEnded) return;
        if (line.kind === 'too-long') refuse(socket, 'HOST_LINE_TOO_LONG', this.#client?.socket !== socket);
        else this.#line(socket, line.text, () => helloTimer.cancel());
      }
    });
  }

  #line(socket: Socket, text: string, greeted: () => void): void {
    const known = this.#client?.socket === socket;
    const message = ClientMessage.safeParse(parseJson(text));
    if (!message.success) refuse(socket, 'HOST_BAD_LINE', !known);
    else if (message.data.t === 'hello') this.#hello(socket, message.data, greeted);
    else if (!known) refuse(socket, 'HOST_NO_HELLO', true);
    else if (message.data.t === 'ack') this.#ack(message.data);
    else void this.#command(socket, message.data.id, message.data.command);
  }

  #hello(socket: Socket, hello: { version: number; token: string }, greeted: () => void): void {
    const trusted = sameSecret(hello.token, this.#ports.token);
    if (!trusted || hello.version !== HOST_PROTOCOL_VERSION) {
      refuse(socket, trusted ? 'HOST_WRONG_VERSION' : 'HOST_WRONG_TOKEN', true);
      return;
    }
    greeted();
    const former = this.#client;
    if (former && former.socket !== socket) refuse(former.socket, 'HOST_REPLACED', true);
    const { hostId, bootId } = this.#ports;
    send(socket, { t: 'welcome', version: HOST_PROTOCOL_VERSION, hostId, bootId });
    // Everything not acknowledged is sent again.
    this.#client = { socket, sentSeq: this.#ackedSeq, blocked: false };
    this.#ports.welcomed(this.#ackedSeq);
    this.pump();
  }

  /** An acknowledgement from another boot is about other events and is left aside. */
  #ack(ack: { bootId: string; eventSeq: number }): void {
    if (ack.bootId !== this.#ports.bootId) return;
    this.#ackedSeq = Math.max(this.#ackedSeq, Math.min(ack.eventSeq, this.#client?.sentSeq ?? 0));
    this.#ports.queue.ack(this.#ackedSeq);
    this.pump();
  }

  async #command(socket: Socket, id: string, command: DeviceCommand): Promise<void> {
    const result = await this.#ports.command(command);
    if (!socket.destroyed) send(socket, { t: 'result', id, result });
  }
}

function send(socket: Socket, message: HostMessage): void {
  if (socket.writableLength > MAX_UNREAD_BYTES) socket.destroy();
  else socket.write(`${JSON.stringify(message)}\n`);
}

function refuse(socket: Socket, code: DeviceConditionCode, andClose: boolean): void {
  if (socket.destroyed || socket.writableEnded) return;
  send(socket, { t: 'refused', code, message: condition(code).message });
  if (andClose) socket.end();
}

function sameSecret(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

/** A killed host leaves its socket file behind. It is removed only when nobody listens. */
async function removeStaleSocket(path: string): Promise<void> {
  const answered = await new Promise<boolean>((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
  if (answered) throw new DeviceError('HOST_ALREADY_RUNNING', path);
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}
