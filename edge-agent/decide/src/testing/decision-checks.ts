import type { Basket, BasketLine, DecisionContext } from '../schema/basket.ts';
import type { CampaignSet } from '../schema/campaign.ts';
import type { Decision, DecisionLine } from '../schema/decision.ts';
import { compareOracleIds, halfUp, layerOf, oracleLines, touches } from './oracle-basics.ts';
import { liveCampaigns } from './oracle-live.ts';

/*
 * What holds for every decision, small or large, whatever its objective. Each check returns what is wrong, in words, so that a test can
 * say `toEqual([])` and show all of it.
 */

const total = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
const same = (what: string, is: unknown, wanted: unknown): string[] =>
  is === wanted ? [] : [`${what} is ${String(is)}, not ${String(wanted)}`];
const rounded = (a: number, b: number, divisor: number): number =>
  Number(halfUp(BigInt(a) * BigInt(b), BigInt(divisor)));

/** What the basket costs before points pay for any of it, in fen. */
export const beforePoints = (decision: Decision): number => decision.payableFen + decision.points.spentFen;

/** Worth of gifts and earned points, in hundredths of a fen. */
export function worthOf(set: CampaignSet, decision: Decision): number {
  const gifts = total(decision.gifts.map((gift) => gift.chosen.valueFen));
  return 100 * gifts + decision.points.earned * (set.policy.points?.fenPer100Points ?? 100);
}

function lineProblems(set: CampaignSet, line: DecisionLine, of: BasketLine, listFen: number): string[] {
  const { lineId, adjustments, payableFen, taxRateBp, taxFen } = line;
  const rate = of.taxRateBp ?? 0;
  const tax = set.policy.tax === 'added' ? rounded(payableFen, rate, 10_000) : rounded(payableFen, rate, 10_000 + rate);
  return [
    ...same(`${lineId} list`, line.listFen, listFen),
    ...same(`${lineId} payable`, payableFen, line.listFen - total(adjustments.map((one) => one.amountFen))),
    ...(payableFen < 0 || payableFen > line.listFen ? [`${lineId} costs ${payableFen} of ${line.listFen}`] : []),
    ...same(`${lineId} tax rate`, taxRateBp, of.taxRateBp),
    ...same(`${lineId} tax`, taxFen, of.taxRateBp === undefined ? undefined : tax),
    ...adjustments.flatMap((one) =>
      one.units > of.quantity ? [`${lineId} ${one.campaignId}: ${one.units} units`] : [],
    ),
    ...(of.noPromotions && adjustments.length > 0 ? [`${lineId} takes part in no promotion`] : []),
  ];
}

function cashProblems(set: CampaignSet, { cash, totalFen }: Decision): string[] {
  const rounding = set.policy.cashRounding;
  if (!rounding || !cash) return same('cash there', cash !== undefined, rounding !== undefined);
  const { toFen, mode } = rounding;
  const steps = mode === 'down' ? Math.floor(totalFen / toFen) : rounded(totalFen, 1, toFen);
  return [
    ...same('cash', cash.totalFen, steps * toFen),
    ...same('cash rounding', cash.roundingFen, cash.totalFen - totalFen),
  ];
}

function fundingProblems(set: CampaignSet, decision: Decision): string[] {
  return decision.applied.flatMap(({ campaignId, amountFen, storeFen, brandFen }) => {
    const funding = set.campaigns.find((one) => one.id === campaignId)?.fundedBy;
    const brandBp = typeof funding === 'object' ? funding.brandBp : funding === 'brand' ? 10_000 : 0;
    const onLines = decision.lines.flatMap((line) => line.adjustments).filter((one) => one.campaignId === campaignId);
    return [
      ...same(`${campaignId} over its lines`, total(onLines.map((one) => one.amountFen)), amountFen),
      ...same(`${campaignId} brand's share`, brandFen, rounded(amountFen, brandBp, 10_000)),
      ...same(`${campaignId} shares`, storeFen + brandFen, amountFen),
    ];
  });
}

/** Sums over lines, campaigns, tax, cash and who pays, each exactly. */
export function moneyProblems(set: CampaignSet, basket: Basket, decision: Decision): string[] {
  const lists = new Map(oracleLines(basket).map(({ line, units, price }) => [line.lineId, Number(price) * units]));
  const { lines, applied, listFen, savingsFen, payableFen, taxFen, totalFen } = decision;
  const owed = set.policy.tax === 'added' ? payableFen + taxFen : payableFen;
  return [
    ...same('number of lines', lines.length, basket.lines.length),
    ...basket.lines.flatMap((of) => {
      const line = lines.find((one) => one.lineId === of.lineId);
      return line ? lineProblems(set, line, of, lists.get(of.lineId) ?? 0) : [`${of.lineId} is not there`];
    }),
    ...same('list', listFen, total(lines.map((line) => line.listFen))),
    ...same('payable of lines', payableFen, total(lines.map((line) => line.payableFen))),
    ...same('savings of campaigns', savingsFen, total(applied.map((one) => one.amountFen))),
    ...same('payable', payableFen, listFen - savingsFen),
    ...same('tax', taxFen, total(lines.map((line) => line.taxFen ?? 0))),
    ...same('total', totalFen, owed),
    ...cashProblems(set, decision),
    ...fundingProblems(set, decision),
  ];
}

/** Rules of a whole basket: who is live, exclusive groups, layers, coupons, budgets. */
export function ruleProblems(context: DecisionContext, set: CampaignSet, basket: Basket, decision: Decision): string[] {
  const live = liveCampaigns(context, set, basket);
  const names = [...new Set([...decision.applied, ...decision.gifts].map((one) => one.campaignId))];
  const on = live.filter(({ campaign }) => names.includes(campaign.id));
  const groups = on.flatMap(({ campaign }) => campaign.exclusiveGroup ?? []);
  const coupons = on.flatMap((one) => one.couponId ?? []).sort(compareOracleIds);
  const inLayer = (layer: string): number => on.filter(({ campaign }) => layerOf(campaign) === layer).length;
  const overspent = on.filter(({ campaign, budgetLeft }) => {
    const amount = decision.applied.find((one) => one.campaignId === campaign.id)?.amountFen ?? 0;
    return budgetLeft !== undefined && BigInt(amount) > budgetLeft;
  });
  return [
    ...same('number of live campaigns that apply', on.length, names.length),
    ...same(
      'campaigns listed twice',
      decision.applied.length,
      new Set(decision.applied.map((one) => one.campaignId)).size,
    ),
    ...same('exclusive groups', new Set(groups).size, groups.length),
    ...same('coupons', [...decision.couponsConsumed].sort(compareOracleIds).join(), coupons.join()),
    ...(coupons.length > set.policy.couponsPerBasket ? [`${coupons.length} coupons`] : []),
    ...(set.policy.layers?.basket === 'best-one' && inLayer('basket') > 1 ? ['two of the basket layer'] : []),
    ...(set.policy.layers?.coupon === 'best-one' && inLayer('coupon') > 1 ? ['two of the coupon layer'] : []),
    ...overspent.map(({ campaign }) => `${campaign.id} is over its budget`),
  ];
}

/**
 * Paying with points, worked out again from what the lines cost before. Only where no campaign has a `stackWith`: then every unit of its
 * lines may be paid with points.
 */
export function pointsPayProblems(
  context: DecisionContext,
  set: CampaignSet,
  basket: Basket,
  decision: Decision,
): string[] {
  if (set.campaigns.some((one) => one.stackWith)) return [];
  const payers = liveCampaigns(context, set, basket).flatMap(({ campaign }) =>
    campaign.kind === 'points-pay' ? [campaign] : [],
  );
  const isPayer = (id: string): boolean => payers.some((one) => one.id === id);
  const groups = [...decision.applied, ...decision.gifts]
    .filter((one) => !isPayer(one.campaignId))
    .flatMap((one) => set.campaigns.find((campaign) => campaign.id === one.campaignId)?.exclusiveGroup ?? []);
  const costs = decision.lines.map((line) => {
    const paid = line.adjustments.filter((one) => isPayer(one.campaignId)).map((one) => one.amountFen);
    return { of: basket.lines.find((one) => one.lineId === line.lineId), fen: line.payableFen + total(paid) };
  });
  const asked = Math.min(basket.payWithPoints ?? 0, basket.member?.pointsBalance ?? 0);
  const plans = payers
    .filter((one) => one.exclusiveGroup === undefined || !groups.includes(one.exclusiveGroup))
    .map((one) => {
      const fen = total(costs.map((cost) => (cost.of && touches(one, cost.of) ? cost.fen : 0)));
      const mostFen = Math.floor((fen * one.maxShareBp) / 10_000);
      const steps = Math.min(Math.floor(asked / one.pointsPerStep), Math.floor(mostFen / one.fenPerStep));
      return { spent: steps * one.pointsPerStep, fen: steps * one.fenPerStep, least: one.minPoints ?? 0 };
    });
  const plan = plans.find((one) => one.spent > 0 && one.spent >= one.least);
  return [
    ...same('points spent', decision.points.spent, plan?.spent ?? 0),
    ...same('fen paid with points', decision.points.spentFen, plan?.fen ?? 0),
  ];
}
