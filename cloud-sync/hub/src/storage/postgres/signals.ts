import { randomUUID } from 'node:crypto';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Signal, Signals } from '../port.ts';
import { createListeners } from '../signals.ts';
import type { Database } from './pool.ts';

const CHANNEL = 'tillside_hub';

export const SIGNAL_LIMITS = {
  /** PostgreSQL takes less than 8000 bytes a message. */
  payloadChars: 7_000,
  /** Waiting to be handed over; more are dropped, since a poll finds what they tell. */
  waiting: 100_000,
  retryBaseMs: 200,
  retryMaxMs: 10_000,
  /** A session that is silently dead is found out after this long. */
  heartbeatMs: 30_000,
} as const;

/** A store's wake-up is `[store, version]`: a publication to all stores fits into few messages. */
const Message = z.object({
  from: z.string(),
  wake: z.array(z.tuple([z.string(), z.number()])).default([]),
  revoked: z.array(z.string()).default([]),
});
type Sent = Exclude<Signal, { kind: 'gap' }>;

/** Few messages, each below the limit. */
export function packSignals(from: string, signals: readonly Sent[]): string[] {
  const packed: string[] = [];
  let [wake, revoked, chars]: [[string, number][], string[], number] = [[], [], 0];
  const flush = (): void => {
    if (chars > 0) packed.push(JSON.stringify({ from, wake, revoked }));
    [wake, revoked, chars] = [[], [], 0];
  };
  for (const signal of signals) {
    const size = JSON.stringify(signal).length;
    if (chars + size > SIGNAL_LIMITS.payloadChars) flush();
    chars += size;
    if (signal.kind === 'wake') wake.push([signal.store, signal.version]);
    else revoked.push(signal.credentialId);
  }
  flush();
  return packed;
}

export function unpackSignals(own: string, payload: string): Sent[] {
  const read = Message.safeParse(jsonOf(payload));
  // Our own were heard when they were published.
  if (!read.success || read.data.from === own) return [];
  const { wake, revoked } = read.data;
  return [
    ...wake.map(([store, version]): Sent => ({ kind: 'wake', store, version })),
    ...revoked.map((credentialId): Sent => ({ kind: 'revoked', credentialId })),
  ];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** LISTEN and NOTIFY between hubs. `start` listens, and listens again whenever its session is lost. */
export function createSignals(db: Database): Signals & { start(): void; stop(): Promise<void> } {
  const [own, listeners, ending] = [randomUUID(), createListeners(), new AbortController()];
  let waiting: Sent[] = [];
  let handing: Promise<void> | undefined;
  const stopped = new Promise<void>((resolve) =>
    ending.signal.addEventListener('abort', () => resolve(), { once: true }),
  );
  let running: Promise<void> | undefined;

  const handOver = async (): Promise<void> => {
    // What is published in the same moment goes together.
    await setImmediate();
    const signals = waiting;
    [waiting, handing] = [[], undefined];
    const packed = packSignals(own, signals);
    // Lost, it costs the other hubs' stores one poll.
    await db
      .rows(`SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS w (payload)`, [CHANNEL, packed])
      .catch(() => undefined);
  };

  /** Until the session is lost. */
  const listen = async (isFirst: boolean): Promise<void> => {
    const made = await db.connect();
    const lost = new Promise<void>((resolve) => made.once('end', () => resolve()).once('error', () => resolve()));
    made.on('notification', ({ payload = '' }) => {
      for (const signal of unpackSignals(own, payload)) void listeners.tell(signal);
    });
    const heartbeat = setInterval(() => {
      made.query('SELECT 1').catch(() => void made.end().catch(() => undefined));
    }, SIGNAL_LIMITS.heartbeatMs);
    try {
      await made.query(`LISTEN ${CHANNEL}`);
      if (!isFirst) void listeners.tell({ kind: 'gap' });
      await Promise.race([lost, stopped]);
    } finally {
      clearInterval(heartbeat);
      await made.end().catch(() => undefined);
    }
  };

  const run = async (): Promise<void> => {
    for (let [attempt, isFirst] = [0, true]; !ending.signal.aborted; isFirst = false) {
      try {
        await listen(isFirst);
        attempt = 0;
      } catch {
        attempt += 1;
      }
      const most = Math.min(SIGNAL_LIMITS.retryMaxMs, SIGNAL_LIMITS.retryBaseMs * 2 ** attempt);
      await sleep(Math.random() * most, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  };

  return {
    start: () => {
      running = run();
    },
    stop: async () => {
      ending.abort();
      await running;
      await handing;
    },
    publish: async (signal) => {
      if (waiting.length < SIGNAL_LIMITS.waiting) waiting.push(signal);
      handing ??= handOver();
      await Promise.all([listeners.tell(signal), handing]);
    },
    subscribe: listeners.add,
  };
}
