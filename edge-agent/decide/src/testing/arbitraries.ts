import fc from 'fast-check';
import { weighedAmountFen } from '../money.ts';
import type { Basket, BasketLine, BasketMember, DecisionContext } from '../schema/basket.ts';
import type { CampaignSet } from '../schema/campaign.ts';
import { always, anyGivingSet, anySet, anyStackingSet, TIERS } from './arbitraries-campaigns.ts';
import { defined, GIFTS, LOTS, rarely, SKUS } from './arbitraries-kinds.ts';

export { always, anySet };

const CATEGORIES: Readonly<Record<string, string>> = { tea: 'drinks', milk: 'drinks', bread: 'food', soap: 'care' };

/** A Wednesday at noon, nothing used before, every gift in stock. */
export const anyContext: DecisionContext = {
  storeId: 'S1',
  channel: 'till',
  at: '2026-03-04T12:00:00+08:00',
  zone: 'Asia/Shanghai',
};

const uses = rarely(fc.integer({ min: 0, max: 2 }), 2);

/** What the limits of a set stand at, and which gifts are left. */
export function anyContextFor(set: CampaignSet): fc.Arbitrary<DecisionContext> {
  const usage = fc.subarray(set.campaigns.map((campaign) => campaign.id)).chain((ids) =>
    fc.tuple(
      ...ids.map((campaignId) =>
        fc
          .record({
            member: uses,
            store: uses,
            day: uses,
            total: uses,
            budgetFen: rarely(fc.integer({ min: 0, max: 200 }), 2),
          })
          .map((used) => ({ campaignId, ...defined(used) })),
      ),
    ),
  );
  const giftStock = fc.uniqueArray(
    fc.record({ sku: fc.constantFrom(...GIFTS), quantity: fc.integer({ min: 0, max: 4 }) }),
    { maxLength: 2, selector: (one) => one.sku },
  );
  return fc
    .record({ usage: rarely(usage, 2), giftStock: rarely(giftStock, 2) })
    .map((fields) => ({ ...anyContext, ...defined(fields) }));
}

const member: fc.Arbitrary<BasketMember> = fc
  .record({
    tier: fc.constantFrom(...TIERS),
    orders: fc.constantFrom(0, 3, undefined),
    joinedAt: fc.constantFrom('2026-02-20T08:00:00+08:00', '2024-02-20T08:00:00+08:00', undefined),
    birthday: fc.constantFrom('03-04', '02-28', '02-29', '03-10', undefined),
    tags: fc.constantFrom<(string[] | undefined)[]>(['vip'], ['other'], undefined),
    segments: fc.constantFrom<(string[] | undefined)[]>(['lapsed'], undefined),
    pointsBalance: fc.constantFrom(0, 55, 400, undefined),
  })
  .map(({ tier, ...fields }) => ({ memberId: 'M1', tier, ...defined(fields) }));

const line = fc
  .record({
    sku: fc.constantFrom(...SKUS),
    quantity: fc.integer({ min: 1, max: 20 }),
    unitPriceFen: fc.oneof(
      fc.constantFrom(0, 300, 500, 999),
      fc.integer({ min: 20, max: 200 }),
      fc.integer({ min: 200, max: 1200 }),
    ),
    weightGrams: rarely(fc.integer({ min: 1, max: 1500 }), 8),
    /** What a scale's label printed: as worked out, or a fen beside it. */
    printed: fc.constantFrom(undefined, 0, 1),
    lotId: rarely(fc.constantFrom(...LOTS), 2),
    noPromotions: rarely(fc.constant(true as const), 20),
    taxRateBp: fc.constantFrom(0, 600, 1300, undefined),
  })
  .map(({ sku, quantity, unitPriceFen, weightGrams, printed, ...fields }) => {
    if (weightGrams === undefined) return { sku, quantity, unitPriceFen, ...defined(fields) };
    const worth = weighedAmountFen(unitPriceFen, weightGrams);
    const amountFen = printed === undefined || unitPriceFen === 0 ? undefined : worth + printed;
    return { sku, quantity: 1, unitPriceFen, weightGrams, ...defined({ ...fields, amountFen }) };
  });

/** A basket of up to `mostLines` lines `L1`, `L2`, ..., with one or two coupons for every campaign that asks for one, now and then none. */
export function anyBasket(set: CampaignSet, mostLines: number, mostUnits: number): fc.Arbitrary<Basket> {
  const asking = set.campaigns.filter((campaign) => campaign.requiresCoupon).map((campaign) => campaign.id);
  const giving = set.campaigns.flatMap((campaign) => (campaign.kind === 'gift' ? [campaign] : []));
  const many = fc.array(line, { minLength: Math.ceil(mostLines / 2), maxLength: mostLines, size: 'max' });
  return fc
    .record({
      lines: fc.oneof(
        { weight: 1, arbitrary: fc.array(line, { maxLength: mostLines }) },
        { weight: 9, arbitrary: many },
      ),
      member: fc.option(member, { nil: undefined, freq: 6 }),
      counts: fc.array(fc.constantFrom(1, 1, 1, 1, 2, 0), { minLength: asking.length, maxLength: asking.length }),
      choose: fc.array(fc.nat(2), { minLength: giving.length, maxLength: giving.length }),
      payWithPoints: rarely(fc.integer({ min: 1, max: 300 }), 2),
    })
    .map(({ lines, member: who, counts, choose, payWithPoints }) => ({
      lines: lines.map(
        (one, index): BasketLine => ({
          ...one,
          quantity: ((one.quantity - 1) % mostUnits) + 1,
          lineId: `L${index + 1}`,
          department: 'grocery',
          category: CATEGORIES[one.sku] ?? 'food',
          name: { zh: one.sku, en: one.sku },
        }),
      ),
      coupons: asking.flatMap((campaignId, index) =>
        Array.from({ length: counts[index] ?? 1 }, (_, copy) => ({ couponId: `k-${campaignId}-${copy}`, campaignId })),
      ),
      // A choice past the list of gifts is no choice.
      giftChoices: giving.flatMap(({ id, gifts }, index) => {
        const chosen = gifts[choose[index] ?? 0]?.sku;
        return chosen === undefined ? [] : [{ campaignId: id, sku: chosen }];
      }),
      ...defined({ member: who, payWithPoints: who ? payWithPoints : undefined }),
    }));
}

export interface AnyCase {
  readonly context: DecisionContext;
  readonly set: CampaignSet;
  readonly basket: Basket;
}

function caseOf(sets: fc.Arbitrary<CampaignSet>, mostLines: number, mostUnits: number): fc.Arbitrary<AnyCase> {
  return sets.chain((set) =>
    fc
      .tuple(anyContextFor(set), anyBasket(set, mostLines, mostUnits))
      .map(([context, basket]) => ({ context, set, basket })),
  );
}

/** A set with a basket and a context for it. */
export const anyCase = (mostCampaigns: number, mostLines: number, mostUnits: number): fc.Arbitrary<AnyCase> =>
  caseOf(anySet(mostCampaigns), mostLines, mostUnits);

/** Holds a basket to `most` units, from its first line on. */
function cutTo(basket: Basket, most: number): Basket {
  let left = most;
  const lines = basket.lines.flatMap((one) => {
    const quantity = Math.min(one.quantity, left);
    left -= quantity;
    return quantity > 0 ? [{ ...one, quantity }] : [];
  });
  return { ...basket, lines };
}

const tinySets = fc.oneof(
  { weight: 4, arbitrary: anySet(5) },
  { weight: 1, arbitrary: anyStackingSet(5) },
  { weight: 1, arbitrary: anyGivingSet(5) },
);

/** A case that the oracle can try all answers of: at most 5 campaigns and 6 units. */
export const anyTinyCase: fc.Arbitrary<AnyCase> = caseOf(tinySets, 6, 3).map((one) => ({
  ...one,
  basket: cutTo(one.basket, 6),
}));
