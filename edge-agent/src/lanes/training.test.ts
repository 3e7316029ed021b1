import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dayTotals } from './day.ts';
import { numberingOf } from './numbering.ts';
import { campaign, DAY, TestShop, TILL } from './testing/shop.ts';
import { pruneTraining } from './training.ts';

let shop: TestShop;
beforeEach(() => {
  shop = new TestShop();
  shop.run([
    campaign('tea-coupon', 'discount', {
      items: { skus: ['tea'] },
      discount: { by: 'amount', amountOffFen: 200 },
      requiresCoupon: true,
      limits: { total: 1 },
    }),
    campaign('points-pay', 'points-pay', {
      items: { all: true },
      pointsPerStep: 100,
      fenPerStep: 100,
      maxShareBp: 5000,
    }),
  ]);
  shop.coupons('c1,AAA111,tea-coupon,\n');
});
afterEach(() => shop.close());

const TABLES = ['sale', 'sold_price', 'campaign_use', 'till_total', 'purchase', 'event', 'outbox_lane'];
const counts = () => TABLES.map((table) => shop.journal.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)?.n);

function train() {
  return shop.journal.write((tx) => {
    const { basketId } = shop.till.open(tx, TILL, { cashierId: 'new', training: true });
    shop.till.setMember(tx, TILL, basketId, 'TM:card-1');
    shop.till.addCoupon(tx, TILL, basketId, 'AAA111');
    shop.till.addLine(tx, TILL, basketId, { sku: 'tea', quantity: 2 });
    const { decision } = shop.till.payWithPoints(tx, TILL, basketId, 300);
    return shop.sales.complete(tx, TILL, basketId, {
      cashierId: 'new',
      expectedPayableFen: decision.payableFen,
      tenders: [{ kind: 'cash', amountFen: decision.totalFen, givenFen: 1000 }],
    });
  });
}

describe('a sale that only trains', () => {
  it('looks like one and counts nowhere: no event, coupon, points, use, price or total', () => {
    const before = counts();
    const sale = train();
    // 10.00 less 2 x 2.00 and 3 x 1.00 in points.
    expect(sale).toMatchObject({
      training: true,
      receiptNumber: 'INAL-1-T000001',
      paidFen: 300,
      changeFen: 700,
      pointsEarned: 0,
      pointsSpent: 0,
    });
    expect(counts()).toEqual(before);
    expect(shop.points('M000001')).toBe(1000);
    expect(shop.journal.get('SELECT spent_sale_id AS sale FROM coupon')).toEqual({ sale: null });
    expect(dayTotals(shop.journal, TILL.deviceId, DAY)).toMatchObject({ sales: 0, tenders: {} });
    expect(numberingOf(shop.journal, TILL.deviceId).online.next).toBe(1);
    expect(shop.sales.get(shop.journal, sale.saleId)).toEqual(sale);
    expect(shop.outcome(() => shop.giveBack(sale.saleId, [['1', 1]]))).toBe('RETURN_OF_TRAINING');
    // The same coupon and points are good for a real one, and the basket is done with.
    expect(shop.outcome(() => shop.journal.write((tx) => shop.till.cancel(tx, TILL, sale.basketId)))).toMatch(
      /^BASKET_STATE/,
    );
    expect(train().receiptNumber).toBe('INAL-1-T000002');
    expect(shop.pay(shop.fill([{ sku: 'tea' }], { coupons: ['AAA111'] })).decision.payableFen).toBe(300);
  });

  it('is not exchanged for goods, nor are goods for it', () => {
    const real = shop.pay(shop.fill([{ sku: 'milk' }]));
    const basket = shop.journal.write((tx) => {
      const { basketId } = shop.till.open(tx, TILL, { cashierId: 'new', training: true });
      return shop.till.addLine(tx, TILL, basketId, { sku: 'milk', quantity: 1 });
    });
    const complete = { cashierId: 'new', expectedPayableFen: 1290 };
    const returned = { saleId: real.saleId, lines: [{ lineId: '1', quantity: 1 }] };
    const input = { returned, basketId: basket.basketId, complete, tenders: [] };
    expect(shop.outcome(() => shop.journal.write((tx) => shop.takeBack.exchange(tx, TILL, input)))).toBe(
      'RETURN_OF_TRAINING',
    );
  });

  it('is forgotten after a week', () => {
    const { saleId } = train();
    const prune = () => shop.journal.write((tx) => pruneTraining(tx, shop.now));
    shop.now += 7 * 86_400_000;
    prune();
    expect(shop.sales.get(shop.journal, saleId).training).toBe(true);
    shop.now += 1;
    prune();
    expect(shop.outcome(() => shop.sales.get(shop.journal, saleId))).toBe('SALE_UNKNOWN');
  });
});
