import type { Campaign, ItemSelector } from '../../schema/campaign.ts';
import type { FindingCode } from '../finding.ts';
import { type Case, campaign, catalogue, fixed, percent, spendSave } from './case.ts';

function memberPrices(...prices: [string, number][]): Campaign {
  return campaign({ kind: 'member-price', id: 'a', prices: prices.map(([sku, priceFen]) => ({ sku, priceFen })) });
}

/** Two of tea or soap, and a cup. */
function bundle(bundlePriceFen: number): Campaign {
  const slots: { items: ItemSelector; quantity: number }[] = [
    { items: { skus: ['tea', 'soap'] }, quantity: 2 },
    { items: { skus: ['cup'] }, quantity: 1 },
  ];
  return campaign({ kind: 'bundle', id: 'a', slots, price: { by: 'fixed-price', bundlePriceFen } });
}

export const catalogueCases = {
  ITEMS_UNKNOWN: {
    bad: [percent('a', 1000, { items: { categories: ['drink'] } })],
    sound: [percent('a', 1000, { items: { categories: ['drinks'] } })],
    catalogue,
    ids: ['a'],
    path: 'campaigns[0].items',
  },
  ITEMS_NOT_IN_CATALOGUE: {
    bad: [percent('a', 1000, { items: { skus: ['tea', 'tee'], departments: ['hoem'] } })],
    sound: [percent('a', 1000, { items: { skus: ['tea'], departments: ['home'] } })],
    catalogue,
    ids: ['a'],
    path: 'campaigns[0].items',
    data: { names: ['tee', 'hoem'] },
  },
  NEVER_SAVES: {
    bad: [fixed('a', 1000, { items: { categories: ['drinks'] } })],
    sound: [fixed('a', 999, { items: { categories: ['drinks'] } })],
    catalogue,
    ids: ['a'],
    path: 'campaigns[0]',
  },
  MEMBER_PRICE_ABOVE_LIST: {
    bad: [memberPrices(['tea', 900], ['milk', 600])],
    sound: [memberPrices(['tea', 900], ['milk', 599])],
    catalogue,
    ids: ['a'],
    path: 'campaigns[0].prices',
    data: { names: ['milk'] },
  },
  PRICE_BELOW_COST: {
    bad: [fixed('a', 399, {})],
    sound: [fixed('a', 400, {})],
    catalogue,
    ids: ['a'],
    path: 'campaigns[0]',
    data: { sku: 'tea', units: 1, priceFen: 399, costFen: 400 },
  },
  STACK_BELOW_COST: {
    // Half price, and 20 off 100: twenty of tea at 5 are 100, less 20, where they cost 80.
    bad: [percent('a', 5000, {}), spendSave('b', 10_000, 2001, { base: 'after-item-discounts' } as Partial<Campaign>)],
    sound: [
      percent('a', 5000, {}),
      spendSave('b', 10_000, 2000, { base: 'after-item-discounts' } as Partial<Campaign>),
    ],
    catalogue,
    ids: ['a', 'b'],
    path: 'campaigns[0]',
    data: { sku: 'tea', units: 20, priceFen: 7999, costFen: 8000 },
  },
  BUNDLE_BELOW_COST: {
    // Two of tea cost 8 and a cup 6: dearer than two of soap.
    bad: [bundle(1399)],
    sound: [bundle(1400)],
    catalogue,
    ids: ['a'],
    path: 'campaigns[0]',
    data: { priceFen: 1399, costFen: 1400, names: ['tea x2', 'cup x1'] },
  },
} satisfies Partial<Record<FindingCode, Case>>;
