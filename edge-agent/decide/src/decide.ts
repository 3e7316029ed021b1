import type { CompiledCampaigns } from './compile.ts';
import type { BasketOutcome } from './layers.ts';
import type { LiveCampaign } from './model.ts';
import { MONEY_RULE } from './money.ts';
import { notAppliedOf } from './not-applied.ts';
import { type PreparedBasket, prepareBasket } from './prepare.ts';
import type { Basket, DecisionContext } from './schema/basket.ts';
import type { AppliedCampaign, Decision, DecisionLine } from './schema/decision.ts';
import { searchBasket } from './search.ts';

/** Fen that earn a member one point, before multipliers: one point a yuan. */
const FEN_PER_POINT = 100;

function couponOf(live: LiveCampaign): { couponId?: string } {
  return live.couponId === undefined ? {} : { couponId: live.couponId };
}

/** Lines in the basket's own order, each with its savings in the order they were taken. */
function decisionLines(basket: Basket, prepared: PreparedBasket, outcome: BasketOutcome): DecisionLine[] {
  const place = new Map(prepared.lines.map((line, index) => [line.line.lineId, index]));
  const adjustments: DecisionLine['adjustments'][] = prepared.lines.map(() => []);
  for (const { live, line, amountFen, units } of outcome.savings) {
    adjustments[line]?.push({ campaignId: live.compiled.campaign.id, ...couponOf(live), amountFen, units });
  }
  return basket.lines.map(({ lineId, sku, quantity }) => {
    const index = place.get(lineId) ?? -1;
    return {
      lineId,
      sku,
      quantity,
      listFen: prepared.lines[index]?.listFen ?? 0,
      payableFen: outcome.lineFen[index] ?? 0,
      adjustments: adjustments[index] ?? [],
    };
  });
}

function appliedOf(outcome: BasketOutcome): AppliedCampaign[] {
  const totals = new Map<LiveCampaign, number>();
  for (const { live, amountFen } of outcome.savings) totals.set(live, (totals.get(live) ?? 0) + amountFen);
  return [...totals]
    .sort(([a], [b]) => layerOf(a) - layerOf(b) || a.compiled.order - b.compiled.order)
    .map(([live, amountFen]) => ({
      campaignId: live.compiled.campaign.id,
      ...couponOf(live),
      amountFen,
      name: live.compiled.campaign.name,
    }));
}

function layerOf(live: LiveCampaign): number {
  if (live.couponId !== undefined) return 2;
  return live.compiled.campaign.kind === 'spend-save' ? 1 : 0;
}

/** Points of a member: each line's payable amount times the highest multiplier that touched it, whole points over the basket. */
function pointsOf(basket: Basket, outcome: BasketOutcome): number {
  if (!basket.member) return 0;
  const multipliers = outcome.lineFen.map(() => 1);
  for (const { live, line } of outcome.savings) {
    multipliers[line] = Math.max(multipliers[line] ?? 1, live.compiled.campaign.pointsMultiplier ?? 1);
  }
  const weighted = outcome.lineFen.reduce((sum, fen, line) => sum + fen * (multipliers[line] ?? 1), 0);
  return Math.floor(weighted / FEN_PER_POINT);
}

/**
 * The lowest payable amount that the campaigns allow for a basket, as data; the inputs stay untouched and the same inputs give the same
 * answer. Takes parsed inputs (`parseBasket`, `parseDecisionContext`, `parseCampaignSet`); work is bounded by
 * `DECIDE_LIMITS.maxSearchSteps`, beyond which the answer says how far from the optimum it may be.
 */
export function decide(context: DecisionContext, compiled: CompiledCampaigns, basket: Basket): Decision {
  const { policy, version } = compiled.set;
  const prepared = prepareBasket(context, compiled, basket);
  const { outcome, lowestFen } = searchBasket(prepared, policy.couponsPerBasket);
  const listFen = prepared.lines.reduce((sum, line) => sum + line.listFen, 0);
  const gapFen = Math.max(0, outcome.payableFen - lowestFen);
  const applied = appliedOf(outcome);
  return {
    schema: 1,
    policyVersion: policy.version,
    campaignSetVersion: version,
    moneyRule: MONEY_RULE,
    listFen,
    savingsFen: listFen - outcome.payableFen,
    payableFen: outcome.payableFen,
    lines: decisionLines(basket, prepared, outcome),
    applied,
    notApplied: notAppliedOf({ prepared, outcome, couponsPerBasket: policy.couponsPerBasket }),
    couponsConsumed: applied.flatMap((one) => one.couponId ?? []),
    points: { earned: pointsOf(basket, outcome) },
    provenOptimal: gapFen === 0,
    gapFen,
  };
}
