import type { Decision } from '@tillside/decide';
import { afterAll, describe, expect, it } from 'vitest';
import { checkDecision } from './check-decision.ts';
import { canBeDealt } from './explain-decision.ts';
import { MipSolver } from './solver.ts';
import { amount, caseOf, off, type PlainCase, percent, skus, spend } from './testing/cases.ts';
import { type Adjusted, decidedOf } from './testing/decisions.ts';

const solver = new MipSolver();
afterAll(() => solver.dispose());

/** Two pieces of A, one of B; a discount on A, a coupon of the basket. */
const PLAIN: PlainCase = {
  lines: [
    ['A', 1000, 2],
    ['B', 500, 1],
  ],
  campaigns: {
    P: off(amount(100), { items: skus('A') }),
    Q: spend([{ units: 1, saveFen: 300 }], { requiresCoupon: true }),
  },
};
const RIGHT: Adjusted = {
  L1: [
    ['P', 200, 2],
    ['Q', 235, 2],
  ],
  L2: [['Q', 65, 1]],
};

/** The plain case with a discount that has something more. */
const discounted = (more: Parameters<typeof off>[1]): PlainCase => ({
  ...PLAIN,
  campaigns: { ...PLAIN.campaigns, P: off(amount(100), { items: skus('A'), ...more }) },
});

describe('what a decision tells by itself', () => {
  it('finds nothing in a right one', async () => {
    const decided = decidedOf(caseOf(PLAIN), RIGHT);
    expect(checkDecision(decided)).toEqual([]);
    expect(await canBeDealt(decided, solver)).toBe(true);
  });

  it.each<[string, PlainCase, Adjusted]>([
    ['RULED_OUT P', discounted({ audience: { memberOnly: true } }), RIGHT],
    ['LINE_NOT_SELECTED P', PLAIN, { L2: [['P', 100, 1]] }],
    ['UNITS_ABOVE_LINE P', PLAIN, { L1: [['P', 300, 3]] }],
    ['PER_BASKET P', discounted({ limits: { perBasket: 1 } }), RIGHT],
    ['BUDGET P', discounted({ limits: { budgetFen: 199 } }), RIGHT],
    [
      'SHARED P R',
      { ...PLAIN, campaigns: { ...PLAIN.campaigns, R: off(amount(50)) } },
      {
        L1: [
          ['P', 200, 2],
          ['R', 50, 1],
        ],
      },
    ],
    [
      'EXCLUSIVE_GROUP g',
      {
        ...PLAIN,
        campaigns: {
          P: off(amount(100), { items: skus('A'), exclusiveGroup: 'g' }),
          Q: spend([{ units: 1, saveFen: 300 }], { exclusiveGroup: 'g' }),
        },
      },
      RIGHT,
    ],
    ['COUPON_LIMIT', { ...PLAIN, policy: { couponsPerBasket: 0 } }, RIGHT],
    [
      'BEST_ONE coupon',
      {
        ...PLAIN,
        campaigns: { ...PLAIN.campaigns, R: spend([{ units: 1, saveFen: 100 }], { requiresCoupon: true }) },
        policy: { layers: { coupon: 'best-one' } },
      },
      {
        L2: [
          ['Q', 65, 1],
          ['R', 22, 1],
        ],
      },
    ],
    [
      'CONSENT Q R',
      {
        ...PLAIN,
        campaigns: { ...PLAIN.campaigns, R: spend([{ units: 1, saveFen: 100 }], { stackWith: [] }) },
      },
      {
        L2: [
          ['Q', 65, 1],
          ['R', 22, 1],
        ],
      },
    ],
    [
      'BUNDLE_SPREAD P',
      {
        lines: [
          ['A', 1000, 1],
          ['B', 500, 1],
        ],
        campaigns: {
          P: {
            kind: 'bundle',
            slots: [
              { items: skus('A'), quantity: 1 },
              { items: skus('B'), quantity: 1 },
            ],
            price: amount(300),
          },
        },
      },
      { L1: [['P', 201, 1]], L2: [['P', 99, 1]] },
    ],
    [
      'SPREAD Q L1',
      PLAIN,
      {
        L1: [
          ['P', 200, 2],
          ['Q', 236, 2],
        ],
        L2: [['Q', 64, 1]],
      },
    ],
  ])('finds %s', (fault, asked, adjusted) => {
    expect(checkDecision(decidedOf(caseOf(asked), adjusted))).toContain(fault);
  });

  const ofP = (decision: Decision) => decision.applied.filter((one) => one.campaignId === 'P');
  it.each<[string, (decision: Decision) => unknown]>([
    ['LIST', (decision) => Object.assign(decision, { listFen: decision.listFen + 1 })],
    ['SUM', (decision) => Object.assign(decision, { payableFen: decision.payableFen - 1 })],
    ['LINE_SUM L2', ({ lines }) => lines.map((line) => Object.assign(line, { payableFen: line.payableFen + 1 }))],
    ['APPLIED P', (decision) => ofP(decision).map((one) => Object.assign(one, { amountFen: one.amountFen + 1 }))],
    ['FUNDING P', (decision) => ofP(decision).map((one) => Object.assign(one, { brandFen: 1 }))],
    ['NOT_APPLIED P', ({ applied }) => applied.shift()],
    ['COUPONS_CONSUMED', ({ couponsConsumed }) => couponsConsumed.pop()],
    ['COUPON Q', ({ applied }) => applied.map((one) => Object.assign(one, { couponId: 'K-other' }))],
  ])('finds %s when it was planted', (fault, plant) => {
    const { decision, ...rest } = decidedOf(caseOf(PLAIN), RIGHT);
    const planted = structuredClone(decision);
    plant(planted);
    expect(checkDecision({ ...rest, decision: planted })).toContain(fault);
  });

  it('finds a line below zero', () => {
    const decided = decidedOf(caseOf(PLAIN), { L2: [['P', 501, 1]] });
    expect(checkDecision(decided)).toContain('LINE_OUT_OF_RANGE L2');
  });

  it.each<[string, PlainCase, Adjusted]>([
    ['a discount of another amount', PLAIN, { L1: [['P', 199, 2]] }],
    [
      'the dearer unit as the free one',
      {
        lines: [
          ['A', 1000, 1],
          ['B', 500, 1],
        ],
        campaigns: { P: { kind: 'buy-get', items: { all: true }, buy: 1, get: 1, percentOffBp: 10_000 } },
      },
      { L1: [['P', 1000, 1]] },
    ],
    [
      'half a bundle',
      {
        lines: [
          ['A', 1000, 1],
          ['B', 500, 1],
        ],
        campaigns: {
          P: {
            kind: 'bundle',
            slots: [
              { items: skus('A'), quantity: 1 },
              { items: skus('B'), quantity: 1 },
            ],
            price: percent(1000),
          },
        },
      },
      { L1: [['P', 100, 1]] },
    ],
  ])('cannot be dealt: %s', async (_what, asked, adjusted) => {
    expect(await canBeDealt(decidedOf(caseOf(asked), adjusted), solver)).toBe(false);
  });
});
