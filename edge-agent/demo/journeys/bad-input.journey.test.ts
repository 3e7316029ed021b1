/** What goes wrong in a store, over its real wires: each is a coded, explained error, the rest goes on, and no sale is lost. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CallError, callAgent, DEFAULT_CONSENT_TEXTS } from '@tillside/agent-contract';
import type { CampaignSet } from '@tillside/decide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cashier } from '../src/day/cashier.ts';
import { pushCampaigns, until } from '../src/day/headquarters.ts';
import { openTill } from '../src/day/open-till.ts';
import { demoCampaigns } from '../src/store/campaigns.ts';
import { type DemoStore, memberCode } from '../src/store/demo-store.ts';
import { callHub } from '../src/store/hub-client.ts';
import { businessDateNow, STORE_ID } from '../src/store/layout.ts';
import { descendants } from './processes.ts';
import { openShop, type Shop, sellBaskets } from './shop.ts';

const WAIT_MS = 20_000;
const PHONES = ['13987650001', '13987650002'];

let shop: Shop;
let demo: DemoStore;
let till: Cashier;

const status = () => callAgent({ url: demo.agentUrl, credential: demo.adminCredential() }, 'status', {});
const hubSales = async (): Promise<number> =>
  (await callHub(demo.hub(), 'store', { params: { id: STORE_ID } })).days.find(
    (day) => day.businessDate === businessDateNow(),
  )?.sales ?? 0;
const refusal = async (work: Promise<unknown>): Promise<CallError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof CallError) return error;
  throw new Error(`not refused: ${String(error)}`);
};
const scannerOnline = (id: string) =>
  until(`${id} is online`, WAIT_MS, async () =>
    (await status()).devices.some((one) => one.deviceId === id && one.state === 'online') ? true : undefined,
  );

/** A basket with one of `sku`; its price now. */
async function priceOf(sku: string): Promise<number> {
  const { basketId } = await till.call('openBasket', { body: { cashierId: 'c' }, key: till.newKey() });
  const basket = await till.call('addLine', { params: { basketId }, body: { sku }, key: till.newKey() });
  await till.call('cancelBasket', { params: { basketId }, key: till.newKey() });
  return basket.decision.payableFen;
}

beforeAll(async () => {
  shop = await openShop({ households: 20 });
  demo = shop.demo;
  till = await openTill(demo, '1');
  await pushCampaigns(demo, demoCampaigns(demo.data, Date.now()));
  await until('the campaigns are applied', WAIT_MS, async () =>
    (await status()).campaignSetVersion > 0 ? true : undefined,
  );
  await scannerOnline('scanner-1');
}, 120_000);
afterAll(async () => {
  till?.stop();
  await shop?.close();
}, 30_000);

describe('at the counter', () => {
  it('garbage on the serial line is counted under its code, and the next scan is heard', async () => {
    await till.counter.scanner.noise(Uint8Array.of(0xff, 0xfe, 0x00, 0x80, 0x0d));
    const item = demo.data.items[0];
    const heard = await till.scan(item?.gtin ?? '', ']E0');
    expect(heard.gtin).toContain(item?.gtin);
    const metrics = await (await fetch(`${demo.agentUrl}/metrics`)).text();
    expect(metrics).toMatch(/tillside_device_rejects_total\{[^}]*SCAN_GARBAGE[^}]*\} [1-9]/);
  });

  it('an unknown GTIN is refused with what to do, and its basket goes on', async () => {
    const { basketId } = await till.call('openBasket', { body: { cashierId: 'c' }, key: till.newKey() });
    const scan = await till.scan('6901234567892', ']E0');
    const addLine = (body: { scan: string } | { sku: string }) =>
      till.call('addLine', { params: { basketId }, body, key: till.newKey() });
    const error = await refusal(addLine({ scan: scan.data }));
    expect(error.code).toBe('ITEM_UNKNOWN');
    expect(error.body?.hint).not.toBe('');
    const basket = await addLine({ sku: demo.data.items.find((item) => item.soldBy === 'each')?.sku ?? '' });
    expect(basket.lines).toHaveLength(1);
    await till.call('cancelBasket', { params: { basketId }, key: till.newKey() });
  });

  it('a device host that is killed comes back by itself, and the till sold all the while', async () => {
    const hosts = descendants(demo.agentPid ?? 0).filter((one) => /devices\/(src|dist)\/host/.test(one.command));
    expect(hosts.length).toBeGreaterThan(0);
    for (const host of hosts) process.kill(host.pid, 'SIGKILL');
    const before = till.totals.sales;
    const sku = demo.data.items.find((item) => item.soldBy === 'each')?.sku ?? '';
    expect(await priceOf(sku)).toBeGreaterThan(0);
    await until('a scan is heard again', WAIT_MS, () =>
      till.scan(demo.data.items[0]?.gtin ?? '', ']E0').then(
        () => true,
        () => undefined,
      ),
    );
    await until('the scale answers again', WAIT_MS, async () =>
      (await status()).devices.every((one) => one.lane === undefined || one.state === 'online') ? true : undefined,
    );
    await sellBaskets(demo, till, 0, 2);
    expect(till.totals.sales).toBe(before + 2);
  }, 60_000);
});

describe('between store and HQ', () => {
  it('a hub that is down: sales are answered and wait, HQ’s absence is told, and all arrives when it is back', async () => {
    const kiosk = await demo.pair('kiosk', 'kiosk', '2');
    await demo.stopHub('SIGKILL');
    const before = till.totals.sales;
    await sellBaskets(demo, till, 2, 4);
    expect(till.totals.sales).toBeGreaterThan(before);
    const away = await until('the store knows that the hub is away', WAIT_MS, async () => {
      const now = await status();
      return now.sync.online ? undefined : now;
    });
    expect(away.sync.waiting).toBeGreaterThan(0);
    expect(away.sync.condition).toMatchObject({
      code: expect.stringMatching(/^[A-Z_]+$/),
      hint: expect.stringMatching(/./),
    });
    expect((await callAgent(kiosk, 'publicOffers', {})).offers.length).toBeGreaterThan(0);
    await demo.startHub();
    await until('the outbox is drained', WAIT_MS, async () => ((await status()).sync.waiting === 0 ? true : undefined));
    expect(await hubSales()).toBe(till.totals.sales);
  }, 60_000);

  it('a campaign file that was tampered with at HQ is refused with a code; the till goes on by the old edition, and HQ sees it pending', async () => {
    const milk = demo.data.items.find((item) => item.soldBy === 'each' && item.department === 'dairy')?.sku ?? '';
    const oldPriceFen = await priceOf(milk);
    const { campaignSetVersion } = await status();
    const edition = demoCampaigns(demo.data, Date.now());
    const first = edition.campaigns[0];
    if (first?.kind !== 'discount') throw new Error('the first demo campaign is a discount');
    const set: CampaignSet = {
      ...edition,
      campaigns: [{ ...first, items: { all: true }, discount: { by: 'percent', percentOffBp: 5000 } }],
    };
    const artifacts = join(demo.layout.hubData, 'artifacts');
    const before = new Set(readdirSync(artifacts));
    const pid = demo.agentPid ?? 0;
    // The store holds its breath, so that it can't fetch the file before it is spoilt.
    process.kill(pid, 'SIGSTOP');
    try {
      await callHub(demo.hub(), 'pushCampaigns', { body: { stores: [STORE_ID], set } });
      const spoilt = readdirSync(artifacts).find((name) => !before.has(name)) ?? '';
      const path = join(artifacts, spoilt);
      const bytes = readFileSync(path);
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      writeFileSync(path, bytes);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    const told = await until('the store names the spoilt file', WAIT_MS, async () =>
      [(await status()).sync.condition, ...(await status()).conditions].find(
        (one) => one?.code === 'TARGET_HASH_MISMATCH',
      ),
    );
    expect(told.hint).not.toBe('');
    const { releases } = await callHub(demo.hub(), 'campaigns');
    expect(releases[0]?.stores[0]?.state).toBe('pending');
    expect((await status()).campaignSetVersion).toBe(campaignSetVersion);
    expect(await priceOf(milk)).toBe(oldPriceFen);
    await sellBaskets(demo, till, 6, 1);
    // HQ pushes again: a sound file is taken, so the bad one did no lasting harm.
    await callHub(demo.hub(), 'pushCampaigns', { body: { stores: [STORE_ID], set: { ...set, setId: 'again' } } });
    await until('a sound edition is applied', WAIT_MS, async () =>
      (await status()).campaignSetVersion > campaignSetVersion ? true : undefined,
    );
    expect(await priceOf(milk)).toBeLessThan(oldPriceFen);
  }, 60_000);
});

describe('what is kept', () => {
  const files = (folder: string): string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));

  /** Files below `folder` that hold any of `words`. */
  const holding = (folder: string, words: readonly (string | Buffer)[]): string[] =>
    files(folder).filter((path) => {
      const bytes = readFileSync(path);
      return words.some((word) => bytes.includes(word));
    });

  it('no device address, phone number or code of a member’s card is in any file where it must not be', async () => {
    const { presence } = demo.simulators;
    for (let post = 0; post < 30; post++) await presence.post();
    const kiosk = await demo.pair('kiosk', 'entrance');
    const codes: string[] = [];
    for (const [index, phone] of PHONES.entries()) {
      const consents = [{ purpose: 'membership' as const, granted: true, textVersion: DEFAULT_CONSENT_TEXTS.version }];
      const member = await callAgent(kiosk, 'signUp', {
        key: `join-${index}`,
        body: { phone, isOldEnough: true, locale: 'en', consents },
      });
      await callAgent(kiosk, 'signIn', { body: { code: member.code } });
      codes.push(member.code.replace('TM:', ''));
    }
    const card = memberCode(demo.data.households[0]?.memberId ?? '');
    await refusal(callAgent(kiosk, 'signIn', { body: { code: 'TM:card-nobody-has' } }));
    await till.scan(`TM:${card}`, ']Q1');
    await until('footfall is counted and all is at the hub', WAIT_MS, async () => {
      const { events } = await callHub(demo.hub(), 'events', { query: { store: STORE_ID, stream: 'presence' } });
      return events.length > 0 && (await status()).sync.waiting === 0 ? true : undefined;
    });

    const { root, logs } = demo.layout;
    const macs = [...presence.sentMacs].flatMap((mac) => {
      const bare = mac.replaceAll(':', '');
      const written = [mac, bare, mac.replaceAll(':', '-')];
      return [...written, ...written.map((one) => one.toUpperCase()), Buffer.from(bare, 'hex')];
    });
    expect(presence.sentMacs.size).toBeGreaterThan(20);
    expect(files(root).length).toBeGreaterThan(10);
    // The search finds what is there: the store's id is in the journal and the hub's database.
    expect(holding(root, [STORE_ID]).length).toBeGreaterThan(1);
    expect(holding(root, macs)).toEqual([]);
    expect(holding(root, [...PHONES, ...PHONES.map((phone) => `+86${phone}`)])).toEqual([]);
    expect(holding(logs, [card, 'card-nobody-has', ...codes])).toEqual([]);
    expect(holding(demo.layout.hubData, [card, ...codes])).toEqual([]);
  }, 60_000);

  it('a sale that was answered is there after the agent was killed', async () => {
    const before = till.totals.sales;
    await sellBaskets(demo, till, 7, 2);
    expect(till.totals.sales).toBeGreaterThan(before);
    await demo.stopAgent('SIGKILL');
    await demo.startAgent();
    await until('everything is at the hub', WAIT_MS, async () =>
      (await status()).sync.waiting === 0 ? true : undefined,
    );
    expect(await hubSales()).toBe(till.totals.sales);
  }, 60_000);
});
