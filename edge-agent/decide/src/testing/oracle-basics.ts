import type { Basket, BasketLine } from '../schema/basket.ts';
import type { Campaign, Discount, ItemSelector } from '../schema/campaign.ts';

/*
 * The oracle's own reading of docs/promotions.md. Nothing here or in the other oracle files comes from the engine: what both have wrong
 * they would have to have wrong twice.
 */

export type Layer = 'item' | 'basket' | 'coupon' | 'points';

/** A campaign that may apply to the basket, with the coupon that it would use. `order` is its place in the set. */
export interface Live {
  readonly campaign: Campaign;
  readonly order: number;
  readonly layer: Layer;
  readonly couponId: string | undefined;
  /** What its budget leaves for this basket. */
  readonly budgetLeft: bigint | undefined;
}

/** A line of the basket as units of one list price, lines in the order of their ids. */
export interface OracleLine {
  readonly line: BasketLine;
  readonly units: number;
  readonly price: bigint;
}

const ITEM_KINDS = ['discount', 'markdown', 'member-price', 'buy-get', 'nth-item', 'bundle', 'bulk-price'];
const UNIT_KINDS = ['discount', 'markdown', 'member-price'];

export const isItemKind = (campaign: Campaign): boolean => ITEM_KINDS.includes(campaign.kind);
export const isUnitKind = (campaign: Campaign): boolean => UNIT_KINDS.includes(campaign.kind);
export const isThresholdKind = (campaign: Campaign): boolean =>
  campaign.kind === 'spend-save' || campaign.kind === 'gift';

export function layerOf(campaign: Campaign): Layer {
  if (campaign.requiresCoupon) return 'coupon';
  if (isItemKind(campaign)) return 'item';
  return isThresholdKind(campaign) ? 'basket' : 'points';
}

/** `a / b`, half-up. */
export const halfUp = (a: bigint, b: bigint): bigint => (2n * a + b) / (2n * b);

export const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);
export const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
export const greatest = (a: bigint, b: bigint): bigint => (a < b ? b : a);

/** Largest remainder, ties to the earlier place; nothing to weigh by: nothing given. */
export function spread(total: bigint, weights: readonly bigint[]): bigint[] {
  const all = sum(weights);
  if (all === 0n) return weights.map(() => 0n);
  const parts = weights.map((weight) => (total * weight) / all);
  const rests = weights.map((weight) => (total * weight) % all);
  for (let missing = total - sum(parts); missing > 0n; missing -= 1n) {
    const place = rests.reduce((best, rest, index) => (rest > (rests[best] ?? -1n) ? index : best), 0);
    parts[place] = (parts[place] ?? 0n) + 1n;
    rests[place] = -1n;
  }
  return parts;
}

/** Every subset, the empty one first. */
export function subsets<T>(all: readonly T[]): T[][] {
  const found: T[][] = [[]];
  for (const one of all) found.push(...found.map((subset) => [...subset, one]));
  return found;
}

/** Runs of digits by value, the rest as text. */
const byId = new Intl.Collator('en', { numeric: true });
export const compareOracleIds = (left: string, right: string): number => byId.compare(left, right);

export function oracleLines(basket: Basket): OracleLine[] {
  return [...basket.lines]
    .sort((a, b) => compareOracleIds(a.lineId, b.lineId))
    .map((line) => {
      if (line.weightGrams === undefined) return { line, units: line.quantity, price: BigInt(line.unitPriceFen) };
      const weighed = halfUp(BigInt(line.unitPriceFen) * BigInt(line.weightGrams), 1000n);
      return { line, units: 1, price: line.amountFen === undefined ? weighed : BigInt(line.amountFen) };
    });
}

export function selects(items: ItemSelector, line: BasketLine): boolean {
  if (items.excludeSkus?.includes(line.sku)) return false;
  return Boolean(
    items.all ||
      items.skus?.includes(line.sku) ||
      items.categories?.includes(line.category) ||
      items.departments?.includes(line.department),
  );
}

/** Whether any unit of the line may be the campaign's, in whatever part. */
export function touches(campaign: Campaign, line: BasketLine): boolean {
  if (line.noPromotions) return false;
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

/** What a unit of this list price saves. */
export function unitSaving(discount: Discount, price: bigint): bigint {
  if (discount.by === 'percent') return halfUp(price * BigInt(discount.percentOffBp), 10_000n);
  if (discount.by === 'amount') return least(price, BigInt(discount.amountOffFen));
  return price - least(price, BigInt(discount.fixedPriceFen));
}

function accepts(one: Live, other: Live): boolean {
  const named = one.campaign.stackWith;
  if (named) return named.includes(other.campaign.id) || named.includes(`layer:${other.layer}`);
  if (one.layer !== other.layer) return true;
  if (one.layer === 'item') return false;
  return one.layer !== 'coupon' || !isItemKind(one.campaign) || !isItemKind(other.campaign);
}

export const consent = (one: Live, other: Live): boolean => accepts(one, other) && accepts(other, one);

/** Whether whatever `inner` may select is selected by `outer`, going by the names in them alone. */
function namesAllOf(outer: ItemSelector, inner: ItemSelector): boolean {
  const isIn = (names: readonly string[] | undefined, wide: readonly string[] | undefined): boolean =>
    (names ?? []).every((name) => wide?.includes(name));
  // A SKU that `outer` leaves out must be one that `inner` can't hold.
  const byGroup = inner.all || inner.categories || inner.departments;
  const kept = (outer.excludeSkus ?? []).every(
    (sku) => inner.excludeSkus?.includes(sku) || !(byGroup || inner.skus?.includes(sku)),
  );
  if (!kept || outer.all) return kept;
  return (
    !inner.all &&
    isIn(inner.skus, outer.skus) &&
    isIn(inner.categories, outer.categories) &&
    isIn(inner.departments, outer.departments)
  );
}

/** Whether units that an item campaign takes count for a campaign above it: both agree, and a bundle's own price is its whole price. */
export function countsAbove(item: Live, upper: Live): boolean {
  if (!consent(item, upper)) return false;
  const bundle = item.campaign;
  if (bundle.kind !== 'bundle' || bundle.price.by === 'percent' || !('items' in upper.campaign)) return true;
  const { items } = upper.campaign;
  return bundle.slots.every((slot) => namesAllOf(items, slot.items));
}
