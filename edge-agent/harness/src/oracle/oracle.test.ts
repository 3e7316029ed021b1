import { afterAll, describe, expect, it } from 'vitest';
import { generateCase } from './generate.ts';
import { oracle } from './oracle.ts';
import { problemOf } from './problem.ts';
import { MipSolver } from './solver.ts';
import { bruteForce } from './testing/brute.ts';
import { ALL, amount, caseOf, off, type PlainCampaign, type PlainCase, percent, skus, spend } from './testing/cases.ts';

const solver = new MipSolver();
afterAll(() => solver.dispose());

/** Two that cost 100, one of 300 and one of 900, and an amount off for each pair of a cheap and a dear one. */
const CHEAP: PlainCase['lines'] = [
  ['A', 100, 2],
  ['B', 300, 1],
  ['C', 900, 1],
];
const pairs = (amountOffFen: number) =>
  ({
    kind: 'bundle',
    slots: [
      { items: skus('A'), quantity: 1 },
      { items: skus('B', 'C'), quantity: 1 },
    ],
    price: amount(amountOffFen),
  }) satisfies PlainCampaign;

/** A and B together for 2900, and what counts what is left. */
const TWO: PlainCase['lines'] = [
  ['A', 2000, 1],
  ['B', 1000, 1],
];
const BOTH = {
  kind: 'bundle',
  slots: [
    { items: skus('A'), quantity: 1 },
    { items: skus('B'), quantity: 1 },
  ],
  price: { by: 'fixed-price', bundlePriceFen: 2900 },
} satisfies PlainCampaign;
const LEFT_OVER = { items: skus('A', 'B'), base: 'after-item-discounts' } as const;

const PRICED: readonly (readonly [lowestFen: number, why: string, asked: PlainCase])[] = [
  [174, 'a share of 99 is 12.375 a unit', { lines: [['A', 99, 2]], campaigns: { P: off(percent(1250)) } }],
  [
    904,
    'item campaigns do not share a unit',
    { lines: [['A', 1005, 1]], campaigns: { P: off(percent(1000)), Q: off(amount(99)) } },
  ],
  [
    814,
    'a stack is rounded once: 1005 x 0.81 is 814.05',
    {
      lines: [['A', 1005, 1]],
      campaigns: {
        P: off(percent(1000), { stackWith: ['layer:item'] }),
        Q: off(percent(1000), { stackWith: ['P'] }),
      },
    },
  ],
  [
    700,
    'two coupons do not share a unit, a discount and a coupon do: 1000 - 100, then - 200',
    {
      lines: [['A', 1000, 1]],
      campaigns: {
        P: off(amount(100)),
        Q: off(amount(150), { requiresCoupon: true }),
        R: off(amount(200), { requiresCoupon: true }),
      },
    },
  ],
  [
    550,
    'members pay their price, lots what is marked down: 400 and 150',
    {
      lines: [
        ['A', 500, 1],
        ['B', 300, 1, { lotId: 'L' }],
      ],
      campaigns: {
        P: { kind: 'member-price', prices: [{ sku: 'A', priceFen: 400 }] },
        Q: { kind: 'markdown', lots: [{ sku: 'B', lotId: 'L' }], discount: percent(5000) },
      },
      basket: { member: { memberId: 'M', tier: 'gold' } },
    },
  ],
  [
    1600,
    'the cheaper of each pair is free: 800 and 400',
    {
      lines: [
        ['A', 1000, 1],
        ['B', 800, 1],
        ['C', 600, 1],
        ['D', 400, 1],
      ],
      campaigns: { P: { kind: 'buy-get', items: ALL, buy: 1, get: 1, percentOffBp: 10_000 } },
    },
  ],
  [
    1700,
    'a pair of one SKU each: 500 and 300 free',
    {
      lines: [
        ['A', 900, 1],
        ['B', 500, 2],
        ['C', 300, 2],
      ],
      campaigns: { P: { kind: 'buy-get', items: ALL, buy: 1, get: 1, percentOffBp: 10_000, match: 'same-sku' } },
    },
  ],
  [
    100,
    'with getItems the got unit may be the dearer one',
    {
      lines: [
        ['A', 100, 1],
        ['B', 900, 1],
      ],
      campaigns: {
        P: { kind: 'buy-get', items: skus('A'), buy: 1, get: 1, percentOffBp: 10_000, getItems: skus('B') },
      },
    },
  ],
  [
    1200,
    'second at half price, third free: 300 and 300',
    {
      lines: [
        ['A', 900, 1],
        ['B', 600, 1],
        ['C', 300, 1],
      ],
      campaigns: { P: { kind: 'nth-item', items: ALL, ladderBp: [0, 5000, 10_000] } },
    },
  ],
  [
    1150,
    'a group may end early: two units on a ladder of three',
    {
      lines: [
        ['A', 900, 1],
        ['B', 500, 1],
      ],
      campaigns: { P: { kind: 'nth-item', items: ALL, ladderBp: [0, 5000, 0] } },
    },
  ],
  [
    1900,
    'a unit serves one slot: B can fill both, A only the first; one bundle of 1000, 900 is left over',
    {
      lines: [
        ['A', 800, 1],
        ['B', 700, 1],
        ['C', 900, 1],
      ],
      campaigns: {
        P: {
          kind: 'bundle',
          slots: [
            { items: skus('A', 'B'), quantity: 1 },
            { items: skus('B'), quantity: 1 },
          ],
          price: { by: 'fixed-price', bundlePriceFen: 1000 },
        },
      },
    },
  ],
  [400, 'two bundles save 500 each', { lines: CHEAP, campaigns: { P: pairs(500) } }],
  [0, 'and at most what all their units cost', { lines: CHEAP, campaigns: { P: pairs(800) } }],
  [
    3240,
    'four units reach the tier of three, not that of five',
    {
      lines: [
        ['A', 1000, 3],
        ['B', 600, 1],
      ],
      campaigns: {
        P: {
          kind: 'bulk-price',
          items: ALL,
          count: 'any',
          tiers: [
            { minUnits: 3, discount: percent(1000) },
            { minUnits: 5, discount: percent(2000) },
          ],
        },
      },
    },
  ],
  [
    3300,
    'each SKU by itself: only A has three',
    {
      lines: [
        ['A', 1000, 3],
        ['B', 600, 1],
      ],
      campaigns: {
        P: { kind: 'bulk-price', items: ALL, count: 'same-sku', tiers: [{ minUnits: 3, discount: percent(1000) }] },
      },
    },
  ],
  [
    9000,
    'a discount that would lose the threshold is left out',
    {
      lines: [['A', 10_000, 1]],
      campaigns: {
        P: off(percent(500)),
        Q: spend([{ spendFen: 10_000, saveFen: 1000 }], { base: 'after-item-discounts' }),
      },
    },
  ],
  [
    8500,
    'of list prices it loses nothing',
    { lines: [['A', 10_000, 1]], campaigns: { P: off(percent(500)), Q: spend([{ spendFen: 10_000, saveFen: 1000 }]) } },
  ],
  [
    3300,
    'two steps at most',
    {
      lines: [['A', 3500, 1]],
      campaigns: { P: spend([{ spendFen: 1000, saveFen: 100 }], { repeat: 'per-step', limits: { perBasket: 2 } }) },
    },
  ],
  [
    4867,
    'three units: a tenth of 5555 is 555.5, half-up 556, the second tier is capped at 688',
    {
      lines: [
        ['A', 1555, 1],
        ['B', 2000, 2],
      ],
      campaigns: {
        P: spend([
          { units: 2, percentOffBp: 1000 },
          { units: 3, percentOffBp: 2000, maxSaveFen: 688 },
        ]),
      },
    },
  ],
  [
    2000,
    'units that do not consent count for nothing: one takes 300, the two others make 700',
    {
      lines: [['A', 1000, 3]],
      campaigns: { P: off(amount(300), { stackWith: [] }), Q: spend([{ units: 2, saveFen: 700 }]) },
    },
  ],
  [
    2827,
    'a bundle counts for who names all of it: 100 off, then 2.5 % of 2900, half-up 73',
    { lines: TWO, campaigns: { P: BOTH, Q: spend([{ spendFen: 2900, percentOffBp: 250 }], LEFT_OVER) } },
  ],
  [
    2900,
    'and not at all for who names a part: the bundle saves more than 2.5 % of 2000',
    {
      lines: TWO,
      campaigns: { P: BOTH, Q: spend([{ units: 1, percentOffBp: 250 }], { ...LEFT_OVER, items: skus('A') }) },
    },
  ],
  [
    2802,
    'a share of each unit counts unit by unit: 2000 less 100, less 2.5 %, half-up 48; 1000 less 50',
    {
      lines: TWO,
      campaigns: {
        P: { ...BOTH, price: percent(500) },
        Q: spend([{ units: 1, percentOffBp: 250 }], { ...LEFT_OVER, items: skus('A') }),
      },
    },
  ],
  [
    600,
    'one of a group; the other group is free',
    {
      lines: [['A', 1000, 1]],
      campaigns: {
        P: spend([{ spendFen: 1, saveFen: 1 }], { exclusiveGroup: 'g', items: ALL }),
        Q: spend([{ units: 1, saveFen: 300 }], { exclusiveGroup: 'g' }),
        R: spend([{ units: 1, saveFen: 100 }], { exclusiveGroup: 'h' }),
      },
    },
  ],
  [
    750,
    'best-one of the basket layer, one coupon: 150 and 100',
    {
      lines: [['A', 1000, 1]],
      campaigns: {
        P: spend([{ units: 1, saveFen: 150 }]),
        Q: spend([{ units: 1, saveFen: 140 }]),
        R: spend([{ units: 1, saveFen: 100 }], { requiresCoupon: true }),
        S: spend([{ units: 1, saveFen: 90 }], { requiresCoupon: true }),
      },
      policy: { couponsPerBasket: 1, layers: { basket: 'best-one' } },
    },
  ],
  [
    2350,
    'a budget covers two units of 200, and two steps of 125',
    {
      lines: [['A', 1000, 3]],
      campaigns: {
        P: off(amount(200), { limits: { budgetFen: 599 } }),
        Q: spend([{ spendFen: 1000, saveFen: 125 }], { repeat: 'per-step', limits: { budgetFen: 374 } }),
      },
    },
  ],
  [
    0,
    'never below zero: the second finds 300 left',
    {
      lines: [['A', 1000, 1]],
      campaigns: { P: spend([{ units: 1, saveFen: 700 }]), Q: spend([{ units: 1, saveFen: 700 }]) },
    },
  ],
  [
    2500,
    'two campaigns that do not consent and have a line in common: the better one',
    {
      lines: [
        ['A', 1500, 1],
        ['B', 1500, 1],
      ],
      campaigns: {
        P: spend([{ units: 1, saveFen: 500 }], { items: skus('A', 'B') }),
        Q: spend([{ units: 1, saveFen: 400 }], { items: skus('B'), stackWith: ['layer:item'] }),
      },
    },
  ],
  [
    1499,
    'a weighed line is one unit of its amount; tobacco is touched by nothing; what is free stays free',
    {
      lines: [
        ['A', 1998, 1, { weightGrams: 500 }],
        ['T', 1000, 1, { noPromotions: true }],
        ['Z', 0, 1],
      ],
      campaigns: { P: off(amount(500)) },
    },
  ],
];

describe('the oracle by hand-worked answers', () => {
  it.each(PRICED)('%i: %s', async (lowestFen, _why, asked) => {
    const { lowFen, highFen } = await oracle(problemOf(caseOf(asked)), solver);
    expect({ lowFen, highFen }).toEqual({ lowFen: lowestFen, highFen: lowestFen });
  });
});

describe('the oracle beside every answer there is', () => {
  const SEED = 20;
  const TRIED = 400;
  const MAX_UNITS = 5;
  const MAX_CAMPAIGNS = 4;

  it(`holds them between its bounds (seed ${SEED})`, { timeout: 60_000 }, async () => {
    let [compared, exact] = [0, 0];
    for (let number = 0; number < TRIED; number += 1) {
      const problem = problemOf(generateCase(SEED, number));
      const units = problem.lines.reduce((sum, line) => sum + (line.open ? line.units : 0), 0);
      if (units > MAX_UNITS || problem.items.length === 0 || problem.items.length > MAX_CAMPAIGNS) continue;
      const { lowFen, highFen } = await oracle(problem, solver);
      const { best, unclear } = bruteForce(problem);
      compared += 1;
      expect(best.payableFen, `case ${number}`).toBeGreaterThanOrEqual(lowFen);
      expect(best.payableFen, `case ${number}`).toBeLessThanOrEqual(highFen);
      if (lowFen !== highFen) continue;
      exact += 1;
      if (!unclear) expect(best.payableFen, `case ${number}`).toBe(lowFen);
    }
    expect(compared).toBeGreaterThan(80);
    expect(exact / compared).toBeGreaterThan(0.95);
  });
});
