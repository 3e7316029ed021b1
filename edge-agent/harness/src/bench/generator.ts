import type { Basket, BasketLine, Campaign, CampaignSet, ItemSelector } from '@tillside/decide';
import type { Chance } from '../random.ts';

/** An item that baskets and campaigns are made of. Sold by the piece. */
export interface PoolItem {
  readonly sku: string;
  readonly department: string;
  readonly category: string;
  readonly name: { zh: string; en: string };
  readonly unitPriceFen: number;
}

/** Pool items for each line of a basket. */
const POOL_PER_LINE = 1.5;
const MAX_QUANTITY = 4;
const ZONE_SAFE_WINDOW = { from: '2020-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z' };

/** What a campaign does is dealt in this order, so that every set of ten or more has every kind. */
const DEALT = ['percent', 'buy-get', 'spend-save', 'amount', 'member-price', 'fixed-price'] as const;
type Dealt = (typeof DEALT)[number];

/** Items of a shop that does not exist, priced like a grocer's: most between 3 and 60 yuan. */
export function generatePool(chance: Chance, lines: number): PoolItem[] {
  return Array.from({ length: Math.ceil(lines * POOL_PER_LINE) }, (_, place) => ({
    sku: `item-${place + 1}`,
    department: `department-${place % 4}`,
    category: `category-${place % 9}`,
    name: { zh: `商品 ${place + 1}`, en: `Item ${place + 1}` },
    unitPriceFen: chance.between(30, 600) * 10,
  }));
}

/** Lines of different items of the pool; one to four pieces each. */
export function generateLines(chance: Chance, pool: readonly PoolItem[], lines: number): BasketLine[] {
  return chance.sample(pool, lines).map((item, place) => ({
    lineId: String(place + 1),
    sku: item.sku,
    department: item.department,
    category: item.category,
    name: item.name,
    quantity: chance.between(1, MAX_QUANTITY),
    unitPriceFen: item.unitPriceFen,
  }));
}

/** A basket of a gold member, so that no campaign is out of reach for want of one. */
export const memberBasket = (lines: BasketLine[]): Basket => ({
  lines,
  coupons: [],
  member: { memberId: 'member-1', tier: 'gold' },
});

/** How many campaigns, and how much they get in each other's way. */
export interface CampaignMix {
  readonly count: number;
  /** Campaigns that an item is in, on average over the pool. */
  readonly perItem: number;
  /** Share of the campaigns that have exactly the items of another one and offer something else on them, 0 to 1. */
  readonly competing: number;
  /** Lines that the baskets will have: thresholds are set around what those cost. */
  readonly basketLines: number;
}

/** Campaigns of every kind on a pool, overlapping as told. Of the competing pairs every second one excludes each other. */
export function generateCampaigns(chance: Chance, pool: readonly PoolItem[], mix: CampaignMix): CampaignSet {
  const { count, basketLines } = mix;
  const rivals = Math.ceil((count * mix.competing) / 2);
  const campaigns: Campaign[] = [];
  for (let place = 0; place < count; place++) {
    const rivalOf = place < count - rivals ? undefined : place - (count - rivals);
    const rival = rivalOf === undefined ? undefined : campaigns[rivalOf];
    const skus =
      rival === undefined ? chance.sample(pool, breadth(chance, pool.length, mix)).map(skuOf) : skusOf(rival);
    const group = rivalOf !== undefined && rivalOf % 2 === 0 ? `group-${rivalOf}` : undefined;
    if (rival !== undefined && group !== undefined) campaigns[rivalOf as number] = { ...rival, exclusiveGroup: group };
    const kind = DEALT[(place + (rivalOf === undefined ? 0 : 1)) % DEALT.length] as Dealt;
    const items = pool.filter((item) => skus.includes(item.sku));
    campaigns.push({
      ...generateCampaign(chance, { id: `c-${place + 1}`, kind, items, lineShare: basketLines / pool.length }),
      ...(group === undefined ? {} : { exclusiveGroup: group }),
    });
  }
  return {
    schema: 1,
    setId: 'generated',
    version: 1,
    campaigns,
    policy: { version: 1, objective: 'best-for-customer', couponsPerBasket: 3 },
  };
}

const skuOf = (item: PoolItem): string => item.sku;

/** Items of one campaign: around what gives the wanted overlap, half to one and a half times that. */
function breadth(chance: Chance, poolSize: number, mix: CampaignMix): number {
  const mean = (poolSize * mix.perItem) / mix.count;
  return Math.min(poolSize, Math.max(1, Math.round(mean * (0.5 + chance.next()))));
}

function generateCampaign(
  chance: Chance,
  of: { id: string; kind: Dealt; items: readonly PoolItem[]; lineShare: number },
): Campaign {
  const { id, items } = of;
  const common = {
    schema: 1 as const,
    id,
    version: 1,
    name: { zh: `活动 ${id}`, en: `Campaign ${id}` },
    window: ZONE_SAFE_WINDOW,
    fundedBy: 'store' as const,
    items: { skus: items.map(skuOf) } satisfies ItemSelector,
  };
  const cheapestFen = Math.min(...items.map((item) => item.unitPriceFen));
  switch (of.kind) {
    case 'percent':
      return { ...common, kind: 'discount', discount: { by: 'percent', percentOffBp: chance.between(1, 8) * 500 } };
    case 'amount': {
      const amountOffFen = Math.max(1, Math.round(cheapestFen * (0.1 + 0.3 * chance.next())));
      return { ...common, kind: 'discount', discount: { by: 'amount', amountOffFen } };
    }
    case 'fixed-price': {
      const fixedPriceFen = Math.round(medianFen(items) * (0.6 + 0.3 * chance.next()));
      return { ...common, kind: 'discount', discount: { by: 'fixed-price', fixedPriceFen } };
    }
    case 'buy-get':
      return {
        ...common,
        kind: 'buy-get',
        buy: chance.between(1, 3),
        get: 1,
        percentOffBp: chance.pick([5_000, 7_000, 10_000]),
      };
    case 'spend-save': {
      const expectedFen =
        items.reduce((sum, item) => sum + item.unitPriceFen, 0) * of.lineShare * ((1 + MAX_QUANTITY) / 2);
      const spendFen = Math.max(100, Math.round(expectedFen * (0.4 + 0.8 * chance.next())));
      const saveFen = Math.max(1, Math.round(spendFen * (0.05 + 0.15 * chance.next())));
      return {
        ...common,
        kind: 'spend-save',
        tiers: [{ spendFen, saveFen }],
        repeat: chance.happens(0.5) ? 'per-step' : 'once',
        base: chance.happens(0.7) ? 'after-item-discounts' : 'list',
      };
    }
    case 'member-price': {
      const { items: _unused, ...rest } = common;
      const prices = items.map((item) => ({
        sku: item.sku,
        priceFen: Math.round(item.unitPriceFen * (0.75 + 0.2 * chance.next())),
      }));
      return { ...rest, kind: 'member-price', prices };
    }
  }
}

function medianFen(items: readonly PoolItem[]): number {
  const sorted = items.map((item) => item.unitPriceFen).sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

const skusOf = (campaign: Campaign): string[] =>
  campaign.kind === 'member-price' ? campaign.prices.map((price) => price.sku) : (campaign.items.skus ?? []);

/** How much campaigns get in each other's way on these lines: without it a bench of the search proves nothing. */
export interface Overlap {
  readonly campaignsPerLine: number;
  /** Share of campaigns that have the very items of another. */
  readonly competingShare: number;
  readonly exclusiveGroups: number;
}

export function overlapOf(set: CampaignSet, lines: readonly BasketLine[]): Overlap {
  const touching = set.campaigns.map((campaign) => new Set(skusOf(campaign)));
  const touches = lines.reduce((sum, line) => sum + touching.filter((skus) => skus.has(line.sku)).length, 0);
  const same = new Map<string, number>();
  const keys = touching.map((skus) => [...skus].sort().join(' '));
  for (const key of keys) same.set(key, (same.get(key) ?? 0) + 1);
  return {
    campaignsPerLine: touches / lines.length,
    competingShare: keys.filter((key) => (same.get(key) ?? 0) > 1).length / keys.length,
    exclusiveGroups: new Set(set.campaigns.flatMap((campaign) => campaign.exclusiveGroup ?? [])).size,
  };
}
