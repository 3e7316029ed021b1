import {
  type Decision,
  exchangeFor,
  type Returned,
  type ReturnSettlement,
  type ReturnTotals,
  returnFor,
} from '@tillside/decide';
import type { SoldBasket } from './past-sales.ts';

/** What a sequence of returns came to, from the till's side: money, points and coupons that changed hands. */
export interface Played {
  /** Handed out less asked for, over all returns; in exchanges what the returned side was worth. */
  readonly netFen: number;
  readonly pointsTakenBack: number;
  readonly pointsGivenBack: number;
  readonly couponsBack: readonly string[];
  readonly couponsExpired: readonly string[];
  readonly last: ReturnSettlement | undefined;
  readonly exchanges: number;
  /** Returns at which the shopper had to pay, for a gift. */
  readonly askedToPay: number;
}

/** A return, or an exchange for the goods of another sale. */
export interface Step {
  readonly now: Returned;
  readonly exchangeFor: SoldBasket | undefined;
}

export type Fail = (code: string, message: string) => void;

const NOTHING: Returned = { units: [], gifts: [] };

export const together = (parts: readonly Returned[]): Returned => ({
  units: parts.flatMap((part) => part.units),
  gifts: parts.flatMap((part) => part.gifts),
});

/** Settles returns one after the other and checks each by itself; undefined where one was refused. */
export function play(sold: SoldBasket, steps: readonly Step[], at: string, fail: Fail): Played | undefined {
  let before = NOTHING;
  let netFen = 0;
  let pointsTakenBack = 0;
  let pointsGivenBack = 0;
  let exchanges = 0;
  let askedToPay = 0;
  let last: ReturnSettlement | undefined;
  const couponsBack: string[] = [];
  const couponsExpired: string[] = [];
  for (const step of steps) {
    const settled = settle(sold, before, step, at, fail);
    if (settled === undefined) return undefined;
    before = together([before, step.now]);
    checkStep(sold, before, settled, last?.total, fail);
    netFen += settled.refundFen - settled.payFen;
    pointsTakenBack += settled.points.takenBack;
    pointsGivenBack += settled.points.givenBack;
    askedToPay += settled.payFen > 0 ? 1 : 0;
    exchanges += step.exchangeFor === undefined ? 0 : 1;
    for (const { couponId } of settled.coupons.back) couponsBack.push(couponId);
    for (const { couponId, reason } of settled.coupons.spent) if (reason === 'EXPIRED') couponsExpired.push(couponId);
    last = settled;
  }
  return { netFen, pointsTakenBack, pointsGivenBack, couponsBack, couponsExpired, last, exchanges, askedToPay };
}

function settle(sold: SoldBasket, before: Returned, step: Step, at: string, fail: Fail): ReturnSettlement | undefined {
  const other = step.exchangeFor?.decision;
  if (other === undefined) {
    const result = returnFor(sold.sale, before, step.now, at);
    if (result.ok) return result.settlement;
    fail('RETURN_REFUSED', `${result.errors[0]?.code} ${result.errors[0]?.path}`);
    return undefined;
  }
  const { totalFen } = other;
  const result = exchangeFor(sold.sale, before, step.now, at, other);
  if (!result.ok) {
    fail('RETURN_REFUSED', `${result.errors[0]?.code} ${result.errors[0]?.path}`);
    return undefined;
  }
  const { payFen, refundFen, returned } = result.exchange;
  // The drawer gets the new total less what the returned goods were worth, and nobody both pays and is paid.
  if (payFen - refundFen !== totalFen - returned.refundFen + returned.payFen || Math.min(payFen, refundFen) !== 0)
    fail('EXCHANGE_NOT_BALANCED', `new ${totalFen}, pays ${payFen}, gets ${refundFen}`);
  return returned;
}

/** Bounds and sums of one settlement, `before` being all that came back with it. */
function checkStep(
  { sale, decision, paidFen }: SoldBasket,
  before: Returned,
  now: ReturnSettlement,
  was: ReturnTotals | undefined,
  fail: Fail,
): void {
  const { total, refundFen, payFen, goodsFen, heldBackFen, giftChargeFen } = now;
  const shown = (): string => JSON.stringify({ paidFen, total });
  if (total.refundFen < 0 || total.refundFen > total.goodsFen || total.goodsFen > paidFen) fail('ABOVE_PAID', shown());
  if (refundFen < 0 || payFen < 0 || refundFen - payFen !== goodsFen - heldBackFen - giftChargeFen)
    fail('MONEY_NOT_CONSERVED', shown());
  if (refundFen - payFen !== total.refundFen - (was?.refundFen ?? 0)) fail('MONEY_NOT_CONSERVED', shown());
  if (payFen > 0 && giftChargeFen <= 0) fail('SHOPPER_ASKED_TO_PAY', shown());
  if (goodsFen < 0 || now.points.takenBack < 0 || now.points.givenBack < 0) fail('RETURN_TAKES', shown());
  const { points } = decision;
  if (total.pointsTakenBack > points.earned || total.pointsGivenBack > points.spent) fail('POINTS_ABOVE', shown());
  let linesFen = 0;
  for (const line of now.lines) {
    linesFen += line.refundFen;
    checkShare(decision, before, line.lineId, sale.roundingFen, now, fail);
  }
  if (linesFen !== goodsFen) fail('MONEY_NOT_CONSERVED', `lines ${linesFen}, ${shown()}`);
}

/** Units give their share of what was due for the line, to the fen, and within its part of the cash rounding; none comes back twice. */
function checkShare(
  decision: Decision,
  before: Returned,
  lineId: string,
  roundingFen: number,
  { lines }: ReturnSettlement,
  fail: Fail,
): void {
  const line = decision.lines.find((one) => one.lineId === lineId);
  const refund = lines.find((one) => one.lineId === lineId);
  if (!line || !refund) {
    fail('LINE_UNKNOWN', lineId);
    return;
  }
  const back = before.units.reduce((sum, one) => sum + (one.lineId === lineId ? one.units : 0), 0);
  if (back > line.quantity) fail('ABOVE_SOLD', `${lineId}: ${back} of ${line.quantity}`);
  const added = decision.totalFen === decision.payableFen ? 0 : (line.taxFen ?? 0);
  const dueFen = ((line.payableFen + added) * refund.units) / line.quantity;
  if (Math.abs(refund.refundFen - dueFen) >= 1 + Math.abs(roundingFen))
    fail('SHARE_WRONG', `${lineId}: ${refund.refundFen} of ${dueFen}`);
}
