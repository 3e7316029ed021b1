import { timingSafeEqual } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { condition, type DeviceConditionCode } from '../conditions.ts';
import { type CommandResult, DeviceCommand } from '../contract/command.ts';
import {
  type ClientMessage,
  commonVersion,
  EVENT_WINDOW,
  HOST_PROTOCOL,
  type HostDevice,
  type HostMessage,
  readClientMessage,
} from '../contract/host-protocol.ts';
import type { Clock } from '../contract/transport.ts';
import type { EventQueue } from './event-queue.ts';
import { LineReader, parseJson } from './ndjson.ts';
import type { Spool } from './spool.ts';

const HELLO_TIMEOUT_MS = 5_000;
/** Clients that have not said hello yet. */
const MAX_STRANGERS = 16;
/** A client that reads no answers is cut off; its events stay queued. */
const MAX_UNREAD_BYTES = 8 * 1_048_576;

/** How a connection was let in: it will name the token in its hello, or it proved the key of a peer while it was made. */
export type Trust =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'peer'; readonly peerId: string };

export interface ServerPorts {
  readonly hostId: string;
  readonly bootId: string;
  readonly devices: readonly HostDevice[];
  readonly clock: Clock;
  readonly queue: EventQueue;
  readonly spool: Spool;
  command(command: DeviceCommand): Promise<CommandResult>;
  /** A client was let in. */
  welcomed(): void;
  /** A peer gave its key back. */
  unpair(peerId: string): void;
}

interface Client {
  readonly socket: Duplex;
  readonly trust: Trust;
  /** Place in the queue of the last event written to this client. */
  sentOrder: number;
  blocked: boolean;
}

/** The host's end of every connection, however it was made: one authenticated client at a time; a newer one takes over. */
export class HostServer {
  readonly #ports: ServerPorts;
  readonly #sockets = new Map<Duplex, Trust>();
  #client: Client | undefined;
  /** Events of a later boot wait until the acknowledgement of the earlier is on the disk. */
  #settling = false;

  constructor(ports: ServerPorts) {
    this.#ports = ports;
  }

  stop(): void {
    for (const socket of this.#sockets.keys()) socket.destroy();
  }

  /** Send what is queued, as far as window, socket and spool allow. */
  pump(): void {
    const client = this.#client;
    if (!client || client.blocked || this.#settling) return;
    const { queue, spool } = this.#ports;
    const room = EVENT_WINDOW - queue.countUpTo(client.sentOrder);
    if (room <= 0) return;
    const sendable = spool.sendableOrder;
    for (const { order, bootId, eventSeq, json } of queue.after(client.sentOrder, room)) {
      if (order > sendable) return;
      client.sentOrder = order;
      if (!client.socket.write(`{"t":"event","bootId":"${bootId}","eventSeq":${eventSeq},"event":${json}}\n`)) {
        client.blocked = true;
        return;
      }
    }
  }

  /** To the client, if there is one that keeps up; otherwise it is not sent. */
  tell(message: HostMessage): void {
    if (this.#client && !this.#client.blocked) send(this.#client.socket, message);
  }

  /** Ends the connections of a peer that is no longer paired. */
  drop(peerId: string): void {
    for (const [socket, trust] of this.#sockets)
      if (trust.kind === 'peer' && trust.peerId === peerId) refuse(socket, 'HOST_UNPAIRED', true);
  }

  /** A connection that was just made. */
  accept(socket: Duplex, trust: Trust): void {
    if (this.#sockets.size >= MAX_STRANGERS) {
      socket.destroy();
      return;
    }
    this.#sockets.set(socket, trust);
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
    socket.on('data', (chunk: Buffer) => {
      for (const line of reader.push(chunk)) {
        if (socket.destroyed || socket.writableEnded) return;
        if (line.kind === 'too-long') refuse(socket, 'HOST_LINE_TOO_LONG', this.#client?.socket !== socket);
        else this.#line(socket, trust, line.text, () => helloTimer.cancel());
      }
    });
  }

  #line(socket: Duplex, trust: Trust, text: string, greeted: () => void): void {
    const known = this.#client?.socket === socket;
    const received = readClientMessage(parseJson(text));
    if (received.kind === 'bad') {
      refuse(socket, 'HOST_BAD_LINE', !known);
      return;
    }
    if (received.kind === 'unknown') {
      // What a newer client says beyond this version is left aside, but not in place of a hello.
      if (!known) refuse(socket, 'HOST_NO_HELLO', true);
      return;
    }
    const { message } = received;
    if (message.t === 'hello') this.#hello(socket, trust, message, greeted);
    else if (message.t === 'unpair' && trust.kind === 'peer') this.#ports.unpair(trust.peerId);
    else if (!known) refuse(socket, 'HOST_NO_HELLO', true);
    else if (message.t === 'ack') void this.#ack(message);
    else if (message.t === 'command') void this.#command(socket, message);
    else refuse(socket, 'HOST_BAD_LINE', false);
  }

  #hello(socket: Duplex, trust: Trust, hello: Extract<ClientMessage, { t: 'hello' }>, greeted: () => void): void {
    if (trust.kind === 'token' && !sameSecret(hello.token ?? '', trust.token)) {
      refuse(socket, 'HOST_WRONG_TOKEN', true);
      return;
    }
    const version = commonVersion(HOST_PROTOCOL, { min: hello.minVersion, max: hello.maxVersion });
    if (version === undefined) {
      const ours = `${HOST_PROTOCOL.min} to ${HOST_PROTOCOL.max}`;
      refuse(socket, 'HOST_WRONG_VERSION', true, `${hello.minVersion} to ${hello.maxVersion}, the host: ${ours}`);
      return;
    }
    greeted();
    const former = this.#client;
    if (former && former.socket !== socket) refuse(former.socket, 'HOST_REPLACED', true);
    const { hostId, bootId, devices } = this.#ports;
    send(socket, { t: 'welcome', version, hostId, bootId, devices: [...devices] });
    // Everything not acknowledged is sent again.
    this.#client = { socket, trust, sentOrder: 0, blocked: false };
    this.#ports.welcomed();
    this.pump();
  }

  async #ack({ bootId, eventSeq }: { bootId: string; eventSeq: number }): Promise<void> {
    const { queue, spool } = this.#ports;
    const { sendingBootId } = queue;
    if (!queue.ack(bootId, eventSeq, this.#client?.sentOrder ?? 0)) return;
    spool.ack(bootId, eventSeq);
    if (sendingBootId !== this.#ports.bootId && queue.sendingBootId !== sendingBootId) {
      this.#settling = true;
      await spool.settle();
      this.#settling = false;
    }
    this.pump();
  }

  async #command(socket: Duplex, message: { id: string; command?: unknown }): Promise<void> {
    const command = DeviceCommand.safeParse(message.command);
    const result = command.success
      ? await this.#ports.command(command.data)
      : ({ ok: false, ...condition('COMMAND_UNSUPPORTED', 'not a command of this version') } as const);
    if (!socket.destroyed) send(socket, { t: 'result', id: message.id, result });
  }
}

function send(socket: Duplex, message: HostMessage): void {
  if (socket.destroyed || socket.writableEnded) return;
  if (socket.writableLength > MAX_UNREAD_BYTES) socket.destroy();
  else socket.write(`${JSON.stringify(message)}\n`);
}

function refuse(socket: Duplex, code: DeviceConditionCode, andClose: boolean, detail?: string): void {
  send(socket, { t: 'refused', ...condition(code, detail) });
  if (andClose) socket.end();
}

function sameSecret(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}
