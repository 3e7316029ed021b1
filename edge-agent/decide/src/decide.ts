import type { CompiledCampaigns } from './compile.ts';
import { DECIDE_LIMITS } from './limits.ts';
import type { LiveCampaign, Saving } from './model.ts';
import { MONEY_RULE } from './money.ts';
import { notAppliedOf } from './not-applied.ts';
import { type Earned, earnPoints, type PointsPayment, payWithPoints } from './points.ts';
import { type PreparedBasket, prepareBasket } from './prepare.ts';
import type { Basket, DecisionContext } from './schema/basket.ts';
import type { AppliedCampaign, Decision, DecisionGift, DecisionLine } from './schema/decision.ts';
import { searchInOrder } from './search/priority.ts';
import { type Searched, searchBasket } from './search/search.ts';
import { fundingOf, roundCash, taxFen } from './totals.ts';
import { type GivenGift, giveGift } from './wide.ts';

/** Everything that a decision gives, before it is written down. */
interface Given {
  readonly prepared: PreparedBasket;
  readonly searched: Searched;
  readonly gifts: readonly GivenGift[];
  readonly payment: PointsPayment | undefined;
  readonly earned: Earned;
  readonly savings: readonly Saving[];
  readonly lineFen: readonly number[];
}

function couponOf(live: LiveCampaign): { couponId?: string } {
  return live.couponId === undefined ? {} : { couponId: live.couponId };
}

function giftsOf(context: DecisionContext, basket: Basket, { plan, outcome }: Searched): GivenGift[] {
  const stock = new Map((context.giftStock ?? []).map(({ sku, quantity }) => [sku, quantity]));
  const choices = new Map((basket.giftChoices ?? []).map(({ campaignId, sku }) => [campaignId, sku]));
  const inOrder = [...plan.wide].sort((a, b) => a.compiled.order - b.compiled.order);
  return inOrder.flatMap((live) => {
    const { campaign } = live.compiled;
    if (campaign.kind !== 'gift') return [];
    const reach = outcome.reachOf(live, campaign.base);
    return giveGift(live, campaign, reach, stock, choices.get(campaign.id)) ?? [];
  });
}

function give(context: DecisionContext, compiled: CompiledCampaigns, basket: Basket): Given {
  const { policy } = compiled.set;
  const prepared = prepareBasket(context, compiled, basket);
  const search = policy.objective === 'priority-order' ? searchInOrder : searchBasket;
  const searched = search(prepared, policy, DECIDE_LIMITS.maxSearchWork);
  const { outcome } = searched;
  const gifts = giftsOf(context, basket, searched);
  const acting = [...outcome.savings.map((saving) => saving.live), ...gifts.map((gift) => gift.live)];
  const taken = new Set(acting.flatMap((live) => live.compiled.campaign.exclusiveGroup ?? []));
  const open = (live: LiveCampaign): boolean => !taken.has(live.compiled.campaign.exclusiveGroup ?? '');
  let payment: PointsPayment | undefined;
  for (const live of prepared.points) {
    if (open(live)) payment ??= payWithPoints(live, basket, prepared.lines, outcome.lineFen);
  }
  const lineFen = [...outcome.lineFen];
  for (const { line, amountFen } of payment?.savings ?? []) lineFen[line] = (lineFen[line] ?? 0) - amountFen;
  const savings = [...outcome.savings, ...(payment?.savings ?? [])];
  const paidBy = payment?.live.compiled.campaign.exclusiveGroup;
  if (paidBy !== undefined) taken.add(paidBy);
  const earned = earnPoints(basket, policy, prepared.points, outcome, lineFen, savings, taken);
  return { prepared, searched, gifts, payment, earned, savings, lineFen };
}

/** Lines in the basket's own order, each with its savings in the order they were taken. */
function decisionLines(basket: Basket, given: Given, tax: 'included' | 'added' | undefined): DecisionLine[] {
  const { prepared, savings, lineFen } = given;
  const place = new Map(prepared.lines.map((line, index) => [line.line.lineId, index]));
  const adjustments: DecisionLine['adjustments'][] = prepared.lines.map(() => []);
  for (const { live, line, amountFen, units } of savings) {
    adjustments[line]?.push({ campaignId: live.compiled.campaign.id, ...couponOf(live), amountFen, units });
  }
  return basket.lines.map(({ lineId, sku, quantity, taxRateBp }) => {
    const index = place.get(lineId) ?? -1;
    const payableFen = lineFen[index] ?? 0;
    return {
      lineId,
      sku,
      quantity,
      listFen: prepared.lines[index]?.listFen ?? 0,
      payableFen,
      adjustments: adjustments[index] ?? [],
      ...(taxRateBp === undefined ? {} : { taxRateBp, taxFen: taxFen(payableFen, taxRateBp, tax) }),
    };
  });
}

const LAYERS = { item: 0, basket: 1, coupon: 2, points: 3 } as const;

function appliedOf({ savings, gifts, earned }: Given): AppliedCampaign[] {
  const totals = new Map<LiveCampaign, number>();
  for (const { live, amountFen } of savings) totals.set(live, (totals.get(live) ?? 0) + amountFen);
  for (const { live } of gifts) totals.set(live, totals.get(live) ?? 0);
  for (const live of earned.byCampaign.keys()) totals.set(live, totals.get(live) ?? 0);
  return [...totals]
    .sort(([a], [b]) => LAYERS[a.compiled.layer] - LAYERS[b.compiled.layer] || a.compiled.order - b.compiled.order)
    .map(([live, amountFen]) => {
      const { campaign } = live.compiled;
      const points = earned.byCampaign.get(live);
      return {
        campaignId: campaign.id,
        ...couponOf(live),
        amountFen,
        ...fundingOf(amountFen, campaign.fundedBy),
        ...(points === undefined ? {} : { points }),
        ...(campaign.audience?.birthdayDays === undefined ? {} : { forBirthday: true as const }),
        name: campaign.name,
      };
    });
}

function decisionGifts(gifts: readonly GivenGift[]): DecisionGift[] {
  return gifts.map(({ live, times, chosen, options }) => {
    const pieces = (option: typeof chosen): DecisionGift['chosen'] => ({
      sku: option.sku,
      name: option.name,
      quantity: option.quantity * times,
      valueFen: option.valueFen * option.quantity * times,
    });
    const campaignId = live.compiled.campaign.id;
    return { campaignId, ...couponOf(live), times, chosen: pieces(chosen), options: options.map(pieces) };
  });
}

/**
 * The best that the campaigns allow for a basket, as data; the inputs stay untouched and the same inputs give the same answer. Takes parsed
 * inputs (`parseBasket`, `parseDecisionContext`, `parseCampaignSet`); work is bounded by `DECIDE_LIMITS.maxSearchWork`, beyond which the
 * answer says how far from the optimum it may be. What would make a campaign apply is `confirmUnlocks`' business.
 */
export function decide(context: DecisionContext, compiled: CompiledCampaigns, basket: Basket): Decision {
  const { policy, version } = compiled.set;
  const given = give(context, compiled, basket);
  const { prepared, searched, payment, earned } = given;
  const lines = decisionLines(basket, given, policy.tax);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const listFen = sum(prepared.lines.map((line) => line.listFen));
  const payableFen = sum(given.lineFen);
  const allTaxFen = sum(lines.map((line) => line.taxFen ?? 0));
  const totalFen = policy.tax === 'added' ? payableFen + allTaxFen : payableFen;
  const applied = appliedOf(given);
  const gapFen = Math.max(0, searched.outcome.payableFen - searched.lowestFen);
  return {
    schema: 1,
    policyVersion: policy.version,
    campaignSetVersion: version,
    moneyRule: MONEY_RULE,
    listFen,
    savingsFen: listFen - payableFen,
    payableFen,
    taxFen: allTaxFen,
    totalFen,
    ...(policy.cashRounding ? { cash: roundCash(totalFen, policy.cashRounding) } : {}),
    lines,
    applied,
    gifts: decisionGifts(given.gifts),
    notApplied: notAppliedOf({
      prepared,
      outcome: searched.outcome,
      applied: new Set(applied.map((one) => one.campaignId)),
      basket,
      context,
      policy,
    }),
    couponsConsumed: applied.flatMap((one) => one.couponId ?? []),
    points: { earned: earned.points, spent: payment?.points ?? 0, spentFen: payment?.amountFen ?? 0 },
    provenOptimal: gapFen === 0,
    gapFen,
  };
}
