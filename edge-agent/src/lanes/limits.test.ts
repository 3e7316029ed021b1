import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentError } from '../errors.ts';
import { campaign, OTHER_TILL, TestShop } from './testing/shop.ts';

const MILK_HALF = { items: { skus: ['milk'] }, discount: { by: 'percent', percentOffBp: 5000 } };
const DAY_MS = 86_400_000;
let shop: TestShop;
beforeEach(() => {
  shop = new TestShop();
});
afterEach(() => shop.close());

const milkHalf = (limits: Record<string, number>) =>
  shop.run([campaign('milk-half', 'discount', { ...MILK_HALF, limits })]);
const buyMilk = (member?: string): number =>
  shop.pay(shop.fill([{ sku: 'milk' }], member === undefined ? {} : { member })).decision.payableFen;
const codeOf = (view: ReturnType<TestShop['fill']>): string | undefined => view.decision.notApplied[0]?.code;

describe('two tills after the last use', () => {
  it('one completes, the other is told that the offer ran out, and can go on with the price as it is now', () => {
    milkHalf({ total: 2 });
    expect(buyMilk()).toBe(645);
    const here = shop.fill([{ sku: 'milk' }]);
    const there = shop.fill([{ sku: 'milk' }], { terminal: OTHER_TILL });
    expect([here.decision.payableFen, there.decision.payableFen]).toEqual([645, 645]);
    expect(shop.outcome(() => shop.pay(there, { terminal: OTHER_TILL }))).toBe('ok');
    expect(shop.outcome(() => shop.pay(here))).toBe('LIMIT_REACHED (milk-half)');
    const again = shop.till.get(here.basketId);
    expect(again.decision.payableFen).toBe(1290);
    expect(codeOf(again)).toBe('LIMIT_TOTAL');
    expect(shop.pay(again).decision.payableFen).toBe(1290);
    expect(shop.journal.get(`SELECT uses, given_fen FROM campaign_use WHERE scope = 'store'`)).toEqual({
      uses: 2,
      given_fen: 1290,
    });
  });

  it('a first-N gift changes no amount: who says what was agreed is refused, nobody is given what is gone', () => {
    const gift = {
      items: { all: true },
      spendFen: 1000,
      repeat: 'once',
      base: 'list',
      gifts: [{ sku: 'bag', name: { zh: '购物袋', en: 'Bag' }, quantity: 1, valueFen: 500 }],
      limits: { total: 1 },
    };
    shop.run([campaign('first-bag', 'gift', gift)]);
    const here = shop.fill([{ sku: 'milk' }]);
    const there = shop.fill([{ sku: 'milk' }], { terminal: OTHER_TILL });
    expect(shop.pay(there, { terminal: OTHER_TILL }).decision.gifts).toHaveLength(1);
    expect(here.decision.payableFen).toBe(1290);
    expect(shop.outcome(() => shop.pay(here))).toBe('LIMIT_REACHED (first-bag)');
    expect(shop.pay(here, { agrees: false }).decision.gifts).toEqual([]);
  });

  it('of one coupon, too: the other goes on without it', () => {
    shop.run([campaign('tea', 'discount', { ...MILK_HALF, requiresCoupon: true })]);
    shop.coupons('c1,AAA111,tea,\n');
    const here = shop.fill([{ sku: 'milk' }], { coupons: ['AAA111'] });
    const there = shop.fill([{ sku: 'milk' }], { coupons: ['AAA111'], terminal: OTHER_TILL });
    const sale = shop.pay(there, { terminal: OTHER_TILL });
    expect(sale.decision.couponsConsumed).toEqual(['c1']);
    expect(shop.outcome(() => shop.pay(here))).toBe('COUPON_SPENT');
    const again = shop.till.get(here.basketId);
    expect(again.decision).toMatchObject({ payableFen: 1290, couponsConsumed: [] });
    expect(shop.pay(again).decision.payableFen).toBe(1290);
    expect(shop.till.get(there.basketId).decision.couponsConsumed).toEqual(['c1']);
  });

  it('a price that changed for another reason says so', () => {
    milkHalf({ total: 2 });
    const view = shop.fill([{ sku: 'milk' }]);
    shop.run([]);
    expect(shop.outcome(() => shop.pay(view))).toBe('PRICE_CHANGED (645 -> 1290)');
  });

  it('a decision that looks at no counts still can not oversell: check and count are one', () => {
    milkHalf({ total: 1 });
    const { decision } = shop.fill([{ sku: 'milk' }]);
    const count = (): void => shop.journal.write((tx) => shop.book.countSale(tx, decision, undefined, shop.now));
    count();
    expect(count).toThrow(AgentError);
    expect(shop.outcome(count)).toBe('LIMIT_REACHED (milk-half)');
    expect(shop.journal.get(`SELECT uses FROM campaign_use WHERE scope = 'store'`)).toEqual({ uses: 1 });
  });
});

describe('each limit', () => {
  it('per member', () => {
    milkHalf({ perMember: 1 });
    expect([buyMilk('card-1'), buyMilk('card-1'), buyMilk('card-2'), buyMilk()]).toEqual([645, 1290, 645, 1290]);
    expect(codeOf(shop.fill([{ sku: 'milk' }], { member: 'card-1' }))).toBe('LIMIT_MEMBER');
  });

  it('per store', () => {
    milkHalf({ perStore: 1 });
    expect([buyMilk('card-1'), buyMilk('card-2')]).toEqual([645, 1290]);
    expect(codeOf(shop.fill([{ sku: 'milk' }]))).toBe('LIMIT_STORE');
  });

  it("per day, by the store's own calendar", () => {
    milkHalf({ perDay: 1 });
    // 23:59:59 in Shanghai, and a second later.
    shop.now = Date.parse('2026-11-22T15:59:59Z');
    expect([buyMilk(), buyMilk()]).toEqual([645, 1290]);
    shop.now += 1000;
    expect([buyMilk(), buyMilk()]).toEqual([645, 1290]);
    expect(codeOf(shop.fill([{ sku: 'milk' }]))).toBe('LIMIT_DAY');
  });

  it('the budget is never overdrawn, and a promise that it no longer covers is refused', () => {
    milkHalf({ budgetFen: 1500 });
    const two = shop.fill([{ sku: 'milk', quantity: 2 }]);
    expect(two.decision.payableFen).toBe(1290);
    expect(buyMilk()).toBe(645);
    // 855 fen are left: one piece of the two.
    expect(shop.outcome(() => shop.pay(two))).toBe('LIMIT_REACHED (milk-half)');
    expect(shop.pay(shop.till.get(two.basketId)).decision.payableFen).toBe(645 + 1290);
    expect(buyMilk()).toBe(1290);
    expect(shop.journal.get(`SELECT given_fen FROM campaign_use WHERE scope = 'store'`)).toEqual({ given_fen: 1290 });
    expect(codeOf(shop.fill([{ sku: 'milk' }]))).toBe('BUDGET_SPENT');
  });
});

describe('what is counted', () => {
  it('is one use a basket, by whatever applied, and nothing of a basket that was not sold', () => {
    milkHalf({ perStore: 9 });
    shop.pay(shop.fill([{ sku: 'milk', quantity: 3 }], { member: 'card-1' }));
    const dropped = shop.fill([{ sku: 'milk' }]);
    shop.journal.write((tx) =>
      shop.till.cancel(tx, { deviceId: 'terminal-1', lane: '1', priceOwner: 'tillside' }, dropped.basketId),
    );
    shop.pay(shop.fill([{ sku: 'bread' }]));
    expect(shop.journal.all('SELECT scope, key, uses, given_fen FROM campaign_use ORDER BY scope')).toEqual([
      { scope: 'day', key: '2026-11-22', uses: 1, given_fen: 1935 },
      { scope: 'member', key: 'M000001', uses: 1, given_fen: 1935 },
      { scope: 'store', key: '', uses: 1, given_fen: 1935 },
    ]);
  });

  it('a return gives no use and no money back', () => {
    milkHalf({ total: 1 });
    const sale = shop.pay(shop.fill([{ sku: 'milk' }]));
    expect(shop.giveBack(sale.saleId, [['1', 1]]).refundFen).toBe(645);
    expect(buyMilk()).toBe(1290);
  });

  it('is forgotten for past days and for campaigns that are long gone, and kept for those in force', () => {
    milkHalf({ perStore: 5 });
    buyMilk('card-1');
    const scopes = (): unknown[] =>
      shop.journal.all<{ scope: string }>('SELECT scope FROM campaign_use').map(({ scope }) => scope);
    shop.now += 91 * DAY_MS;
    shop.journal.write((tx) => shop.book.pruneUses(tx));
    expect(scopes()).toEqual(['member', 'store']);
    shop.run([]);
    shop.journal.write((tx) => shop.book.pruneUses(tx));
    expect(scopes()).toEqual([]);
  });

  it('a used-up campaign is not offered to people', () => {
    milkHalf({ perStore: 1 });
    const [live] = shop.book.live();
    if (live === undefined) throw new Error('not live');
    expect(shop.book.usedUp(live)).toBe(false);
    buyMilk();
    expect(shop.book.usedUp(live)).toBe(true);
  });
});
