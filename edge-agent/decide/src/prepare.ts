import { type CompiledCampaign, type CompiledCampaigns, campaignsTouching } from './compile.ts';
import type { LiveCampaign, PreparedLine } from './model.ts';
import { compareIds } from './money.ts';
import type { Basket, BasketCoupon, DecisionContext } from './schema/basket.ts';
import type { NotAppliedCode } from './schema/decision.ts';
import { lineListFen } from './schema/parse.ts';
import { type WallClock, wallClockAt, windowProblem } from './time.ts';

/** A campaign or coupon that is out before the search begins, and why. */
export interface RuledOut {
  readonly campaignId: string;
  readonly compiled?: CompiledCampaign;
  readonly couponId?: string;
  readonly code: NotAppliedCode;
}

/** A basket ready for the search. */
export interface PreparedBasket {
  readonly lines: readonly PreparedLine[];
  /** Live campaigns by layer, in declared order; coupons hold one per campaign. */
  readonly items: readonly LiveCampaign[];
  readonly basket: readonly LiveCampaign[];
  readonly coupons: readonly LiveCampaign[];
  readonly ruledOut: readonly RuledOut[];
}

function prepareLines(basket: Basket): PreparedLine[] {
  return basket.lines
    .map((line) => {
      const listFen = lineListFen(line);
      return {
        line,
        listFen,
        quantity: line.quantity,
        unitFen: line.weightGrams === undefined ? line.unitPriceFen : listFen,
      };
    })
    .sort((a, b) => compareIds(a.line.lineId, b.line.lineId));
}

/** Why a campaign is closed to this basket's store, channel, member or hour. */
function closedBy(
  compiled: CompiledCampaign,
  context: DecisionContext,
  basket: Basket,
  clock: () => WallClock,
): NotAppliedCode | undefined {
  const { campaign, stores, tiers } = compiled;
  const { audience } = campaign;
  if (stores && !stores.has(context.storeId)) return 'AUDIENCE_STORE';
  const shut = windowProblem(compiled.window, Date.parse(context.at), clock);
  if (shut) return shut;
  if (audience?.channels && !audience.channels.includes(context.channel)) return 'AUDIENCE_CHANNEL';
  const membersOnly = audience?.memberOnly || tiers || campaign.kind === 'member-price';
  if (membersOnly && !basket.member) return 'AUDIENCE_MEMBERS_ONLY';
  return tiers && basket.member && !tiers.has(basket.member.tier) ? 'AUDIENCE_TIER' : undefined;
}

/** Campaigns that another store's people or another season's would only be noise to a shopper here. */
const SILENT: ReadonlySet<NotAppliedCode> = new Set(['AUDIENCE_STORE', 'WINDOW_NOT_STARTED', 'WINDOW_ENDED']);

/** Coupons by campaign, the first by id; unknown ones and second ones are ruled out. */
function sortCoupons(
  basket: Basket,
  compiled: CompiledCampaigns,
): { first: Map<string, string>; ruledOut: RuledOut[] } {
  const first = new Map<string, string>();
  const ruledOut: RuledOut[] = [];
  const sorted: BasketCoupon[] = [...basket.coupons].sort((a, b) => compareIds(a.couponId, b.couponId));
  for (const { couponId, campaignId } of sorted) {
    const known = compiled.byId.get(campaignId);
    if (!known?.campaign.requiresCoupon) ruledOut.push({ campaignId, couponId, code: 'COUPON_UNKNOWN' });
    else if (first.has(campaignId)) ruledOut.push({ campaignId, compiled: known, couponId, code: 'COUPON_DUPLICATE' });
    else first.set(campaignId, couponId);
  }
  return { first, ruledOut };
}

/** Sorts a basket's campaigns into live ones by layer and those that are out, each with its reason. */
export function prepareBasket(context: DecisionContext, compiled: CompiledCampaigns, basket: Basket): PreparedBasket {
  const lines = prepareLines(basket);
  const touching = new Map<CompiledCampaign, number[]>();
  lines.forEach(({ line }, index) => {
    for (const one of campaignsTouching(compiled, line)) {
      const list = touching.get(one);
      if (list) list.push(index);
      else touching.set(one, [index]);
    }
  });
  let now: WallClock | undefined;
  const clock = (): WallClock => {
    now ??= wallClockAt(Date.parse(context.at), context.zone);
    return now;
  };
  const { first, ruledOut } = sortCoupons(basket, compiled);
  for (const campaignId of first.keys()) {
    const known = compiled.byId.get(campaignId);
    if (known && !touching.has(known)) touching.set(known, []);
  }
  const live: LiveCampaign[] = [];
  for (const [one, touched] of [...touching].sort(([a], [b]) => a.order - b.order)) {
    const couponId = first.get(one.campaign.id);
    const closed = closedBy(one, context, basket, clock);
    const coupon = couponId === undefined ? {} : { couponId };
    const out = (code: NotAppliedCode): void => {
      ruledOut.push({ campaignId: one.campaign.id, compiled: one, code, ...coupon });
    };
    if (closed && couponId !== undefined) out(closed === 'WINDOW_ENDED' ? 'COUPON_EXPIRED' : closed);
    else if (closed && !SILENT.has(closed)) out(closed);
    else if (closed) continue;
    else if (one.campaign.requiresCoupon && couponId === undefined) out('COUPON_NOT_PRESENTED');
    else if (touched.length === 0) out('NO_MATCHING_ITEMS');
    else live.push({ compiled: one, lines: touched, ...coupon });
  }
  return {
    lines,
    items: live.filter((one) => one.couponId === undefined && one.compiled.campaign.kind !== 'spend-save'),
    basket: live.filter((one) => one.couponId === undefined && one.compiled.campaign.kind === 'spend-save'),
    coupons: live.filter((one) => one.couponId !== undefined),
    ruledOut,
  };
}
