import { z } from 'zod';
import { BusinessDate, Fen, Id, Instant, Locale } from './common.ts';
import { MemberWord } from './kiosk-member.ts';
import { ReceiptView } from './receipt.ts';

/** Anybody finds a receipt of this store for so many days; a member finds their own for as long as the store keeps it. */
export const RECEIPT_LOOKUP_DAYS = 30;

/** A member's own sales in this store, the newest first. */
export const OwnReceipts = z.strictObject({
  receipts: z.array(
    z.strictObject({
      saleId: Id,
      receiptNumber: Id,
      businessDate: BusinessDate,
      completedAt: Instant,
      paidFen: Fen,
      /** Lines on it. */
      lines: z.number().int(),
      returns: z.number().int(),
    }),
  ),
});
export type OwnReceipts = z.infer<typeof OwnReceipts>;

/** Whose receipt it is: a member's own sale, or the number and the amount on it (fen, as payable or as paid). Of a number the digits at its end are enough. */
const own = { code: MemberWord, saleId: Id };
const found = { receiptNumber: z.string().trim().min(4).max(64), amountFen: Fen };
export const ReceiptAsked = z.union([
  z.strictObject({ ...own, locale: Locale }),
  z.strictObject({ ...found, locale: Locale }),
]);
export type ReceiptAsked = z.infer<typeof ReceiptAsked>;

/** A receipt for a shopper's eyes. To whoever found it by its number it says nothing of a member. */
export const ShownReceipt = z.strictObject({
  ...ReceiptView.shape,
  /** For a phone: the page where the e-invoice is asked for, or the receipt itself as a short text. */
  qr: z.discriminatedUnion('holds', [
    z.strictObject({ holds: z.literal('e-invoice'), data: z.url() }),
    z.strictObject({
      holds: z.literal('text'),
      data: z.string(),
      /** Lines that found no room in it. */
      leftOut: z.number().int().nonnegative(),
    }),
  ]),
  /** The kiosk's lane has a printer. */
  canPrint: z.boolean(),
});
export type ShownReceipt = z.infer<typeof ShownReceipt>;

/** `number` 1 is the first print of this receipt anywhere; later ones are marked as reprints. */
export const ReceiptPrinted = z.strictObject({ number: z.number().int().min(1) });
/** Prints that were waiting and will not come. */
export const PrintsDropped = z.strictObject({ dropped: z.number().int().nonnegative() });
