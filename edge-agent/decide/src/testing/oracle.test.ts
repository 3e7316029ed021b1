import { describe, expect, it } from 'vitest';
import type { Basket, BasketLine, DecisionContext } from '../schema/basket.ts';
import type { Campaign, CampaignPolicy, Discount, ItemSelector, SpendSaveTier } from '../schema/campaign.ts';
import type { Decision } from '../schema/decision.ts';
import { anyContext } from './arbitraries.ts';
import { basketOf, campaign, gold, line, setUnder } from './fixtures-data.ts';
import { isReachable, naiveOptimum } from './oracle.ts';

const all = { all: true as const };
const tea = { skus: ['tea'] };
const milk = { skus: ['milk'] };

interface Setting {
  readonly policy?: Partial<CampaignPolicy>;
  readonly basket?: Partial<Basket>;
  readonly context?: Partial<DecisionContext>;
}

/** `[payable fen, worth of gifts and points in hundredths of a fen, coupons]`. */
function best(
  campaigns: readonly Campaign[],
  lines: readonly BasketLine[],
  setting: Setting,
): [number, number, number] {
  const set = setUnder(campaigns, { points: { fenPerPoint: 100, fenPer100Points: 100 }, ...setting.policy });
  const found = naiveOptimum({ ...anyContext, ...setting.context }, set, basketOf(lines, setting.basket ?? {}));
  return [Number(found.payableFen), Number(found.value), found.coupons];
}
const pays = (campaigns: readonly Campaign[], lines: readonly BasketLine[], setting: Setting): number =>
  best(campaigns, lines, setting)[0];

const off = (amountOffFen: number): Discount => ({ by: 'amount', amountOffFen });
const discount = (id: string, how: Discount, more: object): Campaign =>
  campaign({ kind: 'discount', id, items: all, discount: how, ...more });
const spend = (id: string, tiers: SpendSaveTier[], more: object): Campaign =>
  campaign({ kind: 'spend-save', id, items: all, tiers, repeat: 'once', base: 'after-item-discounts', ...more });
const couponsFor = (...ids: string[]): Pick<Basket, 'coupons'> => ({
  coupons: ids.map((campaignId) => ({ couponId: `${campaignId}-1`, campaignId })),
});
const tea1000 = line('L1', 'tea', 1, 1000, {});
const milk1000 = line('L2', 'milk', 1, 1000, {});

describe('the oracle, by hand: spend-save', () => {
  const tiers = [
    { spendFen: 1000, saveFen: 100 },
    { spendFen: 2000, saveFen: 250 },
  ];

  it('the best tier once, or the best of whole steps', () => {
    const lines = [line('L1', 'tea', 4, 1100, {})];
    expect(pays([spend('s', tiers, {})], lines, {})).toBe(4150);
    // 4 x 100 or 2 x 250.
    expect(pays([spend('s', tiers, { repeat: 'per-step' })], lines, {})).toBe(3900);
    // At most 3: 3 x 100 or 2 x 250; at most 1: 250.
    expect(pays([spend('s', tiers, { repeat: 'per-step', limits: { perBasket: 3 } })], lines, {})).toBe(3900);
    expect(pays([spend('s', tiers, { repeat: 'per-step', limits: { perBasket: 1 } })], lines, {})).toBe(4150);
    expect(pays([spend('s', tiers, {})], [line('L1', 'tea', 1, 999, {})], {})).toBe(999);
  });

  it('units as a threshold, shares half-up once and at most maxSaveFen', () => {
    const lines = [line('L1', 'tea', 3, 333, {})];
    // 15 % of 999 is 149.85.
    expect(pays([spend('s', [{ units: 3, percentOffBp: 1500 }], {})], lines, {})).toBe(849);
    expect(pays([spend('s', [{ units: 4, percentOffBp: 1500 }], {})], lines, {})).toBe(999);
    expect(pays([spend('s', [{ units: 3, percentOffBp: 1500, maxSaveFen: 100 }], {})], lines, {})).toBe(899);
    expect(pays([spend('s', [{ units: 2, saveFen: 40 }], { repeat: 'per-step' })], lines, {})).toBe(959);
  });

  it('bases: list, or after item discounts, which then may be left out', () => {
    const tenFen = discount('d', off(10), {});
    // List: 1000 - 10 - 300. After items: 990 reaches nothing, so the 10 fen are left out.
    expect(pays([tenFen, spend('s', [{ spendFen: 1000, saveFen: 300 }], { base: 'list' })], [tea1000], {})).toBe(690);
    expect(pays([tenFen, spend('s', [{ spendFen: 1000, saveFen: 300 }], {})], [tea1000], {})).toBe(700);
    // Savings of the same layers count against no base: 300 and 300.
    const two = [
      spend('s', [{ spendFen: 1000, saveFen: 300 }], {}),
      spend('t', [{ spendFen: 1000, saveFen: 300 }], {}),
    ];
    expect(pays(two, [tea1000], {})).toBe(400);
  });

  it('never more than its units still cost', () => {
    const fixed = discount('d', { by: 'fixed-price', fixedPriceFen: 200 }, { items: tea });
    const most = spend('s', [{ spendFen: 1000, saveFen: 900 }], { items: tea, base: 'list' });
    // Tea at 200, then nothing; milk stays at 1000.
    expect(pays([fixed, most], [tea1000, milk1000], {})).toBe(1000);
  });

  it('counts units, and gives to units, whose item campaigns agree', () => {
    const alone = discount('d', off(150), { items: tea, stackWith: [] });
    const tenth = spend('s', [{ spendFen: 100, percentOffBp: 1000 }], {});
    // 850 + 900, better than 1800 without the discount.
    expect(pays([alone, tenth], [tea1000, milk1000], {})).toBe(1750);
    // All three at 850: 2550.
    expect(pays([alone, tenth], [line('L1', 'tea', 3, 1000, {})], {})).toBe(2550);
    // With two units at most: 850 + 850 + 900.
    const two = { ...alone, limits: { perBasket: 2 } };
    expect(pays([two, tenth], [line('L1', 'tea', 3, 1000, {})], {})).toBe(2600);
    // 2 x 100 and 1000, of which 1200 can take 1000 only, though the line costs 1200.
    const deep = discount('d', off(900), { stackWith: [], limits: { perBasket: 2 } });
    const huge = spend('s', [{ units: 1, saveFen: 1200 }], {});
    expect(pays([deep, huge], [line('L1', 'tea', 3, 1000, {})], {})).toBe(200);
  });

  it('two that do not agree apply together on lines of their own only', () => {
    const a = spend('a', [{ units: 1, saveFen: 100 }], { stackWith: [] });
    const b = spend('b', [{ units: 1, saveFen: 80 }], {});
    expect(pays([a, b], [tea1000], {})).toBe(900);
    const apart = [
      { ...a, items: tea },
      { ...b, items: milk },
    ] as Campaign[];
    expect(pays(apart, [tea1000, milk1000], {})).toBe(1820);
  });

  it('counts a bundle as a whole or not at all, and gives by largest remainder over its lines', () => {
    const slots = [{ items: { skus: ['tea', 'milk', 'soap'] }, quantity: 3 }];
    const bundle = campaign({ kind: 'bundle', id: 'b', slots, price: { by: 'amount', amountOffFen: 300 } });
    const lines = [line('L1', 'tea', 1, 4300, {}), line('L2', 'milk', 1, 1400, {}), line('L3', 'soap', 1, 2300, {})];
    const on = (items: ItemSelector, spendFen: number, saveFen: number): Campaign =>
      spend('s', [{ spendFen, saveFen }], { items });
    // 161.25, 52.5, 86.25 are 161, 53, 86: 7700 for whoever names all three.
    expect(pays([bundle, on(all, 7700, 7)], lines, {})).toBe(7693);
    expect(pays([bundle, on(all, 7701, 7)], lines, {})).toBe(7700);
    expect(pays([bundle, on({ skus: ['soap', 'tea', 'milk'] }, 7700, 7)], lines, {})).toBe(7693);
    // Without the soap, or for a category, it counts for nothing: 300, or without the bundle 299.
    expect(pays([bundle, on({ skus: ['tea', 'milk'] }, 100, 299)], lines, {})).toBe(7700);
    expect(pays([bundle, on({ all: true, excludeSkus: ['soap'] }, 100, 299)], lines, {})).toBe(7700);
    expect(pays([bundle, on({ categories: ['tea', 'milk', 'soap'] }, 100, 299)], lines, {})).toBe(7700);
    // Leaving out what it can't hold leaves nothing out.
    expect(pays([bundle, on({ all: true, excludeSkus: ['rice'] }, 100, 299)], lines, {})).toBe(7401);
    // A share is each unit's own: it counts for whoever names the unit.
    const share = campaign({ kind: 'bundle', id: 'b', slots, price: { by: 'percent', percentOffBp: 1000 } });
    expect(pays([share, on(milk, 1260, 7)], lines, {})).toBe(7193);
  });
});

describe('the oracle, by hand: gifts and points', () => {
  const gift = (id: string, more: object): Campaign => {
    const name = { zh: '赠', en: 'gift' };
    const gifts = [
      { sku: 'pen', name, quantity: 2, valueFen: 50 },
      { sku: 'cup', name, quantity: 1, valueFen: 70 },
    ];
    return campaign({ kind: 'gift', id, items: all, repeat: 'per-step', base: 'list', spendFen: 500, gifts, ...more });
  };
  const lines = [line('L1', 'tea', 1, 1600, {})];

  it('gift: by steps, of the most valuable or the chosen one, as far as stock allows', () => {
    // 3 x 2 pens of 50.
    expect(best([gift('g', {})], lines, {})).toEqual([1600, 30_000, 0]);
    expect(best([gift('g', { repeat: 'once' })], lines, {})).toEqual([1600, 10_000, 0]);
    // 3 cups of 70.
    expect(best([gift('g', {})], lines, { basket: { giftChoices: [{ campaignId: 'g', sku: 'cup' }] } })[1]).toBe(
      21_000,
    );
    // 5 pens are two times two: 200; three cups 210.
    const context = { giftStock: [{ sku: 'pen', quantity: 5 }] };
    expect(best([gift('g', {})], lines, { context })[1]).toBe(21_000);
    // The first takes 4 pens, the second has 2 left, 100, or 3 cups, 210.
    const scarce = {
      giftStock: [
        { sku: 'pen', quantity: 6 },
        { sku: 'cup', quantity: 0 },
      ],
    };
    expect(best([gift('g', {}), gift('h', {})], lines, { context: scarce })[1]).toBe(30_000);
    expect(best([gift('g', { repeat: 'once' }), gift('h', {})], lines, { context: scarce })[1]).toBe(30_000);
  });

  it('points: the highest multiplier of a line, whole points, bonuses on top, members only', () => {
    const twice = [line('L1', 'tea', 1, 1000, {}), line('L2', 'milk', 1, 999, {})];
    const basket = { member: gold };
    const triple = campaign({ kind: 'points', id: 'p', items: tea, earn: { by: 'multiplier', times: 3 } });
    const earn = { by: 'bonus' as const, units: 2, repeat: 'once' as const, base: 'list' as const, points: 5 };
    const bonus = campaign({ kind: 'points', id: 'q', items: all, earn });
    // 19.99; (3000 + 999) / 100 = 39.99; and 5 more.
    expect(best([], twice, { basket })).toEqual([1999, 1900, 0]);
    expect(best([triple], twice, { basket })).toEqual([1999, 3900, 0]);
    expect(best([triple, bonus], twice, { basket })).toEqual([1999, 4400, 0]);
    expect(best([triple, bonus], twice, {})).toEqual([1999, 0, 0]);
    // 900 x 2 + 999: 27.99.
    const adjusts = discount('d', off(100), { items: tea, pointsMultiplier: 2 });
    expect(best([adjusts], twice, { basket })).toEqual([1899, 2700, 0]);
  });

  it('of one price, the answer that is worth more: the milk is discounted where tea earns threefold', () => {
    const triple = campaign({ kind: 'points', id: 'p', items: tea, earn: { by: 'multiplier', times: 3 } });
    const one = discount('d', off(100), { limits: { perBasket: 1 } });
    // 3 x 1000 + 900 = 39 points, not 3 x 900 + 1000 = 37.
    expect(best([triple, one], [tea1000, milk1000], { basket: { member: gold } })).toEqual([1900, 3900, 0]);
  });

  it('points-pay has no part in the comparison', () => {
    const rule = { items: all, pointsPerStep: 1, fenPerStep: 100, maxShareBp: 10_000 };
    const pay = campaign({ kind: 'points-pay', id: 'p', ...rule });
    const basket = { member: { ...gold, pointsBalance: 1000 }, payWithPoints: 5 };
    expect(pays([pay], [tea1000], { basket })).toBe(1000);
  });
});

describe('the oracle, by hand: what rules a whole basket', () => {
  const byUnits = (saveFen: number): SpendSaveTier[] => [{ units: 1, saveFen }];

  it('exclusive groups, best-one layers and coupons per basket', () => {
    const a = spend('a', byUnits(100), { exclusiveGroup: 'x' });
    const b = spend('b', byUnits(80), { exclusiveGroup: 'x' });
    expect(pays([a, b], [tea1000], {})).toBe(900);
    const free = [spend('a', byUnits(100), {}), spend('b', byUnits(80), {})];
    expect(pays(free, [tea1000], { policy: { layers: { basket: 'best-one' } } })).toBe(900);
    const coupons = free.map((one) => ({ ...one, requiresCoupon: true }));
    const basket = couponsFor('a', 'b');
    expect(best(coupons, [tea1000], { basket })).toEqual([820, 0, 2]);
    expect(best(coupons, [tea1000], { basket, policy: { couponsPerBasket: 1 } })).toEqual([900, 0, 1]);
    expect(best(coupons, [tea1000], { basket, policy: { couponsPerBasket: 0 } })).toEqual([1000, 0, 0]);
    expect(best(coupons, [tea1000], { basket, policy: { layers: { coupon: 'best-one' } } })).toEqual([900, 0, 1]);
    expect(best(coupons, [tea1000], { basket: couponsFor('b', 'b') })).toEqual([920, 0, 1]);
  });

  it('the fewest coupons of what costs and gives the same', () => {
    const plain = discount('d', off(100), {});
    const coupon = discount('k', off(100), { requiresCoupon: true, stackWith: [] });
    expect(best([coupon, plain], [tea1000], { basket: couponsFor('k') })).toEqual([900, 0, 0]);
  });

  it('budgets: no more than what is left', () => {
    const limited = discount('d', off(100), { limits: { budgetFen: 350 } });
    // 100 a unit: three of four; with 120 used before, two.
    const lines = [line('L1', 'tea', 4, 1000, {})];
    expect(pays([limited], lines, {})).toBe(3700);
    expect(pays([limited], lines, { context: { usage: [{ campaignId: 'd', budgetFen: 120 }] } })).toBe(3800);
    expect(pays([limited], lines, { context: { usage: [{ campaignId: 'd', budgetFen: 350 }] } })).toBe(4000);
    // A spend-save gives what the budget covers: no step of 100, 3 of 4 steps, 350 of a tenth of 4000.
    const within = (budgetFen: number, more: object): number =>
      pays([spend('s', byUnits(100), { limits: { budgetFen }, ...more })], lines, {});
    expect(within(99, {})).toBe(4000);
    expect(within(350, { repeat: 'per-step' })).toBe(3700);
    expect(within(350, { tiers: [{ units: 1, percentOffBp: 1000 }] })).toBe(3650);
  });

  it('limits, windows and audiences', () => {
    const one = (more: object): Campaign => spend('s', byUnits(100), more);
    const used = (usage: object, limits: object, member: boolean): number =>
      pays([one({ limits })], [tea1000], {
        basket: member ? { member: gold } : {},
        context: { usage: [{ campaignId: 's', ...usage }] },
      });
    expect(used({ member: 1 }, { perMember: 2 }, true)).toBe(900);
    expect(used({ member: 2 }, { perMember: 2 }, true)).toBe(1000);
    expect(used({}, { perMember: 2 }, false)).toBe(1000);
    expect(used({ day: 3 }, { perDay: 3 }, false)).toBe(1000);
    expect(used({ store: 3 }, { perDay: 3, perStore: 4, total: 1 }, false)).toBe(900);
    // 2026-03-04 is a Wednesday; it is noon in the store.
    const window = { from: '2026-01-01T00:00:00+08:00', to: '2027-01-01T00:00:00+08:00' };
    const at = (more: object): number => pays([one({ window: { ...window, ...more } })], [tea1000], {});
    expect(at({ to: '2026-03-04T12:00:00+08:00' })).toBe(1000);
    expect(at({ from: '2026-03-04T04:00:00Z' })).toBe(900);
    expect(at({ daysOfWeek: [3] })).toBe(900);
    expect(at({ daysOfWeek: [4] })).toBe(1000);
    expect(at({ hours: [{ from: '11:00', to: '12:00' }] })).toBe(1000);
    expect(at({ daysOfWeek: [2], hours: [{ from: '22:00', to: '12:01' }] })).toBe(900);
    const to = (audience: object, member: object): number =>
      pays([one({ audience })], [tea1000], { basket: { member: { ...gold, ...member } } });
    expect(to({ firstOrder: true }, {})).toBe(1000);
    expect(to({ firstOrder: true }, { orders: 0 })).toBe(900);
    expect(to({ newMemberDays: 1 }, { joinedAt: '2026-03-03T12:00:00+08:00' })).toBe(900);
    expect(to({ newMemberDays: 1 }, { joinedAt: '2026-03-03T11:59:59+08:00' })).toBe(1000);
    expect(to({ segments: ['lapsed'] }, { segments: ['new', 'lapsed'] })).toBe(900);
    expect(to({ tiers: ['blue'] }, {})).toBe(1000);
  });
});

describe('the oracle, by hand: what is allowed', () => {
  it('knows the lines of an answer, not its sum only', () => {
    const slots = [{ items: all, quantity: 3 }];
    const bundle = campaign({ kind: 'bundle', id: 'b', slots, price: { by: 'amount', amountOffFen: 300 } });
    const lines = [line('L1', 'tea', 1, 4300, {}), line('L2', 'milk', 1, 1400, {}), line('L3', 'soap', 1, 2300, {})];
    const set = setUnder([bundle], {});
    const answer = (amounts: readonly number[]): Decision => {
      const adjusted = amounts.map((amountFen, index) => ({
        lineId: `L${index + 1}`,
        adjustments: amountFen > 0 ? [{ campaignId: 'b', amountFen, units: 1 }] : [],
      }));
      const applied = amounts.some((fen) => fen > 0) ? [{ campaignId: 'b' }] : [];
      return { lines: adjusted, applied, gifts: [], points: { earned: 0 } } as unknown as Decision;
    };
    const allows = (amounts: readonly number[]): boolean =>
      isReachable(anyContext, set, basketOf(lines, {}), answer(amounts));
    expect(allows([161, 53, 86])).toBe(true);
    expect(allows([0, 0, 0])).toBe(true);
    expect(allows([162, 52, 86])).toBe(false);
    expect(allows([161, 52, 86])).toBe(false);
  });
});
