import { describe, expect, it } from 'vitest';
import type { ReturnsPolicy } from '../schema/policy.ts';
import { campaign } from '../testing/fixtures.ts';
import { AT, back, type GivenSale, saleOf, save, settleAll, settleOne, strict } from './testing/sales.ts';

const coupon = campaign({
  kind: 'discount',
  id: 'c',
  items: { skus: ['A', 'B'] },
  discount: { by: 'amount', amountOffFen: 100 },
  requiresCoupon: true,
});
const given = (policy: ReturnsPolicy, couponExpiresAt: Record<string, string>): GivenSale => ({
  lines: [
    { lineId: 'A', quantity: 2, listFen: 1000, adjustments: [save('c', 100, 1, 'k1')] },
    { lineId: 'B', quantity: 1, listFen: 1000, adjustments: [save('c', 100, 1, 'k1')] },
    { lineId: 'C', quantity: 1, listFen: 1000, adjustments: [] },
  ],
  campaigns: [coupon],
  coupons: ['k1'],
  policy,
  couponExpiresAt,
});
const all = back({ A: 2, B: 1 }, {});

describe('a coupon', () => {
  it('comes back with the last unit of the lines that it saved on, once', () => {
    const sale = saleOf(given(strict, { k1: '2026-03-31T00:00:00+08:00' }));
    const steps = settleAll(sale, [back({ B: 1 }, {}), back({ A: 1 }, {}), back({ A: 1 }, {}), back({ C: 1 }, {})], AT);
    const kept = { back: [], spent: [{ couponId: 'k1', campaignId: 'c', reason: 'UNITS_KEPT' }] };
    expect(steps.map((step) => step.coupons)).toEqual([
      kept,
      kept,
      {
        back: [{ couponId: 'k1', campaignId: 'c', expiresAt: '2026-03-31T00:00:00+08:00', extended: false }],
        spent: [],
      },
      { back: [], spent: [] },
    ]);
  });

  it('stays spent where the policy says so', () => {
    const sale = saleOf(given({ ...strict, coupons: 'stay-spent' }, {}));
    expect(settleOne(sale, all).coupons).toEqual({
      back: [],
      spent: [{ couponId: 'k1', campaignId: 'c', reason: 'POLICY' }],
    });
  });

  it('that expired meanwhile stays expired, from its instant on', () => {
    const expired = { back: [], spent: [{ couponId: 'k1', campaignId: 'c', reason: 'EXPIRED' }] };
    expect(settleOne(saleOf(given(strict, { k1: AT })), all).coupons).toEqual(expired);
    const second = saleOf(given(strict, { k1: '2026-03-10T02:00:01Z' }));
    expect(settleOne(second, all).coupons.back).toHaveLength(1);
  });

  it('that expired meanwhile lives on from the return where the policy extends it', () => {
    const extend: ReturnsPolicy = { ...strict, expiredCoupons: 'extend', extendDays: 7 };
    expect(settleOne(saleOf(given(extend, { k1: '2026-03-01T00:00:00+08:00' })), all).coupons.back).toEqual([
      { couponId: 'k1', campaignId: 'c', expiresAt: '2026-03-17T02:00:00.000Z', extended: true },
    ]);
    expect(settleOne(saleOf(given(extend, { k1: '2026-03-20T00:00:00+08:00' })), all).coupons.back).toMatchObject([
      { expiresAt: '2026-03-20T00:00:00+08:00', extended: false },
    ]);
  });

  it('without an instant of its own lives as long as its campaign', () => {
    expect(settleOne(saleOf(given(strict, {})), all).coupons.back).toMatchObject([{ expiresAt: coupon.window.to }]);
  });

  it('for a gift comes back when the goods that earned it and the gift are back', () => {
    const name = { zh: '杯子', en: 'Cup' };
    const gift = campaign({
      kind: 'gift',
      id: 'g',
      items: { skus: ['A'] },
      spendFen: 1000,
      repeat: 'once',
      base: 'list',
      gifts: [{ sku: 'cup', name, quantity: 2, valueFen: 50 }],
      requiresCoupon: true,
    });
    const sale = saleOf({
      lines: [
        { lineId: 'A', quantity: 2, listFen: 1000, adjustments: [] },
        { lineId: 'B', quantity: 1, listFen: 1000, adjustments: [] },
      ],
      campaigns: [gift],
      gifts: [
        {
          campaignId: 'g',
          couponId: 'k',
          times: 1,
          chosen: { sku: 'cup', name, quantity: 2, valueFen: 100 },
          options: [],
        },
      ],
      coupons: ['k'],
      policy: strict,
    });
    const steps = settleAll(sale, [back({ A: 1 }, {}), back({ A: 1 }, { g: 1 }), back({}, { g: 1 })], AT);
    expect(steps.map((step) => step.coupons.spent[0]?.reason)).toEqual(['UNITS_KEPT', 'GIFT_KEPT', undefined]);
    expect(steps[2]?.coupons.back).toHaveLength(1);
  });
});
