import { compileCampaigns, type Decision, type DecisionContext, decide, type ItemFacts } from '@tillside/decide';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { campaign, TestShop } from '../lanes/testing/shop.ts';
import { type Decided, DecidedBaskets, MAX_KEPT_DECISIONS } from './decided.ts';

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
});
