import type { Basket, Campaign } from '@tillside/decide';
import { describe, expect, it } from 'vitest';
import { overlapOf } from './overlap.ts';

const name = { zh: '名', en: 'Name' };
const line = (sku: string, lotId?: string) => ({
  lineId: sku,
  sku,
  department: 'd',
  category: 'c',
  name,
  quantity: 2,
  unitPriceFen: 1_000,
  ...(lotId === undefined ? {} : { lotId }),
});
const common = (id: string) => ({
  schema: 1 as const,
  id,
  version: 1,
  name,
  window: { from: '2020-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z' },
  fundedBy: 'store' as const,
});
type Terms = Partial<Pick<Campaign, 'requiresCoupon' | 'stackWith' | 'exclusiveGroup'>>;
const percent = (id: string, skus: string[], terms: Terms = {}): Campaign => ({
  ...common(id),
  kind: 'discount',
  items: { skus },
  discount: { by: 'percent', percentOffBp: 1_000 },
  ...terms,
});
const group = (id: string, skus: string[]): Campaign => ({
  ...common(id),
  kind: 'nth-item',
  items: { skus },
  ladderBp: [0, 5_000],
});
const markdown = (id: string, sku: string): Campaign => ({
  ...common(id),
  kind: 'markdown',
  lots: [{ sku, lotId: 'old' }],
  discount: { by: 'percent', percentOffBp: 5_000 },
});
const basket = (lines: Basket['lines'], couponFor: string[] = []): Basket => ({
  lines,
  coupons: couponFor.map((campaignId) => ({ couponId: `of-${campaignId}`, campaignId })),
});
const overlap = (campaigns: Campaign[], of: Basket) =>
  overlapOf(
    {
      schema: 1,
      setId: 's',
      version: 1,
      campaigns,
      policy: { version: 1, objective: 'best-for-customer', couponsPerBasket: 1 },
    },
    of,
  );

describe('how much campaigns overlap', () => {
  it('counts the campaigns of a line', () => {
    const of = overlap([percent('a', ['x', 'y']), percent('b', ['y', 'elsewhere'])], basket([line('x'), line('y')]));
    expect(of).toEqual({ touching: 2, campaignsPerLine: 1.5, competingShare: 0, exclusiveGroups: 0 });
  });

  it('counts as competing what wants the very same units and cannot share them', () => {
    const shareOf = (one: Campaign, two: Campaign) =>
      overlap([one, two, percent('z', ['elsewhere'])], basket([line('x', 'old')], ['a', 'b'])).competingShare;
    const coupon = { requiresCoupon: true };
    expect(shareOf(percent('a', ['x']), percent('b', ['x', 'far']))).toBeCloseTo(2 / 3);
    expect(shareOf(percent('a', ['x']), markdown('b', 'x'))).toBeCloseTo(2 / 3);
    expect(shareOf(group('a', ['x']), percent('b', ['x'], coupon))).toBeCloseTo(2 / 3);
    expect(shareOf(percent('a', ['x'], coupon), percent('b', ['x'], coupon))).toBeCloseTo(2 / 3);
    expect(shareOf(percent('a', ['x'], { stackWith: ['b'] }), percent('b', ['x']))).toBeCloseTo(2 / 3);
    expect(shareOf(percent('a', ['x']), percent('b', ['x'], coupon))).toBe(0);
    expect(shareOf(percent('a', ['x'], { stackWith: ['b'] }), percent('b', ['x'], { stackWith: ['layer:item'] }))).toBe(
      0,
    );
  });

  it('leaves out what cannot touch: a coupon that is not there, a lot that is not there, an item without promotions', () => {
    const campaigns = [percent('a', ['x'], { requiresCoupon: true }), markdown('b', 'x'), percent('c', ['y'])];
    const lines = [line('x', 'new'), { ...line('y'), noPromotions: true as const }];
    expect(overlap(campaigns, basket(lines)).touching).toBe(0);
    expect(overlap(campaigns, basket([line('x', 'old'), line('y')], ['a'])).touching).toBe(3);
  });

  it('counts a group where two of it meet', () => {
    const inGroup = (id: string, sku: string) => percent(id, [sku], { exclusiveGroup: 'g' });
    expect(overlap([inGroup('a', 'x'), inGroup('b', 'y')], basket([line('x'), line('y')])).exclusiveGroups).toBe(1);
    expect(overlap([inGroup('a', 'x'), inGroup('b', 'y')], basket([line('x')])).exclusiveGroups).toBe(0);
  });
});
