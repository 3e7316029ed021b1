import type { BasketLine } from './schema/basket.ts';
import type { Campaign, CampaignSet } from './schema/campaign.ts';
import { type CompiledWindow, compileWindow } from './time.ts';

/** A campaign with its lookups built. `order` is its place in the set: the declared order. */
export interface CompiledCampaign {
  readonly campaign: Campaign;
  readonly order: number;
  readonly window: CompiledWindow;
  readonly excludedSkus: ReadonlySet<string>;
  /** Member prices by SKU; empty for other kinds. */
  readonly priceFenBySku: ReadonlyMap<string, number>;
  readonly tiers: ReadonlySet<string> | undefined;
  readonly stores: ReadonlySet<string> | undefined;
}

/** A campaign set made ready once for many baskets. Holds the set; never changes. */
export interface CompiledCampaigns {
  readonly set: CampaignSet;
  readonly byId: ReadonlyMap<string, CompiledCampaign>;
  readonly bySku: ReadonlyMap<string, readonly CompiledCampaign[]>;
  readonly byCategory: ReadonlyMap<string, readonly CompiledCampaign[]>;
  readonly byDepartment: ReadonlyMap<string, readonly CompiledCampaign[]>;
  readonly forAll: readonly CompiledCampaign[];
}

function setOf(...lists: (readonly string[] | undefined)[]): ReadonlySet<string> | undefined {
  const given = lists.filter((list) => list !== undefined);
  const [first, second] = given;
  if (!first) return undefined;
  const other = second ? new Set(second) : undefined;
  return new Set(other ? first.filter((id) => other.has(id)) : first);
}

function compileOne(campaign: Campaign, order: number): CompiledCampaign {
  const member = campaign.kind === 'member-price';
  return {
    campaign,
    order,
    window: compileWindow(campaign.window),
    excludedSkus: new Set(member ? [] : (campaign.items.excludeSkus ?? [])),
    priceFenBySku: new Map(member ? campaign.prices.map((price) => [price.sku, price.priceFen]) : []),
    tiers: setOf(campaign.audience?.tiers, member ? campaign.tiers : undefined),
    stores: setOf(campaign.audience?.stores),
  };
}

function push(
  index: Map<string, CompiledCampaign[]>,
  keys: readonly string[] | undefined,
  compiled: CompiledCampaign,
): void {
  for (const key of new Set(keys)) {
    const list = index.get(key);
    if (list) list.push(compiled);
    else index.set(key, [compiled]);
  }
}

/** Builds the lookups of a parsed set. A basket's cost then grows with the campaigns that touch it, not with all live ones. */
export function compileCampaigns(set: CampaignSet): CompiledCampaigns {
  const compiled = set.campaigns.map(compileOne);
  const bySku = new Map<string, CompiledCampaign[]>();
  const byCategory = new Map<string, CompiledCampaign[]>();
  const byDepartment = new Map<string, CompiledCampaign[]>();
  const forAll: CompiledCampaign[] = [];
  for (const one of compiled) {
    const { campaign } = one;
    if (campaign.kind === 'member-price') {
      push(bySku, [...one.priceFenBySku.keys()], one);
    } else if (campaign.items.all) {
      forAll.push(one);
    } else {
      push(bySku, campaign.items.skus, one);
      push(byCategory, campaign.items.categories, one);
      push(byDepartment, campaign.items.departments, one);
    }
  }
  return { set, byId: new Map(compiled.map((one) => [one.campaign.id, one])), bySku, byCategory, byDepartment, forAll };
}

/** The campaigns whose items a line belongs to, each once, whatever their window or audience. */
export function campaignsTouching(compiled: CompiledCampaigns, line: BasketLine): CompiledCampaign[] {
  const found = new Set<CompiledCampaign>(compiled.forAll);
  for (const one of compiled.bySku.get(line.sku) ?? []) found.add(one);
  for (const one of compiled.byCategory.get(line.category) ?? []) found.add(one);
  for (const one of compiled.byDepartment.get(line.department) ?? []) found.add(one);
  return [...found].filter((one) => !one.excludedSkus.has(line.sku));
}
