import type { ReturnRequest, ReturnView } from '@tillside/agent-contract';
import {
  type BasketLine,
  compileCampaigns,
  type DecideError,
  type Decision,
  exchangeFor,
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
import { storedBasket } from './basket.ts';
import type { Booking } from './booking.ts';
import { countReturn } from './day-count.ts';
import { pointsShare, returnPoints } from './points.ts';
import { readSale, type StoredSale } from './record-sale.ts';
import { handedOut, type Tendered, toldTenders } from './tenders.ts';

type ReturnBody = EventBody<'tillside.sale.returned.v1'>;
/** What comes back of which sale, and why. */
export type WhatReturns = Pick<z.infer<typeof ReturnRequest>, 'saleId' | 'lines' | 'gifts' | 'reason'>;
type Settled = Pick<
  ReturnSettlement,
  'refundFen' | 'payFen' | 'heldBackFen' | 'giftChargeFen' | 'taxFen' | 'lines' | 'points' | 'gifts'
> & { readonly couponsBack: ReturnSettlement['coupons']['back'] };

/** A return that is worked out and not written down yet. */
export interface SettledReturn {
  readonly sale: StoredSale;
  readonly what: WhatReturns;
  readonly settled: Settled;
  /** ISO instant with the store's offset. */
  readonly at: string;
}

/** Of an exchange: one of the two is 0. */
export interface SetOff {
  readonly payFen: number;
  readonly refundFen: number;
}

/**
 * Works out a return: what is refunded does not depend on the order of returns and never exceeds what was paid (decide/returnFor). Points follow, and coupons and gifts
 * as the policy of the sale says. A use of a campaign is not given back. Throws SALE_UNKNOWN, RETURN_OF_TRAINING, LINE_UNKNOWN, GIFT_UNKNOWN, RETURN_TOO_MANY.
 */
export function settleReturn(reader: Reader, what: WhatReturns, at: string): SettledReturn {
  const past = pastOf(reader, what);
  const { sale, before, now } = past;
  if (past.kept === undefined) return { sale, what, at, settled: moneyAlone(past) };
  const result = returnFor(past.kept, before, now, at);
  if (!result.ok) throw refusal(result.errors);
  return { sale, what, at, settled: { ...result.settlement, couponsBack: result.settlement.coupons.back } };
}

export interface SettledExchange extends SettledReturn {
  readonly setOff: SetOff;
}

/** The same against a basket that is bought with what comes back (decide/exchangeFor). */
export function settleExchange(reader: Reader, what: WhatReturns, at: string, bought: Decision): SettledExchange {
  const past = pastOf(reader, what);
  const { sale, before, now } = past;
  if (past.kept === undefined) {
    const settled = moneyAlone(past);
    const dueFen = bought.totalFen - settled.refundFen;
    return { sale, what, at, settled, setOff: { payFen: Math.max(0, dueFen), refundFen: Math.max(0, -dueFen) } };
  }
  const result = exchangeFor(past.kept, before, now, at, bought);
  if (!result.ok) throw refusal(result.errors);
  const { returned, payFen, refundFen } = result.exchange;
  return {
    sale,
    what,
    at,
    settled: { ...returned, couponsBack: returned.coupons.back },
    setOff: { payFen, refundFen },
  };
}

/** Who takes it back, booked where, and how it is paid out. */
export interface ReturnFacts {
  readonly returnId: string;
  readonly terminalId: string;
  readonly cashierId: string;
  readonly booking: Booking;
  /** Handed out; or paid, where money was asked for. */
  readonly tenders: readonly Tendered[];
  readonly exchangeSaleId?: string;
}

/** Writes a return down: points and coupons move, the row, the totals of the day, the event. */
export function recordReturn(
  tx: Tx,
  { sale, what, settled, at }: SettledReturn,
  facts: ReturnFacts,
): z.infer<typeof ReturnView> {
  const { returnId, booking } = facts;
  const { refundFen, payFen, heldBackFen, giftChargeFen, points, gifts, couponsBack } = settled;
  const lines = soldLines(sale, settled);
  const { memberId } = sale;
  const [pointsTakenBack, pointsGivenBack] = memberId === undefined ? [0, 0] : [points.takenBack, points.givenBack];
  const moved = { takenBack: pointsTakenBack, givenBack: pointsGivenBack };
  returnPoints(tx, { returnId, memberId, at, sale: { saleId: what.saleId }, ...moved });
  for (const { couponId, expiresAt, extended } of couponsBack)
    reviveCoupon(tx, couponId, what.saleId, extended ? expiresAt : undefined);
  const body: ReturnBody = {
    returnId,
    saleId: what.saleId,
    businessDate: booking.businessDate,
    returnedAt: at,
    terminalId: facts.terminalId,
    cashierId: facts.cashierId,
    receiptNumber: booking.receiptNumber,
    lines,
    refundFen,
    ...(payFen === 0 ? {} : { payFen }),
    ...(heldBackFen === 0 ? {} : { heldBackFen }),
    ...(giftChargeFen === 0 ? {} : { giftChargeFen }),
    ...giftsBack(sale, what),
    ...(pointsGivenBack === 0 ? {} : { pointsGivenBack }),
    ...(couponsBack.length === 0 ? {} : { couponsBack: couponsBack.map(({ couponId }) => couponId) }),
    tenders: toldTenders(facts.tenders),
    ...(what.reason === undefined ? {} : { reason: what.reason }),
    ...(facts.exchangeSaleId === undefined ? {} : { exchangeSaleId: facts.exchangeSaleId }),
    ...(booking.shiftId === undefined ? {} : { shiftId: booking.shiftId }),
  };
  const view = {
    returnId,
    saleId: what.saleId,
    receiptNumber: booking.receiptNumber,
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
  store(tx, body, view, booking, settled);
  return view;
}

type View = z.infer<typeof ReturnView>;

function store(tx: Tx, body: ReturnBody, view: View, booking: Booking, { refundFen, payFen, taxFen }: Settled): void {
  const netFen = refundFen - payFen;
  tx.run(
    `INSERT INTO sale_return (return_id, sale_id, terminal_id, receipt_number, business_date, session_id, shift_id, refund_fen, body, view)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    body.returnId,
    body.saleId,
    body.terminalId,
    body.receiptNumber,
    body.businessDate,
    booking.sessionId ?? null,
    booking.shiftId ?? null,
    netFen,
    JSON.stringify(body),
    JSON.stringify(view),
  );
  const tenders = handedOut(body.tenders ?? [], netFen);
  countReturn(tx, { ...booking, terminalId: body.terminalId }, { netFen, taxFen, tenders });
  tx.append('tillside.sale.returned.v1', body);
}

function soldLines({ view }: StoredSale, { lines }: Settled): ReturnBody['lines'] {
  const skus = new Map(view.decision.lines.map((line) => [line.lineId, line.sku]));
  return lines.map(({ lineId, units, refundFen }) => ({
    lineId,
    sku: skus.get(lineId) ?? '',
    quantity: units,
    refundFen,
  }));
}

function giftsBack({ view }: StoredSale, { gifts = [] }: WhatReturns): Pick<ReturnBody, 'gifts'> {
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

/** A sale with what came back of it before, and what does now. */
interface Past {
  readonly sale: StoredSale;
  readonly refundedFen: number;
  readonly before: Returned;
  readonly now: Returned;
  /** Where the journal kept the campaigns of the sale; else only its money is known. */
  readonly kept: PastSale | undefined;
}

function pastOf(reader: Reader, { saleId, lines, gifts }: WhatReturns): Past {
  const sale = readSale(reader, saleId);
  if (sale.view.training) throw new AgentError('RETURN_OF_TRAINING');
  const earlier = reader
    .all<{ body: string }>('SELECT body FROM sale_return WHERE sale_id = ?', saleId)
    .map((row) => JSON.parse(row.body) as ReturnBody);
  return {
    sale,
    refundedFen: earlier.reduce((sum, one) => sum + one.refundFen, 0),
    before: {
      units: earlier.flatMap((one) => returnedOf(one.lines).units),
      gifts: earlier.flatMap((one) => returnedOf([], one.gifts).gifts),
    },
    now: returnedOf(lines, gifts),
    kept: keptSale(reader, sale),
  };
}

function keptSale(reader: Reader, { view, campaigns }: StoredSale): PastSale | undefined {
  if (campaigns === undefined) return undefined;
  const { decision, roundingFen, basketId } = view;
  const expiring = couponsOf(reader, decision.couponsConsumed).flatMap(({ couponId, expiresAt }) =>
    expiresAt === null ? [] : [[couponId, expiresAt] as const],
  );
  return {
    decision,
    lines: storedBasket(reader, basketId)?.lines.map(({ line }) => line) ?? toldLines(decision),
    campaigns: compileCampaigns(campaigns),
    roundingFen,
    couponExpiresAt: Object.fromEntries(expiring),
  };
}

/** Lines of a sale that was told and never lay in a basket; no campaign of ours looks at them. */
const toldLines = ({ lines }: Decision): BasketLine[] =>
  lines.map(({ lineId, sku, quantity, listFen }) => ({
    lineId,
    sku,
    department: 'open',
    category: 'open',
    name: { zh: sku, en: sku },
    quantity,
    unitPriceFen: Math.floor(listFen / quantity),
  }));

function moneyAlone({ sale: { view }, refundedFen, before, now }: Past): Settled {
  if (now.gifts.length > 0) throw new AgentError('GIFT_UNKNOWN');
  const refund = refundFor(view.decision, now.units, before.units);
  if (!refund.ok) throw refusal(refund.errors);
  return {
    refundFen: refund.refundFen,
    payFen: 0,
    heldBackFen: 0,
    giftChargeFen: 0,
    taxFen: refund.lines.reduce((sum, line) => sum + line.taxFen, 0),
    lines: refund.lines,
    points: { takenBack: pointsShare(view, refundedFen, refund.refundFen), givenBack: 0 },
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
