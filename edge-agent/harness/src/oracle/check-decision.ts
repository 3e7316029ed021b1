import type { Decision, DecisionLine } from '@tillside/decide';
import { couponsFor } from './eligible.ts';
import { at, groupedBy, sumOf } from './numbers.ts';
import {
  type Any,
  consent,
  countsFor,
  type DecideCase,
  type ItemCampaign,
  isUnitCampaign,
  layerOf,
  type Problem,
  type SpendSave,
} from './problem.ts';
import { spreadFen } from './savings.ts';
import { reachedFen } from './spend.ts';

/** What is wrong with a decision, each as a code and where. */
export type Faults = string[];

/** A decision beside the problem it answers. */
export interface Decided {
  readonly asked: DecideCase;
  readonly problem: Problem;
  readonly decision: Decision;
}

const adjustedFen = (line: DecisionLine, campaignId: string): number =>
  sumOf(line.adjustments.filter((one) => one.campaignId === campaignId).map((one) => one.amountFen));

/** Lines in the problem's order. */
export function linesInOrder({ problem, decision }: Decided): DecisionLine[] {
  return problem.lines.flatMap((line) => decision.lines.filter((one) => one.lineId === line.lineId));
}

function checkSums({ problem, decision }: Decided): Faults {
  const faults: Faults = [];
  const lines = linesInOrder({ problem, decision } as Decided);
  if (decision.lines.length !== problem.lines.length || lines.length !== problem.lines.length) return ['LINES_DIFFER'];
  for (const line of lines) {
    const { unitFen, units } = at(problem.lines, lines.indexOf(line));
    const savedFen = sumOf(line.adjustments.map((one) => one.amountFen));
    if (line.listFen !== unitFen * units) faults.push(`LINE_LIST ${line.lineId}`);
    if (line.payableFen !== line.listFen - savedFen) faults.push(`LINE_SUM ${line.lineId}`);
    if (line.payableFen < 0 || line.payableFen > line.listFen) faults.push(`LINE_OUT_OF_RANGE ${line.lineId}`);
  }
  const payableFen = sumOf(lines.map((line) => line.payableFen));
  if (decision.listFen !== problem.listFen) faults.push('LIST');
  if (decision.payableFen !== payableFen || decision.savingsFen !== problem.listFen - payableFen) faults.push('SUM');
  for (const { campaignId, amountFen, storeFen, brandFen } of decision.applied) {
    if (amountFen !== sumOf(lines.map((line) => adjustedFen(line, campaignId)))) faults.push(`APPLIED ${campaignId}`);
    if (storeFen + brandFen !== amountFen) faults.push(`FUNDING ${campaignId}`);
  }
  const applied = new Set(decision.applied.map((one) => one.campaignId));
  if (applied.size !== decision.applied.length) faults.push('APPLIED_TWICE');
  for (const { campaignId } of lines.flatMap((line) => line.adjustments)) {
    if (!applied.has(campaignId)) faults.push(`NOT_APPLIED ${campaignId}`);
  }
  return faults;
}

/** The campaigns that saved something, as the problem has them; those that it rules out are faults. */
function savers({ problem, decision }: Decided, faults: Faults): Any[] {
  const known: Any[] = [...problem.items, ...problem.spends];
  return decision.applied
    .filter((one) => one.amountFen > 0)
    .flatMap(({ campaignId }) => {
      const campaign = known.find((one) => one.id === campaignId);
      if (campaign === undefined) faults.push(`RULED_OUT ${campaignId}`);
      return campaign ?? [];
    });
}

/** Lines, limits and budgets of each campaign by itself. */
function checkEach(decided: Decided, campaigns: readonly Any[]): Faults {
  const faults: Faults = [];
  const lines = linesInOrder(decided);
  for (const campaign of campaigns) {
    const onLines = lines.map((line) => line.adjustments.filter((one) => one.campaignId === campaign.id));
    const units = sumOf(onLines.flat().map((one) => one.units));
    if (sumOf(onLines.flat().map((one) => one.amountFen)) > campaign.budgetLeftFen)
      faults.push(`BUDGET ${campaign.id}`);
    onLines.forEach((own, index) => {
      if (own.length > 0 && !campaign.lines.includes(index)) faults.push(`LINE_NOT_SELECTED ${campaign.id}`);
      if (sumOf(own.map((one) => one.units)) > at(decided.problem.lines, index).units) {
        faults.push(`UNITS_ABOVE_LINE ${campaign.id}`);
      }
    });
    const countsUnits = campaign.kind === 'bulk-price' || (campaign.kind !== 'spend-save' && isUnitCampaign(campaign));
    if (countsUnits && units > campaign.perBasket) faults.push(`PER_BASKET ${campaign.id}`);
  }
  return faults;
}

/** How a bundle's amount lies on its lines. A line that rounding left with nothing is not told, so that the others may be a fen off. */
function checkBundles(decided: Decided, campaigns: readonly Any[]): Faults {
  const { problem } = decided;
  const lines = linesInOrder(decided);
  return campaigns.flatMap((campaign) => {
    if (campaign.kind !== 'bundle' || campaign.source.price.by === 'percent') return [];
    const said = lines.map((line) => line.adjustments.filter((one) => one.campaignId === campaign.id));
    const parts = said.map((own) => sumOf(own.map((one) => one.amountFen)));
    const units = said.map((own) => sumOf(own.map((one) => one.units)));
    const weights = units.map((count, line) => count * at(problem.lines, line).unitFen);
    const whole = campaign.lines.every((line) => at(parts, line) > 0 || at(problem.lines, line).unitFen === 0);
    const spread = spreadFen(sumOf(parts), weights);
    const offFen = Math.max(...parts.map((part, line) => Math.abs(part - at(spread, line))));
    return offFen > (whole ? 0 : 1) ? [`BUNDLE_SPREAD ${campaign.id}`] : [];
  });
}

/** Units of a line shared without consent; campaigns of the layers above side by side without it. */
function checkConsent(decided: Decided, campaigns: readonly Any[]): Faults {
  const faults: Faults = [];
  const lines = linesInOrder(decided);
  campaigns.forEach((one, place) => {
    for (const other of campaigns.slice(place + 1)) {
      if (consent(one, other)) continue;
      if (one.kind === 'spend-save' && other.kind === 'spend-save') {
        if (one.lines.some((line) => other.lines.includes(line))) faults.push(`CONSENT ${one.id} ${other.id}`);
      } else if (one.kind !== 'spend-save' && other.kind !== 'spend-save') {
        for (const line of lines) {
          const own = line.adjustments.filter(({ campaignId }) => campaignId === one.id || campaignId === other.id);
          if (sumOf(own.map(({ units }) => units)) > line.quantity) faults.push(`SHARED ${one.id} ${other.id}`);
        }
      }
    }
  });
  return faults;
}

/** What campaigns may not do together: groups, layers, coupons. Gifts and points count here too. */
function checkTogether({ asked: { set, basket }, decision }: Decided): Faults {
  const faults: Faults = [];
  const applied = decision.applied.flatMap((one) => {
    const campaign = set.campaigns.find(({ id }) => id === one.campaignId);
    return campaign ? [{ ...one, campaign }] : [];
  });
  const groups = groupedBy(applied, ({ campaign }) => campaign.exclusiveGroup);
  for (const [group, members] of groups) {
    if (group !== undefined && members.length > 1) faults.push(`EXCLUSIVE_GROUP ${group}`);
  }
  for (const layer of ['basket', 'coupon'] as const) {
    const ofLayer = applied.filter(({ campaign }) => layerOf(campaign) === layer);
    if (set.policy.layers?.[layer] === 'best-one' && ofLayer.length > 1) faults.push(`BEST_ONE ${layer}`);
  }
  for (const { campaign, couponId } of applied) {
    const [first] = couponsFor(set, basket, campaign.id);
    if (campaign.requiresCoupon ? couponId !== first || first === undefined : couponId !== undefined) {
      faults.push(`COUPON ${campaign.id}`);
    }
  }
  const used = applied.flatMap(({ couponId }) => couponId ?? []).sort();
  if (used.join() !== [...decision.couponsConsumed].sort().join()) faults.push('COUPONS_CONSUMED');
  if (used.length > set.policy.couponsPerBasket) faults.push('COUPON_LIMIT');
  return faults;
}

/**
 * Threshold, amount and spread of each campaign of the layers above, worked out again from the decision's own item savings. Only up to
 * the first campaign for which some units may not count: which ones they are a decision does not say.
 */
function checkSpends(decided: Decided, campaigns: readonly Any[]): Faults {
  const { problem } = decided;
  const lines = linesInOrder(decided);
  const items = campaigns.filter((campaign): campaign is ItemCampaign => campaign.kind !== 'spend-save');
  const spends = campaigns.filter((campaign): campaign is SpendSave => campaign.kind === 'spend-save');
  const itemFen = lines.map((line) => sumOf(items.map((campaign) => adjustedFen(line, campaign.id))));
  const left = problem.lines.map(({ unitFen, units }, index) => unitFen * units - at(itemFen, index));
  const faults: Faults = [];
  for (const spend of [...spends].sort((one, other) => one.index - other.index)) {
    const partly = items.some(
      (campaign) => !countsFor(campaign, spend) && campaign.lines.some((line) => spend.lines.includes(line)),
    );
    if (partly) return faults;
    const own = spend.lines.map((line) => at(problem.lines, line));
    const baseFen = sumOf(
      own.map(({ index, unitFen, units }) => unitFen * units - (spend.source.base === 'list' ? 0 : at(itemFen, index))),
    );
    const wantedFen = reachedFen(spend, sumOf(own.map((line) => line.units)), baseFen);
    const weights = left.map((fen, line) => (spend.lines.includes(line) ? fen : 0));
    const parts = spreadFen(Math.min(wantedFen, sumOf(weights)), weights);
    parts.forEach((part, index) => {
      if (part !== adjustedFen(at(lines, index), spend.id))
        faults.push(`SPREAD ${spend.id} ${at(lines, index).lineId}`);
      left[index] = at(left, index) - part;
    });
  }
  return faults;
}

/** Holds a decision to the rules as far as it tells by itself; nothing of how it was found is known here. */
export function checkDecision(decided: Decided): Faults {
  const sums = checkSums(decided);
  if (sums.length > 0) return sums;
  const faults: Faults = [];
  const campaigns = savers(decided, faults);
  return [
    ...faults,
    ...checkEach(decided, campaigns),
    ...checkBundles(decided, campaigns),
    ...checkConsent(decided, campaigns),
    ...checkTogether(decided),
    ...checkSpends(decided, campaigns),
  ];
}
