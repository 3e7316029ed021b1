/** A store without internet for a day, and for a month: it sells by what it has, loses nothing, and HQ has all of it once in its order when the line is back. */
import { callAgent } from '@tillside/agent-contract';
import type { Stream } from '@tillside/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callHub } from '../src/store/hub-client.ts';
import { type Caller, CutOffStore, DAY_MS, FOLLOW, STORE, TEA_GTIN } from './cut-off-store.ts';

/** More than one batch carries, and more than the budget of the store holds. */
const OTHER_POS_SALES = 1_200;
const SALES_A_FILE = 120;
const POSLOG = 'http://www.nrf-arts.org/IXRetail/namespace/';
const ALL: readonly Stream[] = ['sales', 'members', 'ops'];

let shop: CutOffStore;
beforeEach(async () => {
  shop = new CutOffStore();
  await shop.start({ journalKeepDays: 1, eventBudgetMebibytes: 1 });
}, 60_000);
afterEach(() => shop.stop());

/** A day of the other POS in the store, or a part of it, as its file. */
async function importDay(from: number, to: number): Promise<void> {
  const line = (n: number): string =>
    `<LineItem><SequenceNumber>${n}</SequenceNumber><Sale ItemType="Stock"><POSIdentity POSIDType="EAN"><POSItemID>${TEA_GTIN}</POSItemID></POSIdentity><RegularSalesUnitPrice>5.00</RegularSalesUnitPrice><ExtendedAmount>5.00</ExtendedAmount><Quantity>1</Quantity></Sale></LineItem>`;
  const tender =
    '<LineItem><SequenceNumber>4</SequenceNumber><Tender TenderType="Cash" TypeCode="Sale"><Amount Currency="CNY">15.00</Amount></Tender></LineItem>';
  const one = (n: number): string =>
    `<Transaction><RetailStoreID>${STORE}</RetailStoreID><WorkstationID>9</WorkstationID><SequenceNumber>${n}</SequenceNumber><BusinessDayDate>${new Date(shop.clock.now()).toISOString().slice(0, 10)}</BusinessDayDate><EndDateTime>${new Date(shop.clock.now()).toISOString()}</EndDateTime><OperatorID>88</OperatorID><CurrencyCode>CNY</CurrencyCode><RetailTransaction>${line(1)}${line(2)}${line(3)}${tender}</RetailTransaction></Transaction>`;
  const all = Array.from({ length: to - from }, (_, n) => one(from + n + 1)).join('');
  const body = `<?xml version="1.0" encoding="UTF-8"?><POSLog xmlns="${POSLOG}">${all}</POSLog>`;
  expect(await callAgent(shop.admin, 'importPoslog', { body })).toMatchObject({ accepted: to - from });
}

/** Numbers of sales in the order in which HQ took them in. */
async function arrivals(): Promise<number[]> {
  const found: number[] = [];
  for (let before: number | null = Number.MAX_SAFE_INTEGER; before !== null; ) {
    const query = { store: STORE, stream: 'sales', before: String(before), limit: '200' };
    const page: Awaited<ReturnType<typeof callHub<'events'>>> = await callHub(shop.operator, 'events', { query });
    found.push(...page.events.map(({ seq }) => seq));
    before = page.nextBefore;
  }
  return found.toReversed();
}

describe.each([{ days: 1 }, { days: 31 }])('$days days without internet', ({ days }) => {
  it('sell by what is there, and are at HQ afterwards: each event once, in order, the newest sales first', async () => {
    const isExpired = days > 7;
    const beganMs = shop.clock.now();
    await shop.publish(1290, 1000, beganMs + (days * DAY_MS) / 2);
    await shop.applied(1);
    const [till, kiosk] = [await shop.pair('terminal'), await shop.pair('kiosk')];
    expect((await shop.sell(till)).fen).toEqual([1161, 500]);
    await shop.drained();
    const written = shop.written();
    const before = await arrivals();

    shop.cut();
    // What the store can't hear of.
    await shop.publish(1390, 5000, beganMs);
    const sold: string[] = [];
    for (let day = 1; day <= days; day += 1) {
      shop.aheadMs += DAY_MS;
      const sale = await shop.sell(till);
      expect(sale.fen).toEqual([1161, day > days / 2 ? 400 : 500]);
      sold.push(sale.saleId);
      await shop.join(kiosk, day);
      const sales = Math.ceil(OTHER_POS_SALES / days);
      for (let from = 0; from < sales; from += SALES_A_FILE)
        await importDay(from, Math.min(sales, from + SALES_A_FILE));
    }
    await expect.poll(shop.codes, FOLLOW).toContain('EVENTS_OVER_BUDGET');
    const { sync } = await shop.status();
    expect(sync).toMatchObject({ online: false, shed: 0, aside: 0, condition: { code: 'HUB_UNREACHABLE' } });
    expect((await shop.codes()).includes('TUF_EXPIRED')).toBe(isExpired);
    // The power fails too.
    await shop.startAgent();
    sold.push((await shop.sell(till)).saleId);
    const waiting = shop.written();
    for (const [place, text] of waiting) written.set(place, text);
    const told = [...waiting.values()].filter((text) => sold.some((id) => text.includes(`"saleId":"${id}"`)));
    expect(told).toHaveLength(sold.length);

    shop.mend();
    await shop.drained();
    const arrived = (await arrivals()).slice(before.length);
    // One batch carries 1,000; its last places are for the newest, though a sale of this moment may just have missed it.
    expect(Math.max(...arrived.slice(0, 1_000))).toBeGreaterThan(Math.max(...arrived) - 50);
    expect(arrived.length).toBeGreaterThan(OTHER_POS_SALES);
    if (isExpired) await staysAsItWas(till);
    await shop.applied(2);
    expect((await shop.sell(till)).fen).toEqual([695, 400]);
    await shop.drained();
    expect(await shop.codes()).not.toContain('TUF_EXPIRED');

    for (const stream of ALL) {
      const { rows, sheds } = await shop.atHub(stream);
      const mine = [...written.keys()].filter((place) => place.startsWith(stream)).length;
      const expected = Array.from({ length: mine }, (_, n) => written.get(`${stream}/${n + 1}`));
      expect(rows.slice(0, mine).map(({ text }) => text)).toEqual(expected);
      expect(sheds).toEqual([]);
    }
    const said = await shop.verify();
    expect(said).toContain('nothing was changed or lost');
    expect(said).not.toMatch(/not come|so far|declared hole/);
  }, 120_000);
});

/** HQ's word was good for a week and was not renewed: what came meanwhile is not taken before it is. */
async function staysAsItWas(till: Caller): Promise<void> {
  const told = async (locale: 'en' | 'zh-CN') => (await shop.status(locale)).sync;
  await expect.poll(async () => (await told('en')).condition?.code, FOLLOW).toBe('TUF_EXPIRED');
  expect((await told('en')).condition?.message).toContain('accepts nothing new');
  expect(await told('zh-CN')).toMatchObject({
    online: true,
    condition: { message: expect.stringContaining('不接受新内容') },
  });
  expect((await shop.sell(till)).fen).toEqual([1161, 400]);
  await shop.startHub();
}
