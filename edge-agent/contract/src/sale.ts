import { Decision } from '@tillside/decide';
import { z } from 'zod';
import { BusinessDate, Fen, Id, Instant, Names } from './common.ts';
import { PriceOwner } from './pairing.ts';

/** A tender without card data: `token` is the payment provider's reference, never a card number (checked). */
export const TenderInput = z.strictObject({
  kind: z.enum(['token', 'cash', 'voucher']),
  /** What it pays of the amount due; change is not in it. */
  amountFen: Fen,
  token: z.string().max(128).optional(),
  /** Cash that the shopper handed over; the rest is change. */
  givenFen: Fen.optional(),
});

/** A tender as it was booked; `exchange` is what goods that came back paid. */
export const Tender = TenderInput.extend({ kind: z.enum(['token', 'cash', 'voucher', 'exchange']) });

export const CompleteBasket = z.strictObject({
  cashierId: Id,
  /** Absent: the agent gives the next number of the terminal's online series. */
  receiptNumber: Id.optional(),
  /** Absent: that of the terminal's session, or the store's date now. */
  businessDate: BusinessDate.optional(),
  /** What the till showed the shopper. If it is no longer so, the sale is refused and the new decision returned. */
  expectedPayableFen: Fen,
  /** `decisionKey` of what the till showed: holds gifts, points and coupons to it too. Absent: only the amount is compared. */
  expectedDecisionKey: z.string().max(64).optional(),
  /**
   * Sum to `decision.totalFen`, or, where all of them are cash and the decision rounds cash, to `decision.cash.totalFen`. Where the policy rounds the cash part of a mixed
   * payment too (`cashRounding.cashPart`), cash pays what the others leave, rounded.
   */
  tenders: z.array(TenderInput).min(1).max(20),
});

export const SaleView = z.strictObject({
  saleId: Id,
  basketId: Id,
  receiptNumber: Id,
  businessDate: BusinessDate,
  completedAt: Instant,
  terminalId: Id,
  cashierId: Id,
  late: z.boolean(),
  decision: Decision,
  tenders: z.array(Tender),
  /** What the tenders paid: `decision.totalFen + roundingFen`. Only cash is rounded; gifts and tax stand in the decision. */
  paidFen: Fen,
  roundingFen: z.number().int(),
  pointsEarned: z.number().int(),
  /** Points that paid a part of it; how much is `decision.points.spentFen`. */
  pointsSpent: z.number().int(),
  /** Of the member, after this sale. */
  pointsBalance: z.number().int().optional(),
  /** Cash handed back. Absent: none. */
  changeFen: Fen.optional(),
  sessionId: Id.optional(),
  shiftId: Id.optional(),
  /** Absent: `tillside`. */
  priceOwner: PriceOwner.optional(),
  /** Of the item master at the sale. */
  priceVersion: z.number().int().optional(),
  /** Never counted, spent or earned. */
  training: z.literal(true).optional(),
});
export type SaleView = z.infer<typeof SaleView>;

export const ReturnRequest = z.strictObject({
  saleId: Id,
  cashierId: Id,
  receiptNumber: Id.optional(),
  businessDate: BusinessDate.optional(),
  /** How the refund is handed out, summing to `refundFen` of the answer, or how `payFen` is paid; absent: all of it in cash. */
  tenders: z.array(TenderInput).max(20).optional(),
  reason: z.string().max(80).optional(),
  lines: z
    .array(z.strictObject({ lineId: Id, quantity: z.number().int().min(1).max(9999) }))
    .min(1)
    .max(500),
  /** Pieces of gifts that are handed back with the goods. */
  gifts: z
    .array(z.strictObject({ campaignId: Id, pieces: z.number().int().min(1).max(9999) }))
    .max(50)
    .optional(),
});
/**
 * `refundFen - payFen = (sum of the lines) - heldBackFen - giftChargeFen`; one of `refundFen` and `payFen` is 0. Held back is what stays in
 * the shop as long as the units that were discounted with the returned ones are kept; it may be negative when that ends.
 */
export const ReturnView = z.strictObject({
  returnId: Id,
  saleId: Id,
  receiptNumber: Id.optional(),
  refundFen: Fen,
  payFen: Fen,
  heldBackFen: z.number().int(),
  giftChargeFen: z.number().int(),
  lines: z.array(z.strictObject({ lineId: Id, sku: Id, quantity: z.number().int(), refundFen: Fen })),
  pointsTakenBack: z.number().int(),
  pointsGivenBack: z.number().int(),
  /** Gifts that the kept goods no longer earn, over all returns so far: pieces due, those handed back, and what the rest was charged. */
  gifts: z.array(
    z.strictObject({
      campaignId: Id,
      sku: Id,
      duePieces: z.number().int(),
      returnedPieces: z.number().int(),
      chargeFen: Fen,
    }),
  ),
  /** Coupons that live again. */
  couponsBack: z.array(z.strictObject({ couponId: Id, campaignId: Id, expiresAt: Instant })),
});

/**
 * Goods of a past sale for others, in one step: the return is settled as any other, the basket is sold, and the two are set off. The returned goods pay the new
 * ones as far as they reach (tender `exchange`); `tenders` pay the rest, or hand the rest of the refund out.
 */
export const ExchangeRequest = z.strictObject({
  returned: ReturnRequest.omit({ tenders: true, cashierId: true, businessDate: true }),
  basketId: Id,
  complete: CompleteBasket.omit({ tenders: true }),
  /** None: nothing is left to pay, or the rest of the refund goes out in cash. */
  tenders: z.array(TenderInput).max(19),
});
/** One of `payFen` (what the shopper paid on top) and `refundFen` (what was handed out) is 0. */
export const ExchangeView = z.strictObject({ returned: ReturnView, sale: SaleView, payFen: Fen, refundFen: Fen });

/**
 * Goods without a receipt, taken back by a supervisor's approval: each unit for the lowest price it was sold for here in the last 30 days, else for today's lowest,
 * never more than the store's limit.
 */
export const BlindReturnRequest = z.strictObject({
  approvalId: Id,
  cashierId: Id,
  receiptNumber: Id.optional(),
  businessDate: BusinessDate.optional(),
  reason: z.string().min(1).max(80),
  lines: z
    .array(
      z.strictObject({
        sku: Id,
        quantity: z.number().int().min(1).max(9999).default(1),
        weightGrams: z.number().int().min(1).max(1_000_000).optional(),
      }),
    )
    .min(1)
    .max(100),
  tenders: z.array(TenderInput).max(20).optional(),
});

/** A return of a sale of another store, which HQ knows: its lines and what is left of them to return. Needs the hub. */
export const OtherSaleQuery = z.strictObject({ storeId: Id, receiptNumber: Id, businessDate: BusinessDate });
export const OtherSaleView = z.strictObject({
  storeId: Id,
  saleId: Id,
  receiptNumber: Id,
  businessDate: BusinessDate,
  completedAt: Instant,
  payableFen: Fen,
  lines: z.array(
    z.strictObject({
      lineId: Id,
      sku: Id,
      /** Absent where this store does not know the item. */
      name: Names.optional(),
      quantity: z.number().int(),
      returnable: z.number().int(),
      payableFen: Fen,
    }),
  ),
});
export const OtherReturnRequest = z.strictObject({
  storeId: Id,
  saleId: Id,
  cashierId: Id,
  receiptNumber: Id.optional(),
  businessDate: BusinessDate.optional(),
  lines: z
    .array(z.strictObject({ lineId: Id, quantity: z.number().int().min(1).max(9999) }))
    .min(1)
    .max(500),
  tenders: z.array(TenderInput).max(20).optional(),
});

/** What a return without a sale of this store came to. */
export const GoodsReturnView = z.strictObject({
  returnId: Id,
  receiptNumber: Id,
  basis: z.enum(['no-receipt', 'other-store', 'reported']),
  refundFen: Fen,
  lines: z.array(
    z.strictObject({ sku: Id, quantity: z.number().int(), weightGrams: z.number().int().optional(), refundFen: Fen }),
  ),
});

const PastLine = z.strictObject({
  sku: Id.optional(),
  gtin: z
    .string()
    .regex(/^\d{8,14}$/)
    .optional(),
  name: z.string().max(80).optional(),
  quantity: z.number().int().min(1).max(9999),
  weightGrams: z.number().int().min(1).optional(),
  /** Before the POS's own price cuts; absent: the same as `payableFen`. */
  listFen: Fen.optional(),
  payableFen: Fen,
});

const pastSale = {
  cashierId: Id,
  receiptNumber: Id,
  businessDate: BusinessDate,
  completedAt: Instant,
  shiftId: Id.optional(),
  memberCode: z.string().max(256).optional(),
  lines: z.array(PastLine).min(1).max(2000),
  tenders: z.array(TenderInput).min(1).max(20),
};

/** A sale that the till made alone while the agent was away: what was charged is a fact and is taken as it is. Once per terminal and receipt number. */
export const LateSale = z.strictObject(pastSale);

/** Of what was sold or taken back elsewhere; `exchange` is what goods that came back in the same receipt paid. */
const PastTenders = z.array(Tender).min(1).max(20);

/** A sale of a POS that owns its prices and only tells what it sold. A fact like a late one; `taxFen` within or on top of the lines as the POS says. */
export const ReportedSale = z.strictObject({
  ...pastSale,
  tenders: PastTenders,
  /** Tax on top of the lines' amounts; the tenders pay it too. */
  addedTaxFen: Fen.optional(),
});
/** Goods that such a POS took back; with `saleReceiptNumber` where it knows the sale. */
export const ReportedReturn = z.strictObject({
  ...pastSale,
  tenders: PastTenders,
  saleReceiptNumber: Id.optional(),
  /** Tax on top of the lines' amounts that was handed back too. */
  addedTaxFen: Fen.optional(),
});

const Amounts = z.record(z.string(), z.number().int());

/** Of a terminal and a day, or of one session or shift of it. Training counts nowhere. */
export const TotalsQuery = z.strictObject({ sessionId: Id.optional(), shiftId: Id.optional() });

export const DayTotals = z.strictObject({
  businessDate: BusinessDate,
  terminalId: Id,
  sales: z.number().int(),
  returns: z.number().int(),
  /** Payable amounts of the sales; tenders hold added tax and cash rounding too. */
  salesFen: Fen,
  /** Refunds less what was asked for at returns. */
  refundsFen: z.number().int(),
  savingsFen: Fen,
  /** What sales took, by kind of tender. */
  tenders: Amounts,
  /** What returns handed out, by kind of tender, less what they asked for. */
  refundTenders: Amounts,
  /** Of the sales, less that of what came back. What a POS that owns its prices holds within them is not known. */
  taxFen: z.number().int(),
  /** What rounding cash added (negative: gave away). */
  roundingFen: z.number().int(),
  pointsSpentFen: Fen,
  cancelled: z.number().int(),
  /** What each campaign saved, as sold; returns are not taken off. */
  promotions: z.array(
    z.strictObject({
      campaignId: Id,
      name: Names,
      sales: z.number().int(),
      amountFen: Fen,
      storeFen: Fen,
      brandFen: Fen,
    }),
  ),
  /** Cash that should be in the drawer: floats, cash taken, less cash handed out. */
  cashFen: z.number().int(),
  /** What was counted; absent unless every session was. */
  countedCashFen: z.number().int().optional(),
  /** Counted less what should be there; negative: short. */
  cashOverFen: z.number().int().optional(),
  firstReceipt: Id.optional(),
  lastReceipt: Id.optional(),
  /** The day is closed for this terminal: nothing new is booked on it. */
  closed: z.boolean(),
  /** Late and reported sales and returns that came in behind the last Z; closing again compares them. Absent: none. */
  bookedSinceClosing: z.number().int().optional(),
});

/** The POS's own totals. What is absent is not compared. */
export const CloseDay = z.strictObject({
  sales: z.number().int().nonnegative(),
  returns: z.number().int().nonnegative(),
  salesFen: Fen,
  refundsFen: z.number().int(),
  tenders: Amounts,
  refundTenders: Amounts.optional(),
  /** Savings by campaign id. */
  promotions: Amounts.optional(),
  taxFen: z.number().int().optional(),
  roundingFen: z.number().int().optional(),
});
/** The Z report. Closing again, e.g. after late sales came in, compares again and makes the next one. */
export const DayClosing = z.strictObject({
  zNumber: z.number().int(),
  ours: DayTotals,
  agreed: z.boolean(),
  differences: z.array(z.strictObject({ what: z.string(), ours: z.number().int(), pos: z.number().int() })),
});
