import type { Campaign } from '@tillside/decide';
import {
  baseOf,
  bundlePrice,
  common,
  type Deal,
  fiveYuan,
  fixedPrice,
  halfOf,
  itemsOf,
  meanFen,
  saveOf,
  selectorOf,
  share,
  skusOf,
  spendOf,
  tenFen,
  unitsOf,
} from './generator-deal.ts';

export const buyGet = (deal: Deal, match: 'any' | 'same-sku'): Campaign => ({
  ...common(deal),
  kind: 'buy-get',
  items: selectorOf(deal),
  buy: deal.chance.between(1, 3),
  get: 1,
  percentOffBp: deal.chance.pick([5_000, 7_000, 10_000]),
  match,
});

export function spendSave(deal: Deal, repeat: 'once' | 'per-step'): Campaign {
  const spendFen = repeat === 'once' ? spendOf(deal) : spendOf(deal, 0.2, 0.6);
  return {
    ...common(deal),
    kind: 'spend-save',
    items: selectorOf(deal),
    repeat,
    ...baseOf(deal.chance),
    tiers: [{ spendFen, saveFen: saveOf(deal.chance, spendFen) }],
  };
}

/** Two or three tiers that rise in both; what the last asks for is more than most baskets have. */
export function tiered(deal: Deal): Campaign {
  const stepFen = spendOf(deal, 0.3, 0.6);
  const saveFen = saveOf(deal.chance, stepFen);
  return {
    ...common(deal),
    kind: 'spend-save',
    items: selectorOf(deal),
    repeat: 'once',
    ...baseOf(deal.chance),
    tiers: Array.from({ length: deal.chance.between(2, 3) }, (_, place) => ({
      spendFen: stepFen * (place + 1),
      saveFen: Math.round(saveFen * (place + 1) * (1 + place * 0.2)),
    })),
  };
}

export function spendPercent(deal: Deal): Campaign {
  const { chance } = deal;
  return {
    ...common(deal),
    kind: 'spend-save',
    items: selectorOf(deal),
    repeat: 'once',
    ...baseOf(chance),
    tiers: [
      {
        ...(chance.happens(0.5) ? { units: unitsOf(deal) } : { spendFen: spendOf(deal) }),
        percentOffBp: chance.between(1, 4) * 500,
        ...(chance.happens(0.5) ? { maxSaveFen: fiveYuan(deal.expectedFen * 0.1) } : {}),
      },
    ],
  };
}

export function bulkPrice(deal: Deal): Campaign {
  const { chance } = deal;
  const first = chance.between(2, 3);
  const lowBp = chance.between(1, 3) * 500;
  const tiers = chance.pick([
    [{ minUnits: first, discount: fixedPrice(deal) }],
    [
      { minUnits: first, discount: { by: 'percent' as const, percentOffBp: lowBp } },
      { minUnits: first * 2, discount: { by: 'percent' as const, percentOffBp: lowBp + 1_000 } },
    ],
  ]);
  const count = chance.happens(0.5) ? 'same-sku' : 'any';
  return { ...common(deal), kind: 'bulk-price', items: selectorOf(deal), count, tiers };
}

/** Two slots, each of half the items. */
export function combo(deal: Deal): Campaign {
  const { chance, near } = deal;
  const slots = ([0, 1] as const).map((half) => ({
    items: skusOf(halfOf(deal, half)),
    quantity: chance.happens(0.8) ? 1 : 2,
  }));
  const usualFen = meanFen(near) * slots.reduce((sum, slot) => sum + slot.quantity, 0);
  return { ...common(deal), kind: 'bundle', slots, price: bundlePrice(chance, usualFen) };
}

export function mixAndMatch(deal: Deal): Campaign {
  const quantity = deal.chance.between(2, 4);
  return {
    ...common(deal),
    kind: 'bundle',
    slots: [{ items: selectorOf(deal), quantity }],
    price: bundlePrice(deal.chance, meanFen(deal.near) * quantity),
  };
}

export function gift(deal: Deal): Campaign {
  const { chance } = deal;
  return {
    ...common(deal),
    kind: 'gift',
    items: selectorOf(deal),
    ...baseOf(chance),
    ...(chance.happens(0.7) ? { spendFen: spendOf(deal) } : { units: unitsOf(deal) }),
    ...(chance.happens(0.3) ? { repeat: 'per-step', limits: { perBasket: 2 } } : { repeat: 'once' }),
    gifts: Array.from({ length: chance.between(1, 3) }, (_, place) => ({
      sku: `gift-${deal.id}-${place + 1}`,
      name: { zh: `赠品 ${place + 1}`, en: `Gift ${place + 1}` },
      quantity: 1,
      valueFen: chance.between(5, 30) * 100,
    })),
  };
}

export const priced = (deal: Deal): { sku: string; priceFen: number }[] =>
  itemsOf(deal).map(({ sku, unitPriceFen }) => ({
    sku,
    priceFen: tenFen(unitPriceFen * share(deal.chance, 0.75, 0.95)),
  }));
