import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dayTotals } from './day.ts';
import type { TenderIn } from './tenders.ts';
import { campaign, DAY, TestShop, TILL, type Wish } from './testing/shop.ts';

let shop: TestShop;
beforeEach(() => {
  shop = new TestShop();
});
afterEach(() => shop.close());

const sell = (...wishes: Wish[]) => shop.pay(shop.fill(wishes));
const exchange = (
  saleId: string,
  lineId: string,
  wishes: readonly Wish[],
  { tenders = [], ...more }: { tenders?: TenderIn[]; returned?: object; complete?: object } = {},
) => {
  const { basketId, decision } = shop.fill(wishes);
  return shop.journal.write((tx) =>
    shop.takeBack.exchange(tx, TILL, {
      returned: { saleId, lines: [{ lineId, quantity: 1 }], ...more.returned },
      basketId,
      complete: { cashierId: 'c2', expectedPayableFen: decision.payableFen, ...more.complete },
      tenders,
    }),
  );
};
const events = (type: string): Record<string, unknown>[] =>
  shop.journal
    .all<{ envelope: string }>('SELECT envelope FROM event WHERE type = ? ORDER BY seq', type)
    .map(({ envelope }) => (JSON.parse(envelope) as { data: Record<string, unknown> }).data);

describe('an exchange', () => {
  it('for dearer goods: what comes back pays, the tenders pay the rest, and both sides say so', () => {
    const sale = sell({ sku: 'tea' });
    const given = exchange(sale.saleId, '1', [{ sku: 'milk' }], {
      tenders: [{ kind: 'cash', amountFen: 790, givenFen: 1000 }],
    });
    expect(given).toMatchObject({ payFen: 790, refundFen: 0, returned: { refundFen: 500, saleId: sale.saleId } });
    expect(given.sale).toMatchObject({ paidFen: 1290, changeFen: 210, cashierId: 'c2' });
    expect(given.sale.tenders.map(({ kind, amountFen }) => [kind, amountFen])).toEqual([
      ['exchange', 500],
      ['cash', 790],
    ]);
    expect(events('tillside.sale.returned.v1')).toMatchObject([
      { saleId: sale.saleId, exchangeSaleId: given.sale.saleId, tenders: [{ kind: 'exchange', amountFen: 500 }] },
    ]);
    expect(dayTotals(shop.journal, TILL.deviceId, DAY)).toMatchObject({
      tenders: { token: 500, exchange: 500, cash: 790 },
      refundTenders: { exchange: 500 },
      cashFen: 790,
    });
  });

  it('for cheaper goods: the rest goes out in cash, or as the till says', () => {
    const sale = sell({ sku: 'milk', quantity: 2 });
    const given = exchange(sale.saleId, '1', [{ sku: 'tea' }]);
    expect(given).toMatchObject({
      payFen: 0,
      refundFen: 790,
      sale: { tenders: [{ kind: 'exchange', amountFen: 500 }] },
    });
    expect(events('tillside.sale.returned.v1')[0]?.tenders).toEqual([
      { kind: 'exchange', amountFen: 500 },
      { kind: 'cash', amountFen: 790 },
    ]);
    const wrong = () => exchange(sale.saleId, '1', [{ sku: 'tea' }], { tenders: [{ kind: 'token', amountFen: 789 }] });
    expect(shop.outcome(wrong)).toBe('TENDER_MISMATCH (789 / 790)');
    exchange(sale.saleId, '1', [{ sku: 'tea' }], { tenders: [{ kind: 'token', amountFen: 790 }] });
    expect(dayTotals(shop.journal, TILL.deviceId, DAY).refundTenders).toEqual({
      cash: 790,
      exchange: 1000,
      token: 790,
    });
  });

  it('of the same price moves no money', () => {
    const sale = sell({ sku: 'milk' });
    expect(exchange(sale.saleId, '1', [{ sku: 'milk' }])).toMatchObject({ payFen: 0, refundFen: 0 });
  });

  it('rounds what is then paid in cash, and nothing else', () => {
    shop.run([], { cashRounding: { toFen: 100, mode: 'down' } });
    const sale = sell({ sku: 'tea' });
    const given = exchange(sale.saleId, '1', [{ sku: 'milk' }], { tenders: [{ kind: 'cash', amountFen: 700 }] });
    expect(given).toMatchObject({ payFen: 700, sale: { paidFen: 1200, roundingFen: -90 } });
    // What was given away by rounding does not come back with the goods.
    expect(shop.giveBack(given.sale.saleId, [['1', 1]]).refundFen).toBe(1200);
  });

  it('charges a gift that is kept before the goods', () => {
    const gift = { sku: 'bag', name: { zh: '购物袋', en: 'Bag' }, quantity: 1, valueFen: 1500 };
    const bag = { items: { all: true }, spendFen: 2000, repeat: 'once', base: 'list', gifts: [gift] };
    const returns = { coupons: 'stay-spent', expiredCoupons: 'stay-expired', gifts: 'return-or-charge' } as const;
    shop.run([campaign('bag-20', 'gift', bag)], { returns });
    const sale = sell({ sku: 'milk' }, { sku: 'bread' });
    // The bread, 9.90, is kept back for the bag of 15.00; nothing is left to pay with.
    const given = exchange(sale.saleId, '2', [{ sku: 'tea' }], { tenders: [{ kind: 'token', amountFen: 500 }] });
    expect(given).toMatchObject({ payFen: 500, returned: { refundFen: 0, giftChargeFen: 990 } });
    expect(given.sale.tenders).toEqual([{ kind: 'token', amountFen: 500 }]);
  });

  it('happens whole or not at all', () => {
    const sale = sell({ sku: 'milk' });
    const outcomes = [
      () => exchange('nobody', '1', [{ sku: 'tea' }]),
      () => exchange(sale.saleId, '9', [{ sku: 'tea' }]),
      () => exchange(sale.saleId, '1', [{ sku: 'tea' }], { complete: { expectedPayableFen: 499 } }),
      () => exchange(sale.saleId, '1', [{ sku: 'bread', quantity: 2 }]),
      () =>
        exchange(sale.saleId, '1', [{ sku: 'tea' }], {
          complete: { receiptNumber: 'X1' },
          returned: { receiptNumber: 'X1' },
        }),
      () => exchange(sale.saleId, '1', [{ sku: 'tea' }], { complete: { receiptNumber: sale.receiptNumber } }),
      () => exchange(sale.saleId, '1', [{ sku: 'tea' }], { returned: { reason: 'paid with 4111 1111 1111 1111' } }),
    ].map((work) => shop.outcome(work).split(' ')[0]);
    expect(outcomes).toEqual([
      'SALE_UNKNOWN',
      'LINE_UNKNOWN',
      'PRICE_CHANGED',
      'TENDER_MISMATCH',
      'RECEIPT_NUMBER_USED',
      'RECEIPT_NUMBER_USED',
      'CARD_NUMBER_REFUSED',
    ]);
    expect(dayTotals(shop.journal, TILL.deviceId, DAY)).toMatchObject({ sales: 1, returns: 0 });
    expect(exchange(sale.saleId, '1', [{ sku: 'tea' }])).toMatchObject({ refundFen: 790 });
    expect(shop.outcome(() => exchange(sale.saleId, '1', [{ sku: 'tea' }]))).toMatch(/^RETURN_TOO_MANY/);
  });
});

describe('a return', () => {
  it('says why, and how the refund went out', () => {
    const sale = sell({ sku: 'milk' }, { sku: 'tea' });
    const take = (tenders: TenderIn[]) =>
      shop.journal.write((tx) =>
        shop.takeBack.lines(tx, TILL, {
          saleId: sale.saleId,
          cashierId: 'c1',
          lines: [{ lineId: '1', quantity: 1 }],
          reason: 'sour',
          tenders,
        }),
      );
    expect(shop.outcome(() => take([{ kind: 'token', amountFen: 1291 }]))).toBe('TENDER_MISMATCH (1291 / 1290)');
    take([
      { kind: 'token', amountFen: 1000, token: 'tok_1' },
      { kind: 'cash', amountFen: 290 },
    ]);
    expect(events('tillside.sale.returned.v1')).toMatchObject([
      {
        reason: 'sour',
        tenders: [
          { kind: 'token', amountFen: 1000, token: 'tok_1' },
          { kind: 'cash', amountFen: 290 },
        ],
      },
    ]);
    expect(dayTotals(shop.journal, TILL.deviceId, DAY).refundTenders).toEqual({ cash: 290, token: 1000 });
  });
});
