import { parseBasket, parseCampaignSet, parseDecisionContext } from '@tillside/decide';
import { describe, expect, it } from 'vitest';
import { generateCase } from './generate.ts';
import { type DecideCase, problemOf } from './problem.ts';

const SEED = 5;
const CASES = 1500;
/** Reading takes most of the time. */
const READ = 500;
const CAMPAIGN_KINDS = 10;
const cases = Array.from({ length: CASES }, (_, number) => generateCase(SEED, number));
const campaigns = cases.flatMap((asked) => asked.set.campaigns);
const lines = cases.flatMap((asked) => asked.basket.lines);

/** What a soak has to meet before its silence means anything. */
const MET: Readonly<Record<string, (asked: DecideCase) => boolean>> = {
  'several lines of one SKU at different prices': ({ basket }) =>
    basket.lines.some((one) =>
      basket.lines.some((other) => other.sku === one.sku && other.unitPriceFen !== one.unitPriceFen),
    ),
  'a coupon that is not there': ({ set, basket }) =>
    set.campaigns.some((one) => one.requiresCoupon && !basket.coupons.some(({ campaignId }) => campaignId === one.id)),
  'two coupons of a campaign': ({ basket: { coupons } }) =>
    coupons.some((one) => coupons.some((other) => other !== one && other.campaignId === one.campaignId)),
  'more coupons than may be used': ({ set, basket }) => basket.coupons.length > set.policy.couponsPerBasket,
  'best-one of the basket layer': ({ set }) => set.policy.layers?.basket === 'best-one',
  'best-one of the coupon layer': ({ set }) => set.policy.layers?.coupon === 'best-one',
  'an exclusive group of two': ({ set }) =>
    set.campaigns.some(({ id, exclusiveGroup }) =>
      set.campaigns.some((other) => other.id !== id && exclusiveGroup && other.exclusiveGroup === exclusiveGroup),
    ),
  'a budget partly used': ({ context }) => context.usage?.some((usage) => (usage.budgetFen ?? 0) > 0) ?? false,
  'a limit that is used up': (asked) =>
    problemOf(asked).items.length + problemOf(asked).spends.length < asked.set.campaigns.length,
  'fifteen lines': ({ basket }) => basket.lines.length === 15,
  'fifteen campaigns': ({ set }) => set.campaigns.length === 15,
  'priority order': ({ set }) => set.policy.objective === 'priority-order',
  'no member': ({ basket }) => basket.member === undefined,
};

const FORMS: Readonly<Record<string, (campaign: (typeof campaigns)[number]) => string | undefined>> = {
  kind: (one) => (one.requiresCoupon ? undefined : one.kind),
  'kind with coupon': (one) => (one.requiresCoupon ? one.kind : undefined),
  discount: (one) => ('discount' in one ? `${one.kind} ${one.discount.by}` : undefined),
  'buy-get': (one) => (one.kind === 'buy-get' ? (one.getItems ? 'getItems' : (one.match ?? 'any')) : undefined),
  'nth-item': (one) => (one.kind === 'nth-item' ? (one.match ?? 'any') : undefined),
  bundle: (one) => (one.kind === 'bundle' ? `${one.price.by} of ${one.slots.length}` : undefined),
  'bulk-price': (one) => (one.kind === 'bulk-price' ? `${one.count} ${one.tiers.length}` : undefined),
  'spend-save': (one) => {
    if (one.kind !== 'spend-save') return undefined;
    const [tier] = one.tiers;
    return `${one.repeat} ${one.base} ${tier?.units ? 'units' : 'fen'} ${tier?.saveFen ? 'amount' : 'share'}`;
  },
  limit: (one) => Object.keys(one.limits ?? {})[0],
  stackWith: (one) => {
    const first = one.stackWith?.[0];
    if (first === undefined) return one.stackWith && 'nobody';
    return first.startsWith('layer:') ? 'layer' : 'campaign';
  },
};
const EXPECTED: Readonly<Record<keyof typeof FORMS, number>> = {
  kind: CAMPAIGN_KINDS,
  // Points are earned without one.
  'kind with coupon': CAMPAIGN_KINDS - 1,
  discount: 6,
  'buy-get': 3,
  'nth-item': 2,
  bundle: 9,
  'bulk-price': 4,
  // Shares don't repeat.
  'spend-save': 12,
  limit: 6,
  stackWith: 3,
};

describe('the cases of the soak', () => {
  it('are read by the engine’s own readers, and are the same again', () => {
    for (const [number, { set, basket, context }] of cases.slice(0, READ).entries()) {
      for (const read of [parseCampaignSet(set), parseBasket(basket), parseDecisionContext(context)]) {
        expect(read.ok ? [] : read.errors, `case ${number}`).toEqual([]);
      }
    }
    expect(generateCase(SEED, 7)).toEqual(cases[7]);
    expect(generateCase(SEED + 1, 7)).not.toEqual(cases[7]);
  });

  it.each(Object.entries(MET))('meet %s', (_what, holds) => {
    expect(cases.filter(holds).length).toBeGreaterThan(0);
  });

  it.each(Object.entries(FORMS))('have every form of %s', (name, formOf) => {
    const seen = new Set(campaigns.flatMap((campaign) => formOf(campaign) ?? []));
    expect([...seen].sort()).toHaveLength(EXPECTED[name] ?? 0);
  });

  it('have lines of every sort', () => {
    expect(lines.filter((line) => line.noPromotions).length).toBeGreaterThan(50);
    expect(lines.filter((line) => line.weightGrams !== undefined).length).toBeGreaterThan(50);
    expect(lines.filter((line) => line.unitPriceFen === 0).length).toBeGreaterThan(50);
    expect(lines.filter((line) => line.lotId !== undefined).length).toBeGreaterThan(50);
  });
});
