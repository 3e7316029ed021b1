import { discountFen } from '../../claims.ts';
import { percentOfFen } from '../../money.ts';
import type { BasketLine } from '../../schema/basket.ts';
import type { Campaign } from '../../schema/campaign.ts';
import { type Authored, type Entry, linesOf, type Touch, touchesOf, type Work } from '../authored.ts';
import type { CatalogueItem } from '../catalogue.ts';
import { type Finding, finding } from '../finding.ts';
import { AUTHORING_LIMITS } from '../limits.ts';
import { excludesAll, selectorPlaces } from '../selectors.ts';

/** What the catalogue has of a campaign: the dearest item of each role, and for member prices how they compare. */
interface Seen {
  readonly dearestFen: Map<number, number>;
  readonly above: string[];
  saves: boolean;
}

function look(seen: Seen, { entry, roles }: Touch, { sku, unitPriceFen }: BasketLine): void {
  for (const role of roles) seen.dearestFen.set(role, Math.max(seen.dearestFen.get(role) ?? 0, unitPriceFen));
  const memberFen = entry.compiled.priceFenBySku.get(sku);
  if (memberFen === undefined) return;
  if (memberFen < unitPriceFen) seen.saves = true;
  // A lot of the same item says nothing new.
  else if (seen.above.length < AUTHORING_LIMITS.maxNamed && !seen.above.includes(sku)) seen.above.push(sku);
}

/** Whether a campaign takes anything off: a share or an amount off the dearest item is the most that it can. */
function saves(campaign: Campaign, seen: Seen): boolean {
  const dearestFen = (role: number): number => seen.dearestFen.get(role) ?? 0;
  switch (campaign.kind) {
    case 'discount':
    case 'markdown':
      return discountFen(campaign.discount, dearestFen(0)) > 0;
    case 'member-price':
      return seen.saves;
    case 'bulk-price':
      return campaign.tiers.some((tier) => discountFen(tier.discount, dearestFen(0)) > 0);
    case 'buy-get':
      return percentOfFen(dearestFen(campaign.getItems ? 1 : 0), campaign.percentOffBp) > 0;
    case 'nth-item':
      return percentOfFen(dearestFen(0), Math.max(...campaign.ladderBp)) > 0;
    case 'bundle': {
      const { price, slots } = campaign;
      if (price.by === 'percent')
        return slots.some((_, role) => percentOfFen(dearestFen(role), price.percentOffBp) > 0);
      const listFen = slots.reduce((sum, slot, role) => sum + slot.quantity * dearestFen(role), 0);
      return price.by === 'amount' ? listFen > 0 : listFen > price.bundlePriceFen;
    }
    default:
      return true;
  }
}

interface Known {
  readonly skus: ReadonlySet<string>;
  readonly categories: ReadonlySet<string>;
  readonly departments: ReadonlySet<string>;
}

function knownOf(catalogue: readonly CatalogueItem[]): Known {
  return {
    skus: new Set(catalogue.map((item) => item.sku)),
    categories: new Set(catalogue.map((item) => item.category)),
    departments: new Set(catalogue.map((item) => item.department)),
  };
}

/** What is not in the catalogue: nothing of a role, or some of its names. */
function itemFindings(entry: Entry, seen: Seen | undefined, known: Known): Finding[] {
  const { campaign } = entry;
  const a = campaign.name;
  return selectorPlaces(campaign).flatMap(({ items, place }, role) => {
    if (!seen?.dearestFen.has(role)) {
      return excludesAll(items) ? [] : [finding('ITEMS_UNKNOWN', [entry], place, { a })];
    }
    const unknown = [
      ...(items.skus ?? []).filter((sku) => !known.skus.has(sku)),
      ...(items.categories ?? []).filter((category) => !known.categories.has(category)),
      ...(items.departments ?? []).filter((department) => !known.departments.has(department)),
    ];
    if (unknown.length === 0) return [];
    const names = [...new Set(unknown)].slice(0, AUTHORING_LIMITS.maxNamed);
    return [finding('ITEMS_NOT_IN_CATALOGUE', [entry], place, { a, names }, { names })];
  });
}

function savingFindings(entry: Entry, seen: Seen): Finding[] {
  const { campaign } = entry;
  const a = campaign.name;
  const isWhole = selectorPlaces(campaign).every((_, role) => seen.dearestFen.has(role));
  if (isWhole && !saves(campaign, seen)) return [finding('NEVER_SAVES', [entry], '', { a })];
  if (seen.above.length === 0) return [];
  const names = seen.above;
  return [finding('MEMBER_PRICE_ABOVE_LIST', [entry], 'prices', { a, names }, { names })];
}

/** A set against the assortment: what is not sold, and what saves nothing on what is. */
export function assortment(authored: Authored, work: Work): Finding[] {
  const { catalogue, entries } = authored;
  if (!catalogue) return [];
  const seen = new Map<Entry, Seen>();
  for (const line of linesOf(authored)) {
    const touches = touchesOf(authored, line);
    // What was not looked at can't be called missing.
    if (!work.take(1 + touches.length)) return [];
    for (const touch of touches) {
      const { entry } = touch;
      const here = seen.get(entry) ?? { dearestFen: new Map<number, number>(), above: [], saves: false };
      seen.set(entry, here);
      look(here, touch, line);
    }
  }
  const known = knownOf(catalogue);
  return entries.flatMap((entry) => {
    const here = seen.get(entry);
    return [...itemFindings(entry, here, known), ...(here ? savingFindings(entry, here) : [])];
  });
}
