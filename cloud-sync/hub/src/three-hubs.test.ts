import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { BATCH_TYPE, BatchAck, batchText, type Envelope, wakeTopic } from '@tillside/protocol';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from './storage/postgres/testing.ts';
import { MILK_SET } from './testing/campaigns.ts';
import { chainOf, many } from './testing/events.ts';
import { postJson } from './testing/hub.ts';

const CLI = fileURLToPath(new URL('./cli.ts', import.meta.url));
/** Three processes are compiled at once on a machine that does everything else. */
const START_MS = 120_000;
const STORES = ['s1', 's2', 's3'];
const [SALES, BATCH] = [120, 10];

interface Hub {
  readonly child: ChildProcess;
  readonly url: string;
  readonly mqttUrl: string;
  readonly operatorPairingCode: string;
}

const database = await testDatabase();
let dir: string;
let hubs: Hub[];
let operator: { authorization: string };
const stores = new Map<string, { id: string; credential: string }>();

/** As an operator would run it: its own data directory, shared keys, the database's URL from the environment. */
async function runHub(name: string, url: string): Promise<Hub> {
  const own = join(dir, name);
  mkdirSync(own);
  writeFileSync(
    join(own, 'hub.yaml'),
    'dataDir: ./data\nkeysDir: ../keys\nport: 0\nmqtt:\n  port: 0\nlogLevel: error\nstorage:\n  kind: postgres\n  connections: 4\n',
  );
  const args = ['run', '--config', join(own, 'hub.yaml'), '--ready-json'];
  const child = spawn(process.execPath, ['--conditions=@tillside/source', '--import', 'tsx', CLI, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TILLSIDE_HUB_STORAGE_URL: url },
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, ...(JSON.parse(line) as Omit<Hub, 'child'>) };
}

const json = async <T>(answer: Response): Promise<T> => (await answer.json()) as T;

beforeAll(async () => {
  if (database === null) return;
  dir = mkdtempSync(join(tmpdir(), 'tillside-hubs-'));
  hubs = await Promise.all(['a', 'b', 'c'].map((name) => runHub(name, database.url)));
  const [first, second] = hubs;
  if (first === undefined || second === undefined) throw new Error('three hubs');
  const asked = { code: first.operatorPairingCode, kind: 'operator', name: 'office' };
  // Each step at another hub than the one before.
  const paired = await json<{ credential: string }>(await postJson(`${second.url}/v1/pair`, asked));
  operator = { authorization: `Bearer ${paired.credential}` };
  for (const id of STORES) {
    const added = await json<{ pairing: { code: string } }>(await postJson(`${first.url}/v1/stores`, { id }, operator));
    const store = { code: added.pairing.code, kind: 'store', name: `agent of ${id}` };
    const held = await json<{ credentialId: string; credential: string }>(
      await postJson(`${second.url}/v1/pair`, store),
    );
    stores.set(id, { id: held.credentialId, credential: held.credential });
  }
}, START_MS);
afterAll(async () => {
  for (const { child } of hubs ?? []) child.kill('SIGKILL');
  await database?.drop();
  if (dir !== undefined) rmSync(dir, { recursive: true, force: true });
});

async function send(hub: Hub, store: string, events: readonly Envelope[]): Promise<BatchAck> {
  const lines = events.map((each) => JSON.stringify(each));
  const answer = await fetch(`${hub.url}/v1/sync/batches`, {
    method: 'POST',
    headers: { 'content-type': BATCH_TYPE, authorization: `Bearer ${stores.get(store)?.credential}` },
    body: batchText({ batchId: crypto.randomUUID(), store }, lines),
  });
  return BatchAck.parse(await answer.json());
}

const hubAt = (index: number): Hub => {
  const hub = hubs[index % hubs.length];
  if (hub === undefined) throw new Error('no hub');
  return hub;
};

describe.skipIf(database === null)('three hubs on one PostgreSQL', () => {
  test('stores send through all of them at once, one is killed in the middle: nothing is lost, nothing held twice', async () => {
    const chains = STORES.map((id) => {
      const chain = chainOf(id);
      return { id, chain, sales: many(SALES, () => chain.sale()) };
    });
    let acked = 0;
    /** Until some hub has acknowledged it. */
    const deliver = async (id: string, events: readonly Envelope[], first: number): Promise<void> => {
      for (let hub = first; ; hub += 1) {
        const ack = await send(hubAt(hub), id, events).catch(() => null);
        if (ack === null) continue;
        expect(ack).toMatchObject({ conflicts: [], quarantined: 0 });
        acked += 1;
        if (acked === 25) hubs[2]?.child.kill('SIGKILL');
        return;
      }
    };
    await Promise.all(
      chains.flatMap(({ id, sales }) =>
        // Three at a time for each store, each batch to two hubs at once.
        many(3, async (lane) => {
          for (let at = lane * BATCH; at < SALES; at += 3 * BATCH) {
            const events = sales.slice(at, at + BATCH);
            await Promise.all([deliver(id, events, lane), deliver(id, events, lane + 1)]);
          }
        }),
      ),
    );
    expect(hubs[2]?.child.killed).toBe(true);
    for (const { id, chain, sales } of chains) {
      const { acks } = await send(hubAt(1), id, sales.slice(-1));
      expect(acks).toEqual([{ epoch: chain.epoch, stream: 'sales', contiguousSeq: SALES, ranges: [] }]);
    }
    const [held] =
      (await database?.query(
        'SELECT count(*)::int AS n, count(DISTINCT (store, stream_id, seq))::int AS once FROM events',
      )) ?? [];
    expect(held).toEqual({ n: STORES.length * SALES, once: STORES.length * SALES });
    for (const id of STORES) {
      const detail = await json<{ days: { sales: number }[] }>(
        await fetch(`${hubAt(0).url}/v1/stores/${id}`, { headers: operator }),
      );
      expect(detail.days.reduce((sum, { sales }) => sum + sales, 0)).toBe(SALES);
    }
  });

  test('what one hub publishes wakes a store at another, and is served there; what one revokes is closed there', async () => {
    const [publishing, other] = [hubAt(0), hubAt(1)];
    const { id, credential } = stores.get('s1') ?? { id: '', credential: '' };
    // What a new store is given by itself is no part of this.
    const terms = "SELECT 1 FROM desired WHERE store = 's1' AND kind = 'terms'";
    await expect.poll(async () => (await database?.query(terms))?.length).toBe(1);
    const client = await connectAsync(other.mqttUrl, {
      clientId: 's1',
      username: 's1',
      password: credential,
      protocolVersion: 4,
      reconnectPeriod: 0,
    });
    const [heard, closed]: [string[], boolean[]] = [[], []];
    client.on('message', (_topic, payload) => heard.push(payload.toString('utf8')));
    client.on('close', () => closed.push(true));
    await client.subscribeAsync(wakeTopic('s1'));
    const pushed = await postJson(`${publishing.url}/v1/campaigns`, { stores: ['*'], set: MILK_SET }, operator);
    expect(pushed.status).toBeLessThan(300);
    await expect.poll(() => heard).toEqual(['{"version":1}']);

    const [row] =
      (await database?.query(
        "SELECT sha256, length_bytes AS length FROM desired WHERE store = 's1' AND kind = 'campaigns'",
      )) ?? [];
    const url = `${other.url}/repo/targets/stores/s1/${String(row?.sha256)}.campaigns.json`;
    const authorization = `Bearer ${credential}`;
    const whole = await fetch(url, { headers: { authorization } });
    expect([whole.status, (await whole.arrayBuffer()).byteLength]).toEqual([200, Number(row?.length)]);
    const part = await fetch(url, { headers: { authorization, range: 'bytes=10-19' } });
    expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 10]);
    expect((await fetch(`${other.url}/repo/timestamp.json`, { headers: { authorization } })).status).toBe(200);

    await fetch(`${publishing.url}/v1/credentials/${id}`, { method: 'DELETE', headers: operator });
    await expect.poll(() => closed).toEqual([true]);
    await client.endAsync(true);
  });

  test('both of them publishing at once sign one after the other', async () => {
    const push = (hub: Hub, store: string) =>
      postJson(`${hub.url}/v1/campaigns`, { stores: [store], set: MILK_SET }, operator);
    const answers = await Promise.all(many(6, (index) => push(hubAt(index % 2), STORES[1 + (index % 2)] ?? 's2')));
    expect(answers.map(({ ok }) => ok)).toEqual(many(6, () => true));
    const rows = await database?.query(
      "SELECT max(version)::int AS newest, count(*)::int AS n FROM desired WHERE store <> 's1' AND kind = 'campaigns' GROUP BY store",
    );
    expect(rows).toEqual(many(2, () => ({ newest: 4, n: 4 })));
  });
});
