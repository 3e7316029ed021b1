/** A store without internet for a day, and for a month: it sells by what it has, loses nothing, and HQ has all of it once in its order when the line is back. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { callAgent } from '@tillside/agent-contract';
import { parseConfig, type RunningAgent, startAgent } from '@tillside/edge-agent';
import { parseConfig as parseHubConfig, type RunningHub, startHub } from '@tillside/hub';
import { openSqliteReader } from '@tillside/hub/storage';
import { type Stream, trustingFetch } from '@tillside/protocol';
import { testCa } from '@tillside/protocol/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeArguments, roomEntry } from '../src/process.ts';
import { callHub } from '../src/store/hub-client.ts';
import { Line } from './line.ts';

const STORE = 'store-1';
const DAY_MS = 86_400_000;
/** More than one batch carries, and more than the budget of the store holds. */
const OTHER_POS_SALES = 1_100;
const FOLLOW = { timeout: 40_000, interval: 50 };
const POSLOG = 'http://www.nrf-arts.org/IXRetail/namespace/';
const MILK = { sku: 'milk', gtin: '2900000000018', nameZh: '鲜牛奶', nameEn: 'Milk', category: 'milk', priceFen: 1290 };
const TEA = { sku: 'tea', gtin: '2900000000049', nameZh: '绿茶', nameEn: 'Green tea', category: 'tea', priceFen: 500 };
const OF_BOTH = { sizeZh: '1 升', sizeEn: '1 L', department: 'drinks', soldBy: 'each', vatBasisPoints: 900 };
const run = promisify(execFile);

let dir: string;
let hub: RunningHub;
let agent: RunningAgent;
let operator: { url: string; credential: string; fetch: typeof fetch };
let [web, wake]: Line[] = [];
let aheadMs = 0;
let keys = 0;
const clock = { now: (): number => Date.now() + aheadMs };
const key = (): string => `k${keys++}`;
const at = (...names: string[]): string => join(dir, ...names);
const portOf = (url: string): number => Number(new URL(url).port);
const dayNow = (): string => new Date(clock.now()).toISOString().slice(0, 10);

const runHub = (): Promise<RunningHub> => {
  const tls = { certFile: at('hub.pem'), keyFile: at('hub.key'), caFile: at('ca.pem') };
  const config = { dataDir: at('hub'), port: 0, host: '127.0.0.1', tls, mqtt: { port: 0 }, logLevel: 'silent' };
  return startHub(parseHubConfig(config), { clock });
};
const runAgent = async (): Promise<RunningAgent> =>
  startAgent(parseConfig(JSON.parse(readFileSync(at('agent.json'), 'utf8'))), { clock });

async function set(): Promise<void> {
  const ca = testCa();
  const { cert, key: privateKey } = ca.issue(['127.0.0.1']);
  for (const [name, text] of Object.entries({ 'ca.pem': ca.cert, 'hub.pem': cert, 'hub.key': privateKey }))
    writeFileSync(at(name), text);
  hub = await runHub();
  [web, wake] = [new Line(() => portOf(hub.url)), new Line(() => portOf(hub.mqttUrl))];
  const trusting = trustingFetch(ca.cert);
  const { code } = await hub.pairingCode('operator');
  const body = { code, kind: 'operator', name: 'journey' };
  const { credential } = await callHub({ url: hub.url, fetch: trusting }, 'pair', { body });
  operator = { url: hub.url, credential, fetch: trusting };
  const { code: pairingCode } = await hub.pairingCode('store', STORE);
  const config = {
    version: 1,
    storeId: STORE,
    storeName: { zh: '店', en: 'Store' },
    dataDir: at('store'),
    port: 0,
    hub: {
      url: `https://127.0.0.1:${await web.start()}`,
      caFile: at('ca.pem'),
      mqttUrl: `mqtt://127.0.0.1:${await wake.start()}`,
      pairingCode,
      pollMs: 500,
    },
    journalKeepDays: 1,
    eventBudgetMebibytes: 1,
    logLevel: 'silent',
  };
  writeFileSync(at('agent.json'), JSON.stringify(config));
  agent = await runAgent();
}

beforeEach(async () => {
  aheadMs = 0;
  dir = mkdtempSync(join(tmpdir(), 'tillside-outage-'));
  await set();
}, 60_000);
afterEach(async () => {
  await agent?.stop();
  await web?.stop();
  await wake?.stop();
  await hub?.stop();
  rmSync(dir, { recursive: true, force: true });
});

const admin = () => ({ url: agent.url, credential: readFileSync(at('store', 'secrets', 'admin.token'), 'utf8') });
const status = (locale: 'en' | 'zh-CN' = 'en') => callAgent({ ...admin(), locale }, 'status', {});
const codes = async (): Promise<string[]> => (await status()).conditions.map(({ code }) => code);
const drained = () => expect.poll(async () => (await status()).sync.waiting, FOLLOW).toBe(0);

/** HQ publishes the price of milk and what comes off it; tea is a yuan cheaper from `teaFrom` on. */
async function publish(priceFen: number, percentOffBp: number, teaFrom: number): Promise<void> {
  const rows = [{ ...MILK, priceFen }, TEA].map((item) =>
    Object.fromEntries(
      Object.entries({ ...OF_BOTH, ...item, type: '', shelf: 'A1', pictogram: 'box' }).map(([k, v]) => [k, String(v)]),
    ),
  );
  const body = rows.map((row) => JSON.stringify(row)).join('\n');
  await callHub(operator, 'pushItems', { query: { stores: STORE }, body });
  const shared = { schema: 1, version: 1, kind: 'discount', fundedBy: 'store' } as const;
  const window = (from: number) => ({ from: new Date(from).toISOString(), to: '2099-01-01T00:00:00Z' });
  const campaigns = [
    {
      ...shared,
      id: 'milk-off',
      name: { zh: '牛奶', en: 'Milk' },
      window: window(0),
      items: { skus: ['milk'] },
      discount: { by: 'percent', percentOffBp },
    },
    {
      ...shared,
      id: 'tea-off',
      name: { zh: '茶', en: 'Tea' },
      window: window(teaFrom),
      items: { skus: ['tea'] },
      discount: { by: 'amount', amountOffFen: 100 },
    },
  ];
  const policy = { version: 1, objective: 'best-for-customer', couponsPerBasket: 1 };
  const edition = { schema: 1, setId: 'outage', version: 1, campaigns, policy };
  await callHub(operator, 'pushCampaigns', { body: { stores: [STORE], set: edition } });
}

async function paired(kind: 'terminal' | 'kiosk') {
  const body = { kind, name: kind, ...(kind === 'terminal' ? { lane: '1' } : {}) };
  const { code } = await callAgent(admin(), 'createPairingCode', { body });
  const answer = await callAgent({ url: agent.url }, 'pair', { body: { code, kind } });
  // The agent of after the restart listens elsewhere.
  return () => ({ url: agent.url, credential: answer.credential });
}
type Caller = Awaited<ReturnType<typeof paired>>;

/** One milk and one tea; returns the sale and what each cost. */
async function sell(till: Caller): Promise<{ saleId: string; fen: number[] }> {
  const { basketId } = await callAgent(till(), 'openBasket', { body: { cashierId: 'c1' }, key: key() });
  const params = { basketId };
  await callAgent(till(), 'addLine', { params, body: { sku: 'milk' }, key: key() });
  const { decision } = await callAgent(till(), 'addLine', { params, body: { sku: 'tea' }, key: key() });
  const amountFen = decision.payableFen;
  const body = { cashierId: 'c1', expectedPayableFen: amountFen, tenders: [{ kind: 'cash' as const, amountFen }] };
  const { saleId } = await callAgent(till(), 'completeBasket', { params, body, key: key() });
  return { saleId, fen: decision.lines.map(({ payableFen }) => payableFen) };
}

const joined = async (kiosk: Caller, n: number): Promise<void> => {
  const consents = [{ purpose: 'membership', granted: true, textVersion: '1' } as const];
  const phone = `139${String(87_650_000 + n)}`;
  await callAgent(kiosk(), 'signUp', { body: { phone, consents, locale: 'zh-CN' }, key: key() });
};

/** A day of the other POS in the store, as its file. */
async function importDay(sales: number): Promise<void> {
  const line = (n: number): string =>
    `<LineItem><SequenceNumber>${n}</SequenceNumber><Sale ItemType="Stock"><POSIdentity POSIDType="EAN"><POSItemID>${TEA.gtin}</POSItemID></POSIdentity><RegularSalesUnitPrice>5.00</RegularSalesUnitPrice><ExtendedAmount>5.00</ExtendedAmount><Quantity>1</Quantity></Sale></LineItem>`;
  const tender =
    '<LineItem><SequenceNumber>4</SequenceNumber><Tender TenderType="Cash" TypeCode="Sale"><Amount Currency="CNY">15.00</Amount></Tender></LineItem>';
  const one = (n: number): string =>
    `<Transaction><RetailStoreID>${STORE}</RetailStoreID><WorkstationID>9</WorkstationID><SequenceNumber>${n}</SequenceNumber><BusinessDayDate>${dayNow()}</BusinessDayDate><EndDateTime>${new Date(clock.now()).toISOString()}</EndDateTime><OperatorID>88</OperatorID><CurrencyCode>CNY</CurrencyCode><RetailTransaction>${line(1)}${line(2)}${line(3)}${tender}</RetailTransaction></Transaction>`;
  const all = Array.from({ length: sales }, (_, n) => one(n + 1)).join('');
  const body = `<?xml version="1.0" encoding="UTF-8"?><POSLog xmlns="${POSLOG}">${all}</POSLog>`;
  expect(await callAgent(admin(), 'importPoslog', { body })).toMatchObject({ accepted: sales });
}

const ALL: readonly Stream[] = ['sales', 'members', 'ops'];
/** The bytes of every event that is in the store, by stream and number. */
const inStore = (): Map<string, string> =>
  new Map(
    agent.app.journal
      .all<{ stream: string; seq: number; envelope: string }>('SELECT stream, seq, envelope FROM event')
      .map(({ stream, seq, envelope }) => [`${stream}/${seq}`, envelope]),
  );
async function atHub(stream: Stream): Promise<{ texts: string[]; sheds: number }> {
  const { events, close } = openSqliteReader(at('hub', 'hub.db'));
  const of = { store: STORE, epoch: agent.app.journal.epoch, stream };
  const rows = await events.read(of, 0, 10 * OTHER_POS_SALES);
  const sheds = (await events.sheds(of)).length;
  await close();
  return { texts: rows.map(({ text }) => text), sheds };
}
/** Numbers of sales in the order in which HQ took them in. */
async function arrivals(): Promise<number[]> {
  const found: number[] = [];
  for (let before: number | null = Number.MAX_SAFE_INTEGER; before !== null; ) {
    const query = { store: STORE, stream: 'sales', before: String(before), limit: '200' };
    const page: Awaited<ReturnType<typeof callHub<'events'>>> = await callHub(operator, 'events', { query });
    found.push(...page.events.map(({ seq }) => seq));
    before = page.nextBefore;
  }
  return found.toReversed();
}

describe.each([{ days: 1 }, { days: 31 }])('$days days without internet', ({ days }) => {
  it('sell by what is there, and are at HQ afterwards: each event once, in order, the newest sales first', async () => {
    const isExpired = days * DAY_MS > 7 * DAY_MS;
    const beganMs = clock.now();
    await publish(1290, 1000, beganMs + (days * DAY_MS) / 2);
    await expect
      .poll(async () => (await status()).hq.map(({ kind, state }) => `${kind} ${state}`).toSorted(), FOLLOW)
      .toEqual(['campaigns applied', 'items applied']);
    const [till, kiosk] = [await paired('terminal'), await paired('kiosk')];
    expect((await sell(till)).fen).toEqual([1161, 500]);
    await drained();
    const written = inStore();
    const before = await arrivals();

    web?.cut();
    wake?.cut();
    // What the store can't hear of.
    await publish(1390, 5000, beganMs);
    const sold: string[] = [];
    for (let day = 1; day <= days; day += 1) {
      aheadMs += DAY_MS;
      const sale = await sell(till);
      expect(sale.fen).toEqual([1161, day > days / 2 ? 400 : 500]);
      sold.push(sale.saleId);
      await joined(kiosk, day);
      await importDay(Math.ceil(OTHER_POS_SALES / days));
    }
    await expect.poll(codes, FOLLOW).toContain('EVENTS_OVER_BUDGET');
    const away = await status();
    expect(away.sync).toMatchObject({ online: false, shed: 0, aside: 0, condition: { code: 'HUB_UNREACHABLE' } });
    expect((await codes()).includes('TUF_EXPIRED')).toBe(isExpired);
    // The power fails too.
    await agent.stop();
    agent = await runAgent();
    sold.push((await sell(till)).saleId);
    const waiting = inStore();
    for (const [place, text] of waiting) written.set(place, text);
    const told = [...waiting.values()].filter((text) => sold.some((id) => text.includes(id)));
    expect(told).toHaveLength(sold.length);

    web?.mend();
    wake?.mend();
    await drained();
    const arrived = (await arrivals()).slice(before.length);
    const newest = Math.max(...arrived);
    expect(arrived.indexOf(newest)).toBeLessThan(1_000);
    expect(arrived.indexOf(newest)).toBeLessThan(arrived.length - 50);
    expect(new Set(arrived).size).toBe(arrived.length);
    if (isExpired) await staysAsItWas(till);
    await expect
      .poll(async () => (await status()).hq.map(({ version, state }) => `${version} ${state}`), FOLLOW)
      .toEqual(['2 applied', '2 applied']);
    expect((await sell(till)).fen).toEqual([695, 400]);
    await drained();
    expect(await codes()).not.toContain('TUF_EXPIRED');

    for (const stream of ALL) {
      const { texts, sheds } = await atHub(stream);
      const mine = [...written].filter(([place]) => place.startsWith(stream)).length;
      const expected = Array.from({ length: mine }, (_, n) => written.get(`${stream}/${n + 1}`));
      expect([texts.slice(0, mine), sheds]).toEqual([expected, 0]);
    }
    const { stdout } = await run(
      process.execPath,
      [...nodeArguments(roomEntry('@tillside/hub')), '-d', at('hub'), 'store', 'verify', STORE],
      { env: { ...process.env, LC_ALL: 'en_GB.UTF-8' } },
    );
    expect(stdout).toContain('nothing was changed or lost');
    expect(stdout).not.toMatch(/not come|so far|declared hole/);
  }, 120_000);
});

/** HQ's word was good for a week and was not renewed: what came meanwhile is not taken before it is. */
async function staysAsItWas(till: Caller): Promise<void> {
  await expect.poll(async () => (await status()).sync.condition?.code, FOLLOW).toBe('TUF_EXPIRED');
  for (const [locale, words] of [
    ['en', 'accepts nothing new'],
    ['zh-CN', '不接受新内容'],
  ] as const)
    expect((await status(locale)).sync.condition?.message).toContain(words);
  expect((await sell(till)).fen).toEqual([1161, 400]);
  expect((await status()).sync.online).toBe(true);
  await hub.stop();
  hub = await runHub();
  operator = { ...operator, url: hub.url };
}
