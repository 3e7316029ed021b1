import { describe, expect, it } from 'vitest';
import type { Basket, BasketLine } from '../schema/basket.ts';
import type { Campaign, Discount } from '../schema/campaign.ts';
import { anyContext } from './arbitraries.ts';
import { basketOf, campaign, gold, line, setUnder } from './fixtures-data.ts';
import { naiveOptimum } from './oracle.ts';

const all = { all: true as const };
const tea = { skus: ['tea'] };
const milk = { skus: ['milk'] };

/** The lowest payable amount, in fen, of lines without a member. */
function pays(campaigns: readonly Campaign[], lines: readonly BasketLine[], more: Partial<Basket>): number {
  return Number(naiveOptimum(anyContext, setUnder(campaigns, {}), basketOf(lines, more)).payableFen);
}
const percent = (percentOffBp: number): Discount => ({ by: 'percent', percentOffBp });
const off = (amountOffFen: number): Discount => ({ by: 'amount', amountOffFen });
const fixed = (fixedPriceFen: number): Discount => ({ by: 'fixed-price', fixedPriceFen });
const discount = (id: string, how: Discount, more: object): Campaign =>
  campaign({ kind: 'discount', id, items: all, discount: how, ...more });

describe('the oracle, by hand: unit kinds', () => {
  it('discount: a share half-up per unit, an amount at most the price, a fixed price never above list', () => {
    const two = [line('L1', 'tea', 2, 999, {})];
    // 15 % of 999 is 149.85, 150 a unit: 2 x 849.
    expect(pays([discount('d', percent(1500), {})], two, {})).toBe(1698);
    expect(pays([discount('d', off(2000), {})], two, {})).toBe(0);
    // 999 - 700 on both.
    expect(pays([discount('d', fixed(700), {})], two, {})).toBe(1400);
    expect(pays([discount('d', fixed(1200), {})], two, {})).toBe(1998);
    // One unit only: 999 + 849.
    expect(pays([discount('d', percent(1500), { limits: { perBasket: 1 } })], two, {})).toBe(1848);
  });

  it('markdown: the named lot of the named SKU only', () => {
    const marked = campaign({ kind: 'markdown', id: 'm', lots: [{ sku: 'tea', lotId: 'a' }], discount: percent(3000) });
    const lines = [
      line('L1', 'tea', 2, 500, { lotId: 'a' }),
      line('L2', 'tea', 1, 500, {}),
      line('L3', 'milk', 1, 500, { lotId: 'a' }),
    ];
    // 2 x 350, 500, 500.
    expect(pays([marked], lines, {})).toBe(1700);
  });

  it('member-price: for members of the tiers, never above list', () => {
    const prices = [
      { sku: 'tea', priceFen: 880 },
      { sku: 'milk', priceFen: 700 },
    ];
    const member = campaign({ kind: 'member-price', id: 'p', prices, tiers: ['gold'] });
    const lines = [line('L1', 'tea', 1, 1000, {}), line('L2', 'milk', 1, 600, {})];
    expect(pays([member], lines, { member: gold })).toBe(1480);
    expect(pays([member], lines, { member: { ...gold, tier: 'blue' } })).toBe(1600);
    expect(pays([member], lines, {})).toBe(1600);
  });

  it('stack: exact until its end, at most three, and only with the consent of all', () => {
    const stackWith = ['layer:item'];
    const tenth = (id: string, more: object): Campaign => discount(id, percent(1000), more);
    const one = [line('L1', 'tea', 1, 105, {})];
    // 105 -> 94.5 -> 85.05 -> 76.545: 28.455 saved, 28. (Step by step it would be 11 + 9 + 9.)
    expect(
      pays(
        ['a', 'b', 'c'].map((id) => tenth(id, { stackWith })),
        one,
        {},
      ),
    ).toBe(77);
    expect(
      pays(
        ['a', 'b', 'c', 'd'].map((id) => tenth(id, { stackWith })),
        one,
        {},
      ),
    ).toBe(77);
    // a and b agree, c only with them: 105 -> 94.5 -> 85.05.
    expect(
      pays([tenth('a', { stackWith: ['b'] }), tenth('b', { stackWith: ['a'] }), tenth('c', { stackWith })], one, {}),
    ).toBe(85);
    // 10.5 is 11.
    expect(
      pays(
        ['a', 'b', 'c'].map((id) => tenth(id, {})),
        one,
        {},
      ),
    ).toBe(94);
  });

  it('stack: campaigns without a coupon come first, whatever the order of the set', () => {
    const coupon = discount('k', percent(1000), { requiresCoupon: true });
    const basket = { coupons: [{ couponId: 'k1', campaignId: 'k' }] };
    // 1000 - 200 = 800, then a tenth off.
    expect(pays([coupon, discount('d', off(200), {})], [line('L1', 'tea', 1, 1000, {})], basket)).toBe(720);
    // Two coupons of item kinds don't meet on a unit unless they say so: 850 at best, or 1000 -> 900 -> 750.
    const other = discount('l', off(150), { requiresCoupon: true });
    const both = { coupons: [...basket.coupons, { couponId: 'l1', campaignId: 'l' }] };
    expect(pays([coupon, other], [line('L1', 'tea', 1, 1000, {})], both)).toBe(850);
    const agreed = [coupon, other].map((one) => ({ ...one, stackWith: ['layer:coupon'] }));
    expect(pays(agreed, [line('L1', 'tea', 1, 1000, {})], both)).toBe(750);
  });
});

describe('the oracle, by hand: groups', () => {
  const five = [900, 600, 500, 400, 300].map((fen, index) => line(`L${index + 1}`, `s${index}`, 1, fen, {}));

  it('buy-get: the cheapest of each group, whole groups only, formed as is best', () => {
    const free = (more: object): Campaign =>
      campaign({ kind: 'buy-get', id: 'b', items: all, buy: 2, get: 1, percentOffBp: 10_000, ...more });
    // 900 + 600 + (500): 2700 - 500; 400 and 300 fill no group.
    expect(pays([free({})], five, {})).toBe(2200);
    // Six: (500) of the first three, (200) of the last three: 2900 - 700.
    const six = [...five, line('L6', 's5', 1, 200, {})];
    expect(pays([free({})], six, {})).toBe(2200);
    expect(pays([free({ limits: { perBasket: 1 } })], six, {})).toBe(2400);
    expect(pays([free({ match: 'same-sku' })], six, {})).toBe(2900);
    // Half of 333 is 166.5, 167: 3 x 333 - 167.
    expect(pays([free({ percentOffBp: 5000, match: 'same-sku' })], [line('L1', 'tea', 3, 333, {})], {})).toBe(832);
  });

  it('buy-get with getItems: the get units save, even the dearer ones', () => {
    const half = campaign({ kind: 'buy-get', id: 'b', items: tea, getItems: milk, buy: 1, get: 1, percentOffBp: 5000 });
    const lines = [line('L1', 'tea', 1, 300, {}), line('L2', 'milk', 2, 900, {})];
    // One tea lets one milk save 450: 2100 - 450.
    expect(pays([half], lines, {})).toBe(1650);
  });

  it('nth-item: dearest first, a group may end early', () => {
    const ladder = (ladderBp: number[], more: object): Campaign =>
      campaign({ kind: 'nth-item', id: 'n', items: all, ladderBp, ...more });
    const three = [line('L1', 'tea', 1, 900, {}), line('L2', 'milk', 1, 600, {}), line('L3', 'soap', 1, 333, {})];
    // (900, 600): 300. 333 stays alone.
    expect(pays([ladder([0, 5000], {})], three, {})).toBe(1533);
    // 0 + 199.98 + 333: 1833 - 533.
    expect(pays([ladder([0, 3333, 10_000], {})], three, {})).toBe(1300);
    expect(pays([ladder([0, 5000], { match: 'same-sku' })], three, {})).toBe(1833);
    // Four of one price: two groups of two, 2 x 150; with one group allowed 150.
    const four = [line('L1', 'tea', 4, 300, {})];
    expect(pays([ladder([0, 5000], {})], four, {})).toBe(900);
    expect(pays([ladder([0, 5000], { limits: { perBasket: 1 } })], four, {})).toBe(1050);
  });

  it('bundle: a fixed price, with slots that overlap', () => {
    const slots = [
      { items: tea, quantity: 2 },
      { items: all, quantity: 1 },
    ];
    const fixedPrice = (bundlePriceFen: number): Campaign =>
      campaign({ kind: 'bundle', id: 'b', slots, price: { by: 'fixed-price', bundlePriceFen } });
    const lines = [line('L1', 'tea', 3, 500, {}), line('L2', 'bread', 1, 700, {})];
    // Tea, tea and bread: 1700 for 1000; the third tea 500.
    expect(pays([fixedPrice(1000)], lines, {})).toBe(1500);
    // Dearer than what it holds: not applied.
    expect(pays([fixedPrice(1701)], lines, {})).toBe(2200);
    // Two bundles count as a whole: 6 x 100 for 2 x 250.
    expect(pays([fixedPrice(250)], [line('L1', 'tea', 6, 100, {})], {})).toBe(500);
  });

  it('bundle: an amount for each, in all at most what they cost; a share per unit', () => {
    const slots = [
      { items: tea, quantity: 1 },
      { items: milk, quantity: 1 },
    ];
    const amount = campaign({ kind: 'bundle', id: 'b', slots, price: { by: 'amount', amountOffFen: 500 } });
    // Two pairs, 1400, less 2 x 500; one pair of 300 less 500 is nothing.
    const lines = [line('L1', 'tea', 1, 100, {}), line('L2', 'tea', 1, 900, {}), line('L3', 'milk', 2, 200, {})];
    expect(pays([amount], lines, {})).toBe(400);
    expect(pays([amount], [line('L1', 'tea', 1, 100, {}), line('L3', 'milk', 1, 200, {})], {})).toBe(0);
    const share = campaign({
      kind: 'bundle',
      id: 'b',
      slots: [{ items: all, quantity: 3 }],
      price: { by: 'percent', percentOffBp: 3333 },
    });
    // 33.33 is 33 on each of three, not 100 on all.
    expect(pays([share], [line('L1', 'tea', 3, 100, {})], {})).toBe(201);
  });

  it('bulk-price: one tier for all that it takes, by SKU where it says so', () => {
    const tiers = [
      { minUnits: 2, discount: percent(1000) },
      { minUnits: 3, discount: percent(2000) },
    ];
    const bulk = (count: 'any' | 'same-sku', more: object): Campaign =>
      campaign({ kind: 'bulk-price', id: 'b', items: all, count, tiers, ...more });
    const lines = [line('L1', 'tea', 2, 999, {}), line('L2', 'milk', 1, 999, {})];
    // 199.8 is 200, three times; 99.9 is 100, twice; two units at most: 100 twice.
    expect(pays([bulk('any', {})], lines, {})).toBe(2397);
    expect(pays([bulk('same-sku', {})], lines, {})).toBe(2797);
    expect(pays([bulk('any', { limits: { perBasket: 2 } })], lines, {})).toBe(2797);
    // Three units may have the tier of two where that is the better one.
    const worse = [
      { minUnits: 2, discount: percent(5000) },
      { minUnits: 3, discount: percent(100) },
    ];
    expect(pays([bulk('any', { tiers: worse })], [line('L1', 'tea', 3, 100, {})], {})).toBe(150);
  });

  it('a unit of a group takes nothing else of the item kinds', () => {
    const pair = campaign({ kind: 'buy-get', id: 'b', items: tea, buy: 1, get: 1, percentOffBp: 10_000 });
    const tenth = discount('d', percent(1000), {});
    // A pair for 500, the third at 450.
    expect(pays([pair, tenth], [line('L1', 'tea', 3, 500, {})], {})).toBe(950);
  });
});

describe('the oracle, by hand: lines', () => {
  it('a weighed line is one unit of its whole amount, and noPromotions is touched by nothing', () => {
    // 1280 x 335 g is 428.8, 429; a tenth is 42.9, 43. Where the label printed 428: 42.8, 43.
    const weighed = line('L1', 'tea', 1, 1280, { weightGrams: 335 });
    expect(pays([discount('d', percent(1000), {})], [weighed], {})).toBe(386);
    expect(pays([discount('d', percent(1000), {})], [{ ...weighed, amountFen: 428 }], {})).toBe(385);
    const pair = campaign({ kind: 'buy-get', id: 'b', items: all, buy: 1, get: 1, percentOffBp: 10_000 });
    const kept = line('L2', 'milk', 1, 300, { noPromotions: true });
    expect(pays([pair, discount('d', percent(1000), {})], [line('L1', 'tea', 1, 500, {}), kept], {})).toBe(750);
  });
});
