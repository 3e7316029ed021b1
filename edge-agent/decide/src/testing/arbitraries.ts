import fc from 'fast-check';
import type { Basket, BasketLine, DecisionContext } from '../schema/basket.ts';
import type { Campaign, CampaignSet, ItemSelector } from '../schema/campaign.ts';

const SKUS = ['tea', 'milk', 'bread', 'soap'] as const;
const CATEGORIES: Readonly<Record<string, string>> = { tea: 'drinks', milk: 'drinks', bread: 'food', soap: 'care' };

export const anyContext: DecisionContext = {
  storeId: 'S1',
  channel: 'till',
  at: '2026-03-04T12:00:00+08:00',
  zone: 'Asia/Shanghai',
};

export const always = { from: '2026-01-01T00:00:00+08:00', to: '2027-01-01T00:00:00+08:00' };

const SELECTORS: readonly ItemSelector[] = [
  { all: true },
  { skus: ['tea', 'milk'] },
  { skus: ['tea'] },
  { skus: ['milk', 'bread', 'soap'] },
  { categories: ['drinks'] },
  { categories: ['drinks', 'care'] },
  { departments: ['grocery'], excludeSkus: ['bread'] },
  { all: true, excludeSkus: ['tea'] },
];
const items = fc.constantFrom(...SELECTORS);

const shared = {
  schema: fc.constant(1 as const),
  version: fc.constant(1),
  name: fc.constant({ zh: '活动', en: 'Campaign' }),
  window: fc.constant(always),
  fundedBy: fc.constantFrom('store' as const, 'brand' as const),
};

const bp = fc.constantFrom(333, 500, 1000, 1500, 3333, 5000, 10_000);

const discount = fc.record({
  ...shared,
  kind: fc.constant('discount' as const),
  items,
  discount: fc.oneof(
    fc.record({ by: fc.constant('percent' as const), percentOffBp: bp }),
    fc.record({ by: fc.constant('amount' as const), amountOffFen: fc.integer({ min: 1, max: 400 }) }),
    fc.record({ by: fc.constant('fixed-price' as const), fixedPriceFen: fc.integer({ min: 0, max: 900 }) }),
  ),
});

const tiers = fc
  .array(fc.tuple(fc.integer({ min: 200, max: 1500 }), fc.integer({ min: 10, max: 150 })), {
    minLength: 1,
    maxLength: 2,
  })
  .map((steps) => {
    let spendFen = 0;
    let saveFen = 0;
    return steps.map(([spend, save]) => {
      spendFen += spend;
      saveFen += save;
      return { spendFen, saveFen };
    });
  });

const spendSave = fc.record({
  ...shared,
  kind: fc.constant('spend-save' as const),
  items,
  tiers,
  repeat: fc.constantFrom('once' as const, 'per-step' as const),
  base: fc.constantFrom('after-item-discounts' as const, 'list' as const),
});

const buyGet = fc.record({
  ...shared,
  kind: fc.constant('buy-get' as const),
  items,
  buy: fc.integer({ min: 1, max: 2 }),
  get: fc.integer({ min: 1, max: 2 }),
  percentOffBp: fc.constantFrom(5000, 10_000),
});

const memberPrice = fc.record({
  ...shared,
  kind: fc.constant('member-price' as const),
  prices: fc.uniqueArray(fc.record({ sku: fc.constantFrom(...SKUS), priceFen: fc.integer({ min: 50, max: 900 }) }), {
    minLength: 1,
    maxLength: 2,
    selector: (price) => price.sku,
  }),
});

const dressed = fc
  .tuple(
    fc.oneof(discount, spendSave, buyGet, memberPrice),
    fc.option(fc.constantFrom('g1', 'g2'), { nil: undefined, freq: 3 }),
    fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined, freq: 3 }),
    fc.boolean(),
  )
  .map(([campaign, exclusiveGroup, perBasket, coupon]) => ({
    ...campaign,
    ...(exclusiveGroup === undefined ? {} : { exclusiveGroup }),
    ...(perBasket === undefined ? {} : { limits: { perBasket } }),
    ...(coupon && campaign.kind !== 'member-price' ? { requiresCoupon: true } : {}),
  }));

/** A set of up to `most` campaigns of every kind, overlapping on four SKUs. */
export function anySet(most: number): fc.Arbitrary<CampaignSet> {
  return fc
    .tuple(fc.array(dressed, { maxLength: most }), fc.integer({ min: 0, max: 2 }))
    .map(([campaigns, couponsPerBasket]) => ({
      schema: 1,
      setId: 'set',
      version: 7,
      campaigns: campaigns.map((campaign, index): Campaign => ({ ...campaign, id: `c${index}` })),
      policy: { version: 3, objective: 'best-for-customer', couponsPerBasket },
    }));
}

/** A basket of up to `most` lines with a coupon for every campaign that asks for one. */
export function anyBasket(set: CampaignSet, mostLines: number, mostUnits: number): fc.Arbitrary<Basket> {
  const line = fc.record({
    sku: fc.constantFrom(...SKUS),
    quantity: fc.integer({ min: 1, max: mostUnits }),
    unitPriceFen: fc.oneof(fc.integer({ min: 0, max: 1200 }), fc.constantFrom(300, 500, 999)),
  });
  return fc.array(line, { maxLength: mostLines }).map((lines) => ({
    lines: lines.map(
      (one, index): BasketLine => ({
        ...one,
        lineId: `L${index + 1}`,
        department: 'grocery',
        category: CATEGORIES[one.sku] ?? 'food',
        name: { zh: one.sku, en: one.sku },
      }),
    ),
    member: { memberId: 'M1', tier: 'gold' },
    coupons: set.campaigns
      .filter((campaign) => campaign.requiresCoupon)
      .map((campaign) => ({ couponId: `k-${campaign.id}`, campaignId: campaign.id })),
  }));
}

/** A set with a basket for it. */
export function anyCase(
  mostCampaigns: number,
  mostLines: number,
  mostUnits: number,
): fc.Arbitrary<{ set: CampaignSet; basket: Basket }> {
  return anySet(mostCampaigns).chain((set) => anyBasket(set, mostLines, mostUnits).map((basket) => ({ set, basket })));
}
