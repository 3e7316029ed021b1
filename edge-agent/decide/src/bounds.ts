import { couponLineSavings, isPercentCoupon, spendSaveFen, sumOver } from './layers.ts';
import type { ItemPromo, LiveCampaign, PreparedLine } from './model.ts';
import { percentOfFen } from './money.ts';
import type { SpendSaveCampaign } from './schema/campaign.ts';
import { isAfterItems } from './thresholds.ts';

/** What the bound needs to know about the lines, worked out once for a choice of item campaigns. */
export interface BoundFacts {
  readonly lines: readonly PreparedLine[];
  readonly listFen: readonly number[];
  readonly totalFen: number;
  /** Most that the item layer can save on each line. */
  readonly maxSavedFen: readonly number[];
  readonly maxSavedTotalFen: number;
  /** What each coupon on units by themselves saves at list prices: the most it ever can. */
  readonly couponListFen: ReadonlyMap<LiveCampaign, number>;
}

/** What coupons that look at single units save at list prices. */
export function couponListSavings(
  lines: readonly PreparedLine[],
  coupons: readonly LiveCampaign[],
): Map<LiveCampaign, number> {
  const listFen = lines.map((line) => line.listFen);
  const savings = new Map<LiveCampaign, number>();
  for (const live of coupons) {
    if (live.compiled.campaign.kind === 'spend-save' || isPercentCoupon(live)) continue;
    let savedFen = 0;
    for (const saveFen of couponLineSavings(live, lines, listFen).values()) savedFen += saveFen;
    savings.set(live, savedFen);
  }
  return savings;
}

export function boundFacts(
  lines: readonly PreparedLine[],
  promos: readonly ItemPromo[],
  couponListFen: ReadonlyMap<LiveCampaign, number>,
): BoundFacts {
  const listFen = lines.map((line) => line.listFen);
  const maxSavedFen = lines.map((line, index) =>
    promos.reduce((most, promo) => Math.max(most, line.quantity * (promo.saveFen[index] ?? 0)), 0),
  );
  const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
  return { lines, listFen, totalFen: sum(listFen), maxSavedFen, maxSavedTotalFen: sum(maxSavedFen), couponListFen };
}

/** Least that the item layer must save on some lines when it saves `savedFen` in all. */
function leastSavedFen(facts: BoundFacts, lines: readonly number[], savedFen: number): number {
  const elsewhereFen = facts.maxSavedTotalFen - sumOver(lines, facts.maxSavedFen);
  return Math.max(0, savedFen - elsewhereFen);
}

/** Savings on a spend-save's lines at which its own saving can change, up to `upToFen`: the best trade is at one of them. */
function tradePoints(campaign: SpendSaveCampaign, listFen: number, upToFen: number): number[] {
  const points = [upToFen];
  const maxSteps = campaign.repeat === 'once' ? 1 : (campaign.limits?.perBasket ?? Number.POSITIVE_INFINITY);
  for (const { spendFen } of campaign.tiers) {
    const most = Math.min(Math.floor(listFen / spendFen), maxSteps);
    const next = Math.min(Math.floor((listFen - upToFen) / spendFen) + 1, most);
    for (const steps of [most, next]) {
      const pointFen = listFen - steps * spendFen;
      if (steps > 0 && pointFen >= 0 && pointFen < upToFen) points.push(pointFen);
    }
  }
  return points;
}

/**
 * Most that a threshold after item discounts can add on top of the item layer's `savedFen`: a reached tier, minus the item savings that
 * would have to be given up for it (counted with `share`, for several thresholds may ask for the same sacrifice).
 */
function thresholdGainFen(
  facts: BoundFacts,
  live: LiveCampaign,
  campaign: SpendSaveCampaign,
  savedFen: number,
  share: number,
): number {
  const listFen = sumOver(live.lines, facts.listFen);
  if (campaign.base === 'list') return spendSaveFen(campaign, listFen);
  const neededFen = Math.min(leastSavedFen(facts, live.lines, savedFen), listFen);
  return tradePoints(campaign, listFen, neededFen).reduce(
    (best, pointFen) => Math.max(best, spendSaveFen(campaign, listFen - pointFen) - share * (neededFen - pointFen)),
    0,
  );
}

/** Coupons as a bound sees them: these act for sure, and at most so many of those others. */
export interface CouponChoice {
  readonly on: readonly LiveCampaign[];
  readonly possible: readonly LiveCampaign[];
  readonly more: number;
}

/**
 * A payable amount below which no allowed answer can lie, where the item layer saves at most `savedFen` and at most these basket
 * campaigns and coupons act. Valid always; often exact, which is what proves most answers without a search.
 */
export function lowestPayableFen(
  facts: BoundFacts,
  savedFen: number,
  basketCampaigns: readonly LiveCampaign[],
  coupons: CouponChoice,
): number {
  const allCoupons = [...coupons.on, ...coupons.possible];
  const thresholds = basketCampaigns.filter(isAfterItems).length + allCoupons.filter(isAfterItems).length;
  const percents = allCoupons.filter(isPercentCoupon).length;
  const share = thresholds === 0 ? 1 : 1 / thresholds;
  let takenFen = savedFen;
  for (const live of basketCampaigns) {
    const { campaign } = live.compiled;
    if (campaign.kind === 'spend-save') takenFen += thresholdGainFen(facts, live, campaign, savedFen, share);
  }
  const restFen = Math.max(0, Math.ceil(facts.totalFen - takenFen - 1e-6));
  // With a threshold in play the best answer may save less on items than it could: then no line's saving is sure.
  const sureSavedFen = thresholds > 0 ? 0 : savedFen;
  const mostFen = (live: LiveCampaign): number => {
    const { campaign } = live.compiled;
    // Beside a share of the rest, giving up item savings for this threshold would pay twice: count the tier as free.
    if (campaign.kind === 'spend-save')
      return thresholdGainFen(facts, live, campaign, savedFen, percents > 0 ? 0 : share);
    return isPercentCoupon(live)
      ? percentCouponFen(facts, live, sureSavedFen, restFen)
      : (facts.couponListFen.get(live) ?? 0);
  };
  const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
  const best = coupons.possible.map(mostFen).sort((a, b) => b - a);
  const couponFen = sum(coupons.on.map(mostFen)) + sum(best.slice(0, coupons.more));
  // One fen of slack for each share of the rest after the first: their roundings may step together.
  const slackFen = Math.max(0, Math.min(percents, coupons.on.length + coupons.more) - 1);
  return Math.max(0, Math.ceil(restFen - couponFen - slackFen - 1e-6));
}

/** Most that a share of the rest can take. */
function percentCouponFen(facts: BoundFacts, live: LiveCampaign, sureSavedFen: number, restFen: number): number {
  const { campaign } = live.compiled;
  if (campaign.kind !== 'discount' || campaign.discount.by !== 'percent') return 0;
  const everything = live.lines.length === facts.lines.length;
  const mostFen = sumOver(live.lines, facts.listFen) - leastSavedFen(facts, live.lines, sureSavedFen);
  return percentOfFen(everything ? restFen : Math.min(mostFen, facts.totalFen), campaign.discount.percentOffBp);
}
