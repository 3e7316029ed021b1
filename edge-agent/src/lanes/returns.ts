import type { ReturnRequest, ReturnView } from '@tillside/agent-contract';
import {
  compileCampaigns,
  type DecideError,
  type PastSale,
  type Returned,
  type ReturnSettlement,
  refundFor,
  returnFor,
} from '@tillside/decide';
import type { EventBody } from '@tillside/protocol';
import type { z } from 'zod';
import { couponsOf, reviveCoupon } from '../coupons/coupons.ts';
import { AgentError } from '../errors.ts';
import type { Reader, Tx } from '../journal/index.ts';
import { addPoints } from '../members/members.ts';
import { readBasket } from './basket.ts';
import { bookingOf } from './booking.ts';
import { pointsShare } from './points.ts';
import { readSale, type StoredSale } from './record-sale.ts';
import type { Terminal } from './till.ts';

type ReturnBody = EventBody<'tillside.sale.returned.v1'>;
type Request = z.infer<typeof ReturnRequest>;
type Settled = Pick<
  ReturnSettlement,
  'refundFen' | 'payFen' | 'heldBackFen' | 'giftChargeFen' | 'lines' | 'points' | 'gifts'
> & { readonly couponsBack: ReturnSettlement['coupons']['back'] };

/** Of an ISO instant: `2026-11-22`. */
const DATE_CHARS = 10;

/** Ids and time of a return, made by the caller's ports. `at` is a zoned instant. */
export interface NewReturn {
  readonly returnId: string;
  readonly at: string;
}

/**
 * Takes units, and gifts, of a sale back: what is refunded does not depend on the order of returns and never exceeds what was paid
 * (decide/returnFor). Points follow, and coupons and gifts as the policy of the sale says. A use of a campaign is not given back. Throws
 * SALE_UNKNOWN, RECEIPT_NUMBER_USED, LINE_UNKNOWN, GIFT_UNKNOWN, RETURN_TOO_MANY.
 */
export function returnLines(
  tx: Tx,
  terminal: Terminal,
  input: Request,
  { returnId, at }: NewReturn,
): z.infer<typeof ReturnView> {
  const sale = readSale(tx, input.saleId);
  const { receiptNumber, businessDate } = bookingOf(tx, terminal, input, at.slice(0, DATE_CHARS));
  const earlier = tx
    .all<{ body: string }>('SELECT body FROM sale_return WHERE sale_id = ?', input.saleId)
    .map((row) => JSON.parse(row.body) as ReturnBody);
  const settled = settle(tx, sale, earlier, input, at);
  const { refundFen, payFen, heldBackFen, giftChargeFen, points, gifts, couponsBack } = settled;
  const skus = new Map(sale.view.decision.lines.map((line) => [line.lineId, line.sku]));
  const lines = settled.lines.map((line) => ({
    lineId: line.lineId,
    sku: skus.get(line.lineId) ?? '',
    quantity: line.units,
    refundFen: line.refundFen,
  }));
  const { memberId } = sale;
  const [pointsTakenBack, pointsGivenBack] = memberId === undefined ? [0, 0] : [points.takenBack, points.givenBack];
  if (memberId !== undefined) addPoints(tx, memberId, pointsGivenBack - pointsTakenBack);
  for (const { couponId, expiresAt, extended } of couponsBack)
    reviveCoupon(tx, couponId, input.saleId, extended ? expiresAt : undefined);
  const body: ReturnBody = {
    returnId,
    saleId: input.saleId,
    businessDate,
    returnedAt: at,
    terminalId: terminal.deviceId,
    cashierId: input.cashierId,
    receiptNumber,
    lines,
    refundFen,
    ...(payFen === 0 ? {} : { payFen }),
    ...(heldBackFen === 0 ? {} : { heldBackFen }),
    ...(giftChargeFen === 0 ? {} : { giftChargeFen }),
    ...giftsBack(sale, input),
    ...(pointsGivenBack === 0 ? {} : { pointsGivenBack }),
    ...(couponsBack.length === 0 ? {} : { couponsBack: couponsBack.map(({ couponId }) => couponId) }),
  };
  store(tx, body, refundFen - payFen);
  return {
    returnId,
    saleId: input.saleId,
    receiptNumber,
    refundFen,
    payFen,
    heldBackFen,
    giftChargeFen,
    lines,
    pointsTakenBack,
    pointsGivenBack,
    gifts: [...gifts],
    couponsBack: couponsBack.map(({ couponId, campaignId, expiresAt }) => ({ couponId, campaignId, expiresAt })),
  };
}

function store(tx: Tx, body: ReturnBody, netFen: number): void {
  tx.run(
    'INSERT INTO sale_return (return_id, sale_id, terminal_id, receipt_number, business_date, refund_fen, body) VALUES (?, ?, ?, ?, ?, ?, ?)',
    body.returnId,
    body.saleId,
    body.terminalId,
    body.receiptNumber,
    body.businessDate,
    netFen,
    JSON.stringify(body),
  );
  tx.append('tillside.sale.returned.v1', body);
}

function giftsBack({ view }: StoredSale, { gifts = [] }: Request): Pick<ReturnBody, 'gifts'> {
  if (gifts.length === 0) return {};
  const given = new Map(view.decision.gifts.map(({ campaignId, chosen }) => [campaignId, chosen.sku]));
  return {
    gifts: gifts.map(({ campaignId, pieces }) => ({ campaignId, sku: given.get(campaignId) ?? '', pieces })),
  };
}

const returnedOf = (
  lines: readonly { lineId: string; quantity: number }[],
  gifts: readonly { campaignId: string; pieces: number }[] = [],
): Returned => ({
  units: lines.map(({ lineId, quantity }) => ({ lineId, units: quantity })),
  gifts: gifts.map(({ campaignId, pieces }) => ({ campaignId, pieces })),
});

/** By the campaigns of the sale where the journal kept them; else the money alone, and points by its share. */
function settle(
  reader: Reader,
  sale: StoredSale,
  earlier: readonly ReturnBody[],
  { lines, gifts }: Request,
  at: string,
): Settled {
  const before = {
    units: earlier.flatMap((one) => returnedOf(one.lines).units),
    gifts: earlier.flatMap((one) => returnedOf([], one.gifts).gifts),
  };
  const now = returnedOf(lines, gifts);
  if (sale.campaigns === undefined) return moneyAlone(sale, earlier, before, now);
  const { decision, roundingFen, basketId } = sale.view;
  const expiring = couponsOf(reader, decision.couponsConsumed).flatMap(({ couponId, expiresAt }) =>
    expiresAt === null ? [] : [[couponId, expiresAt] as const],
  );
  const past: PastSale = {
    decision,
    lines: readBasket(reader, basketId).lines.map(({ line }) => line),
    campaigns: compileCampaigns(sale.campaigns),
    roundingFen,
    couponExpiresAt: Object.fromEntries(expiring),
  };
  const result = returnFor(past, before, now, at);
  if (!result.ok) throw refusal(result.errors);
  return { ...result.settlement, couponsBack: result.settlement.coupons.back };
}

function moneyAlone({ view }: StoredSale, earlier: readonly ReturnBody[], before: Returned, now: Returned): Settled {
  if (now.gifts.length > 0) throw new AgentError('GIFT_UNKNOWN');
  const refund = refundFor(view.decision, now.units, before.units);
  if (!refund.ok) throw refusal(refund.errors);
  const beforeFen = earlier.reduce((sum, one) => sum + one.refundFen, 0);
  return {
    refundFen: refund.refundFen,
    payFen: 0,
    heldBackFen: 0,
    giftChargeFen: 0,
    lines: refund.lines,
    points: { takenBack: pointsShare(view, beforeFen, refund.refundFen), givenBack: 0 },
    gifts: [],
    couponsBack: [],
  };
}

const REFUSALS: Partial<Record<DecideError['code'], AgentError['code']>> = {
  RETURN_LINE_UNKNOWN: 'LINE_UNKNOWN',
  RETURN_GIFT_UNKNOWN: 'GIFT_UNKNOWN',
  RETURN_EXCEEDS_SOLD: 'RETURN_TOO_MANY',
  RETURN_EXCEEDS_GIVEN: 'RETURN_TOO_MANY',
};

/** What the shopper's side got wrong; anything else is ours. */
function refusal([error]: readonly DecideError[]): AgentError {
  const code = error === undefined ? undefined : REFUSALS[error.code];
  return new AgentError(code ?? 'INTERNAL', { detail: `(${error?.code ?? ''} ${error?.path ?? ''})` });
}
