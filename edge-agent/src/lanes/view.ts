import { createHash } from 'node:crypto';
import type { BasketView, Words } from '@tillside/agent-contract';
import {
  type Basket,
  DECIDE_LIMITS,
  type Decision,
  explain,
  explainGift,
  explainPoints,
  type Locale,
} from '@tillside/decide';
import { couponsOf, livingCoupons } from '../coupons/coupons.ts';
import { giftChoicesOf } from '../coupons/gift-choice.ts';
import type { Reader } from '../journal/index.ts';
import { basketMember, memberById, personalised } from '../members/members.ts';
import { allowanceOf, balanceOf, shownBalance } from '../points/balance.ts';
import type { CampaignBook } from '../prices/campaigns.ts';
import { type Items, itemFacts } from '../prices/item.ts';
import type { StoredBasket } from './basket.ts';

/** Messages that a screen has room for; the decision itself holds all of them. */
const MAX_MESSAGES = 12;
/** Baskets that are decided again to confirm what would bring a saving. A shopper does not read more of them. */
const MAX_CONFIRMED = 3;
const KEY_CHARS = 32;

export interface ViewDeps {
  readonly reader: Reader;
  readonly book: CampaignBook;
  readonly items: Items;
}

/** A basket as the decision engine reads it, with what is known of its member now. */
export function basketInput(reader: Reader, basket: StoredBasket, atMs: number): Basket {
  const member = basket.memberId === undefined ? undefined : memberById(reader, basket.memberId);
  const { payWithPoints } = basket;
  const giftChoices = choicesOf(reader, basket, member?.memberId);
  return {
    lines: basket.lines.map(({ line }) => line),
    // Another till may have spent one meanwhile; those of a sold basket are spent by itself.
    coupons: livingCoupons(reader, basket.couponIds, atMs)
      .filter(({ spentSaleId }) => spentSaleId === null || basket.state === 'completed')
      .map(({ couponId, campaignId }) => ({ couponId, campaignId })),
    ...(member === undefined ? {} : { member: basketMember(reader, member, atMs) }),
    ...(giftChoices.length === 0 ? {} : { giftChoices }),
    ...(member === undefined || payWithPoints === undefined
      ? {}
      : { payWithPoints: Math.min(payWithPoints, allowed(reader, basket, member.memberId, atMs)) }),
  };
}

/** What was said at the till, then what the member chose beforehand; of a sold basket what was chosen by then. */
export function choicesOf(
  reader: Reader,
  basket: StoredBasket,
  memberId: string | undefined,
): StoredBasket['giftChoices'] {
  const before = memberId === undefined || basket.state === 'completed' ? [] : giftChoicesOf(reader, memberId);
  const said = new Set(basket.giftChoices.map(({ campaignId }) => campaignId));
  return [...basket.giftChoices, ...before.filter(({ campaignId }) => !said.has(campaignId))].slice(
    0,
    DECIDE_LIMITS.maxCoupons,
  );
}

/** What may be spent now: another till may have spent some meanwhile, and what HQ held may have lapsed. */
const allowed = (reader: Reader, { memberTrust = 'card' }: StoredBasket, memberId: string, atMs: number): number =>
  allowanceOf(reader, { memberId, trust: memberTrust, atMs }).points;

/** What a shopper agrees to, as a short text that differs when anything of it does. */
export function decisionKey(decision: Decision): string {
  const { payableFen, totalFen, gifts, points, couponsConsumed } = decision;
  const given = gifts.map(({ campaignId, chosen }) => [campaignId, chosen.sku, chosen.quantity]);
  const agreed = [payableFen, totalFen, given, points.earned, points.spent, couponsConsumed];
  return createHash('sha256').update(JSON.stringify(agreed)).digest('hex').slice(0, KEY_CHARS);
}

/** What campaigns with limits give in a decision: the part of it that another till may take away. */
export function promisedBy(decision: Decision, book: CampaignBook): Record<string, number> {
  return Object.fromEntries(
    decision.applied
      .filter(({ campaignId }) => book.isCounted(campaignId))
      .map(({ campaignId, amountFen }) => [campaignId, amountFen]),
  );
}

/** A basket as decided now, for a list of baskets: without the changes that would bring a saving. */
export function plainView(deps: ViewDeps, basket: StoredBasket, atMs: number): BasketView {
  return viewOf(deps, basket, deps.book.decide(basketInput(deps.reader, basket, atMs), atMs), atMs);
}

/** A basket as decided now, for the screen of a till, with the nearest changes that would bring a saving. */
export function screenView(deps: ViewDeps, basket: StoredBasket, atMs: number): BasketView {
  const { reader, book, items } = deps;
  const options = { most: MAX_CONFIRMED, itemOf: (sku: string) => itemFacts(items.bySku(sku)) };
  return viewOf(deps, basket, book.decideWithUnlocks(basketInput(reader, basket, atMs), options, atMs), atMs);
}

function viewOf({ reader, book, items }: ViewDeps, basket: StoredBasket, decision: Decision, atMs: number): BasketView {
  const member = basket.memberId === undefined ? undefined : memberById(reader, basket.memberId);
  return {
    basketId: basket.basketId,
    state: basket.state,
    terminalId: basket.terminalId,
    lane: basket.lane,
    cashierId: basket.cashierId,
    openedAt: basket.openedAt,
    revision: basket.revision,
    ...(basket.priceOwner === 'tillside' ? {} : { priceOwner: basket.priceOwner }),
    ...(basket.training ? { training: true } : {}),
    ...(member === undefined
      ? {}
      : {
          member: {
            memberId: member.memberId,
            tier: member.tier,
            pointsBalance: shownBalance(balanceOf(reader, member.memberId, atMs)),
            trust: basket.memberTrust ?? 'card',
            personalised: personalised(member),
          },
        }),
    ...(basket.guest === undefined ? {} : { guest: true as const }),
    coupons: couponsOf(reader, basket.couponIds).map(({ couponId, campaignId }) => ({
      couponId,
      campaignId,
      name: book.byId(campaignId)?.name ?? { zh: '优惠券', en: 'Coupon' },
    })),
    lines: linesOf(basket, decision),
    giftChoices: choicesOf(reader, basket, member?.memberId).filter(({ campaignId }) => book.byId(campaignId)),
    ...(basket.payWithPoints === undefined ? {} : { payWithPoints: basket.payWithPoints }),
    decision,
    decisionKey: decisionKey(decision),
    messages: [...(basket.memberLeft ? [MEMBER_LEFT] : []), ...messagesOf(decision, items)].slice(0, MAX_MESSAGES),
  };
}

function linesOf(basket: StoredBasket, decision: Decision): BasketView['lines'] {
  const decided = new Map(decision.lines.map((line) => [line.lineId, line]));
  return basket.lines.map(({ line, size, pictogram, priceSet, unknown }) => ({
    lineId: line.lineId,
    sku: line.sku,
    gtin: line.gtin ?? '',
    name: line.name,
    size,
    pictogram,
    quantity: line.quantity,
    ...(line.weightGrams === undefined ? {} : { weightGrams: line.weightGrams }),
    ...(line.lotId === undefined ? {} : { lotId: line.lotId }),
    ...(line.noPromotions ? { noPromotions: true } : {}),
    unitPriceFen: line.unitPriceFen,
    listFen: decided.get(line.lineId)?.listFen ?? 0,
    payableFen: decided.get(line.lineId)?.payableFen ?? 0,
    ...(priceSet === undefined ? {} : { priceSet }),
    ...(unknown ? { unknown } : {}),
  }));
}

const MEMBER_LEFT: BasketView['messages'][number] = {
  kind: 'member',
  text: {
    zh: '会员已退出，本单按非会员继续：积分、会员价和个人优惠券不再适用。',
    en: 'The member has left. The basket goes on as a guest’s: no points, no member prices, no personal coupons.',
  },
};

function messagesOf(decision: Decision, items: Items): BasketView['messages'] {
  const both = (say: (locale: Locale) => string): Words => ({ zh: say('zh-CN'), en: say('en') });
  const names = (sku: string) => items.bySku(sku)?.name;
  const applied = decision.applied.map((entry) => ({
    kind: 'applied' as const,
    campaignId: entry.campaignId,
    text: both((locale) => explain(entry, locale)),
  }));
  const gifts = decision.gifts.map((gift) => ({
    kind: 'gift' as const,
    campaignId: gift.campaignId,
    text: both((locale) => explainGift(gift, locale)),
  }));
  const { points } = decision;
  const ofPoints =
    points.earned + points.spent === 0
      ? []
      : [{ kind: 'points' as const, text: both((locale) => explainPoints(points, locale) ?? '') }];
  const rest = decision.notApplied.map((entry) => ({
    kind: entry.unlock === undefined ? ('not-applied' as const) : ('unlock' as const),
    campaignId: entry.campaignId,
    text: both((locale) => explain(entry, locale, names)),
  }));
  const unlocks = rest.filter((message) => message.kind === 'unlock');
  const others = rest.filter((message) => message.kind === 'not-applied');
  return [...applied, ...gifts, ...ofPoints, ...unlocks, ...others];
}
