import { Decision } from '@tillside/decide';
import { z } from 'zod';
import { BusinessDate, Fen, Id, Instant } from './common.ts';

/** A tender without card data: `token` is the payment provider's reference, never a card number (checked). */
export const TenderInput = z.strictObject({
  kind: z.enum(['token', 'cash', 'voucher']),
  amountFen: Fen,
  token: z.string().max(128).optional(),
});

export const CompleteBasket = z.strictObject({
  cashierId: Id,
  receiptNumber: Id,
  businessDate: BusinessDate,
  /** What the till showed the shopper. If it is no longer so, the sale is refused and the new decision returned. */
  expectedPayableFen: Fen,
  /** `decisionKey` of what the till showed: holds gifts, points and coupons to it too. Absent: only the amount is compared. */
  expectedDecisionKey: z.string().max(64).optional(),
  /** Sum to `decision.totalFen`, or, where all of them are cash and the decision rounds cash, to `decision.cash.totalFen`. */
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
  tenders: z.array(TenderInput),
  /** What the tenders paid: `decision.totalFen + roundingFen`. Rounded only where all of it was cash; gifts and tax stand in the decision. */
  paidFen: Fen,
  roundingFen: z.number().int(),
  pointsEarned: z.number().int(),
  /** Points that paid a part of it; how much is `decision.points.spentFen`. */
  pointsSpent: z.number().int(),
  /** Of the member, after this sale. */
  pointsBalance: z.number().int().optional(),
});
export type SaleView = z.infer<typeof SaleView>;

export const ReturnRequest = z.strictObject({
  saleId: Id,
  cashierId: Id,
  receiptNumber: Id,
  businessDate: BusinessDate,
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

/** A sale that the till made alone while the agent was away: what was charged is a fact and is taken as it is. Once per terminal and receipt number. */
export const LateSale = z.strictObject({
  cashierId: Id,
  receiptNumber: Id,
  businessDate: BusinessDate,
  completedAt: Instant,
  memberCode: z.string().max(80).optional(),
  lines: z
    .array(
      z.strictObject({
        sku: Id.optional(),
        gtin: z
          .string()
          .regex(/^\d{8,14}$/)
          .optional(),
        quantity: z.number().int().min(1).max(9999),
        weightGrams: z.number().int().min(1).optional(),
        payableFen: Fen,
      }),
    )
    .min(1)
    .max(2000),
  tenders: z.array(TenderInput).min(1).max(20),
});

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
  tenders: z.record(z.string(), z.number().int()),
});
export const CloseDay = z.strictObject({
  sales: z.number().int().nonnegative(),
  returns: z.number().int().nonnegative(),
  salesFen: Fen,
  refundsFen: z.number().int(),
  tenders: z.record(z.string(), z.number().int()),
});
export const DayClosing = z.strictObject({
  ours: DayTotals,
  agreed: z.boolean(),
  differences: z.array(z.strictObject({ what: z.string(), ours: z.number().int(), pos: z.number().int() })),
});
