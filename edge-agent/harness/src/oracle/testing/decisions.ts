import type { Decision } from '@tillside/decide';
import type { Decided } from '../check-decision.ts';
import { type DecideCase, listFenOf, problemOf } from '../problem.ts';

/** Line id to campaign, fen and units. */
export type Adjusted = Readonly<
  Record<string, readonly (readonly [campaignId: string, amountFen: number, units: number])[]>
>;

/** A decision that says what it is told, with sums that fit and the first coupon of each campaign. */
export function decidedOf(asked: DecideCase, adjusted: Adjusted): Decided {
  const couponOf = (campaignId: string): { couponId?: string } => {
    const coupon = asked.basket.coupons.find((one) => one.campaignId === campaignId);
    return coupon ? { couponId: coupon.couponId } : {};
  };
  const lines = asked.basket.lines.map((line): Decision['lines'][number] => {
    const adjustments = (adjusted[line.lineId] ?? []).map(([campaignId, amountFen, units]) => ({
      campaignId,
      ...couponOf(campaignId),
      amountFen,
      units,
    }));
    const listFen = listFenOf(line);
    const payableFen = adjustments.reduce((left, one) => left - one.amountFen, listFen);
    return { lineId: line.lineId, sku: line.sku, quantity: line.quantity, listFen, payableFen, adjustments };
  });
  const all = lines.flatMap((line) => line.adjustments);
  const applied = [...new Set(all.map((one) => one.campaignId))].map((campaignId) => {
    const amountFen = all.reduce((sum, one) => sum + (one.campaignId === campaignId ? one.amountFen : 0), 0);
    const name = { zh: campaignId, en: campaignId };
    return { campaignId, ...couponOf(campaignId), amountFen, storeFen: amountFen, brandFen: 0, name };
  });
  const listFen = lines.reduce((sum, line) => sum + line.listFen, 0);
  const payableFen = lines.reduce((sum, line) => sum + line.payableFen, 0);
  const decision: Decision = {
    schema: 1,
    policyVersion: 1,
    campaignSetVersion: 1,
    moneyRule: 'test',
    listFen,
    savingsFen: listFen - payableFen,
    payableFen,
    taxFen: 0,
    totalFen: payableFen,
    lines,
    applied,
    gifts: [],
    notApplied: [],
    couponsConsumed: applied.flatMap(({ couponId }) => couponId ?? []),
    points: { earned: 0, spent: 0, spentFen: 0 },
    provenOptimal: true,
    gapFen: 0,
  };
  return { asked, problem: problemOf(asked), decision };
}
