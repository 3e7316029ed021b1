import type { Basket, BasketLine, Campaign, CampaignSet, DecisionContext, ItemSelector } from '@tillside/decide';
import { allows } from './eligible.ts';

/** One question to `decide`: what lies on the counter, which campaigns there are, and where and when. */
export interface DecideCase {
  readonly set: CampaignSet;
  readonly basket: Basket;
  readonly context: DecisionContext;
}

/** A line as equal units: `units` of `unitFen` each; a weighed line is one unit of its whole amount. */
export interface Line {
  readonly index: number;
  readonly lineId: string;
  readonly sku: string;
  readonly units: number;
  readonly unitFen: number;
  /** False where the item takes part in no promotion. */
  readonly open: boolean;
  readonly source: BasketLine;
}

type Layer = 'item' | 'basket' | 'coupon' | 'points';
type Kind = Campaign['kind'];
export type ItemKind = Exclude<Kind, 'spend-save' | 'gift' | 'points' | 'points-pay'>;
export type UnitKind = 'discount' | 'markdown' | 'member-price';

/** A campaign that may apply, with what the rules ask about any kind. */
export interface Ruled<K extends Kind> {
  readonly kind: K;
  /** Place in its list of the problem. */
  readonly index: number;
  /** Place in the campaign set. */
  readonly place: number;
  readonly id: string;
  readonly layer: Layer;
  readonly coupon: boolean;
  /** Unit, group, or step count that one basket may take; Infinity without a limit. */
  readonly perBasket: number;
  /** Fen that are left to give away; Infinity without a budget. */
  readonly budgetLeftFen: number;
  readonly source: Extract<Campaign, { kind: K }>;
  /** Indices of the lines that it may touch. */
  readonly lines: readonly number[];
}
export type ItemCampaign = { [K in ItemKind]: Ruled<K> }[ItemKind];
export type UnitCampaign = { [K in UnitKind]: Ruled<K> }[UnitKind];
export type GroupCampaign = Exclude<ItemCampaign, UnitCampaign>;
export type SpendSave = Ruled<'spend-save'>;
export type Any = ItemCampaign | SpendSave;

/** What bears on the payable amount of a case: gifts and points don't, and may always be left out. */
export interface Problem {
  readonly lines: readonly Line[];
  readonly listFen: number;
  readonly items: readonly ItemCampaign[];
  /** In the order in which they act: basket layer before coupon layer, the set's order in each. */
  readonly spends: readonly SpendSave[];
  readonly couponsPerBasket: number;
  readonly bestOne: Readonly<Record<'basket' | 'coupon', boolean>>;
}

const ITEM_KINDS: readonly string[] = [
  'discount',
  'markdown',
  'member-price',
  'buy-get',
  'nth-item',
  'bundle',
  'bulk-price',
] satisfies ItemKind[];
const isItemKind = (kind: string): kind is ItemKind => ITEM_KINDS.includes(kind);

export const isUnitCampaign = (campaign: ItemCampaign): campaign is UnitCampaign =>
  campaign.kind === 'discount' || campaign.kind === 'markdown' || campaign.kind === 'member-price';

/** Line ids `L2` before `L10`: the digits at the end by value. Generated ids are a letter and a number. */
const lineNumber = (lineId: string): number => Number(/\d+$/.exec(lineId)?.[0] ?? 0);

export function listFenOf(line: BasketLine): number {
  if (line.weightGrams === undefined) return line.unitPriceFen * line.quantity;
  return line.amountFen ?? Math.floor((2 * line.unitPriceFen * line.weightGrams + 1000) / 2000);
}

export function selects(items: ItemSelector, line: BasketLine): boolean {
  if (items.excludeSkus?.includes(line.sku)) return false;
  return (
    items.all === true ||
    Boolean(items.skus?.includes(line.sku)) ||
    Boolean(items.categories?.includes(line.category)) ||
    Boolean(items.departments?.includes(line.department))
  );
}

/** Indices of the lines that a selector names. */
export const linesOf = (problem: Problem, items: ItemSelector): number[] =>
  problem.lines.filter((line) => line.open && selects(items, line.source)).map((line) => line.index);

function touches(campaign: Campaign, line: BasketLine): boolean {
  switch (campaign.kind) {
    case 'markdown':
      return campaign.lots.some((lot) => lot.sku === line.sku && lot.lotId === line.lotId);
    case 'member-price':
      return campaign.prices.some((price) => price.sku === line.sku);
    case 'bundle':
      return campaign.slots.some((slot) => selects(slot.items, line));
    case 'buy-get':
      return selects(campaign.items, line) || (campaign.getItems !== undefined && selects(campaign.getItems, line));
    default:
      return selects(campaign.items, line);
  }
}

export function layerOf(campaign: Campaign): Layer {
  if (campaign.requiresCoupon) return 'coupon';
  if (isItemKind(campaign.kind)) return 'item';
  return campaign.kind === 'points' || campaign.kind === 'points-pay' ? 'points' : 'basket';
}

/** Whether one campaign lets the other act on the same unit. */
function accepts(one: Campaign, other: Campaign): boolean {
  const layer = layerOf(other);
  if (one.stackWith) return one.stackWith.includes(other.id) || one.stackWith.includes(`layer:${layer}`);
  if (layerOf(one) !== layer) return true;
  if (layer === 'coupon') return !(isItemKind(one.kind) && isItemKind(other.kind));
  return layer !== 'item';
}

export const consent = (one: Any, other: Any): boolean =>
  accepts(one.source, other.source) && accepts(other.source, one.source);

const allIn = (some: readonly string[] | undefined, all: readonly string[] | undefined): boolean =>
  (some ?? []).every((one) => all?.includes(one));

/** Whether a selector names all that another one names, by the names alone: what is in a category only a catalogue knows. */
function namesAll(wide: ItemSelector, narrow: ItemSelector): boolean {
  const skus = narrow.skus?.filter((sku) => !narrow.excludeSkus?.includes(sku));
  const open = narrow.all === true || narrow.categories !== undefined || narrow.departments !== undefined;
  const missing = wide.excludeSkus?.filter((sku) => !narrow.excludeSkus?.includes(sku)) ?? [];
  if (missing.some((sku) => open || skus?.includes(sku))) return false;
  if (wide.all) return true;
  return (
    !narrow.all &&
    allIn(skus, wide.skus) &&
    allIn(narrow.categories, wide.categories) &&
    allIn(narrow.departments, wide.departments)
  );
}

/**
 * Whether units that an item campaign takes count for a campaign of the layers above. A bundle with a price or an amount of its own counts
 * as a whole: where the campaign names all that its slots name.
 */
export function countsFor(campaign: ItemCampaign, spend: SpendSave): boolean {
  if (!consent(campaign, spend)) return false;
  if (campaign.kind !== 'bundle' || campaign.source.price.by === 'percent') return true;
  return campaign.source.slots.every((slot) => namesAll(spend.source.items, slot.items));
}

/** Reads a case as the rules see it: lines in their order, and the campaigns that window, audience, coupon and limits let in. */
export function problemOf({ set, basket, context }: DecideCase): Problem {
  const lines = [...basket.lines]
    .sort((one, other) => lineNumber(one.lineId) - lineNumber(other.lineId))
    .map((source, index): Line => {
      const units = source.weightGrams === undefined ? source.quantity : 1;
      const unitFen = source.weightGrams === undefined ? source.unitPriceFen : listFenOf(source);
      return { index, lineId: source.lineId, sku: source.sku, units, unitFen, open: !source.noPromotions, source };
    });
  const spent = new Map(context.usage?.map((usage) => [usage.campaignId, usage.budgetFen ?? 0]));
  const ruled = (source: Campaign, place: number) => ({
    index: 0,
    kind: source.kind,
    place,
    id: source.id,
    layer: layerOf(source),
    coupon: source.requiresCoupon === true,
    perBasket: source.limits?.perBasket ?? Number.POSITIVE_INFINITY,
    budgetLeftFen: (source.limits?.budgetFen ?? Number.POSITIVE_INFINITY) - (spent.get(source.id) ?? 0),
    source,
    lines: lines.filter((line) => line.open && touches(source, line.source)).map((line) => line.index),
  });
  const all = set.campaigns
    .map(ruled)
    .filter(({ source, lines: touched }) => touched.length > 0 && allows(source, basket, context));
  const items = all.filter(({ kind }) => isItemKind(kind)) as ItemCampaign[];
  const spends = all.filter(({ kind }) => kind === 'spend-save') as SpendSave[];
  spends.sort((one, other) => Number(one.coupon) - Number(other.coupon) || one.place - other.place);
  return {
    lines,
    listFen: lines.reduce((sum, line) => sum + line.units * line.unitFen, 0),
    items: items.map((campaign, index) => ({ ...campaign, index })),
    spends: spends.map((campaign, index) => ({ ...campaign, index })),
    couponsPerBasket: set.policy.couponsPerBasket,
    bestOne: {
      basket: set.policy.layers?.basket === 'best-one',
      coupon: set.policy.layers?.coupon === 'best-one',
    },
  };
}
