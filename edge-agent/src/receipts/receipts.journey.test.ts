import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Receipt, SaleReceipt } from '@tillside/agent-contract';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SUPERVISOR_PIN } from '../testing.ts';
import { FAPIAO_KEY, type ReceiptStore, refusalOf, startReceiptStore } from './testing/store.ts';

const dir = mkdtempSync(join(tmpdir(), 'tillside-receipts-'));
let store: ReceiptStore;

const ofSale = (receipt: Receipt): SaleReceipt => {
  if (receipt.kind !== 'sale') throw new Error(receipt.kind);
  return receipt;
};
const view = (saleId: string, locale: 'zh-CN' | 'en' = 'zh-CN') =>
  store.till.call('saleReceipt', { params: { saleId }, query: { locale } });
const toPrinter = (saleId: string, key = store.key()) =>
  store.till.call('printSale', { params: { saleId }, body: { format: 'escpos', printer: true }, key });

beforeAll(async () => {
  store = await startReceiptStore(dir);
});
afterAll(async () => {
  await store?.stop();
  rmSync(dir, { recursive: true, force: true });
});
afterEach(() => {
  store.printer.setPaper('full');
  store.printer.takeAway();
});

describe('the receipt of a sale', { timeout: 60_000 }, () => {
  it('says to the fen what was sold, saved, paid and earned', async () => {
    const saleId = await store.sell(
      [{ sku: 'milk', quantity: 2 }, { sku: 'apple', weightGrams: 505 }, { sku: 'tea' }],
      {
        member: 'TM:card-1',
        coupon: 'TC:AAA111',
        points: 200,
      },
    );
    const receipt = ofSale((await view(saleId)).receipt);
    const { lines, points, versions } = receipt;
    expect(
      lines.map(({ name, quantity, weightGrams, unitPriceFen, listFen }) => [
        name,
        quantity,
        weightGrams,
        unitPriceFen,
        listFen,
      ]),
    ).toEqual([
      ['鲜牛奶', 2, undefined, 1290, 2580],
      ['苹果', 1, 505, 1580, 798],
      ['绿茶', 1, undefined, 500, 500],
    ]);
    for (const line of lines)
      expect(line.savings.reduce((sum, one) => sum + one.amountFen, 0)).toBe(line.listFen - line.payableFen);
    expect(lines[2]?.savings[0]).toEqual({ name: '绿茶券', amountFen: 200, coupon: true });
    expect(lines.reduce((sum, line) => sum + line.payableFen, 0)).toBe(receipt.payableFen);
    expect(receipt.tax.reduce((sum, rate) => sum + rate.taxFen, 0)).toBe(receipt.taxFen);
    expect(receipt.tenders).toEqual([{ kind: 'token', amountFen: receipt.paidFen, reference: '9d21' }]);
    expect(points).toMatchObject({ spent: 200, spentFen: 200, balance: 1000 - 200 + (points?.earned ?? 0) });
    expect(points?.standing).toEqual({ pending: 0, owed: 0 });
    expect(receipt.member).toEqual({ tier: 'gold', idEnd: '0001' });
    expect(receipt.couponsUsed).toEqual(['绿茶券']);
    expect(receipt.wallet.map(({ name }) => name)).toEqual(['面包券', '绿茶券']);
    expect(versions).toMatchObject({ policy: 3, campaignSet: 12, price: 1 });
    expect(versions.moneyRule).toContain('largest-remainder');
  });

  it('speaks English when asked, and shows nothing that is a secret', async () => {
    const saleId = await store.sell([{ sku: 'milk' }], { member: 'TM:card-1' });
    const { receipt, text } = await view(saleId, 'en');
    expect(ofSale(receipt).lines[0]?.name).toBe('Milk');
    expect(text).toContain('Milk 20% off');
    for (const secret of ['card-1', 'M000001', 'tok_5f0c81aa', 'AAA', FAPIAO_KEY]) expect(text).not.toContain(secret);
    expect(JSON.stringify(receipt)).not.toMatch(/card-1|M000001|tok_5f0c81aa|AAA/u);
  });

  it('rounds cash, and counts the change', async () => {
    const saleId = await store.sell([{ sku: 'apple', weightGrams: 505 }], { cash: 1000 });
    const receipt = ofSale((await view(saleId)).receipt);
    expect(receipt).toMatchObject({ payableFen: 798, roundingFen: -8, paidFen: 790, changeFen: 210 });
    expect(receipt.tenders).toEqual([{ kind: 'cash', amountFen: 790, givenFen: 1000 }]);
  });

  it('marks training, which has no invoice', async () => {
    const saleId = await store.sell([{ sku: 'milk' }], { training: true });
    const { receipt, text } = await view(saleId);
    expect(ofSale(receipt)).toMatchObject({ training: true, lane: '1' });
    expect(ofSale(receipt).fapiaoUrl).toBeUndefined();
    const rows = text.trimEnd().split('\n');
    expect([rows[0], rows.at(-2)].map((row) => row?.trim())).toEqual(Array(2).fill('*** 培训 TRAINING ***'));
    expect(await toPrinter(saleId)).toMatchObject({ number: 1 });
    expect(store.printer.drawerPulses).toEqual([]);
  });

  it('of a till that sold alone says so, and calls what nobody knows by its code', async () => {
    const sale = await store.till.call('postLateSale', {
      body: {
        cashierId: 'c1',
        receiptNumber: 'ALONE-1',
        businessDate: new Date().toISOString().slice(0, 10),
        completedAt: new Date().toISOString(),
        lines: [
          { sku: 'milk', quantity: 2, listFen: 2580, payableFen: 2500 },
          { gtin: '6901234567892', quantity: 1, payableFen: 300 },
        ],
        tenders: [{ kind: 'token', amountFen: 2800 }],
      },
      key: store.key(),
    });
    const receipt = ofSale((await view(sale.saleId)).receipt);
    expect(receipt.late).toBe(true);
    expect(receipt.lines.map(({ name }) => name)).toEqual(['鲜牛奶', '商品 6901234567892']);
    expect(receipt.lines[0]?.savings).toEqual([{ name: '收银机优惠', amountFen: 80 }]);
    expect((await view(sale.saleId)).text).toContain('离线销售');
  });

  it('is found by its number', async () => {
    const saleId = await store.sell([{ sku: 'milk' }]);
    const sale = await store.till.call('getSale', { params: { saleId } });
    const { receiptNumber, businessDate, terminalId } = sale;
    const { sales } = await store.otherTill.call('findSales', { query: { receiptNumber } });
    expect(sales).toEqual([
      {
        saleId,
        receiptNumber,
        businessDate,
        terminalId,
        completedAt: sale.completedAt,
        paidFen: sale.paidFen,
        late: false,
        lines: 1,
        returns: 0,
      },
    ]);
    const none = { sales: [] };
    expect(await store.till.call('findSales', { query: { receiptNumber, businessDate: '2020-01-01' } })).toEqual(none);
    expect(await store.till.call('findSales', { query: { receiptNumber, terminalId: 'another' } })).toEqual(none);
    expect(await refusalOf(view('no-such-sale'))).toBe('SALE_UNKNOWN');
  });
});

describe('the invoice', { timeout: 60_000 }, () => {
  const amountOf = async (saleId: string): Promise<string | null | undefined> => {
    const { fapiaoUrl } = ofSale((await view(saleId)).receipt);
    return fapiaoUrl === undefined ? undefined : new URL(fapiaoUrl).searchParams.get('a');
  };

  it('is signed over what was paid, and no longer offered once all came back', async () => {
    const saleId = await store.sell([{ sku: 'bread', quantity: 2 }]);
    const { fapiaoUrl = '', businessDate } = ofSale((await view(saleId)).receipt);
    const { s, n, a, d, k } = Object.fromEntries(new URL(fapiaoUrl).searchParams);
    expect([s, n, a, d]).toEqual(['store-test', saleId, '19.80', businessDate]);
    expect(k).toBe(createHmac('sha256', FAPIAO_KEY).update([s, n, a, d].join('\n')).digest('base64url'));
    const giveBack = (quantity: number) =>
      store.till.call('returnLines', {
        body: { saleId, cashierId: 'c1', lines: [{ lineId: '1', quantity }] },
        key: store.key(),
      });
    await giveBack(1);
    expect(await amountOf(saleId)).toBe('9.90');
    await giveBack(1);
    expect(await amountOf(saleId)).toBeUndefined();
  });
});

describe('receipts of what came back, and of the day', { timeout: 60_000 }, () => {
  it('a return says what it gave back, of which sale, and what became of points and coupons', async () => {
    const saleId = await store.sell([{ sku: 'milk', quantity: 2 }, { sku: 'tea' }], {
      member: 'TM:card-1',
      coupon: 'TC:AAA222',
    });
    const sale = await store.till.call('getSale', { params: { saleId } });
    const back = await store.till.call('returnLines', {
      body: {
        saleId,
        cashierId: 'c2',
        reason: 'too sweet',
        lines: [
          { lineId: '1', quantity: 2 },
          { lineId: '2', quantity: 1 },
        ],
      },
      key: store.key(),
    });
    const { receipt, text } = await store.till.call('returnReceipt', {
      params: { returnId: back.returnId },
      query: { locale: 'en' },
    });
    expect(receipt).toMatchObject({
      kind: 'return',
      basis: 'sale',
      lane: '1',
      cashierId: 'c2',
      reason: 'too sweet',
      sale: { saleId, receiptNumber: sale.receiptNumber, businessDate: sale.businessDate },
      refundFen: sale.paidFen,
      pointsTakenBack: back.pointsTakenBack,
      tenders: [{ kind: 'cash', amountFen: sale.paidFen }],
      couponsBack: back.couponsBack.map(() => ({ name: 'Tea coupon' })),
    });
    expect(back.pointsTakenBack).toBeGreaterThan(0);
    expect(text).toMatch(/Refund +¥23\.64/u);
    const print = () =>
      store.till.call('printReturn', {
        params: { returnId: back.returnId },
        body: { format: 'text' },
        key: store.key(),
      });
    expect([(await print()).text?.includes('补打'), (await print()).text?.includes('补打 1')]).toEqual([false, true]);
    expect(await refusalOf(store.till.call('returnReceipt', { params: { returnId: 'none' }, query: {} }))).toBe(
      'RETURN_UNKNOWN',
    );
  });

  it('goods without a receipt have one that says so', async () => {
    const { approvalId } = await store.till.call('approve', {
      body: { pin: SUPERVISOR_PIN, action: 'return-without-receipt' },
      key: store.key(),
    } as never);
    const { returnId } = await store.till.call('returnWithoutReceipt', {
      body: { approvalId, cashierId: 'c1', reason: 'no receipt', lines: [{ sku: 'apple', weightGrams: 250 }] },
      key: store.key(),
    });
    const { text } = await store.till.call('returnReceipt', { params: { returnId }, query: { columns: 32 } });
    expect(text).toContain('无小票退货');
    expect(text).toMatch(/x 0\.250 kg +\d/u);
  });

  it('an exchange shows both sides', async () => {
    const saleId = await store.sell([{ sku: 'bread' }]);
    const open = await store.till.call('openBasket', { body: { cashierId: 'c1' }, key: store.key() });
    const params = { basketId: open.basketId };
    const basket = await store.till.call('addLine', { params, body: { sku: 'tea', quantity: 3 }, key: store.key() });
    const { sale } = await store.till.call('exchange', {
      body: {
        returned: { saleId, lines: [{ lineId: '1', quantity: 1 }] },
        basketId: open.basketId,
        complete: { cashierId: 'c1', expectedPayableFen: basket.decision.payableFen },
        tenders: [{ kind: 'token', amountFen: 510 }],
      },
      key: store.key(),
    });
    const { receipt, text } = await view(sale.saleId);
    expect(ofSale(receipt).exchange).toMatchObject({
      refundFen: 990,
      lines: [{ name: '吐司面包', quantity: 1, refundFen: 990 }],
      handedOut: [],
    });
    expect(text).toContain('换货小票');
    expect(text).toMatch(/退回商品抵付 +9\.90/u);
    expect(text).toMatch(/电子支付 +5\.10/u);
  });

  it('X as the day stands, Z as it was closed, and a Z that is printed again says so', async () => {
    const { till } = store;
    const businessDate = (await till.call('getSale', { params: { saleId: await store.sell([{ sku: 'tea' }]) } }))
      .businessDate;
    const params = { businessDate };
    const totals = await till.call('dayTotals', { params, query: {} });
    const x = await till.call('dayReport', { params, query: { locale: 'en', columns: 32 } });
    expect(x.zNumber).toBeUndefined();
    expect(x.text).toMatch(new RegExp(`^Sales +${totals.sales}$`, 'mu'));
    const closing = await till.call('closeDay', {
      params,
      body: {
        sales: totals.sales + 1,
        returns: totals.returns,
        salesFen: totals.salesFen,
        refundsFen: totals.refundsFen,
        tenders: totals.tenders,
      },
      key: store.key(),
    });
    const { zNumber } = closing;
    const z = await till.call('dayReport', { params, query: { locale: 'en', zNumber } });
    expect(z.text).toContain(`Z report ${zNumber}`);
    expect(z.text).toContain('Differs from the till');
    expect(z.text).toMatch(new RegExp(`store ${totals.sales} +till ${totals.sales + 1}`, 'u'));
    const print = (of: { zNumber?: number }) =>
      till.call('printReport', { params, body: { format: 'text', locale: 'en', ...of }, key: store.key() });
    expect((await print({ zNumber })).text).not.toContain('REPRINT');
    expect((await print({ zNumber })).text).toContain('REPRINT 1');
    expect([(await print({})).number, (await print({})).number]).toEqual([1, 1]);
    expect(await refusalOf(till.call('dayReport', { params, query: { zNumber: 999 } }))).toBe('REPORT_UNKNOWN');
  });
});
