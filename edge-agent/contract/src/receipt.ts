import { z } from 'zod';
import { BusinessDate, Fen, Id, Instant, Locale } from './common.ts';
import { Tender } from './sale.ts';

/** Columns of normal characters on paper: 58 mm prints 32, 80 mm prints 42 or 48. A Chinese character takes two. */
export const ReceiptColumns = z.union([z.literal(32), z.literal(42), z.literal(48)]);
export type ReceiptColumns = z.infer<typeof ReceiptColumns>;

/** What a printer can print: Chinese in two-byte GB 18030, or ASCII alone (then the receipt is the English one). */
export const PrinterEncoding = z.enum(['gb18030', 'ascii']);
export type PrinterEncoding = z.infer<typeof PrinterEncoding>;

/** Asked in a query, where everything is text. Absent: what the store's config says. */
export const ReceiptQuery = z.strictObject({
  locale: Locale.default('zh-CN'),
  columns: z.coerce.number().pipe(ReceiptColumns).optional(),
});

/** Names are in the language that was asked for. */
const head = {
  locale: Locale,
  storeId: z.string(),
  storeName: z.string(),
  lane: Id.optional(),
  terminalId: Id,
  cashierId: Id,
  receiptNumber: Id,
  businessDate: BusinessDate,
  /** With the offset of the store's zone. */
  at: Instant,
  training: z.literal(true).optional(),
  /** The tills sold alone and told the agent later. */
  late: z.literal(true).optional(),
  /** The 2nd print is reprint 1. */
  reprint: z.number().int().min(1).optional(),
};

/** How much of something, as it was sold or came back. */
const amount = {
  sku: Id,
  name: z.string(),
  /** Empty for what has none. */
  size: z.string(),
  quantity: z.number().int(),
  weightGrams: z.number().int().optional(),
};

export const ReceiptLine = z.strictObject({
  lineId: Id,
  ...amount,
  /** Per piece, or per kg for a weighed line. Absent where only the amount is known. */
  unitPriceFen: Fen.optional(),
  listFen: Fen,
  payableFen: Fen,
  /** What touched the line, in the order of the decision; their sum is `listFen - payableFen`. */
  savings: z.array(z.strictObject({ name: z.string(), amountFen: Fen, coupon: z.literal(true).optional() })),
  /** A person set the price. */
  priceSet: z.literal(true).optional(),
});
export type ReceiptLine = z.infer<typeof ReceiptLine>;

export const ReceiptTax = z.strictObject({
  rateBp: z.number().int(),
  /** Of the lines at this rate, before added tax. */
  payableFen: Fen,
  taxFen: Fen,
});

const ReceiptTender = Tender.omit({ token: true }).extend({
  /** The end of the payment provider's reference. */
  reference: z.string().optional(),
});

const returned = z.strictObject({ ...amount, refundFen: Fen });

/** What came back and paid for the goods of this sale, and what of it was handed out. */
const ReceiptExchange = z.strictObject({
  returnId: Id,
  /** Of the return, and of the sale that the goods were of. */
  receiptNumber: Id,
  saleReceiptNumber: Id,
  lines: z.array(returned),
  refundFen: Fen,
  payFen: Fen,
  heldBackFen: z.number().int(),
  giftChargeFen: z.number().int(),
  handedOut: z.array(ReceiptTender),
});

/** The tier and the end of the pseudonymous id: enough for the member to know it is theirs. */
const ReceiptMember = z.strictObject({ tier: z.string(), idEnd: z.string() });

const PointsAt = z.strictObject({ points: z.number().int(), at: Instant });

export const SaleReceipt = z.strictObject({
  kind: z.literal('sale'),
  ...head,
  saleId: Id,
  member: ReceiptMember.optional(),
  lines: z.array(ReceiptLine),
  exchange: ReceiptExchange.optional(),
  gifts: z.array(z.strictObject({ campaign: z.string(), name: z.string(), quantity: z.number().int() })),
  listFen: Fen,
  savingsFen: Fen,
  payableFen: Fen,
  tax: z.array(ReceiptTax),
  taxFen: Fen,
  /** Tax comes on top of `payableFen`; otherwise it is within. */
  taxAdded: z.literal(true).optional(),
  roundingFen: z.number().int(),
  paidFen: Fen,
  tenders: z.array(ReceiptTender),
  changeFen: Fen,
  points: z
    .strictObject({
      earned: z.number().int(),
      spent: z.number().int(),
      spentFen: Fen,
      balance: z.number().int().optional(),
      /** Where the member's points stand beside the balance when it is printed. Never on a reprint: it is another by then. */
      standing: z
        .strictObject({
          /** Earned, and to be used once the return window has closed. */
          pending: z.number().int(),
          owed: z.number().int(),
          availableNext: PointsAt.optional(),
          endingNext: PointsAt.optional(),
        })
        .optional(),
    })
    .optional(),
  couponsUsed: z.array(z.string()),
  /** Coupons of the member that may still be used, the soonest to end first; a few. Never on a reprint: they may be spent by then. */
  wallet: z.array(z.strictObject({ name: z.string(), text: z.string(), until: Instant })),
  /** Where the shopper asks for the e-invoice. */
  fapiaoUrl: z.string().optional(),
  /** What the amounts were worked out by. */
  versions: z.strictObject({
    moneyRule: z.string(),
    policy: z.number().int(),
    campaignSet: z.number().int(),
    price: z.number().int().optional(),
  }),
});
export type SaleReceipt = z.infer<typeof SaleReceipt>;

export const ReturnReceipt = z.strictObject({
  kind: z.literal('return'),
  ...head,
  returnId: Id,
  /** Absent for goods without a sale of this store. */
  sale: z.strictObject({ saleId: Id, receiptNumber: Id, businessDate: BusinessDate }).optional(),
  basis: z.enum(['sale', 'no-receipt', 'other-store', 'reported']),
  lines: z.array(returned),
  heldBackFen: z.number().int(),
  giftChargeFen: z.number().int(),
  refundFen: Fen,
  payFen: Fen,
  tenders: z.array(ReceiptTender),
  pointsTakenBack: z.number().int(),
  pointsGivenBack: z.number().int(),
  couponsBack: z.array(z.strictObject({ name: z.string(), until: Instant.optional() })),
  reason: z.string().optional(),
  /** Name and version of the rule that the amounts were worked out by. */
  moneyRule: z.string(),
});
export type ReturnReceipt = z.infer<typeof ReturnReceipt>;

/** A receipt as data. */
export const Receipt = z.discriminatedUnion('kind', [SaleReceipt, ReturnReceipt]);
export type Receipt = z.infer<typeof Receipt>;

/** `text` is the receipt as a plain text of `columns`, a line a row. */
export const ReceiptView = z.strictObject({ receipt: Receipt, columns: ReceiptColumns, text: z.string() });
export type ReceiptView = z.infer<typeof ReceiptView>;

export const ReportQuery = ReceiptQuery.extend({
  /** A past Z report by its number; absent: the X report of the day as it stands. */
  zNumber: z.coerce.number().int().min(1).optional(),
});
/** An X or Z report as a receipt's text. */
export const ReportText = z.strictObject({
  businessDate: BusinessDate,
  zNumber: z.number().int().optional(),
  columns: ReceiptColumns,
  text: z.string(),
});

export const PrintRequest = z.strictObject({
  locale: Locale.default('zh-CN'),
  columns: ReceiptColumns.optional(),
  format: z.enum(['text', 'escpos']),
  /** Of the printer that gets the bytes; absent: what the store's config says. */
  encoding: PrinterEncoding.optional(),
  /** Send it to the lane's printer too; `format` is then `escpos`. */
  printer: z.literal(true).optional(),
});

export const ReportPrintRequest = PrintRequest.extend({
  /** A past Z report by its number; absent: the X report of the day as it stands. */
  zNumber: z.number().int().min(1).optional(),
});

/** `number` 1 is the original; 2 is reprint 1. */
export const PrintAnswer = z.strictObject({
  number: z.number().int().min(1),
  columns: ReceiptColumns,
  text: z.string().optional(),
  /** Base64. */
  bytes: z.string().optional(),
  /** The lane's printer took it. */
  printed: z.literal(true).optional(),
});
export type PrintAnswer = z.infer<typeof PrintAnswer>;

/** The number is a terminal's own: two tills may have used it. */
export const SaleQuery = z.strictObject({
  receiptNumber: Id,
  businessDate: BusinessDate.optional(),
  terminalId: Id.optional(),
});
export const SaleFound = z.strictObject({
  saleId: Id,
  receiptNumber: Id,
  businessDate: BusinessDate,
  terminalId: Id,
  completedAt: Instant,
  paidFen: Fen,
  late: z.boolean(),
  lines: z.number().int(),
  returns: z.number().int(),
});
