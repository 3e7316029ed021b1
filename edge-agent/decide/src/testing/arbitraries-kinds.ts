import fc from 'fast-check';
import type { Discount, ItemSelector } from '../schema/campaign.ts';

export const SKUS = ['tea', 'milk', 'bread', 'soap'] as const;
export const LOTS = ['lot-a', 'lot-b'] as const;
export const GIFTS = ['cup', 'pen'] as const;

/** Set fields only: an optional field that is there is never `undefined`. */
export function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

/** A value one time in `oneIn`, else nothing. */
export const rarely = <T>(value: fc.Arbitrary<T>, oneIn: number): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });

const SELECTORS: readonly ItemSelector[] = [
  { all: true },
  { all: true },
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
const bp = fc.constantFrom(333, 500, 1000, 1500, 3333, 5000, 10_000);
const fen = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
const discount: fc.Arbitrary<Discount> = fc.oneof(
  fc.record({ by: fc.constant('percent' as const), percentOffBp: bp }),
  fc.record({ by: fc.constant('amount' as const), amountOffFen: fen(1, 400) }),
  fc.record({ by: fc.constant('fixed-price' as const), fixedPriceFen: fen(0, 900) }),
);
const match = fc.constantFrom('any' as const, 'same-sku' as const, undefined);
const reach = {
  items,
  repeat: fc.constantFrom('once' as const, 'per-step' as const),
  base: fc.constantFrom('after-item-discounts' as const, 'list' as const),
};
const threshold = fc.oneof(
  fen(200, 1500).map((spendFen) => ({ spendFen })),
  fen(1, 4).map((units) => ({ units })),
);

const discounted = fc.record({ kind: fc.constant('discount' as const), items, discount });

const markdown = fc.record({
  kind: fc.constant('markdown' as const),
  lots: fc.uniqueArray(fc.record({ sku: fc.constantFrom(...SKUS), lotId: fc.constantFrom(...LOTS) }), {
    minLength: 3,
    maxLength: 6,
    selector: (lot) => `${lot.sku} ${lot.lotId}`,
  }),
  discount,
});

const memberPrice = fc
  .record({
    prices: fc.uniqueArray(fc.record({ sku: fc.constantFrom(...SKUS), priceFen: fen(50, 900) }), {
      minLength: 1,
      maxLength: 3,
      selector: (price) => price.sku,
    }),
    tiers: rarely(fc.constantFrom(['gold'], ['blue'], ['gold', 'blue']), 3),
  })
  .map((fields) => ({ kind: 'member-price' as const, prices: fields.prices, ...defined({ tiers: fields.tiers }) }));

const buyGet = fc
  .record({
    items,
    buy: fen(1, 2),
    get: fen(1, 2),
    percentOffBp: fc.constantFrom(5000, 10_000),
    match,
    getItems: rarely(items, 3),
  })
  .map(({ match: matched, getItems, ...fields }) => ({
    kind: 'buy-get' as const,
    ...fields,
    ...defined(getItems ? { getItems } : { match: matched }),
  }));

const nthItem = fc
  .record({
    items,
    ladderBp: fc.constantFrom([0, 5000], [0, 3333, 10_000], [0, 0, 10_000], [500, 1500], [1000, 0, 5000]),
    match,
  })
  .map(({ match: matched, ...fields }) => ({ kind: 'nth-item' as const, ...fields, ...defined({ match: matched }) }));

const bundle = fc.record({
  kind: fc.constant('bundle' as const),
  slots: fc.array(fc.record({ items, quantity: fen(1, 2) }), { minLength: 1, maxLength: 2 }),
  price: fc.oneof(
    fc.record({ by: fc.constant('fixed-price' as const), bundlePriceFen: fen(0, 1200) }),
    fc.record({ by: fc.constant('percent' as const), percentOffBp: bp }),
    fc.record({ by: fc.constant('amount' as const), amountOffFen: fen(1, 500) }),
  ),
});

const bulkPrice = fc.record({
  kind: fc.constant('bulk-price' as const),
  items,
  count: fc.constantFrom('any' as const, 'same-sku' as const),
  tiers: fc
    .uniqueArray(fc.record({ minUnits: fen(1, 4), discount }), {
      minLength: 1,
      maxLength: 2,
      selector: (tier) => tier.minUnits,
    })
    .map((tiers) => tiers.sort((a, b) => a.minUnits - b.minUnits)),
});

/** Tiers of one kind that rise in both: `[threshold, saving]` as steps above the tier before. */
const rising = (least: number, most: number, leastSaving: number, mostSaving: number) =>
  fc
    .array(fc.tuple(fen(least, most), fen(leastSaving, mostSaving)), { minLength: 1, maxLength: 2 })
    .map(([first = [1, 1] as [number, number], second]) =>
      second ? [first, [first[0] + second[0], first[1] + second[1]] as [number, number]] : [first],
    );
const cap = rarely(fen(20, 200), 3);
const saveTiers = fc.oneof(
  rising(200, 1500, 10, 150).map((tiers) => tiers.map(([spendFen, saveFen]) => ({ spendFen, saveFen }))),
  // Savings near the threshold, so that what the units still cost holds them.
  rising(150, 400, 100, 150).map((tiers) => tiers.map(([spendFen, saveFen]) => ({ spendFen, saveFen }))),
  rising(1, 3, 20, 400).map((tiers) => tiers.map(([units, saveFen]) => ({ units, saveFen }))),
);
const shareTiers = fc.oneof(
  fc
    .tuple(rising(200, 1500, 300, 5000), cap)
    .map(([tiers, maxSaveFen]) =>
      tiers.map(([spendFen, percentOffBp]) => ({ spendFen, percentOffBp, ...defined({ maxSaveFen }) })),
    ),
  fc
    .tuple(rising(1, 3, 300, 5000), cap)
    .map(([tiers, maxSaveFen]) =>
      tiers.map(([units, percentOffBp]) => ({ units, percentOffBp, ...defined({ maxSaveFen }) })),
    ),
);
const spendSave = fc.oneof(
  fc.record({ kind: fc.constant('spend-save' as const), ...reach, tiers: saveTiers }),
  fc.record({
    kind: fc.constant('spend-save' as const),
    ...reach,
    repeat: fc.constant('once' as const),
    tiers: shareTiers,
  }),
);

const gift = fc
  .record({
    ...reach,
    threshold,
    gifts: fc.uniqueArray(
      fc.record({
        sku: fc.constantFrom(...GIFTS),
        name: fc.constant({ zh: '赠品', en: 'Gift' }),
        quantity: fen(1, 2),
        valueFen: fen(0, 300),
      }),
      { minLength: 1, maxLength: 2, selector: (option) => option.sku },
    ),
  })
  .map(({ threshold: reached, ...fields }) => ({ kind: 'gift' as const, ...fields, ...reached }));

const points = fc
  .record({
    items,
    earn: fc.oneof(
      fc.record({ by: fc.constant('multiplier' as const), times: fen(2, 4) }),
      fc
        .record({
          by: fc.constant('bonus' as const),
          repeat: reach.repeat,
          base: reach.base,
          points: fen(1, 20),
          threshold,
        })
        .map(({ threshold: reached, ...fields }) => ({ ...fields, ...reached })),
    ),
  })
  .map((fields) => ({ kind: 'points' as const, ...fields }));

const pointsPay = fc
  .record({
    items,
    pointsPerStep: fen(1, 50),
    fenPerStep: fen(1, 100),
    minPoints: rarely(fen(0, 60), 2),
    maxShareBp: bp,
  })
  .map(({ minPoints, ...fields }) => ({ kind: 'points-pay' as const, ...fields, ...defined({ minPoints }) }));

/** What is of a campaign's kind, kinds that save on items and thresholds more often. */
export const anyKind = fc.oneof(
  { weight: 3, arbitrary: discounted },
  { weight: 1, arbitrary: markdown },
  { weight: 2, arbitrary: memberPrice },
  { weight: 3, arbitrary: buyGet },
  { weight: 2, arbitrary: nthItem },
  { weight: 3, arbitrary: bundle },
  { weight: 2, arbitrary: bulkPrice },
  { weight: 4, arbitrary: spendSave },
  { weight: 2, arbitrary: gift },
  { weight: 1, arbitrary: points },
  { weight: 1, arbitrary: pointsPay },
);

export const anyUnitKind = fc.oneof(
  { weight: 4, arbitrary: discounted },
  { weight: 2, arbitrary: markdown },
  { weight: 1, arbitrary: memberPrice },
  { weight: 1, arbitrary: spendSave },
);
export const anyGivingKind = fc.oneof(
  { weight: 4, arbitrary: gift },
  { weight: 2, arbitrary: points },
  { weight: 1, arbitrary: spendSave },
  { weight: 1, arbitrary: discounted },
);
