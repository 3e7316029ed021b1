import type { Logger } from 'pino';
import type { HubConfig } from '../config.ts';
import type { HubStorage, Signal } from '../storage/port.ts';
import { createWakeBroker, type WakeOptions } from './broker.ts';
import { createExternalBroker } from './external.ts';

export interface Wake {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Where stores connect; `host` is how they reach this hub. */
  url(host: string): string;
  /** Stores connected to this hub. */
  connected(): number;
  /** Tells a store, whichever hub's broker it listens to. */
  publish(store: string, version: number): Promise<void>;
  /** Closes the connections made with this credential, at every hub. */
  drop(credentialId: string): void;
}

export interface WakePorts {
  readonly config: HubConfig['mqtt'];
  readonly storage: Pick<HubStorage, 'signals' | 'registry'>;
  readonly log: Logger;
  readonly authenticate: WakeOptions['authenticate'];
}

/** Wake-ups by the embedded broker of each hub, which the hubs of one storage pass on to each other; or by one broker of the operator's. */
export function createWake(ports: WakePorts): Wake {
  const { external } = ports.config;
  return external === undefined ? embedded(ports) : outside(external, ports.log);
}

function outside(external: NonNullable<HubConfig['mqtt']['external']>, log: Logger): Wake {
  const broker = createExternalBroker(external, log);
  return {
    start: async () => broker.start(),
    stop: broker.stop,
    url: () => external.url,
    connected: () => 0,
    publish: broker.publishWake,
    // Whom that broker lets in is its own affair.
    drop: () => undefined,
  };
}

function embedded({ config: { host, port }, storage, log, authenticate }: WakePorts): Wake {
  const { signals, registry } = storage;
  const broker = createWakeBroker({ host, port, log, authenticate });
  let unsubscribe = (): void => undefined;
  /** What was revoked while this hub heard nothing of the others. */
  const dropRevoked = async (): Promise<void> => {
    const connected = new Set(broker.credentials());
    for (const { id, revokedAt } of await registry.credentials())
      if (revokedAt !== null && connected.has(id)) broker.drop(id);
  };
  const heard = (signal: Signal): Promise<void> | void => {
    if (signal.kind === 'wake') return broker.publishWake(signal.store, signal.version);
    if (signal.kind === 'revoked') return broker.drop(signal.credentialId);
    return dropRevoked();
  };
  return {
    start: async () => {
      await broker.start();
      unsubscribe = signals.subscribe(heard);
    },
    stop: async () => {
      unsubscribe();
      await broker.stop();
    },
    url: (reached) => `mqtt://${reached}:${broker.port()}`,
    connected: broker.connected,
    publish: (store, version) => signals.publish({ kind: 'wake', store, version }),
    drop: (credentialId) => void signals.publish({ kind: 'revoked', credentialId }),
  };
}
