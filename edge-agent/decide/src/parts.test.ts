import { describe, expect, it } from 'vitest';
import { compileCampaigns } from './compile.ts';
import { independentParts } from './parts.ts';
import { prepareBasket } from './prepare.ts';
import type { Campaign } from './schema/campaign.ts';
import { anyContext } from './testing/arbitraries.ts';
import { basketOf, campaign, line, run, setOf } from './testing/fixtures.ts';

const basket = basketOf(
  [
    line('1', 'tea', 2, 1000, {}),
    line('2', 'milk', 2, 800, {}),
    line('3', 'bread', 1, 500, {}),
    line('4', 'soap', 1, 300, {}),
  ],
  { coupons: [] },
);
const percent = { by: 'percent' as const, percentOffBp: 1000 };

/** Lines by part, as their ids. */
function partsOf(campaigns: readonly Campaign[], couponsPerBasket = 2, coupons: readonly string[] = []): string[] {
  const bought = { ...basket, coupons: coupons.map((campaignId) => ({ couponId: `k-${campaignId}`, campaignId })) };
  const prepared = prepareBasket(anyContext, compileCampaigns(setOf(campaigns, couponsPerBasket)), bought);
  const parts = independentParts(prepared, couponsPerBasket);
  return parts.map((part) => part.lines.map((one) => one.line.lineId).join('+')).sort();
}

describe('independent parts', () => {
  it('are single lines where every campaign is on each unit by itself', () => {
    const off = campaign({ id: 'off', kind: 'discount', items: { all: true }, discount: percent });
    expect(partsOf([off])).toEqual(['1', '2', '3', '4']);
  });

  it('hold together what shares a limit, a group of units, a threshold or an exclusive group', () => {
    const few = campaign({
      id: 'few',
      kind: 'discount',
      items: { skus: ['tea', 'milk'] },
      discount: percent,
      limits: { perBasket: 1 },
    });
    expect(partsOf([few])).toEqual(['1+2', '3', '4']);
    const pair = campaign({
      id: 'pair',
      kind: 'buy-get',
      items: { skus: ['bread', 'soap'] },
      buy: 1,
      get: 1,
      percentOffBp: 10_000,
    });
    expect(partsOf([few, pair])).toEqual(['1+2', '3+4']);
    const spend = campaign({
      id: 'spend',
      kind: 'spend-save',
      items: { skus: ['milk', 'bread'] },
      tiers: [{ spendFen: 2000, saveFen: 100 }],
      repeat: 'once',
      base: 'after-item-discounts',
    });
    expect(partsOf([spend])).toEqual(['1', '2+3', '4']);
    const rivals = (sku: string, id: string): Campaign =>
      campaign({ id, kind: 'discount', items: { skus: [sku] }, discount: percent, exclusiveGroup: 'g' });
    expect(partsOf([rivals('tea', 'a'), rivals('soap', 'b')])).toEqual(['1+4', '2', '3']);
  });

  it('are not held together by what can save nothing here', () => {
    const far = campaign({
      id: 'far',
      kind: 'spend-save',
      items: { all: true },
      tiers: [{ spendFen: 4401, saveFen: 100 }],
      repeat: 'once',
      base: 'list',
    });
    expect(partsOf([far])).toEqual(['1', '2', '3', '4']);
    const decision = run([far], basket, {});
    expect(decision.notApplied).toMatchObject([{ campaignId: 'far', code: 'SPEND_NOT_REACHED' }]);
  });

  it('share one coupon limit only when there are more coupons than it lets pass', () => {
    const coupon = (sku: string, id: string): Campaign =>
      campaign({ id, kind: 'discount', requiresCoupon: true, items: { skus: [sku] }, discount: percent });
    const two = [coupon('tea', 'a'), coupon('soap', 'b')];
    expect(partsOf(two, 2, ['a', 'b'])).toEqual(['1', '2', '3', '4']);
    expect(partsOf(two, 1, ['a', 'b'])).toEqual(['1+4', '2', '3']);
  });

  it('add up: savings come back on the lines and campaigns of the whole basket', () => {
    const off = campaign({ id: 'off', kind: 'discount', items: { skus: ['tea', 'soap'] }, discount: percent });
    const pair = campaign({
      id: 'pair',
      kind: 'buy-get',
      items: { skus: ['milk'] },
      buy: 1,
      get: 1,
      percentOffBp: 10_000,
    });
    const decision = run([off, pair], basket, {});
    expect(decision.lines.map((one) => one.payableFen)).toEqual([1800, 800, 500, 270]);
    expect(decision.applied.map((one) => [one.campaignId, one.amountFen])).toEqual([
      ['off', 230],
      ['pair', 800],
    ]);
    expect(decision.provenOptimal).toBe(true);
  });
});
