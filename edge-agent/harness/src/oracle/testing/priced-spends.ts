import { ALL, amount, off, type PlainCampaign, type PlainCase, type Priced, percent, skus, spend } from './cases.ts';

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

/** The layers above, alone and over item campaigns, worked out by hand. */
export const PRICED_SPENDS: readonly Priced[] = [
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
