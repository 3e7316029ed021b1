import {
  type Campaign,
  compileCampaigns,
  type Decision,
  type DecisionContext,
  decide,
  type ItemFacts,
} from '@tillside/decide';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { campaign, TestShop } from '../lanes/testing/shop.ts';
import { type Decided, DecidedBaskets, MAX_KEPT_DECISIONS, touchedBy } from './decided.ts';

const context: DecisionContext = {
  storeId: 's',
  channel: 'till',
  at: '2026-11-22T10:00:00Z',
  zone: 'Asia/Shanghai',
};
const compiled = compileCampaigns({
  schema: 1,
  setId: 's',
  version: 1,
  campaigns: [],
  policy: { version: 1, objective: 'best-for-customer', couponsPerBasket: 1 },
});
const guarded = { lines: [], coupons: [] };
const fresh = (): Decided => ({ context, compiled, guarded, decision: decide(context, compiled, guarded) });

describe('decisions that are kept', () => {
  it('are made once a question, and the one asked for longest ago is forgotten first', () => {
    const kept = new DecidedBaskets();
    const first = kept.decided('first', fresh).decision;
    for (let n = 1; n < MAX_KEPT_DECISIONS; n++) kept.decided(`other ${n}`, fresh);
    expect(kept.decided('first', fresh).decision).toBe(first);
    const second = kept.decided('other 1', fresh).decision;
    for (let n = 0; n < MAX_KEPT_DECISIONS - 1; n++) kept.decided(`more ${n}`, fresh);
    expect(kept.decided('other 1', fresh).decision).toBe(second);
    expect(kept.decided('first', fresh).decision).not.toBe(first);
  });

  it('confirm what would bring a saving again when an item that was looked up for it costs something else', () => {
    const kept = new DecidedBaskets();
    let confirmed = 0;
    const ask = (unitPriceFen: number): Decision =>
      kept.unlocked(
        'basket',
        { most: 3, itemOf: (sku) => ({ sku, unitPriceFen }) as ItemFacts },
        fresh,
        ({ decision }, { itemOf }) => {
          confirmed += 1;
          return { ...decision, gapFen: itemOf?.('tea')?.unitPriceFen ?? 0 };
        },
      );
    expect([ask(100), ask(100), ask(120), ask(120)].map(({ gapFen }) => gapFen)).toEqual([100, 100, 120, 120]);
    expect(confirmed).toBe(2);
  });
});

describe('a till that asks again for an unchanged basket', () => {
  let shop: TestShop;
  beforeEach(() => {
    shop = new TestShop();
  });
  afterEach(() => shop.close());
  const half = { items: { skus: ['milk'] }, discount: { by: 'percent', percentOffBp: 5000 } };
  const payable = (basketId: string): number => shop.till.get(basketId).decision.payableFen;

  it('hears of a campaign that ends within the minute', () => {
    const window = { from: '2026-01-01T00:00:00Z', to: '2026-11-22T10:00:30Z' };
    shop.run([campaign('half', 'discount', { ...half, window })]);
    const { basketId } = shop.fill([{ sku: 'milk' }]);
    shop.now = Date.parse('2026-11-22T10:00:29.999Z');
    expect(payable(basketId)).toBe(645);
    shop.now = Date.parse('2026-11-22T10:00:30Z');
    expect(payable(basketId)).toBe(1290);
  });

  it('hears that a member is no longer new, to the second', () => {
    shop.run([campaign('new', 'discount', { ...half, audience: { newMemberDays: 300 } })]);
    // Joined at midnight UTC on 2025-01-01.
    shop.now = Date.parse('2025-01-01T00:00:00Z') + 300 * 86_400_000;
    const { basketId } = shop.fill([{ sku: 'milk' }], { member: 'card-1' });
    expect(payable(basketId)).toBe(645);
    shop.now += 1;
    expect(payable(basketId)).toBe(1290);
  });

  it('hears of a use that another till took, of the hour, and of a set that HQ replaced', () => {
    shop.run([campaign('half', 'discount', { ...half, limits: { total: 1 } })]);
    const { basketId } = shop.fill([{ sku: 'milk' }]);
    expect(payable(basketId)).toBe(645);
    shop.pay(shop.fill([{ sku: 'milk' }]));
    expect(payable(basketId)).toBe(1290);
    const window = {
      from: '2026-01-01T00:00:00Z',
      to: '2027-01-01T00:00:00Z',
      hours: [{ from: '08:00', to: '18:01' }],
    };
    shop.run([campaign('hours', 'discount', { ...half, window })]);
    expect(payable(basketId)).toBe(645);
    shop.now = Date.parse('2026-11-22T10:01:00Z');
    expect(payable(basketId)).toBe(1290);
    shop.run([campaign('all', 'discount', { ...half })]);
    expect(payable(basketId)).toBe(645);
  });

  it('hears of a promotion of the store on its goods, and is not decided again for one on others', () => {
    const setPromotion = (sku: string, percentOffBp: number): void => {
      const content = campaign(`store:${sku}`, 'discount', {
        items: { skus: [sku] },
        discount: { by: 'percent', percentOffBp },
      });
      shop.journal.write((tx) =>
        tx.run(
          `INSERT INTO promotion (campaign_id, sku, campaign, percent_off_bp, until) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (sku) DO UPDATE SET campaign = excluded.campaign`,
          `store:${sku}`,
          sku,
          JSON.stringify(content),
          percentOffBp,
          '2027-01-01T00:00:00Z',
        ),
      );
      shop.book.reload();
    };
    shop.run([campaign('half', 'discount', half)]);
    const milk = shop.fill([{ sku: 'milk' }]);
    const tea = shop.fill([{ sku: 'tea' }]);
    const [milkFen, teaFen] = [payable(milk.basketId), payable(tea.basketId)];
    let made = shop.book.decisionsMade;
    setPromotion('tea', 5000);
    expect(payable(milk.basketId)).toBe(milkFen);
    expect(shop.book.decisionsMade).toBe(made);
    expect(payable(tea.basketId)).toBe(Math.round(teaFen / 2));
    setPromotion('tea', 1000);
    setPromotion('tea', 2000);
    expect(payable(tea.basketId)).toBe(Math.round(teaFen * 0.8));
    made = shop.book.decisionsMade;
    expect(payable(milk.basketId)).toBe(milkFen);
    expect(shop.book.decisionsMade).toBe(made);
    // A window that ends while the book changes is not slept over.
    const window = { from: '2026-01-01T00:00:00Z', to: '2026-11-22T10:00:30Z' };
    shop.run([campaign('half', 'discount', { ...half, window })]);
    expect(payable(milk.basketId)).toBe(milkFen);
    setPromotion('tea', 3000);
    shop.now = Date.parse('2026-11-22T10:00:40Z');
    expect(payable(milk.basketId)).toBe(1290);
  });
});

describe('what a change of campaigns touches', () => {
  it('is what any of them is about, by SKU, category, department or everything, in any role', () => {
    const about = (items: object) => campaign('c', 'discount', { ...{ discount: {} }, items }) as unknown as Campaign;
    const goods = { sku: 'milk', category: 'dairy', department: 'food' };
    for (const items of [{ skus: ['milk'] }, { categories: ['dairy'] }, { departments: ['food'] }, { all: true }])
      expect(touchedBy([about({ skus: ['x'] }), about(items)])(goods)).toBe(true);
    expect(touchedBy([about({ skus: ['x'], categories: ['milk'], departments: ['dairy'] })])(goods)).toBe(false);
    const bundle = campaign('b', 'bundle', { slots: [{ items: { skus: ['x'] } }, { items: { skus: ['milk'] } }] });
    expect(touchedBy([bundle as unknown as Campaign])(goods)).toBe(true);
    expect(touchedBy([])(goods)).toBe(false);
  });
});
