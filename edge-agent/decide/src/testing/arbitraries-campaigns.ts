import fc from 'fast-check';
import type { Campaign, CampaignKind, CampaignSet } from '../schema/campaign.ts';
import { anyGivingKind, anyKind, anyUnitKind, defined, rarely } from './arbitraries-kinds.ts';

export const TIERS = ['gold', 'blue'] as const;

export const always = { from: '2026-01-01T00:00:00+08:00', to: '2027-01-01T00:00:00+08:00' };

const NO_COUPON: ReadonlySet<CampaignKind> = new Set(['member-price', 'points', 'points-pay']);

const fen = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });

const audience = fc.constantFrom(
  { memberOnly: true },
  { tiers: ['gold'] },
  { stores: ['S1', 'S2'] },
  { stores: ['S2'] },
  { channels: ['till' as const, 'kiosk' as const] },
  { channels: ['label' as const] },
  { firstOrder: true as const },
  { newMemberDays: 30 },
  { birthdayDays: 0 },
  { birthdayDays: 5 },
);
/** A tag or a segment may choose who is given a coupon, never more. */
const couponAudience = fc.constantFrom({ tags: ['vip', 'staff'] }, { segments: ['lapsed'] });
/** On a Wednesday at noon: the first is shut, the others are open. */
const window = fc.constantFrom(
  { from: '2026-03-05T00:00:00+08:00', to: always.to },
  { ...always, daysOfWeek: [3] },
  { ...always, hours: [{ from: '09:00', to: '13:00' }] },
  { ...always, daysOfWeek: [2], hours: [{ from: '22:00', to: '12:30' }] },
  { ...always, daysOfWeek: [1, 2], hours: [{ from: '08:00', to: '12:30' }] },
);
const limits = fc
  .record({
    perBasket: rarely(fen(1, 3), 4),
    perMember: rarely(fen(1, 2), 25),
    perStore: rarely(fen(1, 2), 25),
    perDay: rarely(fen(1, 2), 25),
    total: rarely(fen(1, 2), 25),
    budgetFen: rarely(fen(1, 900), 8),
  })
  .map(defined);
const OPEN = ['layer:item', 'layer:basket', 'layer:coupon', 'layer:points'];
const stackWith = fc.oneof(
  fc.constant(OPEN),
  fc.subarray(['layer:item', 'layer:basket', 'layer:coupon', 'layer:points', 'c0', 'c1', 'c2', 'c3', 'c4'], {
    minLength: 0,
  }),
);
const funding = fc.oneof(
  fc.constantFrom('store' as const, 'brand' as const),
  fen(0, 10_000).map((storeBp) => ({ storeBp, brandBp: 10_000 - storeBp })),
);

const dressed = <K extends { readonly kind: CampaignKind }>(kinds: fc.Arbitrary<K>) =>
  fc
    .record({
      kind: kinds,
      fundedBy: funding,
      window: rarely(window, 20),
      audience: rarely(audience, 15),
      couponAudience: rarely(couponAudience, 10),
      exclusiveGroup: rarely(fc.constantFrom('g1', 'g2'), 5),
      limits,
      coupon: fc.integer({ min: 0, max: 3 }),
      stackWith: rarely(stackWith, 3),
      priority: rarely(fen(-2, 2), 3),
      pointsMultiplier: rarely(fen(2, 5), 8),
    })
    .map(({ kind, coupon, couponAudience: chosen, ...fields }) => {
      // Member prices are published, and points are for every member: neither asks for a coupon.
      const needsCoupon = coupon === 0 && !NO_COUPON.has(kind.kind);
      const { perBasket, budgetFen, ...rest } = fields.limits;
      // Steps of points-pay and multipliers are not counted.
      const some = kind.kind === 'points-pay' ? rest : defined({ ...rest, perBasket, budgetFen });
      const guests = needsCoupon ? (fields.audience ?? chosen) : fields.audience;
      return {
        ...kind,
        schema: 1 as const,
        version: 1,
        name: { zh: '活动', en: 'Campaign' },
        window: fields.window ?? always,
        fundedBy: fields.fundedBy,
        ...(Object.keys(some).length > 0 ? { limits: some } : {}),
        ...(needsCoupon ? { requiresCoupon: true } : {}),
        ...defined({
          audience: guests,
          exclusiveGroup: fields.exclusiveGroup,
          stackWith: fields.stackWith,
          priority: fields.priority,
          // What is paid with points earns none, so that nothing is multiplied on it.
          pointsMultiplier: kind.kind === 'points-pay' ? undefined : fields.pointsMultiplier,
        }),
      };
    });

const bestOne = fc.constantFrom('stack' as const, undefined, undefined, 'best-one' as const);
const policy = fc
  .record({
    couponsPerBasket: fc.constantFrom(1, 2, 2, 3, 0),
    basket: bestOne,
    coupon: bestOne,
    points: fc.record({ fenPerPoint: fc.constantFrom(1, 10, 100), fenPer100Points: fen(0, 300) }),
    cashRounding: rarely(
      fc.record({ toFen: fc.constantFrom(5, 10, 50, 100), mode: fc.constantFrom('down' as const, 'half-up' as const) }),
      2,
    ),
    tax: fc.constantFrom('included' as const, 'added' as const, undefined),
  })
  .map(({ couponsPerBasket, basket, coupon, points: worth, ...fields }) => ({
    version: 3,
    objective: 'best-for-customer' as const,
    couponsPerBasket,
    layers: defined({ basket, coupon }),
    points: worth,
    ...defined(fields),
  }));

/** A set of up to `most` campaigns `c0`, `c1`, ... of these kinds, overlapping on four SKUs; seldom less than half of `most`. */
function setOfKinds(kinds: fc.Arbitrary<{ readonly kind: CampaignKind }>, most: number): fc.Arbitrary<CampaignSet> {
  const one = dressed(kinds);
  const campaignsOf = fc.oneof(
    { weight: 1, arbitrary: fc.array(one, { maxLength: most }) },
    { weight: 9, arbitrary: fc.array(one, { minLength: Math.ceil(most / 2), maxLength: most, size: 'max' }) },
  );
  return fc.tuple(campaignsOf, policy).map(([campaigns, rules]) => ({
    schema: 1,
    setId: 'set',
    version: 7,
    campaigns: campaigns.map((campaign, index) => ({ ...campaign, id: `c${index}` }) as unknown as Campaign),
    policy: rules as CampaignSet['policy'],
  }));
}

/** Every kind meets every other. */
export const anySet = (most: number): fc.Arbitrary<CampaignSet> => setOfKinds(anyKind, most);

/** Unit kinds, of which every other one agrees to stack and the rest mostly ask for a coupon. */
export const anyStackingSet = (most: number): fc.Arbitrary<CampaignSet> =>
  setOfKinds(anyUnitKind, most).map((set) => ({
    ...set,
    campaigns: set.campaigns.map((one, index): Campaign => {
      if (index % 2 === 0) return { stackWith: OPEN, ...one };
      return one.kind === 'member-price' ? one : { ...one, requiresCoupon: true };
    }),
  }));

/** Gifts and points, which only the second level of the comparison tells apart. */
export const anyGivingSet = (most: number): fc.Arbitrary<CampaignSet> => setOfKinds(anyGivingKind, most);
