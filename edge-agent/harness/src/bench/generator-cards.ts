import type { Campaign, CampaignKind } from '@tillside/decide';
import {
  amount,
  baseOf,
  common,
  type Deal,
  fixedPrice,
  halfOf,
  itemsOf,
  lotOf,
  matchOf,
  percent,
  selectorOf,
  skusOf,
  spendOf,
} from './generator-deal.ts';
import {
  bulkPrice,
  buyGet,
  combo,
  gift,
  mixAndMatch,
  priced,
  spendPercent,
  spendSave,
  tiered,
} from './generator-offers.ts';

interface Card {
  readonly kind: CampaignKind;
  /** May be dealt onto the items of another campaign and competes with it: takes units, of one list of items, without a coupon. */
  readonly rivals?: true;
  /** Different items of the basket that it needs; absent: 1. */
  readonly leastItems?: 2;
  make(deal: Deal): Campaign;
}

/** Everything that the language says, as a shop would say it. Dealt to the campaigns of a set in random order, all of it before any again. */
export const CARDS = {
  percent: {
    kind: 'discount',
    rivals: true,
    make: (deal) => ({ ...common(deal), kind: 'discount', items: selectorOf(deal), discount: percent(deal) }),
  },
  amount: {
    kind: 'discount',
    rivals: true,
    make: (deal) => ({ ...common(deal), kind: 'discount', items: selectorOf(deal), discount: amount(deal) }),
  },
  'fixed-price': {
    kind: 'discount',
    rivals: true,
    make: (deal) => ({ ...common(deal), kind: 'discount', items: selectorOf(deal), discount: fixedPrice(deal) }),
  },
  'member-price': {
    kind: 'member-price',
    rivals: true,
    make: (deal) => ({ ...common(deal), kind: 'member-price', prices: priced(deal) }),
  },
  markdown: {
    kind: 'markdown',
    rivals: true,
    make: (deal) => ({
      ...common(deal),
      kind: 'markdown',
      lots: itemsOf(deal).map(({ sku }) => ({ sku, lotId: lotOf(sku) })),
      discount: { by: 'percent', percentOffBp: deal.chance.between(3, 7) * 1_000 },
    }),
  },
  'buy-get': { kind: 'buy-get', rivals: true, make: (deal) => buyGet(deal, 'any') },
  'buy-get-same-sku': { kind: 'buy-get', rivals: true, make: (deal) => buyGet(deal, 'same-sku') },
  'buy-get-other': {
    kind: 'buy-get',
    leastItems: 2,
    make: (deal) => ({
      ...common(deal),
      kind: 'buy-get',
      items: skusOf(halfOf(deal, 0)),
      getItems: skusOf(halfOf(deal, 1)),
      buy: deal.chance.between(1, 2),
      get: 1,
      percentOffBp: deal.chance.pick([5_000, 10_000]),
    }),
  },
  'nth-item': {
    kind: 'nth-item',
    rivals: true,
    make: (deal) => ({
      ...common(deal),
      kind: 'nth-item',
      items: selectorOf(deal),
      ladderBp: deal.chance.pick([
        [0, 5_000],
        [0, 3_000],
        [0, 0, 10_000],
        [0, 2_000, 4_000],
      ]),
      ...matchOf(deal.chance, 0.3),
    }),
  },
  'bundle-mix': { kind: 'bundle', rivals: true, make: mixAndMatch },
  'bundle-combo': { kind: 'bundle', leastItems: 2, make: combo },
  'bulk-price': { kind: 'bulk-price', rivals: true, make: bulkPrice },
  'spend-once': { kind: 'spend-save', make: (deal) => spendSave(deal, 'once') },
  'spend-per-step': { kind: 'spend-save', make: (deal) => spendSave(deal, 'per-step') },
  'spend-tiered': { kind: 'spend-save', make: tiered },
  'spend-percent': { kind: 'spend-save', make: spendPercent },
  gift: { kind: 'gift', make: gift },
  'points-multiplier': {
    kind: 'points',
    make: (deal) => ({
      ...common(deal),
      kind: 'points',
      items: selectorOf(deal),
      earn: { by: 'multiplier', times: deal.chance.between(2, 5) },
    }),
  },
  'points-bonus': {
    kind: 'points',
    make: (deal) => ({
      ...common(deal),
      kind: 'points',
      items: selectorOf(deal),
      earn: {
        by: 'bonus',
        spendFen: spendOf(deal),
        repeat: 'once',
        ...baseOf(deal.chance),
        points: deal.chance.between(5, 50) * 10,
      },
    }),
  },
  'points-pay': {
    kind: 'points-pay',
    make: (deal) => ({
      ...common(deal),
      kind: 'points-pay',
      items: selectorOf(deal),
      pointsPerStep: 100,
      fenPerStep: 100,
      maxShareBp: deal.chance.between(1, 5) * 1_000,
    }),
  },
  'item-coupon': {
    kind: 'discount',
    make: (deal) => ({
      ...common(deal),
      requiresCoupon: true,
      kind: 'discount',
      items: selectorOf(deal),
      discount: deal.chance.happens(0.5) ? percent(deal) : amount(deal),
    }),
  },
  'member-discount': {
    kind: 'discount',
    make: (deal) => ({
      ...common(deal),
      audience: { memberOnly: true },
      kind: 'discount',
      items: selectorOf(deal),
      discount: { by: 'percent', percentOffBp: deal.chance.between(2, 10) * 100 },
    }),
  },
  'basket-coupon': {
    kind: 'spend-save',
    make: (deal) => ({ ...spendSave(deal, 'once'), requiresCoupon: true }),
  },
} as const satisfies Record<string, Card>;

export type CardName = keyof typeof CARDS;
export const cardOf = (name: CardName): Card => CARDS[name];
