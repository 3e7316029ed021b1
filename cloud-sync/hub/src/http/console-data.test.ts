import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hubRoutes } from '@tillside/hub-contract';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { chainOf, many } from '../testing/events.ts';
import { refusalOf, type TestHub, testHub } from '../testing/hub.ts';

let hub: TestHub;
let consoleDir: string;
beforeAll(async () => {
  consoleDir = mkdtempSync(join(tmpdir(), 'tillside-console-'));
  writeFileSync(join(consoleDir, 'index.html'), '<!doctype html><title>Console</title>');
  mkdirSync(join(consoleDir, 'assets'));
  writeFileSync(join(consoleDir, 'assets', 'main-a1b2c3d4.js'), 'export {};');
  writeFileSync(join(consoleDir, '..', `${consoleDir.split('/').at(-1)}-outside.txt`), 'outside');
  hub = await testHub({ consoleDir });
});
afterAll(async () => {
  await hub.dispose();
  rmSync(consoleDir, { recursive: true });
  rmSync(`${consoleDir}-outside.txt`);
});

test('the overview adds up what the events say', async () => {
  expect(await hub.call('overview')).toMatchObject({ businessDate: null, events: 0, facts: [], stores: [] });
  const [one, two] = [await hub.pairStore('s1'), await hub.pairStore('s2')];
  await hub.hub.pairingCode('store', 's3');
  const old = { businessDate: '2024-03-01', payableFen: 5_000 };
  await one.acked([
    chainOf('s1').sale(old),
    chainOf('s1').sale({ payableFen: 900, savingsFen: 100, memberId: 'm_0001' }),
  ]);
  await two.acked([
    chainOf('s2').sale({ payableFen: 1900, savingsFen: 100 }),
    chainOf('s2', 'ops').next('strange', {}),
  ]);
  // When stores were last seen is written for many together, a little later.
  const overview = await vi.waitFor(
    async () => {
      const latest = await hub.call('overview');
      expect(latest.stores.filter(({ state }) => state === 'live')).toHaveLength(2);
      return latest;
    },
    { timeout: 20_000, interval: 100 },
  );
  expect(overview).toMatchObject({
    businessDate: '2024-03-02',
    today: { sales: 2, payableFen: 2800, savingsFen: 200 },
    events: 4,
    quarantined: 1,
  });
  expect(overview.streams.map(({ stream, events }) => [stream, events])).toEqual([
    ['sales', 3],
    ['members', 0],
    ['ops', 1],
    ['presence', 0],
  ]);
  expect(overview.stores.map(({ id, state, events }) => [id, state, events])).toEqual([
    ['s1', 'live', 2],
    ['s2', 'live', 2],
    ['s3', 'waiting', 0],
  ]);
  const facts = Object.fromEntries(overview.facts.map(({ code, values }) => [code, values]));
  expect(facts).toEqual({
    MEMBER_SHARE: { sales: 2, members: 1, percent: 50 },
    TOP_CATEGORY: { category: 'milk', amountFen: 2800, count: 4 },
    TOP_CAMPAIGN: { campaignId: 'milk-10', amountFen: 200, count: 2 },
    SAVINGS_SHARE: { savingsFen: 200, listFen: 3000, percent: 6.7 },
    BUSIEST_HOUR: { hour: '09', sales: 2, payableFen: 2800 },
  });
  const { days } = await hub.call('salesDaily', { query: { store: 's1' } });
  expect(days.map(({ businessDate, payableFen }) => [businessDate, payableFen])).toEqual([
    ['2024-03-02', 900],
    ['2024-03-01', 5000],
  ]);
  const detail = await hub.call('store', { params: { id: 's1' } });
  expect(detail).toMatchObject({ conflicts: 0, events: 2, positions: [{ contiguousSeq: 1 }, { contiguousSeq: 1 }] });
  await expect(hub.call('store', { params: { id: 's9' } })).rejects.toThrow(/HUB_STORE_UNKNOWN/u);
});

test('events are paged, and a query that does not fit says so', async () => {
  const first = await hub.call('events', { query: { limit: 3 } });
  const second = await hub.call('events', { query: { limit: 3, before: first.nextBefore ?? 0 } });
  expect([first.events.length, second.events.length, second.nextBefore]).toEqual([3, 1, null]);
  await expect(hub.call('events', { query: { limit: 5000 } })).rejects.toThrow(/HUB_REQUEST_INVALID.*limit/u);
});

describe('pages', () => {
  const get = (path: string) => fetch(`${hub.hub.url}${path}`, { redirect: 'manual' });

  test('the root leads to the console, which runs nothing from elsewhere', async () => {
    expect((await get('/')).headers.get('location')).toBe('/console/');
    for (const path of ['/console/', '/console/stores/s1']) {
      const page = await get(path);
      expect(await page.text()).toContain('<title>Console</title>');
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self';");
      expect(page.headers.get('cache-control')).toContain('max-age=0');
    }
    const script = await get('/console/assets/main-a1b2c3d4.js');
    expect(script.headers.get('content-type')).toContain('javascript');
    expect(script.headers.get('cache-control')).toContain('immutable');
  });

  test('what is not a file of the console is not there, inside or outside', async () => {
    const outside = `${consoleDir.split('/').at(-1)}-outside.txt`;
    for (const path of ['/console/no.js', `/console/..%2f${outside}`, `/console/%2e%2e/${outside}`]) {
      expect((await get(path)).status).toBeGreaterThanOrEqual(400);
    }
    expect(await refusalOf(get('/console/no.js'))).toMatchObject({ code: 'HUB_ROUTE_UNKNOWN' });
  });

  test('the API docs are served without the internet and name every route of the contract', async () => {
    const page = await (await get('/docs/')).text();
    expect(page).not.toMatch(/(?:src|href)="https?:/u);
    const spec = (await (await get('/docs/json')).json()) as { openapi: string; paths: Record<string, object> };
    expect(spec.openapi).toBe('3.1.0');
    for (const { method, path } of Object.values(hubRoutes)) {
      const documented = spec.paths[path.replaceAll(/:(\w+)/gu, '{$1}')];
      expect(Object.keys(documented ?? {})).toContain(method.toLowerCase());
    }
    expect(Object.keys(spec.paths)).toContain('/v1/sync/batches');
  });

  test('metrics count events and requests by route; health is told', async () => {
    const metrics = await (await get('/metrics')).text();
    expect(metrics).toMatch(/tillside_hub_events_total\{stream="sales",outcome="stored"\} 3/u);
    expect(metrics).toContain('route="/v1/stores/:id"');
    expect(metrics).not.toContain('/v1/stores/s1');
    expect((await get('/healthz')).status).toBe(200);
    expect(await (await get('/readyz')).json()).toEqual({ status: 'ready' });
  });
});

test('what a store gave up is counted once, however its words of it overlap', async () => {
  const s4 = await hub.pairStore('s4');
  const epoch = randomUUID();
  const [presence, ops] = [chainOf('s4', 'presence', epoch), chainOf('s4', 'ops', epoch)];
  const all = many(9, () => presence.next('tillside.presence.counted.v1', {}));
  const gone = (fromSeq: number, toSeq: number) =>
    ops.next('tillside.stream.shed.v1', {
      stream: 'presence',
      fromSeq,
      toSeq,
      prevhash: all[fromSeq - 1]?.prevhash,
      lastHash: all[toSeq]?.prevhash,
      reason: 'disk-budget',
      at: '2024-03-02T09:15:30+08:00',
    });
  await s4.acked([gone(1, 3), gone(2, 5), gone(7, 8)]);
  const { positions } = await hub.call('store', { params: { id: 's4' } });
  expect(positions).toMatchObject([
    { stream: 'ops', contiguousSeq: 3, givenUp: 0 },
    { stream: 'presence', contiguousSeq: 5, ranges: [[7, 8]], givenUp: 7 },
  ]);
});

test('what became of recommendations is told for at most 400 days, and of a store that was given no model that it has none', async () => {
  expect(await hub.call('takes', { query: { from: '2024-03-01', to: '2024-03-02' } })).toEqual({
    from: '2024-03-01',
    to: '2024-03-02',
    rows: [],
    isWhole: true,
  });
  for (const query of [
    { from: '2023-01-01', to: '2024-03-02' },
    { from: '2024-03-02', to: '2024-03-01' },
  ])
    await expect(hub.call('takes', { query })).rejects.toThrow('HUB_REQUEST_INVALID');
  expect((await hub.call('modelStages')).stores[0]).toMatchObject({ store: 's1', state: 'none', inForce: null });
});
