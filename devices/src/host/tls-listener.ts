import { createServer, type Server, type TLSSocket } from 'node:tls';
import { condition, type DeviceConditionCode, DeviceError } from '../conditions.ts';
import type { Clock } from '../contract/transport.ts';
import { LineReader, parseJson } from './ndjson.ts';
import type { Grant, PairingDesk } from './pairing/desk.ts';
import {
  MAX_PAIRING_LINE_BYTES,
  PAIRING_TIMEOUT_MS,
  type PairingAnswer,
  PairingAsk,
  PairingKept,
} from './pairing/messages.ts';
import { PAIRING_IDENTITY, PEER_PREFIX, PSK_SUITE, PSK_TLS } from './pairing/psk.ts';

const HANDSHAKE_TIMEOUT_MS = 5_000;
const KEEP_ALIVE_MS = 10_000;
const MAX_CONNECTIONS = 32;
/** The command line may revoke the agent beside us; it is seen within this time. */
const WATCH_INTERVAL_MS = 500;

export interface TlsListenerPorts {
  readonly hostId: string;
  readonly address: { readonly host: string; readonly port: number };
  readonly desk: PairingDesk;
  readonly clock: Clock;
  /** A peer that proved its key. */
  onPeer(socket: TLSSocket, peerId: string): void;
  /** This peer is no longer paired. */
  onRevoked(peerId: string): void;
}

/** The host's door for other machines: TLS with keys that were exchanged by a one-time code, nothing else. */
export class TlsListener {
  readonly #ports: TlsListenerPorts;
  readonly #identities = new WeakMap<TLSSocket, string>();
  readonly #pairing = new Set<TLSSocket>();
  #server: Server | undefined;
  #peerId: string | undefined;
  #watching: { cancel(): void } | undefined;

  constructor(ports: TlsListenerPorts) {
    this.#ports = ports;
  }

  /** Throws LISTEN_PORT_IN_USE, LISTEN_FAILED. */
  async start(): Promise<void> {
    const { desk, address } = this.#ports;
    const server = createServer(
      {
        ...PSK_TLS,
        handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
        noDelay: true,
        keepAlive: true,
        keepAliveInitialDelay: KEEP_ALIVE_MS,
        pskCallback: (socket, identity) => {
          this.#identities.set(socket, identity);
          return desk.keyOf(identity);
        },
      },
      (socket) => this.#made(socket),
    );
    server.maxConnections = MAX_CONNECTIONS;
    server.on('tlsClientError', (_error, socket) => {
      if (this.#identities.get(socket) === PAIRING_IDENTITY) desk.miss();
      socket.destroy();
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        const code = error.code === 'EADDRINUSE' ? 'LISTEN_PORT_IN_USE' : 'LISTEN_FAILED';
        reject(new DeviceError(code, `${address.host}:${address.port}`, error));
      });
      server.listen(address.port, address.host, resolve);
    });
    this.#server = server;
    this.#peerId = desk.peerId;
    this.#watch();
  }

  /** Connections of peers are the server's to end. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    this.#watching?.cancel();
    for (const socket of this.#pairing) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #watch(): void {
    this.#watching = this.#ports.clock.setTimeout(() => {
      this.#look();
      this.#watch();
    }, WATCH_INTERVAL_MS);
  }

  /** A peer that is no longer in the file is shown out. */
  #look(): void {
    const former = this.#peerId;
    this.#peerId = this.#ports.desk.peerId;
    if (former !== undefined && former !== this.#peerId) this.#ports.onRevoked(former);
  }

  #made(socket: TLSSocket): void {
    socket.on('error', () => socket.destroy());
    const identity = this.#identities.get(socket) ?? '';
    if (socket.getCipher().name !== PSK_SUITE) socket.destroy();
    else if (identity === PAIRING_IDENTITY) this.#pair(socket);
    else if (identity.startsWith(PEER_PREFIX)) this.#ports.onPeer(socket, identity.slice(PEER_PREFIX.length));
    else socket.destroy();
  }

  /** Whoever is here knew the code. */
  #pair(socket: TLSSocket): void {
    const { desk, hostId, clock } = this.#ports;
    const reader = new LineReader(MAX_PAIRING_LINE_BYTES);
    const say = (answer: PairingAnswer): void => {
      socket.write(`${JSON.stringify(answer)}\n`);
    };
    const refuse = (code: DeviceConditionCode): void => {
      say({ t: 'refused', ...condition(code) });
      socket.end();
    };
    let granted: { grant: Grant; name: string } | undefined;
    const timer = clock.setTimeout(() => socket.destroy(), PAIRING_TIMEOUT_MS);
    this.#pairing.add(socket);
    socket.on('close', () => {
      timer.cancel();
      this.#pairing.delete(socket);
    });
    socket.on('data', (chunk: Buffer) => {
      for (const line of reader.push(chunk)) {
        if (socket.destroyed || socket.writableEnded) return;
        const value = line.kind === 'line' ? parseJson(line.text) : undefined;
        const ask = PairingAsk.safeParse(value);
        if (ask.success && granted === undefined) {
          const grant = desk.grant();
          if (typeof grant === 'string') return refuse(grant);
          granted = { grant, name: ask.data.name };
          say({ t: 'grant', hostId, peerId: grant.peerId, key: grant.key.toString('base64url') });
        } else if (PairingKept.safeParse(value).success && granted !== undefined) {
          desk.keep(granted.grant, granted.name);
          this.#look();
          say({ t: 'done' });
          socket.end();
        } else return refuse('HOST_BAD_LINE');
      }
    });
  }
}
