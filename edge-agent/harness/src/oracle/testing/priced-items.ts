import { ALL, amount, off, type PlainCampaign, type PlainCase, type Priced, percent, skus } from './cases.ts';

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

/** The item layer, worked out by hand. */
export const PRICED_ITEMS: readonly Priced[] = [
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
];
