import type { BasketView, Words } from '@tillside/agent-contract';
import { type Basket, type Decision, explain } from '@tillside/decide';
import { couponsOf } from '../coupons/coupons.ts';
import type { Reader } from '../journal/index.ts';
import { memberById } from '../members/members.ts';
import type { CampaignBook } from '../prices/campaigns.ts';
import type { StoredBasket } from './basket.ts';

/** Messages that a screen has room for; the decision itself holds all of them. */
const MAX_MESSAGES = 12;

/** A basket as decided now. Pure but for reading the member's tier and the coupons' campaigns. */
export function decideBasket(reader: Reader, book: CampaignBook, basket: StoredBasket, atMs?: number): Decision {
  const member = basket.memberId === undefined ? undefined : memberById(reader, basket.memberId);
  const input: Basket = {
    lines: basket.lines.map(({ line }) => line),
    coupons: couponsOf(reader, basket.couponIds).map(({ couponId, campaignId }) => ({ couponId, campaignId })),
    ...(member === undefined ? {} : { member: { memberId: member.memberId, tier: member.tier } }),
  };
  return book.decide(input, atMs);
}

export function basketView(reader: Reader, book: CampaignBook, basket: StoredBasket, decided?: Decision): BasketView {
  const decision = decided ?? decideBasket(reader, book, basket);
  const member = basket.memberId === undefined ? undefined : memberById(reader, basket.memberId);
  const payable = new Map(decision.lines.map((line) => [line.lineId, line]));
  return {
    basketId: basket.basketId,
    state: basket.state,
    terminalId: basket.terminalId,
    lane: basket.lane,
    cashierId: basket.cashierId,
    openedAt: basket.openedAt,
    ...(member === undefined
      ? {}
      : { member: { memberId: member.memberId, tier: member.tier, pointsBalance: member.points } }),
    coupons: couponsOf(reader, basket.couponIds).map(({ couponId, campaignId }) => ({
      couponId,
      campaignId,
      name: book.byId(campaignId)?.name ?? { zh: '优惠券', en: 'Coupon' },
    })),
    lines: basket.lines.map(({ line, size, pictogram }) => ({
      lineId: line.lineId,
      sku: line.sku,
      gtin: line.gtin ?? '',
      name: line.name,
      size,
      pictogram,
      quantity: line.quantity,
      ...(line.weightGrams === undefined ? {} : { weightGrams: line.weightGrams }),
      unitPriceFen: line.unitPriceFen,
      listFen: payable.get(line.lineId)?.listFen ?? 0,
      payableFen: payable.get(line.lineId)?.payableFen ?? 0,
    })),
    decision,
    messages: messagesOf(decision),
  };
}

function messagesOf(decision: Decision): BasketView['messages'] {
  const both = (entry: Parameters<typeof explain>[0]): Words => ({
    zh: explain(entry, 'zh-CN'),
    en: explain(entry, 'en'),
  });
  const applied = decision.applied.map((entry) => ({
    kind: 'applied' as const,
    campaignId: entry.campaignId,
    text: both(entry),
  }));
  const rest = decision.notApplied.map((entry) => ({
    kind: entry.unlock === undefined ? ('not-applied' as const) : ('unlock' as const),
    campaignId: entry.campaignId,
    text: both(entry),
  }));
  const unlocks = rest.filter((message) => message.kind === 'unlock');
  return [...applied, ...unlocks, ...rest.filter((message) => message.kind === 'not-applied')].slice(0, MAX_MESSAGES);
}
