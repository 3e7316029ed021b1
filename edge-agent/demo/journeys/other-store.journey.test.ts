/** Two stores and their HQ: goods bought in one come back in the other, and no unit is refunded twice. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AnswerOf, type Arguments, callAgent, type RouteName } from '@tillside/agent-contract';
import { parseConfig, type RunningAgent, startAgent } from '@tillside/edge-agent';
import { parseConfig as parseHubConfig, type RunningHub, startHub } from '@tillside/hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const DRAIN_MS = 20_000;
const ITEMS = `sku,gtin,nameZh,nameEn,sizeZh,sizeEn,department,category,type,soldBy,priceFen,vatBasisPoints,shelf,pictogram
milk,2900000000018,鲜牛奶,Milk,1 升,1 L,dairy,milk,whole,each,1290,900,A1,dairy
tea,2900000000049,绿茶,Green tea,500 毫升,500 ml,drinks,tea,green,each,500,1300,D1,drinks
`;

interface Till {
  call<N extends RouteName>(name: N, args: Arguments<N>): Promise<AnswerOf<N>>;
}

let dir: string;
let hub: RunningHub;
const agents: RunningAgent[] = [];
let here: { pair(lane: string): Promise<Till> };
let till: Till;
let otherTill: Till;
let keys = 0;

const runHub = (port = 0): Promise<RunningHub> =>
  startHub(parseHubConfig({ dataDir: join(dir, 'hub'), port, mqtt: { port: 0 }, logLevel: 'silent' }));

async function openStore(storeId: string): Promise<typeof here> {
  const { code: pairingCode } = await hub.pairingCode('store', storeId);
  const dataDir = join(dir, storeId);
  const agent = await startAgent(
    parseConfig({
      version: 1,
      storeId,
      storeName: { zh: '店', en: 'Store' },
      dataDir,
      port: 0,
      hub: { url: hub.url, pairingCode, pollMs: 500 },
      logLevel: 'silent',
    }),
  );
  agents.push(agent);
  const admin = { url: agent.url, credential: readFileSync(join(dataDir, 'secrets', 'admin.token'), 'utf8') };
  await callAgent(admin, 'importFile', { params: { what: 'items' }, query: {}, body: ITEMS });
  return {
    async pair(lane) {
      const body = { kind: 'terminal' as const, name: lane, lane };
      const { code } = await callAgent(admin, 'createPairingCode', { body });
      const paired = await callAgent({ url: agent.url }, 'pair', { body: { code, kind: 'terminal' } });
      return { call: (name, args) => callAgent({ url: agent.url, credential: paired.credential }, name, args) };
    },
  };
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-two-stores-'));
  hub = await runHub();
  here = await openStore('store-here');
  till = await here.pair('1');
  otherTill = await (await openStore('store-there')).pair('1');
}, 60_000);
afterAll(async () => {
  for (const agent of agents) await agent.stop();
  await hub?.stop();
  rmSync(dir, { recursive: true, force: true });
});

const key = (): string => `k${keys++}`;

/** Three milks and a tea, sold in the other store and known at HQ. */
async function soldThere() {
  const { basketId } = await otherTill.call('openBasket', { body: { cashierId: 'c1' }, key: key() });
  const params = { basketId };
  await otherTill.call('addLine', { params, body: { sku: 'milk', quantity: 3 }, key: key() });
  const view = await otherTill.call('addLine', { params, body: { sku: 'tea', quantity: 1 }, key: key() });
  const { payableFen } = view.decision;
  const sale = await otherTill.call('completeBasket', {
    params,
    body: { cashierId: 'c1', expectedPayableFen: payableFen, tenders: [{ kind: 'cash', amountFen: payableFen }] },
    key: key(),
  });
  await expect.poll(async () => (await otherTill.call('status', {})).sync.waiting, { timeout: DRAIN_MS }).toBe(0);
  return sale;
}

const milkBack = (saleId: string, quantity: number) => ({
  storeId: 'store-there',
  saleId,
  cashierId: 'c9',
  lines: [{ lineId: '1', quantity }],
});

describe('a sale of another store', () => {
  it('is found by its receipt and taken back here, each unit once, to the fen', async () => {
    const sale = await soldThere();
    const query = { storeId: 'store-there', receiptNumber: sale.receiptNumber, businessDate: sale.businessDate };
    const found = await till.call('findOtherSale', { query });
    expect(found).toMatchObject({ saleId: sale.saleId, payableFen: 3 * 1290 + 500 });
    expect(found.lines[0]).toMatchObject({ sku: 'milk', returnable: 3, name: { en: 'Milk' } });

    const again = { body: milkBack(sale.saleId, 2), key: key() };
    const back = await till.call('returnOtherSale', again);
    expect(back).toMatchObject({ basis: 'other-store', refundFen: 2 * 1290 });
    expect(await till.call('returnOtherSale', again)).toEqual(back);
    await expect(till.call('returnOtherSale', { ...again, body: milkBack(sale.saleId, 1) })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });

    expect((await till.call('findOtherSale', { query })).lines[0]?.returnable).toBe(1);
    await expect(till.call('returnOtherSale', { body: milkBack(sale.saleId, 2), key: key() })).rejects.toMatchObject({
      code: 'RETURN_TOO_MANY',
    });
    const last = await till.call('returnOtherSale', { body: milkBack(sale.saleId, 1), key: key() });
    expect(last.refundFen).toBe(1290);
    const totals = await till.call('dayTotals', { params: { businessDate: sale.businessDate }, query: {} });
    expect(totals).toMatchObject({ returns: 2, refundsFen: 3 * 1290, refundTenders: { cash: 3 * 1290 } });
  });

  it('two tills that bring the same unit at once: one is paid', async () => {
    const sale = await soldThere();
    const second = await here.pair('2');
    const answers = await Promise.allSettled(
      [till, second].map((one) => one.call('returnOtherSale', { body: milkBack(sale.saleId, 2), key: key() })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it('a return that can not be booked gives its units back', async () => {
    const sale = await soldThere();
    const wrong = { ...milkBack(sale.saleId, 3), tenders: [{ kind: 'cash' as const, amountFen: 1 }] };
    await expect(till.call('returnOtherSale', { body: wrong, key: key() })).rejects.toMatchObject({
      code: 'TENDER_MISMATCH',
    });
    const back = await till.call('returnOtherSale', { body: milkBack(sale.saleId, 3), key: key() });
    expect(back.refundFen).toBe(3 * 1290);
  });

  it('what nobody sold, and what was sold here, is refused with what to do', async () => {
    const query = { storeId: 'store-there', receiptNumber: 'X-000001', businessDate: '2026-11-22' };
    await expect(till.call('findOtherSale', { query })).rejects.toMatchObject({ code: 'SALE_UNKNOWN' });
    await expect(till.call('findOtherSale', { query: { ...query, storeId: 'store-here' } })).rejects.toMatchObject({
      code: 'SALE_OF_THIS_STORE',
    });
  });

  it('without HQ it waits; a repeat of what was booked is answered all the same', async () => {
    const sale = await soldThere();
    const done = { body: milkBack(sale.saleId, 1), key: key() };
    const back = await till.call('returnOtherSale', done);
    const { port } = new URL(hub.url);
    await hub.stop();
    expect(await till.call('returnOtherSale', done)).toEqual(back);
    await expect(till.call('returnOtherSale', { body: milkBack(sale.saleId, 1), key: key() })).rejects.toMatchObject({
      code: 'HQ_AWAY',
      status: 503,
    });
    hub = await runHub(Number(port));
  });
});
