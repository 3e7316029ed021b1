import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { callAgent } from '@tillside/agent-contract';
import { OpenEpaperLinkSimulator } from '@tillside/devices/simulators';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, ITEMS_CSV, type Rig, startRig, TEST_PIN } from '../testing.ts';

const TAG = '00007E1F0000A001';
const LOOSE = '00007E1F0000A002';
const UNTIL = '2098-01-01T00:00:00Z';
const CHECK_IN_MS = 120;

let ap: OpenEpaperLinkSimulator;
let rig: Rig;
let staff: Caller;
let till: Caller;
let watch: PriceWatch;
let next = 0;
const key = (): string => `l${next++}`;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Polls until `look` finds something; the test's own time limit ends it. */
async function until<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/**
 * Holds the till to the shelf: reads again and again what the tag's panel really shows and what the till would charge at that same instant.
 * Pictures are known by their hash, as the journal noted when each was drawn.
 */
class PriceWatch {
  readonly breaches: string[] = [];
  compared = 0;
  #prices = new Map<string, number>();
  #timer: NodeJS.Timeout;

  constructor() {
    this.#timer = setInterval(() => this.look(), 3);
  }

  look(): void {
    const { journal, book, items } = rig.agent.app;
    const row = journal.get<{ wanted: string | null; image_hash: string | null }>(
      'SELECT wanted, image_hash FROM label WHERE tag_id = ?',
      TAG,
    );
    if (row?.wanted && row.image_hash)
      this.#prices.set(row.image_hash, (JSON.parse(row.wanted) as { priceFen: number }).priceFen);
    const shelfFen = this.physicalFen();
    const item = items.bySku('milk');
    if (shelfFen === undefined || item === undefined) return;
    this.compared += 1;
    const tillFen = book.shelfPriceFen(item);
    const basketFen = book.aloneFen(item);
    if (tillFen > shelfFen || basketFen > shelfFen)
      this.breaches.push(`shelf ${shelfFen}, item call ${tillFen}, basket ${basketFen}`);
  }

  /** What a shopper reads on the tag now. */
  physicalFen(): number | undefined {
    const picture = ap.tagImage(TAG);
    return picture && this.#prices.get(createHash('md5').update(picture.jpeg).digest('hex'));
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

const importMilk = (priceFen: number): Promise<unknown> =>
  callAgent({ url: rig.agent.url, credential: rig.adminCredential() }, 'importFile', {
    params: { what: 'items' },
    body: ITEMS_CSV.replace(',1290,', `,${priceFen},`),
  });
const label = async () => {
  const { labels } = await staff.call('listLabels', {});
  return labels.find(({ tagId }) => tagId === TAG);
};
const cut = (percentOffBasisPoints: number) =>
  staff.call('putPromotion', { body: { sku: 'milk', percentOffBasisPoints, until: UNTIL } });
const end = () => staff.call('endPromotion', { params: { campaignId: 'store:milk' } });
async function tillFen(): Promise<number> {
  const { basketId } = await till.call('openBasket', { body: { cashierId: 'c' }, key: key() });
  const basket = await till.call('addLine', { params: { basketId }, body: { sku: 'milk' }, key: key() });
  await till.call('cancelBasket', { params: { basketId }, key: key() });
  return basket.decision.payableFen;
}

beforeAll(async () => {
  const port = await freePort();
  ap = new OpenEpaperLinkSimulator({
    port,
    tags: [TAG, LOOSE].map((mac) => ({ mac, hwType: 1 })),
    checkInMs: CHECK_IN_MS,
  });
  await ap.start();
  rig = await startRig({
    devices: [
      {
        id: 'labels',
        model: 'label/openepaperlink',
        connection: { kind: 'http', url: `http://127.0.0.1:${port}` },
        options: { minGapMs: 20, pollMs: 30, backoffBaseMs: 30, backoffMaxMs: 100 },
      },
    ],
  });
  await importMilk(1290);
  till = await rig.pair('terminal', '1');
  staff = await rig.pair('staff');
  staff.session = (await staff.call('staffSignIn', { body: { pin: TEST_PIN } })).session;
  watch = new PriceWatch();
});
afterAll(async () => {
  watch.stop();
  await rig.stop();
  await ap.stop();
});

describe('shelf labels, from the access point to the till', () => {
  it('are discovered, paired with a product and shown', async () => {
    const found = await until(label);
    expect(found).toMatchObject({ state: 'unpaired', hwType: 1 });
    expect(await staff.call('pairLabel', { params: { tagId: TAG }, body: { sku: 'milk' } })).toMatchObject({
      sku: 'milk',
      name: { en: 'Milk' },
    });
    const shown = await until(async () => ((await label())?.state === 'shown' ? label() : undefined));
    expect(shown).toMatchObject({
      code: 'LABEL_RIGHT',
      priceFen: 1290,
      shownFen: 1290,
      shelf: expect.any(String),
      rssiDbm: -58,
      lqi: 112,
      deviceId: 'labels',
      sentAt: expect.any(String),
      queuedAt: expect.any(String),
      shownAt: expect.any(String),
      seenAt: expect.any(String),
    });
    expect(watch.physicalFen()).toBe(1290);
    await expect(staff.call('pairLabel', { params: { tagId: LOOSE }, body: { sku: 'nothing' } })).rejects.toThrow(
      'ITEM_UNKNOWN',
    );
  });

  it('are counted by code, found by product and paged by tag', async () => {
    expect(await staff.call('labelSummary', {})).toEqual({
      total: 2,
      paired: 1,
      right: 1,
      codes: expect.arrayContaining([
        { code: 'LABEL_RIGHT', count: 1 },
        { code: 'LABEL_UNPAIRED', count: 1 },
      ]),
    });
    const tags = async (query: object) =>
      (await staff.call('listLabels', { query })).labels.map(({ tagId }: { tagId: string }) => tagId);
    expect(await tags({ sku: 'milk' })).toEqual([TAG]);
    expect(await tags({ code: 'LABEL_UNPAIRED' })).toEqual([LOOSE]);
    const first = await staff.call('listLabels', { query: { limit: 1 } });
    expect(first).toMatchObject({ labels: [{ tagId: TAG }], next: TAG });
    expect(await tags({ after: TAG })).toEqual([LOOSE]);
    expect(await staff.call('showLabel', { params: { tagId: LOOSE } })).toMatchObject({ code: 'LABEL_UNPAIRED' });
    expect(await staff.call('labelWalk', {})).toEqual({ shelves: [] });
    expect(await staff.call('listMismatches', {})).toEqual({ mismatches: [] });
    expect(await staff.call('referencePrice', { params: { sku: 'milk' } })).toMatchObject({
      jurisdiction: 'CN',
      rule: 'none',
      evidence: [],
    });
  });

  it('two people at once: the second is told, and pairs when they know', async () => {
    const pair = (sku: string, expectedSku: string | null) =>
      staff.call('pairLabel', { params: { tagId: TAG }, body: { sku, expectedSku } });
    await expect(pair('bread', null)).rejects.toThrow('LABEL_PAIRED_OTHERWISE');
    expect((await label())?.sku).toBe('milk');
    expect(await pair('milk', null)).toMatchObject({ sku: 'milk' });
  });

  it('blink when asked', async () => {
    await staff.call('flashLabel', { params: { tagId: LOOSE } });
    expect(ap.flashes).toContain(LOOSE);
  });

  it('a cut is at the till at once, on the label afterwards', async () => {
    await cut(2000);
    expect(await tillFen()).toBe(1032);
    await until(() => (watch.physicalFen() === 1032 ? true : undefined));
    expect(await until(async () => ((await label())?.state === 'shown' ? label() : undefined))).toMatchObject({
      priceFen: 1032,
    });
  });

  it('its end is on the label first; the till keeps the lower price until that is proven', async () => {
    ap.setSilent(TAG, true);
    await end();
    expect(await tillFen()).toBe(1032);
    const basket = await till.call('openBasket', { body: { cashierId: 'c' }, key: key() });
    const { basketId } = basket;
    const added = await till.call('addLine', { params: { basketId }, body: { sku: 'milk', quantity: 3 }, key: key() });
    expect(added.decision.payableFen).toBe(3 * 1032);
    expect(added.messages[0]).toMatchObject({ kind: 'applied', campaignId: 'shelf-guard:milk' });
    const { promotions } = await staff.call('listPromotions', {});
    expect(promotions).toEqual([]);
    ap.setSilent(TAG, false);
    await until(() => (watch.physicalFen() === 1290 ? true : undefined));
    const after = await until(async () => {
      const view = await till.call('getBasket', { params: { basketId } });
      return view.decision.payableFen === 3 * 1290 ? view : undefined;
    });
    expect(after.messages).toEqual([]);
    expect(after.decision.notApplied).toEqual([]);
    await till.call('cancelBasket', { params: { basketId }, key: key() });
  });

  it('a cut that ends before the tag took it binds the till until its picture can appear no more', async () => {
    ap.setSilent(TAG, true);
    await cut(5000);
    await until(async () => ((await label())?.state === 'queued' ? true : undefined));
    await end();
    expect(await tillFen()).toBe(645);
    ap.setSilent(TAG, false);
    await until(async () => ((await tillFen()) === 1290 ? true : undefined));
    expect(watch.physicalFen()).toBe(1290);
  });

  it('an access point that is away is seen, and catches up when it is back', { timeout: 60_000 }, async () => {
    await ap.stop();
    await cut(1000);
    expect(await tillFen()).toBe(1161);
    await until(() =>
      rig.agent.app.status('en').devices.find(({ deviceId, state }) => deviceId === 'labels' && state !== 'online'),
    );
    expect(['sending', 'queued', 'failed']).toContain((await label())?.state);
    await ap.start();
    await until(() => (watch.physicalFen() === 1161 ? true : undefined));
    await end();
    await until(async () => ((await tillFen()) === 1290 ? true : undefined));
  });

  it('a device host that is killed comes back and the label still follows', { timeout: 60_000 }, async () => {
    ap.setSilent(TAG, true);
    await importMilk(1490);
    await until(async () => ((await label())?.state === 'queued' ? true : undefined));
    const pid = rig.agent.app.devices.pids().back;
    process.kill(pid ?? -1, 'SIGKILL');
    await until(() => {
      const now = rig.agent.app.devices.pids().back;
      return now !== undefined && now !== pid ? true : undefined;
    });
    expect(await tillFen()).toBe(1290);
    ap.setSilent(TAG, false);
    await until(() => (watch.physicalFen() === 1490 ? true : undefined));
    await until(async () => ((await tillFen()) === 1490 ? true : undefined));
  });

  it('changes in a hurry never let the till charge more than the shelf says', { timeout: 60_000 }, async () => {
    const prices = [1100, 1600, 900, 1290];
    for (let round = 0; round < 8; round++) {
      if (round % 2 === 0) await importMilk(prices[(round / 2) % prices.length] ?? 1290);
      await cut(1000 + 500 * round);
      if (round % 3 !== 0) await new Promise((resolve) => setTimeout(resolve, 60 * round));
      if (round % 3 !== 1) await end();
    }
    const item = rig.agent.app.items.bySku('milk');
    const wanted = item && rig.agent.app.book.labelPrice(item).priceFen;
    await until(() => (watch.physicalFen() === wanted ? true : undefined));
    await until(async () => ((await tillFen()) === wanted ? true : undefined));
  });

  it('held at every instant of all of this', () => {
    expect(watch.compared).toBeGreaterThan(100);
    expect(watch.breaches).toEqual([]);
  });
});
