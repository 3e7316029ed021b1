import type { ItemOutcome, ItemPromo, LiveCampaign, PreparedLine, Saving } from './model.ts';
import { percentOfFen } from './money.ts';

/** What one unit saves by itself under a discount or a member price, from its price; 0 where the kind has no such saving. */
export function unitSavingFen(live: LiveCampaign, sku: string, unitFen: number): number {
  const { campaign, priceFenBySku } = live.compiled;
  if (campaign.kind === 'member-price') return Math.max(0, unitFen - (priceFenBySku.get(sku) ?? unitFen));
  if (campaign.kind === 'buy-get') return percentOfFen(unitFen, campaign.percentOffBp);
  if (campaign.kind === 'spend-save') return 0;
  const { discount } = campaign;
  if (discount.by === 'percent') return percentOfFen(unitFen, discount.percentOffBp);
  if (discount.by === 'amount') return Math.min(unitFen, discount.amountOffFen);
  return Math.max(0, unitFen - discount.fixedPriceFen);
}

/** An item-layer campaign with the saving of a unit of each line. */
export function itemPromoOf(live: LiveCampaign, lines: readonly PreparedLine[]): ItemPromo {
  const { campaign } = live.compiled;
  const touched = new Set(live.lines);
  const saveFen = lines.map((line, index) =>
    touched.has(index) ? unitSavingFen(live, line.line.sku, line.unitFen) : 0,
  );
  const perBasket = campaign.limits?.perBasket ?? Number.POSITIVE_INFINITY;
  if (campaign.kind !== 'buy-get') return { live, saveFen, maxUnits: perBasket };
  const size = campaign.buy + campaign.get;
  const capFen = dearestDiscounted(lines, live, saveFen, campaign.buy);
  return {
    live,
    saveFen: saveFen.map((fen) => Math.min(fen, capFen)),
    maxUnits: perBasket * size,
    group: { size, get: campaign.get },
  };
}

/**
 * Most that any discounted unit of a group can save: `buy` units at least as dear stand before it. Counting dearer ones at this much
 * changes no answer, since they are never discounted, and keeps bounds from counting on them.
 */
function dearestDiscounted(
  lines: readonly PreparedLine[],
  live: LiveCampaign,
  saveFen: readonly number[],
  buy: number,
): number {
  let before = 0;
  for (const line of [...live.lines].sort((a, b) => (saveFen[b] ?? 0) - (saveFen[a] ?? 0))) {
    before += lines[line]?.quantity ?? 0;
    if (before > buy) return saveFen[line] ?? 0;
  }
  return 0;
}

/**
 * Lines by falling price of a unit, ties in line order. Taken in this order, consecutive units make the groups that save the most, so
 * "the cheapest of each group" is known as soon as its last unit is placed.
 */
export function byFallingPrice(lines: readonly PreparedLine[]): number[] {
  return lines.map((_, index) => index).sort((a, b) => (lines[b]?.unitFen ?? 0) - (lines[a]?.unitFen ?? 0) || a - b);
}

/** Positions of the discounted units when units, dearest first, are grouped; an incomplete group gets nothing. */
function discountedUnits(units: readonly number[], promo: ItemPromo): readonly number[] {
  const { group } = promo;
  if (!group) return units;
  const whole = Math.min(Math.floor(units.length / group.size) * group.size, promo.maxUnits);
  return units.filter((_, position) => position < whole && position % group.size >= group.size - group.get);
}

/** Savings of an assignment: for each promo, the lines of the units given to it, dearest first. */
export function outcomeOf(
  lines: readonly PreparedLine[],
  promos: readonly ItemPromo[],
  units: readonly (readonly number[])[],
): ItemOutcome {
  const afterFen = lines.map((line) => line.listFen);
  const savings: Saving[] = [];
  let savedFen = 0;
  promos.forEach((promo, index) => {
    const counts = new Map<number, number>();
    for (const line of discountedUnits(units[index] ?? [], promo)) counts.set(line, (counts.get(line) ?? 0) + 1);
    for (const line of promo.live.lines) {
      const count = counts.get(line) ?? 0;
      const amountFen = count * (promo.saveFen[line] ?? 0);
      if (amountFen === 0) continue;
      afterFen[line] = (afterFen[line] ?? 0) - amountFen;
      savedFen += amountFen;
      savings.push({ live: promo.live, line, amountFen, units: count });
    }
  });
  return { afterFen, savings, savedFen };
}
