import { isNearBirthday } from './birthday.ts';
import { type CompiledCampaign, type CompiledCampaigns, campaignsTouching, isItemKind } from './compile.ts';
import type { LiveCampaign, PreparedLine } from './model.ts';
import { compareIds } from './money.ts';
import type { Basket, BasketCoupon, BasketMember, CampaignUsage, DecisionContext } from './schema/basket.ts';
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
  /** Live campaigns in declared order: those that take units, those of the basket and then the coupon layer, those of points. */
  readonly items: readonly LiveCampaign[];
  readonly wide: readonly LiveCampaign[];
  readonly points: readonly LiveCampaign[];
  readonly ruledOut: readonly RuledOut[];
}

const MS_PER_DAY = 86_400_000;

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

const shares = (wanted: readonly string[], has: readonly string[] | undefined): boolean =>
  has?.some((one) => wanted.includes(one)) ?? false;

/** Why a campaign is closed to this basket's member. */
function closedToMember(
  compiled: CompiledCampaign,
  context: DecisionContext,
  basket: Basket,
  clock: () => WallClock,
): NotAppliedCode | undefined {
  const { campaign, tiers } = compiled;
  const { audience, limits, kind } = campaign;
  const { member } = basket;
  const membersOnly =
    kind === 'member-price' || kind === 'points' || kind === 'points-pay' || limits?.perMember !== undefined;
  const days = audience?.birthdayDays;
  const asked =
    audience?.memberOnly || audience?.firstOrder || audience?.newMemberDays || audience?.tags || audience?.segments;
  if (!member) return membersOnly || asked || tiers || days !== undefined ? 'AUDIENCE_MEMBERS_ONLY' : undefined;
  if (tiers && !tiers.has(member.tier)) return 'AUDIENCE_TIER';
  if (audience?.firstOrder && member.orders !== 0) return 'AUDIENCE_FIRST_ORDER';
  if (audience?.newMemberDays !== undefined) {
    const joinedMs = member.joinedAt === undefined ? Number.NEGATIVE_INFINITY : Date.parse(member.joinedAt);
    if (Date.parse(context.at) - joinedMs > audience.newMemberDays * MS_PER_DAY) return 'AUDIENCE_NEW_MEMBER';
  }
  if (days !== undefined && !(member.birthday && isNearBirthday(member.birthday, clock().date, days))) {
    return 'AUDIENCE_BIRTHDAY';
  }
  if (audience?.tags && !shares(audience.tags, member.tags)) return 'AUDIENCE_NOT_CHOSEN';
  if (audience?.segments && !shares(audience.segments, member.segments)) return 'AUDIENCE_NOT_CHOSEN';
  return undefined;
}

/** Why a campaign is used up. */
function usedUp({ campaign }: CompiledCampaign, usage: CampaignUsage | undefined): NotAppliedCode | undefined {
  const { limits } = campaign;
  if (!limits || !usage) return undefined;
  const reached = (limit: number | undefined, used: number | undefined): boolean =>
    limit !== undefined && (used ?? 0) >= limit;
  if (reached(limits.perMember, usage.member)) return 'LIMIT_MEMBER';
  if (reached(limits.perStore, usage.store)) return 'LIMIT_STORE';
  if (reached(limits.perDay, usage.day)) return 'LIMIT_DAY';
  if (reached(limits.total, usage.total)) return 'LIMIT_TOTAL';
  return reached(limits.budgetFen, usage.budgetFen) ? 'BUDGET_SPENT' : undefined;
}

/** Campaigns that another store's people or another season's would only be noise to a shopper here. */
const SILENT: ReadonlySet<NotAppliedCode> = new Set(['AUDIENCE_STORE', 'WINDOW_NOT_STARTED', 'WINDOW_ENDED']);

/** What closes campaigns to one basket; the clock and the usage are read once, and only if something asks. */
class Gate {
  private readonly context: DecisionContext;
  private readonly basket: Basket;
  private readonly atMs: number;
  private now: WallClock | undefined;
  private usage: Map<string, CampaignUsage> | undefined;

  constructor(context: DecisionContext, basket: Basket) {
    this.context = context;
    this.basket = basket;
    this.atMs = Date.parse(context.at);
  }

  private readonly clock = (): WallClock => {
    this.now ??= wallClockAt(this.atMs, this.context.zone);
    return this.now;
  };

  usageOf(campaignId: string): CampaignUsage | undefined {
    this.usage ??= new Map((this.context.usage ?? []).map((one) => [one.campaignId, one]));
    return this.usage.get(campaignId);
  }

  closed(compiled: CompiledCampaign): NotAppliedCode | undefined {
    const { campaign, stores } = compiled;
    if (stores && !stores.has(this.context.storeId)) return 'AUDIENCE_STORE';
    const shut = windowProblem(compiled.window, this.atMs, this.clock);
    if (shut) return shut;
    if (campaign.audience?.channels && !campaign.audience.channels.includes(this.context.channel)) {
      return 'AUDIENCE_CHANNEL';
    }
    return this.closedToBuyer(compiled);
  }

  /** Whatever the hour. */
  closedToBuyer(compiled: CompiledCampaign): NotAppliedCode | undefined {
    return (
      closedToMember(compiled, this.context, this.basket, this.clock) ??
      (compiled.campaign.limits ? usedUp(compiled, this.usageOf(compiled.campaign.id)) : undefined)
    );
  }
}

/** Why a campaign gives a member nothing, whatever they buy and at what hour: it is not for them, or used up. Undefined: it is open to them. */
export function closedToPerson(
  context: DecisionContext,
  compiled: CompiledCampaign,
  member: BasketMember,
): NotAppliedCode | undefined {
  return new Gate(context, { lines: [], coupons: [], member }).closedToBuyer(compiled);
}

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

interface Touch {
  readonly lines: number[];
  readonly roles: number[][];
}

function touchesOf(lines: readonly PreparedLine[], compiled: CompiledCampaigns): Map<CompiledCampaign, Touch> {
  const touching = new Map<CompiledCampaign, Touch>();
  lines.forEach(({ line }, index) => {
    for (const [one, roles] of campaignsTouching(compiled, line)) {
      const touch = touching.get(one);
      if (touch) {
        touch.lines.push(index);
        touch.roles.push(roles);
      } else {
        touching.set(one, { lines: [index], roles: [roles] });
      }
    }
  });
  return touching;
}

function budgetLeft(compiled: CompiledCampaign, gate: Gate): number {
  const budgetFen = compiled.campaign.limits?.budgetFen;
  if (budgetFen === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(0, budgetFen - (gate.usageOf(compiled.campaign.id)?.budgetFen ?? 0));
}

/** Sorts a basket's campaigns into live ones by layer and those that are out, each with its reason. */
export function prepareBasket(context: DecisionContext, compiled: CompiledCampaigns, basket: Basket): PreparedBasket {
  const lines = prepareLines(basket);
  const touching = touchesOf(lines, compiled);
  const gate = new Gate(context, basket);
  const { first, ruledOut } = sortCoupons(basket, compiled);
  for (const campaignId of first.keys()) {
    const known = compiled.byId.get(campaignId);
    if (known && !touching.has(known)) touching.set(known, { lines: [], roles: [] });
  }
  const live: LiveCampaign[] = [];
  for (const [one, touch] of [...touching].sort(([a], [b]) => a.order - b.order)) {
    const couponId = first.get(one.campaign.id);
    const coupon = couponId === undefined ? {} : { couponId };
    const code = outOf(one, touch, gate, couponId);
    if (code) ruledOut.push({ campaignId: one.campaign.id, compiled: one, code, ...coupon });
    else if (code === undefined) live.push({ compiled: one, ...touch, budgetFen: budgetLeft(one, gate), ...coupon });
  }
  const wide = live.filter(({ compiled: { campaign } }) => campaign.kind === 'spend-save' || campaign.kind === 'gift');
  return {
    lines,
    items: live.filter((one) => isItemKind(one.compiled.campaign)),
    wide: [...wide.filter((one) => one.couponId === undefined), ...wide.filter((one) => one.couponId !== undefined)],
    points: live.filter(({ compiled: { campaign } }) => campaign.kind === 'points' || campaign.kind === 'points-pay'),
    ruledOut,
  };
}

/** Why a campaign is out: a code; `null` where it is out and nobody needs to know; undefined where it is in. */
function outOf(
  one: CompiledCampaign,
  touch: Touch,
  gate: Gate,
  couponId: string | undefined,
): NotAppliedCode | null | undefined {
  const closed = gate.closed(one);
  if (closed) {
    if (couponId !== undefined) return closed === 'WINDOW_ENDED' ? 'COUPON_EXPIRED' : closed;
    return SILENT.has(closed) ? null : closed;
  }
  if (one.campaign.requiresCoupon && couponId === undefined) return 'COUPON_NOT_PRESENTED';
  return touch.lines.length === 0 ? 'NO_MATCHING_ITEMS' : undefined;
}
