/** HQ's catalogue: ten thousand items to two stores at prices of their own, then fifty prices by delta; labels before tills, and through whatever goes wrong. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { callAgent } from '@tillside/agent-contract';
import { OpenEpaperLinkSimulator } from '@tillside/devices/simulators';
import { hashPin, parseConfig, type RunningAgent, startAgent } from '@tillside/edge-agent';
import { parseConfig as parseHubConfig, type RunningHub, startHub } from '@tillside/hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { restrictedGtin13 } from '../src/data/gtin.ts';
import { freePorts } from '../src/ports-free.ts';
import { nodeArguments, Part, roomEntry } from '../src/process.ts';
import { callHub } from '../src/store/hub-client.ts';
import { CountingProxy } from './counting-proxy.ts';

const ITEMS = 10_000;
const CHANGED = 50;
/** A range that is quickly pushed again and again. */
const SMALL = 500;
const FOLLOW = { timeout: 60_000, interval: 50 };
const TAG = '00007E1F0000A001';
const PIN = '2468';
const COLUMNS =
  'sku,gtin,nameZh,nameEn,sizeZh,sizeEn,department,category,type,soldBy,priceFen,vatBasisPoints,shelf,pictogram';

const sku = (index: number): string => `hq-${index}`;
const basePrice = (index: number): number => 500 + (index % 700);
const csvOf = (price: (index: number) => number): string =>
  [
    COLUMNS,
    ...Array.from({ length: ITEMS }, (_, index) =>
      [
        sku(index),
        restrictedGtin13(String(index)),
        `商品 ${index}，规格装`,
        `Item ${index} packed`,
        '500 克',
        '500 g',
        'grocery',
        `category-${index % 40}`,
        '',
        'each',
        price(index),
        1300,
        'A1',
        'box',
      ].join(','),
    ),
  ].join('\n');

let dir: string;
let hub: RunningHub;
let operator: { url: string; credential: string };
let proxy: CountingProxy;
let proxied: string;
let ap: OpenEpaperLinkSimulator;
let north: RunningAgent;
let south: Part<{ url: string }>;
let southUrl = '';

async function storeConfig(storeId: string, more: object = {}) {
  const { code: pairingCode } = await hub.pairingCode('store', storeId);
  const dataDir = join(dir, storeId);
  mkdirSync(dataDir);
  return {
    version: 1 as const,
    storeId,
    storeName: { zh: '店', en: 'Store' },
    dataDir,
    port: 0,
    hub: { url: proxied, pairingCode, pollMs: 500 },
    staff: [{ id: 'staff-1', name: '小林', pinHash: hashPin(PIN) }],
    logLevel: 'warn' as const,
    ...more,
  };
}

/** `tillside-hub items push`, as a person runs it. */
async function push(price: (index: number) => number, { prices = '', language = 'en_GB.UTF-8', force = false } = {}) {
  const [file, own] = [join(dir, 'catalogue.csv'), join(dir, 'prices.csv')];
  writeFileSync(file, csvOf(price));
  writeFileSync(own, `store,sku,priceFen\n${prices}`);
  const args = ['-d', join(dir, 'hub'), 'items', 'push', file, '--prices', own, ...(force ? ['--force'] : [])];
  const env = { ...process.env, LC_ALL: language };
  return promisify(execFile)(process.execPath, [...nodeArguments(roomEntry('@tillside/hub')), ...args], { env });
}

const storeState = async (store: string) =>
  (await callHub(operator, 'stores')).stores.find(({ id }) => id === store)?.items;
const applied = (store: string, version: number) =>
  expect.poll(() => storeState(store), FOLLOW).toMatchObject({ version, state: 'applied' });
const adminOf = (store: string, url: string) => ({
  url,
  credential: readFileSync(join(dir, store, 'secrets', 'admin.token'), 'utf8'),
});
async function tillOf(store: string, url: string) {
  const { code } = await callAgent(adminOf(store, url), 'createPairingCode', {
    body: { kind: 'terminal', name: 'till', lane: '1' },
  });
  const { credential } = await callAgent({ url }, 'pair', { body: { code, kind: 'terminal' } });
  let keys = 0;
  return async (index: number): Promise<number> => {
    const key = () => `${credential.slice(0, 6)}-${keys++}`;
    const caller = { url, credential };
    const { basketId } = await callAgent(caller, 'openBasket', { body: { cashierId: 'c1' }, key: key() });
    const params = { basketId };
    const view = await callAgent(caller, 'addLine', { params, body: { sku: sku(index) }, key: key() });
    await callAgent(caller, 'cancelBasket', { params, key: key() });
    return view.decision.payableFen;
  };
}
const reported = (agent: RunningAgent) =>
  agent.app.journal
    .all<{ data: string }>(
      `SELECT json_extract(envelope, '$.data') AS data FROM event WHERE type = 'tillside.desired.applied.v2' ORDER BY seq`,
    )
    .map(({ data }) => JSON.parse(data) as { kind: string; version: number; byDelta: boolean });

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-hq-items-'));
  hub = await startHub(parseHubConfig({ dataDir: join(dir, 'hub'), port: 0, mqtt: { port: 0 }, logLevel: 'silent' }));
  const { code } = await hub.pairingCode('operator');
  const paired = await callHub({ url: hub.url }, 'pair', { body: { code, kind: 'operator', name: 'journey' } });
  operator = { url: hub.url, credential: paired.credential };
  proxy = new CountingProxy(hub.url);
  proxied = await proxy.start();
  const { accessPoint: port } = await freePorts();
  ap = new OpenEpaperLinkSimulator({ port, tags: [{ mac: TAG, hwType: 1 }], checkInMs: 100 });
  await ap.start();
  const labels = {
    id: 'labels',
    model: 'label/openepaperlink',
    connection: { kind: 'http', url: `http://127.0.0.1:${port}` },
    options: { minGapMs: 20, pollMs: 30, backoffBaseMs: 30, backoffMaxMs: 100 },
  };
  north = await startAgent(parseConfig(await storeConfig('north', { devices: [labels] })));
  writeFileSync(join(dir, 'south.json'), JSON.stringify(await storeConfig('south')));
  south = new Part({
    name: 'south',
    entry: roomEntry('@tillside/edge-agent'),
    args: ['run', '--config', join(dir, 'south.json'), '--ready-json'],
    logPath: join(dir, 'south.log'),
  });
}, 60_000);
afterAll(async () => {
  await south?.stop('SIGKILL');
  await north?.stop();
  await ap?.stop();
  await proxy?.stop();
  await hub?.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe("HQ's catalogue", { timeout: 120_000 }, () => {
  it('reaches two stores at their own prices; one that is killed while it applies ends right', async () => {
    const { stdout, stderr } = await push(basePrice, { prices: 'south,hq-7,111\n' });
    expect(stderr).toContain(`sending ${ITEMS + 1} rows`);
    expect(stdout).toContain(`${ITEMS} items published to 2 of 2 stores`);
    southUrl = (await south.start()).url;
    const admin = adminOf('south', southUrl);
    const running = async () => (await callAgent(admin, 'listImports', {})).imports[0]?.state;
    await expect.poll(running, { ...FOLLOW, interval: 5 }).toBe('running');
    await south.stop('SIGKILL');
    southUrl = (await south.start()).url;
    await applied('south', 1);
    const { imports } = await callAgent(adminOf('south', southUrl), 'listImports', {});
    expect(imports.map(({ state }) => state)).toEqual(['applied', 'interrupted']);
    await applied('north', 1);
    expect((await callAgent(adminOf('north', north.url), 'status', {})).hq).toContainEqual(
      expect.objectContaining({ kind: 'items', version: 1, state: 'applied' }),
    );
    expect(await (await tillOf('south', southUrl))(7)).toBe(111);
    expect(await (await tillOf('north', north.url))(7)).toBe(basePrice(7));
    expect(await (await tillOf('south', southUrl))(ITEMS - 1)).toBe(basePrice(ITEMS - 1));
  });

  it('with fifty other prices comes by delta; a raise waits for its shelf label, a cut does not', async () => {
    const credential = await staffOf(north.url);
    await callAgent(credential, 'pairLabel', { params: { tagId: TAG }, body: { sku: sku(0) } });
    const label = async () => (await callAgent(credential, 'listLabels', {})).labels[0];
    await expect.poll(async () => (await label())?.state, FOLLOW).toBe('shown');
    const till = await tillOf('north', north.url);
    await ap.stop();
    const [before, whole] = [proxy.passed.length, proxy.bytesOf('north')];
    const { stdout } = await push(
      (index) => (index < CHANGED ? basePrice(index) + (index % 2 === 0 ? 90 : -90) : basePrice(index)),
      {
        prices: 'south,hq-7,111\n',
        language: 'zh_CN.UTF-8',
      },
    );
    expect(stdout).toContain(`已向 2 家门店中的 2 家发布 ${ITEMS} 个商品`);
    await applied('north', 2);
    await applied('south', 2);
    for (const store of ['north', 'south']) expect(proxy.bytesOf(store, before)).toBeLessThan(whole / 50);
    expect(reported(north).filter(({ kind }) => kind === 'items')).toMatchObject([
      { version: 1, byDelta: false },
      { version: 2, byDelta: true },
    ]);
    expect([await till(0), await till(1), await till(2)]).toEqual([basePrice(0), basePrice(1) - 90, basePrice(2) + 90]);
    await ap.start();
    await expect.poll(() => till(0), FOLLOW).toBe(basePrice(0) + 90);
    expect((await label())?.state).toBe('shown');
    expect(await (await tillOf('south', southUrl))(7)).toBe(111);
  });

  it('far ahead of a store that was away comes whole; the same again is no news', async () => {
    await south.stop();
    for (let turn = 0; turn < 8; turn += 1) await pushRows(turn);
    const [last] = (await pushRows(8)).stores;
    expect(last?.deltas.map(({ from }) => from)).toEqual([10, 9, 8, 7, 6, 5, 4, 3]);
    const before = proxy.passed.length;
    southUrl = (await south.start()).url;
    await applied('south', 11);
    expect(proxy.bytesOf('south', before)).toBe(last?.lengthBytes);
    expect(await (await tillOf('south', southUrl))(3)).toBe(1_008);
    expect((await pushRows(8)).stores).toMatchObject([{ store: 'south', version: 11, unchanged: true }]);
  });
});

/** By HTTP, as the console would. */
async function pushRows(turn: number) {
  const header = COLUMNS.split(',');
  const rows = csvOf((index) => (index === 3 ? 1_000 + turn : basePrice(index)))
    .split('\n')
    .slice(1, SMALL + 1)
    .map((line) => JSON.stringify(Object.fromEntries(line.split(',').map((cell, at) => [header[at], cell]))));
  return callHub(operator, 'pushItems', { query: { stores: 'south', force: 'true' }, body: rows.join('\n') });
}

async function staffOf(url: string) {
  const { code } = await callAgent(adminOf('north', url), 'createPairingCode', {
    body: { kind: 'staff', name: 'staff' },
  });
  const { credential } = await callAgent({ url }, 'pair', { body: { code, kind: 'staff' } });
  const { session } = await callAgent({ url, credential }, 'staffSignIn', { body: { pin: PIN } });
  return { url, credential, staffSession: session };
}
