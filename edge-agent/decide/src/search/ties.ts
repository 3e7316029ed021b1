import type { LiveCampaign, Plan } from '../model.ts';
import { type BasketOutcome, outcomeOf } from '../outcome.ts';
import type { GiftCampaign } from '../schema/campaign.ts';
import { maxTimes, timesReached } from '../wide.ts';
import type { Exact } from './branch.ts';
import { type Model, type Part, planOf, type Rules } from './build.ts';
import type { Division } from './parts.ts';

/** Gifts and coupons together weigh less than this much of a fen: they break ties and nothing else. */
const TIE_SHARE = 0.4;

/** What is left of a fen where all ties are against it: gifts weigh at most the share, coupons beside them at most the share of that. */
const LEAST_FEN_STEP = 1 - TIE_SHARE - TIE_SHARE * TIE_SHARE;

const worthOf = (campaign: GiftCampaign): number =>
  Math.max(...campaign.gifts.map((gift) => gift.valueFen * gift.quantity));

/** The part's rules, and what a fen of gifts and a coupon weigh: less than any difference in money, gifts before coupons. */
export function rulesWithTies(division: Division): Rules {
  const coupons = [...division.items, ...division.wide].filter((live) => live.couponId !== undefined);
  const gifts = division.wide.filter((live) => live.compiled.campaign.kind === 'gift');
  const rules = [...division.rules];
  if (coupons.length > 0) rules.push({ members: coupons, most: coupons.length });
  if (gifts.length === 0) return { rules, giftWorth: 0, couponCost: TIE_SHARE / (coupons.length + 1) };
  let mostFen = 1;
  for (const { compiled } of gifts) {
    const campaign = compiled.campaign as GiftCampaign;
    const times = Math.min(maxTimes(campaign), 1_000);
    mostFen += worthOf(campaign) * times;
  }
  const giftWorth = TIE_SHARE / mostFen;
  return { rules, giftWorth, couponCost: (giftWorth * TIE_SHARE) / (coupons.length + 1) };
}

function savedBy(outcome: BasketOutcome, live: LiveCampaign): number {
  return outcome.savings.reduce((sum, saving) => sum + (saving.live === live ? saving.amountFen : 0), 0);
}

/** The exact world of one part: a plan's savings to the fen, and its worth with the ties' small weights. */
export function exactOf(part: Part, model: Model | undefined): Exact & { savedFen(plan: Plan): number } {
  const { giftWorth, couponCost } = part.rules;
  const listFen = part.lines.reduce((sum, line) => sum + line.listFen, 0);
  const hasCoupons = [...part.items, ...part.wide].some((live) => live.couponId !== undefined);
  const limited = part.items.filter((live) => Number.isFinite(live.budgetFen));
  const savedFen = (plan: Plan): number => listFen - outcomeOf(part.lines, plan).payableFen;
  return {
    step: hasCoupons ? couponCost / 2 : giftWorth > 0 ? giftWorth / 2 : 1,
    fenStep: hasCoupons || giftWorth > 0 ? LEAST_FEN_STEP : 1,
    savedFen,
    worthOf: (point) => {
      if (!model) return 0;
      const plan = planOf(model, point);
      const outcome = outcomeOf(part.lines, plan);
      if (limited.some((live) => savedBy(outcome, live) > live.budgetFen)) return Number.NEGATIVE_INFINITY;
      let worth = listFen - outcome.payableFen;
      const used = new Set(outcome.savings.flatMap(({ live }) => live.couponId ?? []));
      for (const live of plan.wide) {
        const { campaign } = live.compiled;
        if (campaign.kind !== 'gift') continue;
        const times = Math.min(timesReached(campaign, outcome.reachOf(live, campaign.base)), maxTimes(campaign));
        worth += giftWorth * worthOf(campaign) * times;
        if (times > 0 && live.couponId !== undefined) used.add(live.couponId);
      }
      return worth - couponCost * used.size;
    },
  };
}
