import type { Campaign, Discount, SpendSaveTier } from '../../schema/campaign.ts';
import type { FindingCode } from '../finding.ts';
import { type Case, campaign, fixed, percent, spendSave } from './case.ts';

function memberPrice(tiers: string[], audienceTiers: string[]): Campaign {
  const prices = [{ sku: 'tea', priceFen: 900 }];
  return campaign({ kind: 'member-price', id: 'a', prices, tiers, audience: { tiers: audienceTiers } });
}

function bulk(perBasket: number, tiers: readonly [number, Discount][]): Campaign {
  return campaign({
    kind: 'bulk-price',
    id: 'a',
    items: { skus: ['tea'] },
    count: 'any',
    tiers: tiers.map(([minUnits, discount]) => ({ minUnits, discount })),
    limits: { perBasket },
  });
}

const off = (amountOffFen: number): Discount => ({ by: 'amount', amountOffFen });

function tiered(repeat: 'once' | 'per-step', tiers: SpendSaveTier[]): Campaign {
  return campaign({ kind: 'spend-save', id: 'a', items: { all: true }, tiers, repeat, base: 'list' });
}

function gift(valueFen: number, limits: Campaign['limits']): Campaign {
  return campaign({
    kind: 'gift',
    id: 'a',
    items: { all: true },
    units: 5,
    repeat: 'once',
    base: 'list',
    gifts: [{ sku: 'mug', name: { zh: '马克杯', en: 'Mug' }, quantity: 1, valueFen }],
    ...(limits ? { limits } : {}),
  });
}

/** 2 March 2026 is a Monday. */
const monday = { from: '2026-03-02T00:00:00+08:00', to: '2026-03-03T00:00:00+08:00' };

export const neverCases = {
  NEVER_OPEN: {
    bad: [percent('a', 1000, { window: { ...monday, daysOfWeek: [2, 3] } })],
    sound: [percent('a', 1000, { window: { ...monday, daysOfWeek: [1] } })],
    ids: ['a'],
    path: 'campaigns[0].window',
  },
  NEVER_ANY_TIER: {
    bad: [memberPrice(['gold'], ['silver'])],
    sound: [memberPrice(['gold', 'silver'], ['silver'])],
    ids: ['a'],
    path: 'campaigns[0].tiers',
  },
  NEVER_ON_LABEL: {
    bad: [percent('a', 1000, { audience: { channels: ['label'], memberOnly: true } })],
    sound: [percent('a', 1000, { audience: { channels: ['label', 'till'], memberOnly: true } })],
    ids: ['a'],
    path: 'campaigns[0].audience.channels',
  },
  NEVER_ANY_COUPON: {
    bad: [percent('a', 1000, { requiresCoupon: true })],
    sound: [percent('a', 1000, { requiresCoupon: true })],
    policy: { couponsPerBasket: 0 },
    soundPolicy: { couponsPerBasket: 1 },
    ids: ['a'],
    path: 'campaigns[0].requiresCoupon',
  },
  NEVER_ANY_ITEM: {
    bad: [percent('a', 1000, { items: { skus: ['tea'], excludeSkus: ['milk', 'tea'] } })],
    sound: [percent('a', 1000, { items: { skus: ['tea', 'soap'], excludeSkus: ['milk', 'tea'] } })],
    ids: ['a'],
    path: 'campaigns[0].items',
  },
  NEVER_REACHED: {
    bad: [bulk(4, [[5, off(10)]])],
    sound: [bulk(5, [[5, off(10)]])],
    ids: ['a'],
    path: 'campaigns[0].tiers',
  },
  BUDGET_BELOW_SAVING: {
    bad: [spendSave('a', 10_000, 501, { limits: { budgetFen: 500 } })],
    sound: [spendSave('a', 10_000, 500, { limits: { budgetFen: 500 } })],
    ids: ['a'],
    path: 'campaigns[0].limits.budgetFen',
  },
} satisfies Partial<Record<FindingCode, Case>>;

export const benefitCases = {
  TIER_NEVER_REACHED: {
    bad: [
      bulk(5, [
        [5, off(10)],
        [6, off(20)],
      ]),
    ],
    sound: [
      bulk(6, [
        [5, off(10)],
        [6, off(20)],
      ]),
    ],
    ids: ['a'],
    path: 'campaigns[0].tiers[1].minUnits',
  },
  TIER_NEVER_BETTER: {
    // Two steps of 100 save 20 where one of 200 saves 18.
    bad: [
      tiered('per-step', [
        { spendFen: 10_000, saveFen: 1000 },
        { spendFen: 20_000, saveFen: 1800 },
      ]),
    ],
    sound: [
      tiered('per-step', [
        { spendFen: 10_000, saveFen: 1000 },
        { spendFen: 20_000, saveFen: 2001 },
      ]),
    ],
    ids: ['a'],
    path: 'campaigns[0].tiers[1]',
  },
  CAP_ALWAYS_BINDS: {
    bad: [tiered('once', [{ spendFen: 10_000, percentOffBp: 2000, maxSaveFen: 2000 }])],
    sound: [tiered('once', [{ spendFen: 10_000, percentOffBp: 2000, maxSaveFen: 2001 }])],
    ids: ['a'],
    path: 'campaigns[0].tiers[0].maxSaveFen',
  },
  GIFT_WITHOUT_VALUE: {
    bad: [gift(0, undefined)],
    sound: [gift(1, undefined)],
    ids: ['a'],
    path: 'campaigns[0].gifts',
  },
  GIVEN_AWAY: {
    bad: [fixed('a', 0, {})],
    sound: [fixed('a', 0, { requiresCoupon: true })],
    ids: ['a'],
    path: 'campaigns[0].discount',
  },
  LIMIT_WITHOUT_EFFECT: {
    bad: [gift(100, { budgetFen: 9000 })],
    sound: [gift(100, { total: 90 })],
    ids: ['a'],
    path: 'campaigns[0].limits.budgetFen',
  },
  MEMBERS_ONLY_ANYWAY: {
    bad: [percent('a', 1000, { audience: { memberOnly: false, firstOrder: true } })],
    sound: [percent('a', 1000, { audience: { firstOrder: true } })],
    ids: ['a'],
    path: 'campaigns[0].audience.memberOnly',
  },
} satisfies Partial<Record<FindingCode, Case>>;
