import { unitSavingFen } from './item-promos.ts';
import type { ItemOutcome, LiveCampaign, PreparedLine, Saving } from './model.ts';
import { allocateFen, cumulativeShareFen, percentOfFen } from './money.ts';
import type { SpendSaveCampaign } from './schema/campaign.ts';

/** The basket after all layers. */
export interface BasketOutcome {
  readonly payableFen: number;
  readonly lineFen: readonly number[];
  readonly savings: readonly Saving[];
}

/** What a spend-save gives at a base, before it is capped at what is left. */
export function spendSaveFen(campaign: SpendSaveCampaign, baseFen: number): number {
  const maxSteps = campaign.repeat === 'once' ? 1 : (campaign.limits?.perBasket ?? Number.POSITIVE_INFINITY);
  let best = 0;
  for (const tier of campaign.tiers) {
    const steps = Math.min(Math.floor(baseFen / tier.spendFen), maxSteps);
    best = Math.max(best, steps * tier.saveFen);
  }
  return best;
}

export function sumOver(lines: readonly number[], amounts: readonly number[]): number {
  return lines.reduce((sum, line) => sum + (amounts[line] ?? 0), 0);
}

/** Takes `saveFen` (at most what is left) off the lines by the allocation rule. */
function spread(
  live: LiveCampaign,
  saveFen: number,
  lines: readonly PreparedLine[],
  lineFen: number[],
  savings: Saving[],
): void {
  const weights = live.lines.map((line) => lineFen[line] ?? 0);
  const leftFen = weights.reduce((sum, weight) => sum + weight, 0);
  const parts = allocateFen(Math.min(saveFen, leftFen), weights);
  parts.forEach((amountFen, position) => {
    takeOff(live, live.lines[position] ?? -1, amountFen, lines, lineFen, savings);
  });
}

function takeOff(
  live: LiveCampaign,
  line: number,
  saveFen: number,
  lines: readonly PreparedLine[],
  lineFen: number[],
  savings: Saving[],
): void {
  const amountFen = Math.min(saveFen, lineFen[line] ?? 0);
  if (amountFen === 0) return;
  lineFen[line] = (lineFen[line] ?? 0) - amountFen;
  savings.push({ live, line, amountFen, units: lines[line]?.quantity ?? 0 });
}

/**
 * What a coupon of an item kind saves on each of its lines. Units of a line share what the line costs when the coupon layer begins
 * (cumulative shares, so that they sum to it); limits and groups pick the units that save the most.
 */
export function couponLineSavings(
  live: LiveCampaign,
  lines: readonly PreparedLine[],
  startFen: readonly number[],
): Map<number, number> {
  const { campaign } = live.compiled;
  const units = live.lines.flatMap((line) => {
    const prepared = lines[line];
    if (!prepared) return [];
    const total = startFen[line] ?? 0;
    return Array.from({ length: prepared.quantity }, (_, unit) => {
      const costFen =
        cumulativeShareFen(total, unit + 1, prepared.quantity) - cumulativeShareFen(total, unit, prepared.quantity);
      return { line, costFen, saveFen: unitSavingFen(live, prepared.line.sku, costFen) };
    });
  });
  const limit = campaign.limits?.perBasket ?? Number.POSITIVE_INFINITY;
  const saved = new Map<number, number>();
  const add = ({ line, saveFen }: { line: number; saveFen: number }): void => {
    saved.set(line, (saved.get(line) ?? 0) + saveFen);
  };
  if (campaign.kind === 'buy-get') {
    const size = campaign.buy + campaign.get;
    const whole = Math.min(Math.floor(units.length / size), limit) * size;
    const sorted = units.sort((a, b) => b.costFen - a.costFen || a.line - b.line);
    sorted.slice(0, whole).forEach((unit, position) => {
      if (position % size >= campaign.buy) add(unit);
    });
  } else {
    units
      .sort((a, b) => b.saveFen - a.saveFen || a.line - b.line)
      .slice(0, limit)
      .forEach(add);
  }
  return saved;
}

/** True for a coupon that takes a share of its lines as a whole: rounded once, then spread. */
export function isPercentCoupon(live: LiveCampaign): boolean {
  const { campaign } = live.compiled;
  return campaign.kind === 'discount' && campaign.discount.by === 'percent' && campaign.limits?.perBasket === undefined;
}

function applyCoupon(
  live: LiveCampaign,
  lines: readonly PreparedLine[],
  bases: Bases,
  lineFen: number[],
  savings: Saving[],
): void {
  const { campaign } = live.compiled;
  if (campaign.kind === 'spend-save') {
    const base = campaign.base === 'list' ? bases.listFen : bases.afterItemsFen;
    spread(live, spendSaveFen(campaign, sumOver(live.lines, base)), lines, lineFen, savings);
  } else if (campaign.kind === 'discount' && campaign.discount.by === 'percent' && isPercentCoupon(live)) {
    const saveFen = percentOfFen(sumOver(live.lines, bases.couponStartFen), campaign.discount.percentOffBp);
    spread(live, saveFen, lines, lineFen, savings);
  } else {
    for (const [line, saveFen] of couponLineSavings(live, lines, bases.couponStartFen)) {
      takeOff(live, line, saveFen, lines, lineFen, savings);
    }
  }
}

interface Bases {
  readonly listFen: readonly number[];
  readonly afterItemsFen: readonly number[];
  readonly couponStartFen: readonly number[];
}

/**
 * Basket layer, then coupons, each in declared order. Thresholds look at list prices or at the item layer's result; a share of a coupon
 * is of what the lines cost when the coupon layer begins. Nothing goes below zero.
 */
export function applyLayers(
  lines: readonly PreparedLine[],
  items: ItemOutcome,
  basketCampaigns: readonly LiveCampaign[],
  coupons: readonly LiveCampaign[],
): BasketOutcome {
  const listFen = lines.map((line) => line.listFen);
  const lineFen = [...items.afterFen];
  const savings = [...items.savings];
  for (const live of basketCampaigns) {
    const { campaign } = live.compiled;
    if (campaign.kind !== 'spend-save') continue;
    const base = sumOver(live.lines, campaign.base === 'list' ? listFen : items.afterFen);
    spread(live, spendSaveFen(campaign, base), lines, lineFen, savings);
  }
  const bases: Bases = { listFen, afterItemsFen: items.afterFen, couponStartFen: [...lineFen] };
  for (const live of coupons) applyCoupon(live, lines, bases, lineFen, savings);
  return { payableFen: lineFen.reduce((sum, fen) => sum + fen, 0), lineFen, savings };
}
