import type { BasketLine } from './schema/basket.ts';
import type { Campaign, CampaignSet, ItemSelector } from './schema/campaign.ts';
import { type CompiledWindow, compileWindow } from './time.ts';

/** Where a campaign acts, for consent and for the limits of a layer. */
export type Layer = 'item' | 'basket' | 'coupon' | 'points';

/** A selector with its lookups built. */
export interface CompiledSelector {
  readonly all: boolean;
  readonly skus: ReadonlySet<string>;
  readonly categories: ReadonlySet<string>;
  readonly departments: ReadonlySet<string>;
  readonly excludedSkus: ReadonlySet<string>;
}

/**
 * A campaign with its lookups built. `order` is its place in the set: the declared order. `selectors` are one for each role that a unit may
 * have: a bundle's slots, what is bought and what is got; one for the other kinds.
 */
export interface CompiledCampaign {
  readonly campaign: Campaign;
  readonly order: number;
  readonly layer: Layer;
  readonly window: CompiledWindow;
  readonly selectors: readonly CompiledSelector[];
  /** Member prices by SKU; empty for other kinds. */
  readonly priceFenBySku: ReadonlyMap<string, number>;
  /** `SKU lot` of a markdown; empty for other kinds. */
  readonly lots: ReadonlySet<string>;
  readonly tiers: ReadonlySet<string> | undefined;
  readonly stores: ReadonlySet<string> | undefined;
  readonly stackWith: ReadonlySet<string> | undefined;
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

function layerOf(campaign: Campaign): Layer {
  if (campaign.requiresCoupon) return 'coupon';
  if (campaign.kind === 'spend-save' || campaign.kind === 'gift') return 'basket';
  return campaign.kind === 'points' || campaign.kind === 'points-pay' ? 'points' : 'item';
}

function both(
  left: readonly string[] | undefined,
  right: readonly string[] | undefined,
): ReadonlySet<string> | undefined {
  if (!left || !right) return left || right ? new Set(left ?? right) : undefined;
  const other = new Set(right);
  return new Set(left.filter((id) => other.has(id)));
}

/** The selectors of a campaign, one for each role of a unit. */
export function selectorsOf(campaign: Campaign): readonly ItemSelector[] {
  switch (campaign.kind) {
    case 'member-price':
      return [{ skus: campaign.prices.map((price) => price.sku) }];
    case 'markdown':
      return [{ skus: campaign.lots.map((lot) => lot.sku) }];
    case 'bundle':
      return campaign.slots.map((slot) => slot.items);
    case 'buy-get':
      return campaign.getItems ? [campaign.items, campaign.getItems] : [campaign.items];
    default:
      return [campaign.items];
  }
}

function compileSelector(items: ItemSelector): CompiledSelector {
  return {
    all: items.all === true,
    skus: new Set(items.skus),
    categories: new Set(items.categories),
    departments: new Set(items.departments),
    excludedSkus: new Set(items.excludeSkus),
  };
}

const lotKey = (sku: string, lotId: string): string => `${sku} ${lotId}`;

function compileOne(campaign: Campaign, order: number): CompiledCampaign {
  const member = campaign.kind === 'member-price';
  return {
    campaign,
    order,
    layer: layerOf(campaign),
    window: compileWindow(campaign.window),
    selectors: selectorsOf(campaign).map(compileSelector),
    priceFenBySku: new Map(member ? campaign.prices.map((price) => [price.sku, price.priceFen]) : []),
    lots: new Set(campaign.kind === 'markdown' ? campaign.lots.map((lot) => lotKey(lot.sku, lot.lotId)) : []),
    tiers: both(campaign.audience?.tiers, member ? campaign.tiers : undefined),
    stores: campaign.audience?.stores ? new Set(campaign.audience.stores) : undefined,
    stackWith: campaign.stackWith ? new Set(campaign.stackWith) : undefined,
  };
}

type Index = Map<string, CompiledCampaign[]>;

function push(index: Index, keys: Iterable<string>, compiled: CompiledCampaign): void {
  for (const key of keys) {
    const list = index.get(key);
    if (!list) index.set(key, [compiled]);
    else if (list.at(-1) !== compiled) list.push(compiled);
  }
}

/** Builds the lookups of a parsed set. A basket's cost then grows with the campaigns that touch it, not with all live ones. */
export function compileCampaigns(set: CampaignSet): CompiledCampaigns {
  const compiled = set.campaigns.map(compileOne);
  const bySku: Index = new Map();
  const byCategory: Index = new Map();
  const byDepartment: Index = new Map();
  const forAll: CompiledCampaign[] = [];
  for (const one of compiled) {
    if (one.selectors.some((selector) => selector.all)) {
      forAll.push(one);
      continue;
    }
    for (const selector of one.selectors) {
      push(bySku, selector.skus, one);
      push(byCategory, selector.categories, one);
      push(byDepartment, selector.departments, one);
    }
  }
  return { set, byId: new Map(compiled.map((one) => [one.campaign.id, one])), bySku, byCategory, byDepartment, forAll };
}

function selects(selector: CompiledSelector, line: BasketLine): boolean {
  if (selector.excludedSkus.has(line.sku)) return false;
  return (
    selector.all ||
    selector.skus.has(line.sku) ||
    selector.categories.has(line.category) ||
    selector.departments.has(line.department)
  );
}

/** The roles that a unit of the line may have in a campaign: places in `selectors`. */
export function rolesOf(one: CompiledCampaign, line: BasketLine): number[] {
  if (one.lots.size > 0 && (line.lotId === undefined || !one.lots.has(lotKey(line.sku, line.lotId)))) return [];
  const roles: number[] = [];
  one.selectors.forEach((selector, role) => {
    if (selects(selector, line)) roles.push(role);
  });
  return roles;
}

/** The campaigns whose items a line belongs to, each once, with its roles, whatever their window or audience. */
export function campaignsTouching(compiled: CompiledCampaigns, line: BasketLine): Map<CompiledCampaign, number[]> {
  const found = new Map<CompiledCampaign, number[]>();
  if (line.noPromotions) return found;
  const look = (list: readonly CompiledCampaign[] | undefined): void => {
    for (const one of list ?? []) {
      if (found.has(one)) continue;
      const roles = rolesOf(one, line);
      if (roles.length > 0) found.set(one, roles);
    }
  };
  look(compiled.forAll);
  look(compiled.bySku.get(line.sku));
  look(compiled.byCategory.get(line.category));
  look(compiled.byDepartment.get(line.department));
  return found;
}

/** True where `a` lets `b` have a unit beside it. */
export function accepts(a: CompiledCampaign, b: CompiledCampaign): boolean {
  if (a.stackWith) return a.stackWith.has(b.campaign.id) || a.stackWith.has(`layer:${b.layer}`);
  if (a.layer !== b.layer || a.layer === 'basket' || a.layer === 'points') return true;
  return a.layer === 'coupon' && !(isItemKind(a.campaign) && isItemKind(b.campaign));
}

/** True where two campaigns may share a unit: both agree. */
export function consent(a: CompiledCampaign, b: CompiledCampaign): boolean {
  return accepts(a, b) && accepts(b, a);
}

const within = (inner: ReadonlySet<string>, outer: ReadonlySet<string>): boolean =>
  [...inner].every((id) => outer.has(id));

/** True where `outer` names all that `inner` names: judged by what they say, not by what happens to be in a basket. */
function covers(outer: CompiledSelector, inner: CompiledSelector): boolean {
  const excluded = (sku: string): boolean =>
    inner.excludedSkus.has(sku) ||
    !(inner.all || inner.categories.size + inner.departments.size > 0 || inner.skus.has(sku));
  if (![...outer.excludedSkus].every(excluded)) return false;
  if (outer.all) return true;
  const named = within(inner.categories, outer.categories) && within(inner.departments, outer.departments);
  const skus = new Set([...inner.skus].filter((sku) => !inner.excludedSkus.has(sku)));
  return !inner.all && named && within(skus, outer.skus);
}

/**
 * True where units that an item campaign took count for a campaign above the item layer: both agree; and a bundle with a price of its own
 * counts as a whole or not at all, for those whose items name all that its slots name.
 */
export function countsFor(item: CompiledCampaign, wide: CompiledCampaign): boolean {
  if (!consent(item, wide)) return false;
  const { campaign } = item;
  if (campaign.kind !== 'bundle' || campaign.price.by === 'percent') return true;
  const [outer] = wide.selectors;
  return outer !== undefined && item.selectors.every((slot) => covers(outer, slot));
}

/** True for kinds that take units one by one, and so may stack. */
export function isUnitKind(campaign: Campaign): boolean {
  return campaign.kind === 'discount' || campaign.kind === 'markdown' || campaign.kind === 'member-price';
}

/** True for kinds that take units: they act in the item layer, with or without a coupon. */
export function isItemKind(campaign: Campaign): boolean {
  return (
    isUnitKind(campaign) ||
    campaign.kind === 'buy-get' ||
    campaign.kind === 'nth-item' ||
    campaign.kind === 'bundle' ||
    campaign.kind === 'bulk-price'
  );
}
