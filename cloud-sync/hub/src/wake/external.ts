import { readFileSync } from 'node:fs';
import { wakeTopic } from '@tillside/protocol';
import { connect, type MqttClient } from 'mqtt';
import type { Logger } from 'pino';
import type { HubConfig } from '../config.ts';
import { HubFault } from '../fault.ts';

export const EXTERNAL_LIMITS = {
  connectTimeoutMs: 10_000,
  /** Between two attempts to reach the broker; wake-ups meanwhile are lost, and the stores poll. */
  retryMs: 2_000,
  closeTimeoutMs: 2_000,
} as const;

type External = NonNullable<HubConfig['mqtt']['external']>;

export interface ExternalBroker {
  /** Begins to connect and does not wait for it: a broker that is away costs wake-ups, never the hub. */
  start(): void;
  stop(): Promise<void>;
  connected(): boolean;
  /** Resolves when the broker has it, or when it is known that it will not. Never rejects. */
  publishWake(store: string, version: number): Promise<void>;
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new HubFault('HUB_CONFIG_INVALID', `mqtt.external: ${path} (${code})`);
  }
}

/** A broker that is not ours, e.g. Mosquitto. The hub only publishes there; who may listen to what is the broker's list (docs/hub-storage.md). */
export function createExternalBroker({ url, username, passwordFile, caFile }: External, log: Logger): ExternalBroker {
  let client: MqttClient | undefined;
  let isUp = false;
  const told = (change: boolean, reason?: string): void => {
    if (isUp !== change)
      log.info({ reason }, change ? 'mqtt broker connected' : 'mqtt broker lost; stores poll meanwhile');
    isUp = change;
  };
  return {
    start: () => {
      const password = passwordFile === undefined ? undefined : readFile(passwordFile).split(/\r?\n/u)[0];
      const made = connect(url, {
        ...(username === undefined ? {} : { username }),
        ...(password === undefined ? {} : { password }),
        ...(caFile === undefined ? {} : { ca: readFile(caFile) }),
        protocolVersion: 4,
        clean: true,
        queueQoSZero: false,
        connectTimeout: EXTERNAL_LIMITS.connectTimeoutMs,
        reconnectPeriod: EXTERNAL_LIMITS.retryMs,
      });
      made.on('connect', () => told(true));
      made.on('close', () => told(false));
      made.on('error', (error) => log.warn({ reason: error.message }, 'mqtt broker refused or unreachable'));
      client = made;
    },
    stop: async () => {
      const closing = client;
      client = undefined;
      if (closing === undefined) return;
      const hurry = setTimeout(() => closing.end(true), EXTERNAL_LIMITS.closeTimeoutMs);
      await closing.endAsync(!closing.connected).catch(() => undefined);
      clearTimeout(hurry);
    },
    connected: () => client?.connected === true,
    publishWake: async (store, version) => {
      if (client?.connected !== true) return;
      await client.publishAsync(wakeTopic(store), JSON.stringify({ version }), { qos: 0 }).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : '';
        log.warn({ store, reason }, 'wake-up not sent; the store will see the change at its next poll');
      });
    },
  };
}
