import { type CompiledCampaign, type CompiledCampaigns, isItemKind, rolesOf } from './compile.ts';
import type { Basket, BasketLine } from './schema/basket.ts';
import type { Decision, NotApplied } from './schema/decision.ts';
import { lineListFen } from './schema/parse.ts';

/** What a basket lacks for a campaign. `like` is a line of the basket of which more would count. */
export type Missing =
  | { readonly what: 'coupon'; readonly campaignId: string }
  | { readonly what: 'member'; readonly tier: string }
  | { readonly what: 'fen'; readonly fen: number; readonly like: BasketLine }
  | {
      readonly what: 'units';
      readonly units: number;
      readonly like: BasketLine | undefined;
      /** An item to add where the basket has none of the kind; `named` says that it must be this one. */
      readonly sku: string | undefined;
      readonly named: boolean;
    };

const MEMBER_TIER = 'member';
const OTHER_SKU = 'zz-some-other-item';

interface Threshold {
  readonly spendFen?: number | undefined;
  readonly units?: number | undefined;
}

/** Lines of the basket that the campaign touches, in one role or in any. */
function touched(one: CompiledCampaign, basket: Basket, role?: number): BasketLine[] {
  return basket.lines.filter((line) => {
    if (line.noPromotions) return false;
    const roles = rolesOf(one, line);
    return role === undefined ? roles.length > 0 : roles.includes(role);
  });
}

const unitFen = (line: BasketLine): number => (line.weightGrams === undefined ? line.unitPriceFen : lineListFen(line));

/** The cheapest unweighed line: one more of it is the nearest. */
function cheapest(lines: readonly BasketLine[]): BasketLine | undefined {
  const counted = lines.filter((line) => line.weightGrams === undefined);
  return counted.reduce<BasketLine | undefined>(
    (best, line) => (best === undefined || unitFen(line) < unitFen(best) ? line : best),
    undefined,
  );
}

function missingUnits(lines: readonly BasketLine[], needed: number): Missing | undefined {
  const have = lines.reduce((sum, line) => sum + line.quantity, 0);
  const like = cheapest(lines);
  if (!like) return undefined;
  return { what: 'units', units: Math.max(1, needed - have), like, sku: undefined, named: false };
}

/** With `same-sku` the SKU that is nearest to the number. */
function missingOfOneSku(lines: readonly BasketLine[], needed: number): Missing | undefined {
  const bySku = new Map<string, BasketLine[]>();
  for (const line of lines) bySku.set(line.sku, [...(bySku.get(line.sku) ?? []), line]);
  const each = [...bySku.values()].flatMap((own) => missingUnits(own, needed) ?? []);
  return each.reduce<Missing | undefined>((best, one) => {
    if (best?.what !== 'units' || one.what !== 'units') return best ?? one;
    return one.units < best.units ? one : best;
  }, undefined);
}

/** What is counted towards a threshold now: after item discounts as the decision has them. */
function countedFen(
  lines: readonly BasketLine[],
  base: 'list' | 'after-item-discounts',
  decision: Decision,
  itemIds: ReadonlySet<string>,
): number {
  return lines.reduce((sum, line) => {
    const own = decision.lines.find((one) => one.lineId === line.lineId);
    const list = lineListFen(line);
    if (base === 'list' || !own) return sum + list;
    const less = own.adjustments.filter((one) => itemIds.has(one.campaignId));
    return sum + list - less.reduce((total, one) => total + one.amountFen, 0);
  }, 0);
}

/** Some other item of the same kind, where the campaign takes any: what is bought in addition need not be discounted itself. */
function neutral(one: CompiledCampaign, line: BasketLine | undefined): BasketLine | undefined {
  if (!line) return undefined;
  const { lotId: _lot, ...rest } = line;
  const other = { ...rest, sku: OTHER_SKU };
  return rolesOf(one, other).length > 0 ? other : line;
}

function belowThreshold(
  one: CompiledCampaign,
  thresholds: readonly Threshold[],
  base: 'list' | 'after-item-discounts',
  basket: Basket,
  decision: Decision,
  itemIds: ReadonlySet<string>,
): Missing | undefined {
  const lines = touched(one, basket);
  const like = neutral(one, cheapest(lines));
  const units = Math.min(...thresholds.map((threshold) => threshold.units ?? Number.POSITIVE_INFINITY));
  if (Number.isFinite(units)) return missingUnits(lines, units);
  if (!like) return undefined;
  const spendFen = Math.min(...thresholds.map((threshold) => threshold.spendFen ?? Number.POSITIVE_INFINITY));
  const fen = spendFen - countedFen(lines, base, decision, itemIds);
  return fen > 0 && Number.isFinite(fen) ? { what: 'fen', fen, like } : undefined;
}

function slotMissing(one: CompiledCampaign, basket: Basket): Missing | undefined {
  const { campaign } = one;
  if (campaign.kind !== 'bundle') return undefined;
  const short = campaign.slots
    .map((slot, role) => ({ slot, lines: touched(one, basket, role) }))
    .map(({ slot, lines }) => ({
      slot,
      lines,
      units: slot.quantity - lines.reduce((sum, line) => sum + line.quantity, 0),
    }))
    .filter(({ units }) => units > 0);
  const [first, second] = short;
  // Two slots short is two changes: not one that is near.
  if (!first || second) return undefined;
  const named = first.slot.items.skus?.length === 1;
  return { what: 'units', units: first.units, like: cheapest(first.lines), sku: first.slot.items.skus?.[0], named };
}

/** What a campaign that gave nothing lacks, where one change of the basket could mend it. */
export function missingOf(
  compiled: CompiledCampaigns,
  one: CompiledCampaign,
  basket: Basket,
  decision: Decision,
  entry: NotApplied,
): Missing | undefined {
  const { campaign } = one;
  switch (entry.code) {
    case 'COUPON_NOT_PRESENTED':
      return { what: 'coupon', campaignId: campaign.id };
    case 'AUDIENCE_MEMBERS_ONLY':
      return basket.member ? undefined : { what: 'member', tier: one.tiers?.values().next().value ?? MEMBER_TIER };
    case 'BUNDLE_INCOMPLETE':
      return slotMissing(one, basket);
    case 'UNITS_NOT_REACHED':
    case 'SPEND_NOT_REACHED':
      break;
    default:
      return undefined;
  }
  const itemIds = new Set(
    decision.applied.flatMap(({ campaignId }) => {
      const applied = compiled.byId.get(campaignId);
      return applied && isItemKind(applied.campaign) ? [campaignId] : [];
    }),
  );
  switch (campaign.kind) {
    case 'spend-save':
      return belowThreshold(one, campaign.tiers, campaign.base, basket, decision, itemIds);
    case 'gift':
      return belowThreshold(one, [campaign], campaign.base, basket, decision, itemIds);
    case 'points':
      if (campaign.earn.by === 'multiplier') return undefined;
      return belowThreshold(one, [campaign.earn], campaign.earn.base, basket, decision, itemIds);
    case 'buy-get':
      return campaign.getItems
        ? otherMissing(one, basket)
        : pick(campaign.match, one, basket, campaign.buy + campaign.get);
    case 'nth-item':
      return pick(campaign.match, one, basket, campaign.ladderBp.findIndex((bp) => bp > 0) + 1);
    case 'bulk-price':
      return pick(campaign.count, one, basket, campaign.tiers[0]?.minUnits ?? 1);
    default:
      return undefined;
  }
}

function pick(
  match: 'any' | 'same-sku' | undefined,
  one: CompiledCampaign,
  basket: Basket,
  needed: number,
): Missing | undefined {
  const lines = touched(one, basket);
  return match === 'same-sku' ? missingOfOneSku(lines, needed) : missingUnits(lines, needed);
}

function otherMissing(one: CompiledCampaign, basket: Basket): Missing | undefined {
  const { campaign } = one;
  if (campaign.kind !== 'buy-get') return undefined;
  const bought = touched(one, basket, 0);
  const got = touched(one, basket, 1);
  const units = (lines: readonly BasketLine[]): number => lines.reduce((sum, line) => sum + line.quantity, 0);
  if (units(bought) < campaign.buy) return missingUnits(bought, campaign.buy);
  const like = cheapest(got);
  const short = Math.max(1, campaign.get - units(got));
  const named = campaign.getItems?.skus?.length === 1;
  return { what: 'units', units: short, like, sku: campaign.getItems?.skus?.[0], named };
}
