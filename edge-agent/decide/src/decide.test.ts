import { describe, expect, it } from 'vitest';
import { basketOf, campaign, gold, line, run } from './testing/fixtures.ts';

const all = { all: true as const };

describe('item layer', () => {
  it('percent is rounded half-up on each unit, so that the till matches the label', () => {
    const tenOff = campaign({ kind: 'discount', id: 'c', items: all, discount: { by: 'percent', percentOffBp: 1000 } });
    const decision = run([tenOff], basketOf([line('L1', 'tea', 3, 995, {})], {}), {});
    expect(decision).toMatchObject({
      listFen: 2985,
      savingsFen: 300,
      payableFen: 2685,
      provenOptimal: true,
      gapFen: 0,
    });
    expect(decision.lines[0]?.adjustments).toEqual([{ campaignId: 'c', amountFen: 300, units: 3 }]);
  });

  it('amount and fixed price never pass the list price or zero', () => {
    const off = campaign({
      kind: 'discount',
      id: 'a',
      items: { skus: ['tea'] },
      discount: { by: 'amount', amountOffFen: 500 },
    });
    const fixed = campaign({
      kind: 'discount',
      id: 'f',
      items: { skus: ['milk'] },
      discount: { by: 'fixed-price', fixedPriceFen: 900 },
    });
    const decision = run(
      [off, fixed],
      basketOf([line('L1', 'tea', 2, 300, {}), line('L2', 'milk', 1, 800, {})], {}),
      {},
    );
    expect(decision.lines.map((one) => one.payableFen)).toEqual([0, 800]);
    expect(decision.notApplied).toMatchObject([{ campaignId: 'f', code: 'NOTHING_LEFT_TO_SAVE' }]);
  });

  it('a stack takes a unit only where each of its campaigns saves a fen there', () => {
    const stackWith = ['layer:item'];
    const off = { by: 'amount', amountOffFen: 109 } as const;
    const percent = { by: 'percent', percentOffBp: 500 } as const;
    const stack = [
      campaign({ kind: 'discount', id: 'off', items: all, discount: off, stackWith }),
      campaign({ kind: 'discount', id: 'p', items: all, discount: percent, stackWith }),
      campaign({ kind: 'discount', id: 'q', items: all, discount: percent, stackWith }),
    ];
    // Of 119 the amount leaves 10, p saves 0.5 and q 0.475 of it: a fen by rounding, and none.
    const decision = run(stack, basketOf([line('L1', 'tea', 1, 119, {})], {}), {});
    expect(decision.lines[0]?.adjustments.map(({ campaignId, amountFen }) => [campaignId, amountFen])).toEqual([
      ['off', 109],
      ['p', 1],
    ]);
    // Of 115 it leaves 6: all three would save a fen more, with none for p. So none of them takes it.
    expect(run(stack, basketOf([line('L1', 'tea', 1, 115, {})], {}), {}).payableFen).toBe(6);
  });

  it('buy 2 get 1 free discounts the cheapest, and a spent unit is not discounted again', () => {
    const threeForTwo = campaign({ kind: 'buy-get', id: 'b', items: all, buy: 2, get: 1, percentOffBp: 10_000 });
    const half = campaign({
      kind: 'discount',
      id: 'd',
      items: { skus: ['soap'] },
      discount: { by: 'percent', percentOffBp: 5000 },
    });
    const lines = [line('L1', 'tea', 1, 1000, {}), line('L2', 'milk', 1, 800, {}), line('L3', 'soap', 1, 600, {})];
    const decision = run([threeForTwo, half], basketOf(lines, {}), {});
    expect(decision.payableFen).toBe(1800);
    expect(decision.applied).toMatchObject([{ campaignId: 'b', amountFen: 600 }]);
    expect(decision.notApplied).toMatchObject([{ campaignId: 'd', code: 'OTHER_IS_BETTER' }]);
  });

  it('second at half price is buy 1 get 1 at 50 %; one unit alone says what is missing', () => {
    const second = campaign({ kind: 'buy-get', id: 'b', items: { skus: ['tea'] }, buy: 1, get: 1, percentOffBp: 5000 });
    expect(run([second], basketOf([line('L1', 'tea', 3, 999, {})], {}), {}).savingsFen).toBe(500);
    expect(run([second], basketOf([line('L1', 'tea', 1, 999, {})], {}), {}).notApplied).toMatchObject([
      { campaignId: 'b', code: 'UNITS_NOT_REACHED', unlock: { needUnits: 1, percentOffBp: 5000 } },
    ]);
  });

  it('member prices reach members of their tiers only', () => {
    const price = campaign({ kind: 'member-price', id: 'm', prices: [{ sku: 'tea', priceFen: 880 }], tiers: ['gold'] });
    const lines = [line('L1', 'tea', 2, 1000, {})];
    expect(run([price], basketOf(lines, { member: gold }), {}).payableFen).toBe(1760);
    expect(run([price], basketOf(lines, {}), {}).notApplied[0]?.code).toBe('AUDIENCE_MEMBERS_ONLY');
    expect(run([price], basketOf(lines, { member: { memberId: 'M2', tier: 'jade' } }), {}).notApplied[0]?.code).toBe(
      'AUDIENCE_TIER',
    );
  });

  it('a birthday campaign is for members whose birthday is near by the date of the store, and says so', () => {
    const cake = (birthdayDays: number) =>
      campaign({
        kind: 'discount',
        id: 'cake',
        items: all,
        discount: { by: 'percent', percentOffBp: 1000 },
        audience: { birthdayDays },
      });
    const bought = (days: number, member: object | undefined) => {
      const basket = basketOf([line('L1', 'tea', 1, 1000, {})], member ? { member: { ...gold, ...member } } : {});
      return run([cake(days)], basket, {});
    };
    // Noon of 4 March 2026 in the store.
    expect(bought(0, { birthday: '03-04' })).toMatchObject({ payableFen: 900, applied: [{ forBirthday: true }] });
    expect(bought(4, { birthday: '02-29' }).payableFen).toBe(900);
    expect(bought(3, { birthday: '02-29' }).notApplied[0]?.code).toBe('AUDIENCE_BIRTHDAY');
    expect(bought(31, {}).notApplied[0]?.code).toBe('AUDIENCE_BIRTHDAY');
    expect(bought(31, undefined).notApplied[0]?.code).toBe('AUDIENCE_MEMBERS_ONLY');
    // Late in the evening of UTC it is the next day in the store.
    const basket = basketOf([line('L1', 'tea', 1, 1000, {})], { member: { ...gold, birthday: '03-05' } });
    expect(run([cake(0)], basket, { at: '2026-03-04T15:59:00Z' }).payableFen).toBe(1000);
    expect(run([cake(0)], basket, { at: '2026-03-04T16:00:00Z' }).payableFen).toBe(900);
  });

  it('a limit a basket goes to the units that save the most', () => {
    const limited = campaign({
      kind: 'discount',
      id: 'c',
      items: all,
      discount: { by: 'percent', percentOffBp: 5000 },
      limits: { perBasket: 1 },
    });
    const decision = run([limited], basketOf([line('L1', 'tea', 2, 400, {}), line('L2', 'milk', 1, 900, {})], {}), {});
    expect(decision.lines.map((one) => one.payableFen)).toEqual([800, 450]);
  });

  it('a weighed line is one unit of price times weight, rounded half-up', () => {
    const off = campaign({ kind: 'discount', id: 'c', items: all, discount: { by: 'percent', percentOffBp: 1000 } });
    const decision = run([off], basketOf([line('L1', 'pear', 1, 1290, { weightGrams: 755 })], {}), {});
    expect(decision).toMatchObject({ listFen: 974, savingsFen: 97, payableFen: 877 });
  });
});

describe('basket layer', () => {
  const save = (base: 'list' | 'after-item-discounts') =>
    campaign({
      kind: 'spend-save',
      id: 's',
      items: all,
      tiers: [{ spendFen: 10_000, saveFen: 1000 }],
      repeat: 'once',
      base,
    });

  it('spreads a saving by largest remainder, ties to the earlier line', () => {
    const flat = campaign({
      kind: 'spend-save',
      id: 's',
      items: all,
      tiers: [{ spendFen: 10_000, saveFen: 300 }],
      repeat: 'once',
      base: 'list',
    });
    const lines = [
      line('L1', 'a', 1, 4300, {}),
      line('L2', 'b', 1, 2300, {}),
      line('L3', 'c', 1, 1400, {}),
      line('L4', 'd', 1, 2000, {}),
    ];
    const decision = run([flat], basketOf(lines, {}), {});
    expect(decision.lines.map((one) => one.listFen - one.payableFen)).toEqual([129, 69, 42, 60]);
    const tie = run([flat], basketOf([line('L10', 'a', 1, 5005, {}), line('L9', 'b', 1, 5005, {})], {}), {});
    expect(tie.lines.map((one) => one.payableFen)).toEqual([4855, 4855]);
  });

  it('says how far the threshold is, by its stated base', () => {
    const tea = campaign({
      kind: 'discount',
      id: 'd',
      items: { skus: ['tea'] },
      discount: { by: 'amount', amountOffFen: 2000 },
    });
    const basket = basketOf([line('L1', 'tea', 1, 10_500, {})], {});
    expect(run([tea, save('list')], basket, {}).payableFen).toBe(7500);
    const after = run([tea, save('after-item-discounts')], basket, {});
    expect(after.payableFen).toBe(8500);
    expect(after.notApplied).toMatchObject([
      { campaignId: 's', code: 'SPEND_NOT_REACHED', unlock: { needFen: 1500, saveFen: 1000 } },
    ]);
  });

  it('gives up an item discount where the threshold behind it is worth more', () => {
    const small = campaign({ kind: 'discount', id: 'd', items: all, discount: { by: 'amount', amountOffFen: 300 } });
    const decision = run([small, save('after-item-discounts')], basketOf([line('L1', 'tea', 1, 10_200, {})], {}), {});
    expect(decision).toMatchObject({ payableFen: 9200, provenOptimal: true });
    expect(decision.notApplied).toMatchObject([{ campaignId: 'd', code: 'OTHER_IS_BETTER' }]);
  });

  it('repeats by step up to its limit, and keeps one campaign of an exclusive group', () => {
    const step = campaign({
      kind: 'spend-save',
      id: 's1',
      items: all,
      tiers: [{ spendFen: 1000, saveFen: 100 }],
      repeat: 'per-step',
      base: 'list',
      limits: { perBasket: 3 },
      exclusiveGroup: 'g',
    });
    const rival = campaign({
      kind: 'spend-save',
      id: 's2',
      items: all,
      tiers: [{ spendFen: 1000, saveFen: 250 }],
      repeat: 'once',
      base: 'list',
      exclusiveGroup: 'g',
    });
    const decision = run([rival, step], basketOf([line('L1', 'tea', 1, 5500, {})], {}), {});
    expect(decision.payableFen).toBe(5200);
    expect(decision.notApplied).toMatchObject([{ campaignId: 's2', code: 'EXCLUSIVE_GROUP_TAKEN' }]);
  });
});

describe('coupons and points', () => {
  const nine = campaign({
    kind: 'discount',
    id: 'k',
    items: all,
    discount: { by: 'percent', percentOffBp: 1000 },
    requiresCoupon: true,
  });
  const save = campaign({
    kind: 'spend-save',
    id: 's',
    items: all,
    tiers: [{ spendFen: 10_000, saveFen: 2000 }],
    repeat: 'once',
    base: 'list',
  });
  const lines = [line('L1', 'tea', 1, 10_000, {})];

  it('an item coupon takes its share of the units, beside the basket layer, and is consumed', () => {
    const decision = run([nine, save], basketOf(lines, { coupons: [{ couponId: 'x', campaignId: 'k' }] }), {});
    expect(decision).toMatchObject({ payableFen: 7000, couponsConsumed: ['x'] });
    expect(decision.applied.map((one) => [one.campaignId, one.amountFen])).toEqual([
      ['s', 2000],
      ['k', 1000],
    ]);
  });

  it('names a missing, unknown, second and expired coupon, and consumes none of them', () => {
    const old = { ...nine, id: 'old', window: { from: '2025-01-01T00:00:00Z', to: '2025-02-01T00:00:00Z' } };
    expect(run([nine], basketOf(lines, {}), {}).notApplied).toMatchObject([
      { campaignId: 'k', code: 'COUPON_NOT_PRESENTED' },
    ]);
    const coupons = [
      { couponId: 'a', campaignId: 'k' },
      { couponId: 'b', campaignId: 'k' },
      { couponId: 'c', campaignId: 'old' },
      { couponId: 'd', campaignId: 'nowhere' },
    ];
    const decision = run([nine, old], basketOf(lines, { coupons }), {});
    expect(decision.couponsConsumed).toEqual(['a']);
    expect(Object.fromEntries(decision.notApplied.map((one) => [one.couponId, one.code]))).toEqual({
      b: 'COUPON_DUPLICATE',
      c: 'COUPON_EXPIRED',
      d: 'COUPON_UNKNOWN',
    });
  });

  it('members earn a point a whole yuan paid, times the multiplier of the lines it touched', () => {
    const tripled = campaign({
      kind: 'discount',
      id: 'c',
      items: { skus: ['tea'] },
      discount: { by: 'amount', amountOffFen: 50 },
      pointsMultiplier: 3,
    });
    const two = [line('L1', 'tea', 1, 1050, {}), line('L2', 'milk', 1, 199, {})];
    expect(run([tripled], basketOf(two, { member: gold }), {}).points.earned).toBe(31);
    expect(run([tripled], basketOf(two, {}), {}).points.earned).toBe(0);
  });
});

it('campaigns of another channel or store do not act, and an empty basket costs nothing', () => {
  const kiosk = campaign({
    kind: 'discount',
    id: 'c',
    items: all,
    discount: { by: 'percent', percentOffBp: 1000 },
    audience: { channels: ['kiosk'], stores: ['S1'] },
  });
  const basket = basketOf([line('L1', 'tea', 1, 1000, {})], {});
  expect(run([kiosk], basket, { channel: 'kiosk' }).payableFen).toBe(900);
  expect(run([kiosk], basket, {}).notApplied).toMatchObject([{ code: 'AUDIENCE_CHANNEL' }]);
  expect(run([kiosk], basket, { storeId: 'S2', channel: 'kiosk' })).toMatchObject({ payableFen: 1000, notApplied: [] });
  expect(run([kiosk], basketOf([], {}), {})).toMatchObject({ payableFen: 0, lines: [], provenOptimal: true });
});
