import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eraseMember } from '../members/erase.ts';
import { leftBaskets } from './left-baskets.ts';
import { campaign, OTHER_TILL, TestShop, TILL } from './testing/shop.ts';

let shop: TestShop;
beforeEach(() => {
  shop = new TestShop();
  shop.run([
    campaign('pay', 'points-pay', { items: { all: true }, pointsPerStep: 100, fenPerStep: 100, maxShareBp: 10_000 }),
    campaign('tiered', 'member-price', { tiers: ['gold'], prices: [{ sku: 'milk', priceFen: 1000 }] }),
    campaign('mine', 'discount', {
      items: { all: true },
      requiresCoupon: true,
      discount: { by: 'percent', percentOffBp: 1000 },
    }),
  ]);
  shop.coupons('k1,code-1,mine,M000001\n');
});
afterEach(() => shop.close());

const clock = { now: () => shop.now };
const forget = (): void => shop.journal.write((tx) => eraseMember(tx, clock, 'M000001', 'member'));
const filled = (terminal = TILL) => {
  const { basketId } = shop.fill([{ sku: 'milk', quantity: 2 }], { member: 'card-1', coupons: ['code-1'], terminal });
  return shop.journal.write((tx) => shop.till.payWithPoints(tx, terminal, basketId, 200));
};

describe('a basket whose member leaves while it is open', () => {
  it('goes on as a guest’s: no points, no personal coupon, no member price, and the cashier sees why', () => {
    const before = filled();
    expect(before).toMatchObject({ member: { memberId: 'M000001' }, coupons: [{ couponId: 'k1' }] });
    expect(before.decision.points.spent).toBe(200);
    forget();
    const after = shop.till.get(before.basketId);
    expect(after.member).toBeUndefined();
    expect([after.coupons, after.payWithPoints, after.decision.points]).toEqual([
      [],
      undefined,
      { earned: 0, spent: 0, spentFen: 0 },
    ]);
    expect(after.decision.payableFen).toBe(2580);
    expect(after.messages[0]).toMatchObject({ kind: 'member', text: { en: expect.stringContaining('has left') } });
    expect(after.revision).toBe(before.revision + 1);
    expect(leftBaskets(shop.journal)).toEqual([
      { type: 'basket', lane: '1', basketId: before.basketId, revision: after.revision, what: 'changed' },
    ]);
  });

  it('is not sold as it was shown before: the amount is asked for again', () => {
    const before = filled();
    forget();
    expect(shop.outcome(() => shop.pay(before))).toContain('PRICE_CHANGED');
    const sale = shop.pay(shop.till.get(before.basketId));
    expect([sale.pointsEarned, sale.pointsSpent, sale.pointsBalance]).toEqual([0, 0, undefined]);
    expect(shop.journal.get('SELECT member_id FROM sale')).toEqual({ member_id: null });
    expect(shop.journal.all(`SELECT 1 FROM points_entry WHERE entry_id NOT LIKE 'open:%'`)).toEqual([]);
  });

  it('is the same for one that is suspended, and another member may come', () => {
    const { basketId } = filled();
    shop.journal.write((tx) => shop.till.suspend(tx, TILL, basketId));
    forget();
    const resumed = shop.journal.write((tx) => shop.till.resume(tx, OTHER_TILL, basketId));
    expect([resumed.member, resumed.messages[0]?.kind]).toEqual([undefined, 'member']);
    const next = shop.journal.write((tx) => shop.till.setMember(tx, OTHER_TILL, basketId, 'TM:card-2'));
    expect([next.member?.memberId, next.messages[0]?.kind]).not.toContain('member');
  });

  it('leaves what was sold before as sales of nobody: what is returned of them sets right points that nobody has', () => {
    const sale = shop.pay(filled());
    forget();
    const back = shop.giveBack(sale.saleId, [['1', 2]]);
    expect(back.refundFen).toBe(sale.paidFen);
    expect(shop.points('M000001')).toBe(1000);
  });
});
