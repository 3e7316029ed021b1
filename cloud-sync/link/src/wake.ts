import { Wake, wakeTopic } from '@tillside/protocol';
import { connect, type MqttClient } from 'mqtt';
import { backoffMs } from './backoff.ts';
import { type Problem, problem } from './errors.ts';
import type { LinkLimits } from './limits.ts';
import type { Clock, HubCredential, Log, Random } from './ports.ts';

export interface WakeOptions {
  readonly store: string;
  readonly hub: HubCredential;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly limits: LinkLimits;
  /** Called for each wake-up, and after each (re)connection, since one may have been missed meanwhile. */
  readonly onWake: () => void;
}

export interface WakeListener {
  connected(): boolean;
  problem(): Problem | undefined;
  stop(): Promise<void>;
}

/** Listens for wake-ups. They are signals, never state: losing all of them only costs one poll. */
export function startWakeListener(url: string, options: WakeOptions): WakeListener {
  const { store, hub, clock, random, log, limits, onWake } = options;
  const topic = wakeTopic(store);
  let attempt = 0;
  let listening = false;
  let current: Problem | undefined;
  let stopped = false;
  let cancelTimer = () => {};
  const client: MqttClient = connect(url, {
    clientId: store,
    username: store,
    password: hub.credential,
    protocolVersion: 4,
    clean: true,
    // The library's own reconnection is periodic; a crowd of stores needs jitter.
    reconnectPeriod: 0,
    connectTimeout: limits.requestTimeoutMs,
    resubscribe: false,
  });
  const lost = (detail?: string): void => {
    listening = false;
    const found = problem('WAKE_UNAVAILABLE', detail);
    if (current?.code !== found.code) log.info({ code: found.code, hint: found.hint }, found.message);
    current = found;
  };
  client.on('connect', () => {
    client.subscribe(topic, { qos: 0 }, (error, granted) => {
      if (error || granted?.some(({ qos }) => qos === 128)) {
        lost('subscription refused');
        client.end(true);
        return;
      }
      attempt = 0;
      listening = true;
      current = undefined;
      onWake();
    });
  });
  client.on('message', (from, payload) => {
    if (from === topic && isWake(payload)) onWake();
  });
  client.on('error', (error) => lost(error.message));
  client.on('close', () => {
    if (stopped) return;
    lost(current?.message);
    attempt += 1;
    cancelTimer();
    cancelTimer = clock.after(backoffMs(attempt, random(), limits), () => client.reconnect());
  });
  return {
    connected: () => listening,
    problem: () => current,
    stop: async () => {
      stopped = true;
      cancelTimer();
      await client.endAsync(true);
    },
  };
}

function isWake(payload: Buffer): boolean {
  try {
    return Wake.safeParse(JSON.parse(payload.toString('utf8'))).success;
  } catch {
    return false;
  }
}
