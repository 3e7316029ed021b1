import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { wakeTopic } from '@tillside/protocol';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import type { Logger } from 'pino';
import { listening } from '../listening.ts';

export const WAKE_LIMITS = {
  /** Sockets, signed in or not. */
  maxConnections: 10_000,
  /** A connection that does not sign in within this time is closed. */
  connectTimeoutMs: 10_000,
  /** A store that does not read is dropped instead of being waited for. */
  drainTimeoutMs: 5_000,
  maxTopicLevels: 8,
  maxClientIdChars: 64,
  /** After this long at stop, sockets are closed without a goodbye. */
  closeTimeoutMs: 2_000,
} as const;

const BAD_USER_OR_PASSWORD = 4;

export interface WakeBroker {
  start(): Promise<void>;
  stop(): Promise<void>;
  port(): number;
  connected(): number;
  /** Tells a store that something newer is there; resolves when the broker has taken it, heard or not. */
  publishWake(store: string, version: number): Promise<void>;
  /** Closes the connections made with this credential. */
  drop(credentialId: string): void;
  /** The credentials that are connected. */
  credentials(): string[];
}

export interface WakeOptions {
  readonly host: string;
  readonly port: number;
  readonly log: Logger;
  /** The credential's id when `credential` is this store's, else null. */
  readonly authenticate: (store: string, credential: string) => Promise<string | null>;
}

function refusal(): AuthenticateError {
  return Object.assign(new Error('store or credential refused'), { returnCode: BAD_USER_OR_PASSWORD });
}

/**
 * The embedded MQTT 3.1.1 broker. A store signs in with its id and credential, may subscribe to its own wake topic and publish nothing.
 * Losing every message costs one poll interval: state travels by HTTPS only.
 */
export function createWakeBroker({ host, port, log, authenticate }: WakeOptions): WakeBroker {
  const credentials = new Map<Client, { store: string; credentialId: string }>();
  const sockets = new Set<Socket>();
  let broker: Aedes | undefined;
  let server: Server | undefined;

  const build = async (): Promise<Aedes> => {
    const made = await Aedes.createBroker({
      connectTimeout: WAKE_LIMITS.connectTimeoutMs,
      drainTimeout: WAKE_LIMITS.drainTimeoutMs,
      maxTopicLevels: WAKE_LIMITS.maxTopicLevels,
      maxClientsIdLength: WAKE_LIMITS.maxClientIdChars,
      authenticate: (client, username, password, done) => {
        const store = username ?? '';
        // The id is checked too: the broker closes an older connection with the same id, which would let one store throw out another.
        const ownId = client.id === store || client.id.startsWith(`${store}:`);
        authenticate(store, password?.toString('utf8') ?? '').then(
          (credentialId) => {
            if (credentialId === null || !ownId) return done(refusal(), false);
            credentials.set(client, { store, credentialId });
            done(null, true);
          },
          () => done(refusal(), false),
        );
      },
      authorizeSubscribe: (client, subscription, done) => {
        const own = credentials.get(client);
        done(null, own !== undefined && subscription.topic === wakeTopic(own.store) ? subscription : null);
      },
      authorizePublish: (_client, _packet, done) => done(new Error('stores publish nothing here')),
    });
    made.on('clientDisconnect', (client) => credentials.delete(client));
    made.on('clientError', (client, error) =>
      log.debug({ store: credentials.get(client)?.store, reason: error.message }, 'mqtt client error'),
    );
    made.on('connectionError', (_client, error) => log.debug({ reason: error.message }, 'mqtt connection refused'));
    return made;
  };

  return {
    start: async () => {
      const made = await build();
      broker = made;
      server = createServer((socket) => {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
        made.handle(socket);
      });
      server.maxConnections = WAKE_LIMITS.maxConnections;
      await listening(server, host, port);
    },
    stop: async () => {
      const [closingServer, closingBroker] = [server, broker];
      server = undefined;
      broker = undefined;
      const hurry = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, WAKE_LIMITS.closeTimeoutMs);
      const closed = new Promise<void>((resolve) => (closingServer ? closingServer.close(() => resolve()) : resolve()));
      await new Promise<void>((resolve) => (closingBroker ? closingBroker.close(() => resolve()) : resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
      clearTimeout(hurry);
    },
    port: () => (server?.address() as AddressInfo | null | undefined)?.port ?? port,
    connected: () => credentials.size,
    publishWake: (store, version) =>
      new Promise((resolve) => {
        if (broker === undefined) return resolve();
        const payload = Buffer.from(JSON.stringify({ version }));
        broker.publish(
          { cmd: 'publish', topic: wakeTopic(store), payload, qos: 0, dup: false, retain: false },
          (error) => {
            if (error)
              log.warn(
                { store, reason: error.message },
                'wake-up not sent; the store will see the change at its next poll',
              );
            resolve();
          },
        );
      }),
    credentials: () => [...credentials.values()].map(({ credentialId }) => credentialId),
    drop: (credentialId) => {
      for (const [client, held] of credentials) if (held.credentialId === credentialId) client.close();
    },
  };
}
