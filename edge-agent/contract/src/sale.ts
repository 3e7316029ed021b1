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
  pointsEarned: z.number().int(),
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
});
export const ReturnView = z.strictObject({
  returnId: Id,
  saleId: Id,
  refundFen: Fen,
  lines: z.array(z.strictObject({ lineId: Id, sku: Id, quantity: z.number().int(), refundFen: Fen })),
  pointsTakenBack: z.number().int(),
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
  salesFen: Fen,
  refundsFen: Fen,
  savingsFen: Fen,
  tenders: z.record(z.string(), z.number().int()),
});
export const CloseDay = z.strictObject({
  sales: z.number().int().nonnegative(),
  returns: z.number().int().nonnegative(),
  salesFen: Fen,
  refundsFen: Fen,
  tenders: z.record(z.string(), z.number().int()),
});
export const DayClosing = z.strictObject({
  ours: DayTotals,
  agreed: z.boolean(),
  differences: z.array(z.strictObject({ what: z.string(), ours: z.number().int(), pos: z.number().int() })),
});
