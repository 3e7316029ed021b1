import { setTimeout } from 'node:timers/promises';
import { callAgent } from '@tillside/agent-contract';
import { EVENT_TYPES } from '@tillside/protocol';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Caller, type Rig, startRig } from '../testing.ts';
import { gtinOf, HEADER, itemLine } from './import/testing.ts';

let rig: Rig;
let till: Caller;
let now = Date.parse('2026-11-22T20:00:00+08:00');
beforeAll(async () => {
  rig = await startRig({}, { now: () => now });
  till = await rig.pair('terminal', '1');
});
afterAll(() => rig.stop());

const admin = () => ({
  url: rig.agent.url,
  credential: rig.adminCredential(),
  locale: 'en' as const,
  timeoutMs: 60_000,
});
const send = (body: string | ReadableStream<Uint8Array>, query: Record<string, string> = {}) =>
  callAgent(admin(), 'importFile', { params: { what: 'items' }, query, body });
const ITEMS = `${HEADER},minAge,packs\n${itemLine('tea', 1, 500, `,,${gtinOf(9)}:6`)}${itemLine('wine', 2, 9900, ',18,')}`;

let receipts = 0;
/** Sells one of an item at what the till shows, and says under which price version. */
async function sell(gtin: string): Promise<{ fen: number; priceVersion: number }> {
  receipts += 1;
  const { basketId } = await till.call('openBasket', { body: { cashierId: 'c1' }, key: `open-${receipts}` });
  const view = await till.call('addLine', { params: { basketId }, body: { gtin }, key: `line-${receipts}` });
  await till.call('completeBasket', {
    params: { basketId },
    body: {
      cashierId: 'c1',
      receiptNumber: `R${receipts}`,
      businessDate: '2026-11-22',
      expectedPayableFen: view.decision.payableFen,
      tenders: [{ kind: 'token', amountFen: view.decision.totalFen }],
    },
    key: `pay-${receipts}`,
  });
  const row = rig.agent.app.journal.get<{ envelope: string }>(
    `SELECT envelope FROM event WHERE type = 'tillside.sale.completed.v1' ORDER BY seq DESC LIMIT 1`,
  );
  const { data } = JSON.parse(row?.envelope ?? '{}') as { data: unknown };
  const { priceVersion } = EVENT_TYPES['tillside.sale.completed.v1'].body.parse(data);
  return { fen: view.decision.payableFen, priceVersion };
}

describe('an integrator', () => {
  it('sends the range, sees it at the till, and sends it again for nothing', async () => {
    const report = await send(ITEMS, { mode: 'full' });
    expect(report).toMatchObject({ accepted: 2, priceVersion: 1, items: { mode: 'full', created: 2 } });
    const { items } = await till.call('findItems', { query: { q: gtinOf(9) } });
    expect(items).toMatchObject([{ sku: 'tea', unit: 'each', state: 'on-sale' }]);
    expect((await till.call('findItems', { query: { q: 'wine' } })).items).toMatchObject([{ minAge: 18 }]);
    expect(await sell(gtinOf(1))).toEqual({ fen: 500, priceVersion: 1 });
    expect(await send(ITEMS, { mode: 'full' })).toMatchObject({ priceVersion: 1, items: { unchanged: 2 } });
  });

  it('stages a price that the store sells at from midnight on, also when it was off then', async () => {
    await send('sku,priceFen\ntea,550\n', { effectiveFrom: '2026-11-23' });
    await callAgent(admin(), 'putItems', {
      query: { effectiveFrom: '2026-11-24T08:00' },
      body: { items: [{ sku: 'tea', priceFen: 600 }] },
    });
    const { changes } = await callAgent(admin(), 'listPriceChanges', { query: {} });
    expect(changes).toMatchObject([
      { sku: 'tea', priceFen: 550, currentFen: 500, effectiveFrom: '2026-11-23T00:00:00+08:00' },
      { sku: 'tea', priceFen: 600, effectiveFrom: '2026-11-24T08:00:00+08:00' },
    ]);
    now = Date.parse('2026-11-23T00:00:00+08:00');
    await vi.waitFor(() => expect(rig.agent.app.items.bySku('tea')?.priceFen).toBe(550), 10_000);
    expect(await sell(gtinOf(1))).toEqual({ fen: 550, priceVersion: 2 });
    now = Date.parse('2026-11-24T09:00:00+08:00');
    await rig.restart();
    expect(await sell(gtinOf(1))).toEqual({ fen: 600, priceVersion: 3 });
    const gone = callAgent(admin(), 'cancelPriceChange', { params: { changeId: changes[0]?.changeId ?? '' } });
    await expect(gone).rejects.toThrow('PRICE_CHANGE_OVER');
  });

  it('sends JSON lines as a stream, and mends what the quarantine names', async () => {
    const lines = [{ sku: 'tea', priceFen: 610 }, { sku: 'tea2', priceFen: 1 }, 'noise'].map(
      (line) => `${JSON.stringify(line)}\n`,
    );
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const line of lines) controller.enqueue(Buffer.from(line));
        controller.close();
      },
    });
    const report = await callAgent(admin(), 'importFile', {
      params: { what: 'items' },
      query: {},
      body,
      bodyType: 'application/x-ndjson',
    });
    expect(report).toMatchObject({ accepted: 1, rejectedCount: 2 });
    const importId = report.items?.importId ?? '';
    expect(await callAgent(admin(), 'getImport', { params: { importId } })).toMatchObject({ state: 'applied', report });
    expect((await callAgent(admin(), 'importQuarantine', { params: { importId } })).csv).toContain(
      'tea2,1,2,ROW_INCOMPLETE',
    );
    expect((await callAgent(admin(), 'listImports', {})).imports[0]?.importId).toBe(importId);
  });

  it('discontinues what a scan then refuses and a search still finds', async () => {
    await send('sku,discontinued\nwine,yes\n');
    const { basketId } = await till.call('openBasket', { body: { cashierId: 'c1' }, key: 'gone-open' });
    const adding = till.call('addLine', { params: { basketId }, body: { gtin: gtinOf(2) }, key: 'gone-line' });
    await expect(adding).rejects.toThrow('ITEM_NOT_ON_SALE');
    expect((await till.call('findItems', { query: { q: 'wine' } })).items).toMatchObject([{ state: 'discontinued' }]);
  });

  it('is told why a file is none, and nobody but the operator may send one', async () => {
    await expect(send('<html>')).rejects.toThrow('IMPORT_REFUSED');
    await expect(send('price\n1\n')).rejects.toThrow('IMPORT_REFUSED');
    await expect(send('\uFEFF\u0000')).rejects.toThrow('IMPORT_ENCODING');
    await expect(send('sku\n', { effectiveFrom: 'soon' })).rejects.toThrow('BODY_REFUSED');
    await expect(callAgent({ url: rig.agent.url, credential: till.credential }, 'listImports', {})).rejects.toThrow(
      'NOT_ALLOWED',
    );
    const bare = await fetch(`${rig.agent.url}/v1/imports/items`, {
      method: 'POST',
      headers: { authorization: `Bearer ${rig.adminCredential()}` },
    });
    expect(await bare.json()).toMatchObject({ code: 'IMPORT_REFUSED' });
  });
});

describe('a file of bad rows', () => {
  const ROWS = 50_000;

  it('fills a quarantine while the till sells', { timeout: 60_000 }, async () => {
    const block = Array.from({ length: 500 }, (_, row) => itemLine(`bad-${row}`, 100 + row, 'a lot')).join('');
    let blocks = ROWS / 500;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(Buffer.from(`${HEADER}\n`)),
      pull(controller) {
        if (blocks-- > 0) controller.enqueue(Buffer.from(block));
        else controller.close();
      },
    });
    let over = false;
    const importing = send(body).finally(() => {
      over = true;
    });
    let sold = 0;
    while (!over) {
      await sell(gtinOf(1));
      sold += 1;
      await setTimeout(100);
    }
    expect(await importing).toMatchObject({ accepted: 0, rejectedCount: ROWS, rejected: { length: 200 } });
    expect(sold).toBeGreaterThan(2);
    expect(rig.agent.app.items.count()).toBe(2);
  });
});

describe('a journal that has no room left', () => {
  it('refuses the file whole, and the till goes on', async () => {
    const full = await startRig({ journalMaxMebibytes: 1 });
    try {
      const operator = { url: full.agent.url, credential: full.adminCredential() };
      const take = (body: string) => callAgent(operator, 'importFile', { params: { what: 'items' }, query: {}, body });
      await take(ITEMS);
      const many = Array.from({ length: 5_000 }, (_, index) => itemLine(`i${index}`, 100 + index, 700)).join('');
      await expect(take(`${HEADER}\n${many}`)).rejects.toThrow('STORAGE_FULL');
      expect(full.agent.app.items.count()).toBe(2);
      const { imports } = await callAgent(operator, 'listImports', {});
      expect(imports[0]).toMatchObject({ state: 'refused', refusal: { code: 'STORAGE_FULL' } });
      expect((await take('sku,priceFen\ntea,510\n')).items).toMatchObject({ changed: 1 });
    } finally {
      await full.stop();
    }
  });
});
