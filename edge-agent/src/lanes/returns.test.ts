import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dayTotals } from './day.ts';
import { campaign, DAY, TestShop } from './testing/shop.ts';

let shop: TestShop;
beforeEach(() => {
  shop = new TestShop();
});
afterEach(() => shop.close());

const RETURNS = { coupons: 'when-all-returned', expiredCoupons: 'stay-expired', gifts: 'return-or-charge' } as const;
const DAY_MS = 86_400_000;
const teaCoupon = campaign('tea-coupon', 'discount', {
  items: { skus: ['tea'] },
  discount: { by: 'amount', amountOffFen: 200 },
  requiresCoupon: true,
  limits: { perBasket: 1 },
  window: { from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z' },
});
const bagOver20 = campaign('bag-20', 'gift', {
  items: { all: true },
  spendFen: 2000,
  repeat: 'once',
  base: 'list',
  gifts: [{ sku: 'bag', name: { zh: '购物袋', en: 'Bag' }, quantity: 1, valueFen: 500 }],
});

describe('a coupon of a sale that is returned', () => {
  beforeEach(() => shop.coupons('c1,AAA111,tea-coupon,\n'));
  const sellTea = () => shop.pay(shop.fill([{ sku: 'tea', quantity: 2 }], { coupons: ['AAA111'] }));

  it('stays spent without a word of the policy', () => {
    shop.run([teaCoupon]);
    const back = shop.giveBack(sellTea().saleId, [['1', 2]]);
    expect(back).toMatchObject({ refundFen: 800, couponsBack: [] });
    expect(shop.outcome(() => shop.fill([{ sku: 'tea' }], { coupons: ['AAA111'] }))).toMatch(/^COUPON_SPENT/);
  });

  it('comes back with the last unit, can be used once more, and ends with its campaign', () => {
    shop.run([teaCoupon], { returns: RETURNS });
    const sale = sellTea();
    expect(shop.giveBack(sale.saleId, [['1', 1]]).couponsBack).toEqual([]);
    expect(shop.giveBack(sale.saleId, [['1', 1]]).couponsBack).toMatchObject([
      { couponId: 'c1', campaignId: 'tea-coupon' },
    ]);
    expect(shop.journal.get('SELECT expires_at AS end FROM coupon')).toEqual({ end: null });
    expect(sellTea().decision.payableFen).toBe(800);
    expect(shop.outcome(() => sellTea())).toMatch(/^COUPON_SPENT/);
  });

  it('that had expired lives as long as the policy gives it, and not longer', () => {
    shop.run([teaCoupon], { returns: { ...RETURNS, expiredCoupons: 'extend', extendDays: 7 } });
    const sale = sellTea();
    shop.now = Date.parse('2026-12-05T00:00:00Z');
    const [coupon] = shop.giveBack(sale.saleId, [['1', 2]]).couponsBack;
    expect(coupon?.expiresAt).toBe('2026-12-12T00:00:00.000Z');
    expect(shop.outcome(() => shop.fill([{ sku: 'tea' }], { coupons: ['AAA111'] }))).toBe('ok');
    shop.now += 7 * DAY_MS;
    expect(shop.outcome(() => shop.fill([{ sku: 'tea' }], { coupons: ['AAA111'] }))).toMatch(/^COUPON_EXPIRED/);
  });
});

describe('a gift whose threshold the kept goods no longer reach', () => {
  it('is brought back, or its value is kept from the refund', () => {
    shop.run([bagOver20], { returns: RETURNS });
    const sell = () => shop.pay(shop.fill([{ sku: 'milk', quantity: 2 }]));
    const kept = shop.giveBack(sell().saleId, [['1', 1]]);
    expect(kept).toMatchObject({ refundFen: 790, giftChargeFen: 500, lines: [{ refundFen: 1290 }] });
    expect(kept.gifts).toMatchObject([{ sku: 'bag', duePieces: 1, returnedPieces: 0, chargeFen: 500 }]);
    const sale = sell();
    const brought = shop.giveBack(sale.saleId, [['1', 1]], [{ campaignId: 'bag-20', pieces: 1 }]);
    expect(brought).toMatchObject({ refundFen: 1290, giftChargeFen: 0 });
    const twice = () => shop.giveBack(sale.saleId, [['1', 1]], [{ campaignId: 'bag-20', pieces: 1 }]);
    expect(shop.outcome(twice)).toMatch(/^RETURN_TOO_MANY/);
    const other = () => shop.giveBack(sale.saleId, [['1', 1]], [{ campaignId: 'x', pieces: 1 }]);
    expect(shop.outcome(other)).toMatch(/^GIFT_UNKNOWN/);
    expect(dayTotals(shop.journal, 'terminal-1', DAY)).toMatchObject({ returns: 2, refundsFen: 790 + 1290 });
  });
});

describe('a group of which a part comes back', () => {
  it('is held to what it was bought as, by the campaigns of its own day', () => {
    const items = { skus: ['milk', 'bread'] };
    shop.run([campaign('second-half', 'nth-item', { items, ladderBp: [0, 5000] })]);
    const sale = shop.pay(shop.fill([{ sku: 'milk' }, { sku: 'bread' }]));
    // 12.90, and 9.90 at half price.
    expect(sale.decision.payableFen).toBe(1785);
    // The set changes; the sale is still returned by what it was sold under.
    shop.run([]);
    // Of the 4.95 saved 2.80 belong to the milk (1290 of 2280): who keeps the cheap bread gets 10.10 for it.
    expect(shop.giveBack(sale.saleId, [['1', 1]])).toMatchObject({ refundFen: 1010, heldBackFen: 280 });
    expect(shop.giveBack(sale.saleId, [['2', 1]])).toMatchObject({ refundFen: 775, heldBackFen: -280 });
  });

  it('a campaign of many prices is kept once for all its sales', () => {
    const prices = Array.from({ length: 2000 }, (_, place) => ({ sku: `sku-${place}`, priceFen: 100 }));
    shop.run([campaign('member', 'member-price', { prices: [{ sku: 'milk', priceFen: 1000 }, ...prices] })]);
    const sell = () => shop.pay(shop.fill([{ sku: 'milk' }], { member: 'card-1' }));
    const [first, second] = [sell(), sell()];
    expect(shop.journal.get('SELECT count(*) AS n FROM sold_campaign')).toEqual({ n: 1 });
    const row = shop.journal.get<{ bytes: number }>('SELECT max(length(campaigns)) AS bytes FROM sale');
    expect(row?.bytes).toBeLessThan(1000);
    for (const sale of [first, second]) expect(shop.giveBack(sale.saleId, [['1', 1]]).refundFen).toBe(1000);
  });
});

describe('points', () => {
  it('that paid a part come back with the goods, and those earned go', () => {
    shop.run([
      campaign('points-pay', 'points-pay', {
        items: { all: true },
        pointsPerStep: 100,
        fenPerStep: 100,
        maxShareBp: 10_000,
      }),
    ]);
    const { basketId } = shop.fill([{ sku: 'milk', quantity: 2 }], { member: 'card-1' });
    const asked = shop.journal.write((tx) =>
      shop.till.payWithPoints(tx, { deviceId: 'terminal-1', lane: '1', priceOwner: 'tillside' }, basketId, 1000),
    );
    const sale = shop.pay(asked);
    expect(sale).toMatchObject({ paidFen: 1580, pointsSpent: 1000, pointsEarned: 15, pointsBalance: 15 });
    const backs = [shop.giveBack(sale.saleId, [['1', 1]]), shop.giveBack(sale.saleId, [['1', 1]])];
    const sum = (of: (back: (typeof backs)[number]) => number): number => backs.reduce((all, one) => all + of(one), 0);
    expect([sum((one) => one.refundFen), sum((one) => one.pointsGivenBack), sum((one) => one.pointsTakenBack)]).toEqual(
      [1580, 1000, 15],
    );
    expect(shop.points('M000001')).toBe(1000);
  });
});
