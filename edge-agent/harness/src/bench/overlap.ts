import type { Basket, BasketLine, Campaign, CampaignSet, ItemSelector } from '@tillside/decide';

const UNIT_KINDS: ReadonlySet<string> = new Set(['discount', 'markdown', 'member-price']);
const GROUP_KINDS: ReadonlySet<string> = new Set(['buy-get', 'nth-item', 'bundle', 'bulk-price']);

/** Whether a kind prices each unit by itself, and shares it with others that agree. */
export const pricesUnits = ({ kind }: Campaign): boolean => UNIT_KINDS.has(kind);
/** Whether a kind takes units, so that others don't get them. */
export const takesUnits = (campaign: Campaign): boolean => pricesUnits(campaign) || GROUP_KINDS.has(campaign.kind);

function selectorsOf(campaign: Campaign): readonly ItemSelector[] {
  switch (campaign.kind) {
    case 'member-price':
      return [{ skus: campaign.prices.map(({ sku }) => sku) }];
    case 'markdown':
      return [{ skus: campaign.lots.map(({ sku }) => sku) }];
    case 'bundle':
      return campaign.slots.map(({ items }) => items);
    case 'buy-get':
      return campaign.getItems === undefined ? [campaign.items] : [campaign.items, campaign.getItems];
    default:
      return [campaign.items];
  }
}

/** Whether a campaign names an item in one of its selectors; lots and coupons apart. */
export function namesItem(campaign: Campaign, item: { sku: string; category: string; department: string }): boolean {
  return selectorsOf(campaign).some(
    ({ skus, categories, departments, all, excludeSkus }) =>
      (all === true ||
        skus?.includes(item.sku) === true ||
        categories?.includes(item.category) === true ||
        departments?.includes(item.department) === true) &&
      excludeSkus?.includes(item.sku) !== true,
  );
}

function touches(campaign: Campaign, line: BasketLine): boolean {
  if (line.noPromotions || !namesItem(campaign, line)) return false;
  return campaign.kind !== 'markdown' || campaign.lots.some((lot) => lot.sku === line.sku && lot.lotId === line.lotId);
}

const layerOf = ({ kind, requiresCoupon }: Campaign): string => {
  if (requiresCoupon) return 'layer:coupon';
  if (kind === 'spend-save' || kind === 'gift') return 'layer:basket';
  return kind === 'points' || kind === 'points-pay' ? 'layer:points' : 'layer:item';
};

function accepts(campaign: Campaign, other: Campaign): boolean {
  if (campaign.stackWith !== undefined)
    return campaign.stackWith.includes(other.id) || campaign.stackWith.includes(layerOf(other));
  // Asked of campaigns that take units only: two of one layer don't share one, whatever the layer.
  return layerOf(campaign) !== layerOf(other);
}

/** Both take units, and a unit that one of them has the other can't have. */
const areRivals = (one: Campaign, other: Campaign): boolean =>
  takesUnits(one) &&
  takesUnits(other) &&
  !(pricesUnits(one) && pricesUnits(other) && accepts(one, other) && accepts(other, one));

/** How much campaigns get in each other's way on a basket: without it a bench of the search proves nothing. */
export interface Overlap {
  /** Campaigns that have a line among theirs, and whose coupon, where they need one, is presented. */
  readonly touching: number;
  /** How many of them a line has, on average. */
  readonly campaignsPerLine: number;
  /** Share of all campaigns that take units of the very same lines as another one, and can't share a unit with it. */
  readonly competingShare: number;
  /** Groups with two campaigns or more that touch. */
  readonly exclusiveGroups: number;
}

export function overlapOf(set: CampaignSet, basket: Basket): Overlap {
  const presented = new Set(basket.coupons.map(({ campaignId }) => campaignId));
  const reach = set.campaigns
    .filter((campaign) => !campaign.requiresCoupon || presented.has(campaign.id))
    .map((campaign) => ({ campaign, lines: basket.lines.filter((line) => touches(campaign, line)) }))
    .filter(({ lines }) => lines.length > 0);
  const byLines = grouped(reach, ({ lines }) => lines.map(({ lineId }) => lineId).join(' '));
  const competing = reach.filter(({ campaign, lines }) =>
    byLines
      .get(lines.map(({ lineId }) => lineId).join(' '))
      ?.some((other) => other.campaign !== campaign && areRivals(campaign, other.campaign)),
  );
  const groups = grouped(reach, ({ campaign }) => campaign.exclusiveGroup ?? '');
  return {
    touching: reach.length,
    campaignsPerLine: reach.reduce((sum, { lines }) => sum + lines.length, 0) / basket.lines.length,
    competingShare: competing.length / set.campaigns.length,
    exclusiveGroups: [...groups].filter(([group, members]) => group !== '' && members.length > 1).length,
  };
}

function grouped<T>(of: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of of) {
    const group = groups.get(keyOf(one));
    if (group) group.push(one);
    else groups.set(keyOf(one), [one]);
  }
  return groups;
}
