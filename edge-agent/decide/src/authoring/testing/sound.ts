import type { Campaign, CampaignSet } from '../../schema/campaign.ts';
import { campaign, setOf } from '../../testing/fixtures-data.ts';
import type { CatalogueItem } from '../catalogue.ts';

/** A small assortment in which every campaign of `soundCampaigns` earns money. */
export const catalogue: readonly CatalogueItem[] = [
  { sku: 'tea', department: 'grocery', category: 'drinks', unitPriceFen: 1000, costFen: 400 },
  { sku: 'milk', department: 'grocery', category: 'drinks', unitPriceFen: 600, costFen: 250 },
  { sku: 'bread', department: 'grocery', category: 'food', unitPriceFen: 500, costFen: 200 },
  { sku: 'soap', department: 'care', category: 'care', unitPriceFen: 800, costFen: 300 },
  { sku: 'pan', department: 'home', category: 'kitchen', unitPriceFen: 5000, costFen: 2000 },
  { sku: 'cup', department: 'home', category: 'kitchen', unitPriceFen: 1500, costFen: 600 },
];

const higher = ['layer:basket', 'layer:coupon', 'layer:points'];
const name = { zh: '马克杯', en: 'Mug' };

/** One campaign of every kind, with nothing to complain about. */
export const soundCampaigns = {
  discount: campaign({
    kind: 'discount',
    id: 'tea-off',
    items: { skus: ['tea'] },
    discount: { by: 'percent', percentOffBp: 1000 },
    stackWith: ['tea-member', ...higher],
  }),
  markdown: campaign({
    kind: 'markdown',
    id: 'milk-expiring',
    lots: [{ sku: 'milk', lotId: 'A1' }],
    discount: { by: 'percent', percentOffBp: 3000 },
  }),
  'member-price': campaign({
    kind: 'member-price',
    id: 'tea-member',
    prices: [{ sku: 'tea', priceFen: 950 }],
    stackWith: ['tea-off', ...higher],
  }),
  'buy-get': campaign({
    kind: 'buy-get',
    id: 'soap-3-for-2',
    items: { categories: ['care'] },
    buy: 2,
    get: 1,
    percentOffBp: 10_000,
  }),
  'nth-item': campaign({
    kind: 'nth-item',
    id: 'second-bread',
    items: { skus: ['bread'] },
    ladderBp: [0, 5000],
    match: 'same-sku',
  }),
  bundle: campaign({
    kind: 'bundle',
    id: 'pan-and-cup',
    slots: [
      { items: { skus: ['pan'] }, quantity: 1 },
      { items: { skus: ['cup'] }, quantity: 2 },
    ],
    price: { by: 'fixed-price', bundlePriceFen: 7000 },
  }),
  'bulk-price': campaign({
    kind: 'bulk-price',
    id: 'milk-by-six',
    items: { skus: ['milk'] },
    count: 'same-sku',
    tiers: [
      { minUnits: 6, discount: { by: 'amount', amountOffFen: 50 } },
      { minUnits: 12, discount: { by: 'amount', amountOffFen: 80 } },
    ],
  }),
  'spend-save': campaign({
    kind: 'spend-save',
    id: 'spend-100-save-5',
    items: { all: true },
    tiers: [
      { spendFen: 10_000, saveFen: 500 },
      { spendFen: 20_000, saveFen: 1200 },
    ],
    repeat: 'once',
    base: 'after-item-discounts',
    fundedBy: { storeBp: 4000, brandBp: 6000 },
  }),
  coupon: campaign({
    kind: 'spend-save',
    id: 'coupon-10',
    items: { all: true },
    tiers: [{ units: 3, percentOffBp: 1000, maxSaveFen: 2000 }],
    repeat: 'once',
    base: 'list',
    requiresCoupon: true,
    audience: { segments: ['lapsed'] },
  }),
  gift: campaign({
    kind: 'gift',
    id: 'free-mug',
    items: { all: true },
    spendFen: 20_000,
    repeat: 'once',
    base: 'list',
    gifts: [{ sku: 'mug', name, quantity: 1, valueFen: 1500 }],
  }),
  points: campaign({
    kind: 'points',
    id: 'bonus-points',
    items: { departments: ['home'] },
    earn: { by: 'bonus', spendFen: 5000, repeat: 'once', base: 'list', points: 200 },
  }),
  'points-pay': campaign({
    kind: 'points-pay',
    id: 'pay-with-points',
    items: { all: true },
    pointsPerStep: 100,
    fenPerStep: 100,
    maxShareBp: 5000,
  }),
} satisfies Record<string, Campaign>;

/** A set of the sound campaigns with everything in its policy. */
export function soundSet(): CampaignSet {
  const set = setOf(Object.values(soundCampaigns), 1);
  return {
    ...set,
    policy: {
      ...set.policy,
      layers: { basket: 'stack', coupon: 'best-one' },
      points: { fenPerPoint: 100, fenPer100Points: 100 },
      cashRounding: { toFen: 10, mode: 'down' },
      tax: 'included',
      returns: { coupons: 'when-all-returned', expiredCoupons: 'extend', extendDays: 7, gifts: 'return-or-charge' },
    },
  };
}
