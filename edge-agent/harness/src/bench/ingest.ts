import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { nodeArguments, roomEntry } from '@tillside/demo';
import { trustingFetch } from '@tillside/protocol';
import { testCa } from '@tillside/protocol/testing';
import { type MeasureContext, measure } from '../measure.ts';
import type { Result } from '../output/schema.ts';
import { readBatches, storeName } from './ingest/batches.ts';
import { type CpuTimes, cpuTimesOf } from './ingest/cpu.ts';
import { type SimulatedStore, sendAll } from './ingest/send.ts';

const CHILD = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './ingest/child.ts' : './ingest/child.js', import.meta.url),
);
const KEEPER = fileURLToPath(new URL('../../../demo/setup/keeper.mjs', import.meta.url));
const HOST = 'localhost';
/** Events of one store that is not timed, so that the hub's threads are up and its code is warm. */
const WARM_EVENTS = 20_000;

const WARM_STORE = 'warm-up';
const [NS_PER_US, NS_PER_MS] = [1_000, 1_000_000];
/** For a profile of the hub, e.g. `--cpu-prof`. */
const HUB_NODE_OPTIONS = (process.env.TILLSIDE_BENCH_HUB_OPTIONS ?? '').split(' ').filter((option) => option !== '');

export const ingestBench = measure({
  description:
    'durable, deduped events a second at the hub, over TLS, from several stores, beside what the database can do at most',
  options: {
    storage: { description: 'where the hub keeps them', default: 'sqlite', choices: ['sqlite', 'postgres'] },
    events: { description: 'events in all', default: 300_000, min: 1_000, max: 5_000_000 },
    stores: { description: 'stores that send at once', default: 8, min: 1, max: 64 },
  },
  async run({ storage, events, stores }, context): Promise<Result[]> {
    const dir = mkdtempSync(join(tmpdir(), 'tillside-ingest-'));
    const undo: (() => Promise<void>)[] = [async () => rmSync(dir, { recursive: true, force: true })];
    try {
      const each = Math.ceil(events / stores);
      return await measureIngest({ dir, storage, each, stores, undo }, context);
    } finally {
      for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
    }
  },
});

interface Plan {
  readonly dir: string;
  readonly storage: string;
  readonly each: number;
  readonly stores: number;
  readonly undo: (() => Promise<void>)[];
}

async function measureIngest(plan: Plan, { progress, signal }: MeasureContext): Promise<Result[]> {
  const { dir, storage, each, undo } = plan;
  const names = Array.from({ length: plan.stores }, (_, place) => storeName(place));
  const databaseUrl = storage === 'postgres' ? await postgres(plan) : undefined;
  const environment = databaseUrl === undefined ? {} : { TILLSIDE_HUB_STORAGE_URL: databaseUrl };
  const total = names.length * each;
  progress.stage(`${names.length} stores write ${total} events`);
  const made = await child<{ bytes: number; inflated: number }>(['make', dir, String(each), ...names], {});
  await child(['make', dir, String(Math.min(each, WARM_EVENTS)), WARM_STORE], {});
  signal.throwIfAborted();
  progress.stage(`${storage}: what the database can do at most`);
  const raw = await child<{ events: number; seconds: number }>(['raw', storage, dir, ...names], environment);
  signal.throwIfAborted();

  const hub = await startHub(dir, environment);
  undo.push(hub.stop);
  const paired = [];
  for (const name of [WARM_STORE, ...names]) paired.push(await hub.pair(name, readBatches(dir, name)));
  const [warm, ...stores] = paired;
  progress.stage('the hub warms up');
  if (warm !== undefined) await sendAll(hub.url, hub.ca, [warm]);
  const before = await hub.heldEvents();
  progress.stage(`${storage}: the stores send`);
  const [hubBefore, sendersBefore] = [hub.cpu(), process.cpuUsage()];
  const sent = await sendAll(hub.url, hub.ca, stores);
  const [hubAfter, senders] = [hub.cpu(), process.cpuUsage(sendersBefore)];
  const held = (await hub.heldEvents()) - before;
  if (held !== total || raw.events !== total) throw new Error(`${held} and ${raw.events} of ${total} events are held`);
  const [perSecond, rawPerSecond] = [held / sent.seconds, raw.events / raw.seconds];
  const result = (metric: string, value: number, unit: Result['unit']): Result => ({
    case: storage,
    metric,
    value,
    unit,
  });
  return [
    result('eventsPerSecond', perSecond, '1/s'),
    result('rawPerSecond', rawPerSecond, '1/s'),
    result('ratio', perSecond / rawPerSecond, 'ratio'),
    result('events', held, 'count'),
    result('seconds', sent.seconds, 's'),
    result('bytesPerEvent', made.inflated / total, 'count'),
    result('gzippedPerEvent', made.bytes / total, 'count'),
    result('refusals', sent.waits, 'count'),
    // What the senders take of the cores that they share with the hub; a database of its own process is in neither.
    result('senderCpuPerEvent', ((senders.user + senders.system) * NS_PER_US) / held, 'ns'),
    ...cpuResults(hubBefore, hubAfter, held).map(([metric, value]) => result(metric, value, 'ns')),
    ...sent.batches.results({ case: `${storage}-batch`, countMetric: 'batches', far: true }),
  ];
}

/** CPU time of the hub for each event, in nanoseconds; nothing where the system does not tell. */
function cpuResults(before: CpuTimes | null, after: CpuTimes | null, events: number): [string, number][] {
  if (before === null || after === null) return [];
  return [
    ['hubMainCpuPerEvent', ((after.mainMs - before.mainMs) * NS_PER_MS) / events],
    ['hubThreadsCpuPerEvent', ((after.othersMs - before.othersMs) * NS_PER_MS) / events],
  ];
}

/** The PostgreSQL that the environment names, or one of its own for this run. */
async function postgres({ undo }: Plan): Promise<string> {
  const given = process.env.TILLSIDE_TEST_POSTGRES;
  if (given !== undefined) return given;
  const keeper = spawn(process.execPath, [KEEPER, 'postgres'], { stdio: ['pipe', 'pipe', 'inherit'] });
  undo.push(async () => {
    const ended = once(keeper, 'exit');
    keeper.stdin.end();
    await ended;
  });
  const [line] = (await once(createInterface({ input: keeper.stdout }), 'line')) as [string];
  const about = JSON.parse(line) as { url?: string; error?: string; hint?: string };
  if (about.url === undefined) throw new Error(`${about.error ?? ''} ${about.hint ?? ''}`);
  return about.url;
}

/** Runs the child to its end and gives the JSON that it says. */
async function child<T>(args: readonly string[], environment: Record<string, string>): Promise<T> {
  const run = spawn(process.execPath, [...nodeArguments(CHILD), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  });
  let said = '';
  run.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
  });
  const [code] = (await once(run, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${args[0]} ended with ${code}`);
  return JSON.parse(said) as T;
}

interface MeasuredHub {
  readonly url: string;
  /** PEM. */
  readonly ca: string;
  stop(): Promise<void>;
  pair(store: string, batches: readonly Buffer[]): Promise<SimulatedStore>;
  heldEvents(): Promise<number>;
  cpu(): CpuTimes | null;
}

/** The hub as its own process, with HTTPS and the default configuration else. */
async function startHub(dir: string, environment: Record<string, string>): Promise<MeasuredHub> {
  const [port, mqttPort] = [await freePort(), await freePort()];
  const ca = testCa();
  const { cert, key } = ca.issue([HOST]);
  const files = { certFile: join(dir, 'hub.pem'), keyFile: join(dir, 'hub.key'), caFile: join(dir, 'ca.pem') };
  writeFileSync(files.certFile, cert);
  writeFileSync(files.keyFile, key, { mode: 0o600 });
  writeFileSync(files.caFile, ca.cert);
  const url = `https://${HOST}:${port}`;
  const config = join(dir, 'hub.json');
  const storage = environment.TILLSIDE_HUB_STORAGE_URL === undefined ? {} : { storage: { kind: 'postgres' } };
  const content = { dataDir: join(dir, 'hub'), port, publicUrl: url, mqtt: { port: mqttPort }, tls: files, ...storage };
  writeFileSync(config, JSON.stringify({ ...content, logLevel: 'warn' }));
  const run = spawn(
    process.execPath,
    [...HUB_NODE_OPTIONS, ...nodeArguments(roomEntry('@tillside/hub')), 'run', '--config', config, '--ready-json'],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...environment } },
  );
  const ended = once(run, 'exit');
  const [line] = (await Promise.race([
    once(createInterface({ input: run.stdout }), 'line'),
    ended.then(() => Promise.reject(new Error('the hub ended'))),
  ])) as [string];
  const { operatorPairingCode } = JSON.parse(line) as { operatorPairingCode: string };
  const send = trustingFetch(ca.cert);
  const ask = async <T>(method: string, path: string, credential: string, body?: unknown): Promise<T> => {
    const headers = { authorization: `Bearer ${credential}`, 'content-type': 'application/json' };
    const answer = await send(`${url}${path}`, {
      method,
      headers: body === undefined ? { authorization: headers.authorization } : headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path}: HTTP ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  const spend = async (code: string, kind: string): Promise<string> =>
    (await ask<{ credential: string }>('POST', '/v1/pair', '', { code, kind, name: 'bench' })).credential;
  const operator = await spend(operatorPairingCode, 'operator');
  return {
    url,
    ca: ca.cert,
    stop: async () => {
      run.kill('SIGTERM');
      await ended;
    },
    pair: async (store, batches) => {
      const { pairing } = await ask<{ pairing: { code: string } }>('POST', '/v1/stores', operator, { id: store });
      return { store, batches, credential: await spend(pairing.code, 'store') };
    },
    cpu: () => cpuTimesOf(run.pid),
    heldEvents: async () => {
      const { stores } = await ask<{ stores: { events: number }[] }>('GET', '/v1/stores', operator);
      return stores.reduce((sum, { events }) => sum + events, 0);
    },
  };
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, HOST, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
