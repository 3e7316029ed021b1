import { claimsOf } from './claims.ts';
import type { LiveCampaign } from './model.ts';
import type { BasketOutcome } from './outcome.ts';
import type { PreparedBasket, RuledOut } from './prepare.ts';
import type { Basket, DecisionContext } from './schema/basket.ts';
import type { CampaignPolicy } from './schema/campaign.ts';
import type { NotApplied, NotAppliedCode } from './schema/decision.ts';
import { giftsInStock } from './wide.ts';

/** What the search's answer says about the campaigns that gave nothing. */
export interface Answer {
  readonly prepared: PreparedBasket;
  readonly outcome: BasketOutcome;
  /** Ids of the campaigns that gave something. */
  readonly applied: ReadonlySet<string>;
  readonly basket: Basket;
  readonly context: DecisionContext;
  readonly policy: CampaignPolicy;
}

/** Units of the basket that a campaign touches, in all or in one role. */
function unitsOf(live: LiveCampaign, { prepared }: Answer, role?: number): number {
  return live.lines.reduce((units, line, place) => {
    if (role !== undefined && !live.roles[place]?.includes(role)) return units;
    return units + (prepared.lines[line]?.quantity ?? 0);
  }, 0);
}

function reachMissing(
  live: LiveCampaign,
  base: 'list' | 'after-item-discounts',
  thresholds: readonly { spendFen?: number | undefined; units?: number | undefined }[],
  { outcome }: Answer,
): NotAppliedCode | undefined {
  const reach = outcome.reachOf(live, base);
  const reached = thresholds.some(({ spendFen, units }) =>
    units === undefined ? reach.amountFen >= (spendFen ?? 0) : reach.units >= units,
  );
  if (reached) return undefined;
  return thresholds.some(({ units }) => units !== undefined) ? 'UNITS_NOT_REACHED' : 'SPEND_NOT_REACHED';
}

/** What the basket lacks for a campaign, if that is what keeps it away. */
function lacking(live: LiveCampaign, answer: Answer): NotAppliedCode | undefined {
  const { campaign } = live.compiled;
  const all = (): number => unitsOf(live, answer);
  switch (campaign.kind) {
    case 'spend-save':
      return reachMissing(live, campaign.base, campaign.tiers, answer);
    case 'gift': {
      const stock = new Map((answer.context.giftStock ?? []).map(({ sku, quantity }) => [sku, quantity]));
      const missing = reachMissing(live, campaign.base, [campaign], answer);
      return missing ?? (giftsInStock(campaign, stock, 1).length === 0 ? 'GIFT_OUT_OF_STOCK' : undefined);
    }
    case 'points':
      return campaign.earn.by === 'bonus' ? reachMissing(live, campaign.earn.base, [campaign.earn], answer) : undefined;
    case 'points-pay':
      return answer.basket.payWithPoints === undefined ? 'POINTS_NOT_ASKED' : 'POINTS_NOT_ENOUGH';
    case 'buy-get':
      return all() < campaign.buy + campaign.get ? 'UNITS_NOT_REACHED' : undefined;
    case 'nth-item':
      return all() <= campaign.ladderBp.findIndex((bp) => bp > 0) ? 'UNITS_NOT_REACHED' : undefined;
    case 'bulk-price':
      return campaign.tiers.every((tier) => all() < tier.minUnits) ? 'UNITS_NOT_REACHED' : undefined;
    case 'bundle':
      return campaign.slots.some((slot, role) => unitsOf(live, answer, role) < slot.quantity)
        ? 'BUNDLE_INCOMPLETE'
        : undefined;
    default:
      return undefined;
  }
}

/** What else was given that keeps a campaign out, by a rule. */
function barredBy(live: LiveCampaign, answer: Answer, acting: readonly LiveCampaign[]): NotAppliedCode | undefined {
  const { policy } = answer;
  const { campaign, layer } = live.compiled;
  const group = campaign.exclusiveGroup;
  if (group !== undefined && acting.some((one) => one.compiled.campaign.exclusiveGroup === group)) {
    return 'EXCLUSIVE_GROUP_TAKEN';
  }
  const same = acting.filter((one) => one.compiled.layer === layer);
  if (layer === 'coupon' && same.length >= policy.couponsPerBasket) return 'COUPON_LIMIT';
  const mode = layer === 'basket' || layer === 'coupon' ? policy.layers?.[layer] : undefined;
  return mode === 'best-one' && same.length > 0 ? 'LAYER_TAKEN' : undefined;
}

/** The least that a campaign could give at all; a budget below it is as good as spent. 0 where that isn't known. */
function leastSaving({ compiled: { campaign } }: LiveCampaign, saves: readonly { readonly saveFen: number }[]): number {
  if (campaign.kind === 'spend-save') {
    return Math.min(...campaign.tiers.map((tier) => tier.saveFen ?? 1));
  }
  const own = saves.map((claim) => claim.saveFen).filter((fen) => fen > 0);
  return own.length === 0 ? 0 : Math.min(...own);
}

function reasonOf(live: LiveCampaign, answer: Answer, acting: readonly LiveCampaign[]): NotAppliedCode {
  const { prepared, outcome } = answer;
  const lacks = lacking(live, answer);
  if (lacks) return lacks;
  const barred = barredBy(live, answer, acting);
  if (barred) return barred;
  const { campaign } = live.compiled;
  const wide = campaign.kind === 'spend-save' || campaign.kind === 'gift';
  // In the item layer a line that is free by now was made free by a rival; the layers above find nothing left there.
  const free = wide && live.lines.every((line) => outcome.lineFen[line] === 0);
  const saves = claimsOf(prepared.lines, [live])
    .flat()
    .filter((claim) => claim.live[0] === live);
  const worthless = !wide && campaign.kind !== 'bundle' && saves.every((claim) => claim.saveFen === 0);
  if (free || worthless) return 'NOTHING_LEFT_TO_SAVE';
  if (live.budgetFen < leastSaving(live, saves)) return 'BUDGET_SPENT';
  return answer.policy.objective === 'priority-order' ? 'EARLIER_WENT_FIRST' : 'OTHER_IS_BETTER';
}

function fromRuledOut({ campaignId, couponId, code, compiled }: RuledOut): NotApplied {
  return {
    campaignId,
    code,
    ...(couponId === undefined ? {} : { couponId }),
    ...(compiled ? { name: compiled.campaign.name } : {}),
  };
}

/** Every campaign that touches the basket and every presented coupon that gave nothing, with its reason. */
export function notAppliedOf(answer: Answer): NotApplied[] {
  const { prepared, applied } = answer;
  const all = [...prepared.items, ...prepared.wide, ...prepared.points];
  const acting = all.filter((live) => applied.has(live.compiled.campaign.id));
  return [
    ...all
      .filter((live) => !applied.has(live.compiled.campaign.id))
      .map((live) => ({
        campaignId: live.compiled.campaign.id,
        ...(live.couponId === undefined ? {} : { couponId: live.couponId }),
        name: live.compiled.campaign.name,
        code: reasonOf(live, answer, acting),
      })),
    ...prepared.ruledOut.map(fromRuledOut),
  ];
}
