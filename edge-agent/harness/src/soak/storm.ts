import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openSqliteStorage, type PositionRecord } from '@tillside/hub/storage';
import { HarnessError } from '../errors.ts';
import { measure, type SoakReport } from '../measure.ts';
import type { SoakFailure } from '../output/schema.ts';
import { residentMemory } from '../store/proc.ts';
import type { Order, Reply } from './storm-child.ts';
import { credentialOf, storeName } from './storm-stores.ts';

const MOST_CREWS = 4;
const STORES_A_CREW = 500;
const MOST_SECONDS_BACK = 300;
/** Of the hub while all come back at once. */
const MOST_RSS_MB = 1_000;
const LOOK_EVERY_MS = 500;
const SECOND_MS = 1_000;
const LONGEST_WAIT_MS = 2 * MOST_SECONDS_BACK * SECOND_MS;
/** A process of the storm has its code to load first. */
const ANSWER_TIMEOUT_MS = 120_000;
const AT = '2026-11-01T00:00:00.000Z';

export const stormSoak = measure({
  description:
    'stores that all lost their hub come back at once: within five minutes, each event once, the hub in bounded memory',
  options: {
    stores: { description: 'stores', default: 10_000, min: 1, max: 12_000 },
    events: { description: 'waiting events of each', default: 20, min: 1, max: 1_000 },
    outage: { description: 'seconds that the hub is away while they ask', default: 90, min: 0, max: 3_600 },
    backoff: { description: 'most seconds between two tries of a store', default: 60, min: 1, max: 600 },
    seed: { description: 'of everything drawn', default: 7, min: 0, max: 2 ** 31 - 1 },
  },
  async run(options, { progress, signal }): Promise<SoakReport> {
    const dataDir = mkdtempSync(join(tmpdir(), 'tillside-storm-'));
    const children: ChildProcess[] = [];
    const { stores, events } = options;
    try {
      progress.stage('stores get their credentials', stores);
      await register(dataDir, options, () => progress.tick(1));
      const port = await freePort();
      progress.stage(`the hub is away for ${options.outage} s while ${stores} stores ask for it`);
      const crewCount = Math.min(MOST_CREWS, Math.ceil(stores / STORES_A_CREW));
      for (let crew = 0; crew < crewCount; crew += 1) {
        const [from, to] = [crew, crew + 1].map((place) => Math.floor((place * stores) / crewCount)) as [
          number,
          number,
        ];
        const size = { from, count: to - from, events, seed: options.seed };
        const order = { hubUrl: `http://127.0.0.1:${port}`, ...size, backoffCapMs: options.backoff * SECOND_MS };
        await told(start(children), { crew: order }, signal);
      }
      await sleep(options.outage * SECOND_MS, undefined, { signal });
      const hub = start(children);
      await told(hub, { hub: { dataDir, port } }, signal);
      const crews = children.filter((child) => child !== hub);
      for (const crew of crews) await told(crew, { ask: 'come back' }, signal);
      progress.stage('stores come back', stores);
      const seen = await watch(crews, hub, stores, (more) => progress.tick(more), signal);
      for (const child of children) child.disconnect();
      await Promise.all(children.map((child) => child.exitCode === null && once(child, 'exit')));
      return judge(seen, await heldBy(dataDir), options);
    } finally {
      for (const child of children) child.kill('SIGKILL');
      rmSync(dataDir, { recursive: true, force: true });
    }
  },
});

interface Seen {
  readonly sinceMs: number;
  readonly backAtMs: readonly number[];
  readonly requests: number;
  readonly paused: number;
  readonly refused: number;
  readonly rssPeakMb: number;
}

async function watch(
  crews: readonly ChildProcess[],
  hub: ChildProcess,
  stores: number,
  tick: (more: number) => void,
  signal: AbortSignal,
): Promise<Seen> {
  const sinceMs = Date.now();
  let [rssPeakMb, back] = [0, 0];
  for (;;) {
    const reports = await Promise.all(crews.map((crew) => told(crew, { ask: 'report' }, signal) as Promise<CrewSaid>));
    rssPeakMb = Math.max(rssPeakMb, residentMemory(hub.pid ?? 0).aloneMb);
    const backAtMs = reports.flatMap((one) => one.backAtMs);
    const now = backAtMs.filter((at) => at > 0).length;
    tick(now - back);
    back = now;
    if (back === stores || Date.now() - sinceMs > LONGEST_WAIT_MS) {
      const sum = (of: (one: CrewSaid) => number): number => reports.reduce((total, one) => total + of(one), 0);
      const counts = { requests: sum((r) => r.requests), paused: sum((r) => r.paused), refused: sum((r) => r.refused) };
      return { sinceMs, backAtMs, rssPeakMb, ...counts };
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
}

type CrewSaid = Extract<Reply, { backAtMs: readonly number[] }>;

/** A child's answer. Rejects with HARNESS_STORE_FAILED when it ends, and HARNESS_TIMED_OUT when it says nothing. */
async function told(child: ChildProcess, order: Order, signal: AbortSignal): Promise<Reply> {
  const settled = new AbortController();
  const until = AbortSignal.any([signal, settled.signal]);
  const what = Object.keys(order).join();
  child.send(order);
  try {
    return await Promise.race([
      once(child, 'message', { signal: until }).then(([reply]) => reply as Reply),
      once(child, 'exit', { signal: until }).then(([code, by]) => {
        throw new HarnessError('HARNESS_STORE_FAILED', `a process of the storm ended at "${what}": ${code ?? by}`);
      }),
      sleep(ANSWER_TIMEOUT_MS, undefined, { signal: until }).then(() => {
        throw new HarnessError('HARNESS_TIMED_OUT', `a process of the storm did not answer "${what}"`);
      }),
    ]);
  } finally {
    settled.abort();
  }
}

/** A child runs as this process does, from source or built. */
function start(children: ChildProcess[]): ChildProcess {
  const entry = new URL(`./storm-child${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
  const fromSource = entry.href.endsWith('.ts') ? ['--conditions=@tillside/source', '--import', 'tsx'] : [];
  const child = fork(fileURLToPath(entry), { execArgv: fromSource, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  children.push(child);
  return child;
}

async function register(
  dataDir: string,
  { stores, seed }: { stores: number; seed: number },
  done: () => void,
): Promise<void> {
  const storage = openSqliteStorage(join(dataDir, 'hub.db'));
  for (let number = 0; number < stores; number += 1) {
    const [id, name] = [`credential-${number}`, storeName(number)];
    await storage.registry.putStore({ id: name, name, createdAt: AT });
    const hash = createHash('sha256').update(credentialOf(seed, number)).digest('hex');
    await storage.registry.putCredential({
      id,
      kind: 'store',
      name,
      store: name,
      scopes: [],
      createdAt: AT,
      revokedAt: null,
      hash,
    });
    done();
  }
  await storage.close();
}

interface Held {
  readonly complete: ReadonlyMap<string, number>;
  readonly sales: number;
}

/** What is in the hub's own files once it is gone. */
async function heldBy(dataDir: string): Promise<Held> {
  const storage = openSqliteStorage(join(dataDir, 'hub.db'));
  const complete = new Map<string, number>();
  let after: PositionRecord | null = null;
  for (;;) {
    const page: PositionRecord[] = await storage.events.streamsSince('', { after, limit: 1_000 });
    for (const { store, contiguousSeq } of page) complete.set(store, (complete.get(store) ?? 0) + contiguousSeq);
    const last = page.at(-1);
    if (last === undefined) break;
    after = last;
  }
  const counts = await storage.reads.streamCounts();
  await storage.close();
  return { complete, sales: counts.reduce((sum, { events }) => sum + events, 0) };
}

function judge(seen: Seen, held: Held, { stores, events }: { stores: number; events: number }): SoakReport {
  const waits = seen.backAtMs.map((at) => (at === 0 ? Number.POSITIVE_INFINITY : (at - seen.sinceMs) / SECOND_MS));
  const sorted = [...waits].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const failures: SoakFailure[] = [];
  const late = waits.filter((seconds) => seconds > MOST_SECONDS_BACK).length;
  if (late > 0)
    failures.push({
      code: 'STORE_STARVED',
      message: `${late} of ${stores} were not back within ${MOST_SECONDS_BACK} s`,
    });
  for (let number = 0; number < stores; number += 1) {
    const has = held.complete.get(storeName(number)) ?? 0;
    if (has !== events) failures.push({ code: 'EVENT_LOST', message: `${storeName(number)}: ${has} of ${events}` });
  }
  if (held.sales !== stores * events)
    failures.push({ code: 'EVENT_TWICE', message: `${held.sales} events, not ${stores * events}` });
  if (seen.refused > 0) failures.push({ code: 'REQUEST_REFUSED', message: `${seen.refused} answers were refusals` });
  if (seen.rssPeakMb > MOST_RSS_MB) failures.push({ code: 'HUB_GREW', message: `${Math.round(seen.rssPeakMb)} MB` });
  const whole = (value: number): number => (Number.isFinite(value) ? Math.max(0, Math.ceil(value)) : 0);
  const times = { medianSeconds: whole(at(0.5)), p99Seconds: whole(at(0.99)), lastSeconds: whole(at(1)) };
  const { requests, paused, rssPeakMb } = seen;
  const counts = {
    stores,
    events: held.sales,
    ...times,
    requests,
    paused,
    hubRssPeakMb: whole(rssPeakMb),
    failures: failures.length,
  };
  return { counts, failures };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
