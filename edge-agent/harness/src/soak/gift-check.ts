import type { Returned } from '@tillside/decide';
import type { SoldBasket } from './past-sales.ts';
import type { Fail, Played } from './return-play.ts';

/** Gifts that are due and not handed back are charged at their value; no more is due than was given, and what is due is worked out again. */
export function checkGifts(sold: SoldBasket, returned: Returned, { last }: Played, fail: Fail): void {
  const { decision, sale } = sold;
  const due = new Map((last?.gifts ?? []).map((gift) => [gift.campaignId, gift]));
  for (const { campaignId, duePieces, returnedPieces, chargeFen } of due.values()) {
    const given = decision.gifts.find((gift) => gift.campaignId === campaignId)?.chosen;
    const missing = duePieces - returnedPieces;
    const worthFen = given === undefined ? 0 : (given.valueFen / given.quantity) * missing;
    if (given === undefined || duePieces > given.quantity || missing < 0 || chargeFen !== worthFen)
      fail('GIFT_NOT_CONSERVED', JSON.stringify({ campaignId, duePieces, returnedPieces, chargeFen }));
  }
  if (sale.campaigns.set.policy.returns?.gifts !== 'return-or-charge') return;
  for (const { campaignId, times, chosen } of decision.gifts) {
    const kept = keptTimes(sold, returned, campaignId);
    const expected = kept === undefined ? undefined : (chosen.quantity / times) * Math.max(0, times - kept);
    const told = due.get(campaignId)?.duePieces ?? 0;
    if (expected !== undefined && told !== expected)
      fail('GIFT_DUE_WRONG', `${campaignId}: ${told} pieces, by its threshold ${expected}`);
  }
}

/**
 * Times that the kept units reach a gift's threshold, from the basket alone: list prices of whole units. Undefined where item campaigns
 * would have to be looked at: for the base after item discounts, and where a campaign of the sale says what it stacks with.
 */
function keptTimes({ sale }: SoldBasket, returned: Returned, campaignId: string): number | undefined {
  const { campaigns } = sale.campaigns.set;
  const gift = campaigns.find((campaign) => campaign.id === campaignId);
  if (gift?.kind !== 'gift' || campaigns.some((campaign) => campaign.stackWith !== undefined)) return undefined;
  if (gift.base !== 'list' && gift.units === undefined) return undefined;
  let reach = 0;
  for (const { lineId, sku, quantity, unitPriceFen } of sale.lines) {
    if (gift.items.all !== true && !gift.items.skus?.includes(sku)) continue;
    const back = returned.units.reduce((sum, one) => sum + (one.lineId === lineId ? one.units : 0), 0);
    reach += (quantity - back) * (gift.units === undefined ? unitPriceFen : 1);
  }
  return Math.floor(reach / (gift.units ?? gift.spendFen ?? Number.POSITIVE_INFINITY));
}
