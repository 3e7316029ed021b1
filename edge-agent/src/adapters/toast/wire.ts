import { z } from 'zod';
import { fenOf } from './money.ts';

/**
 * The public loyalty contract of Toast, "Toast Loyalty Integration API" 1.1.0, from the partner's side: its POS sends every transaction as a POST to one address. What its
 * schemas allow beside these keys is let through and not looked at. Its POS writes what is absent as null.
 */
export const TOAST_PATH = '/adapters/toast/loyalty';

export const TOAST_HEADERS = {
  type: 'toast-transaction-type',
  guid: 'toast-transaction-guid',
  restaurant: 'toast-restaurant-external-id',
} as const;

export const TRANSACTION_TYPES = [
  'LOYALTY_SEARCH',
  'LOYALTY_INQUIRE',
  'LOYALTY_SIGNUP',
  'LOYALTY_REDEEM',
  'LOYALTY_ACCRUE',
  'LOYALTY_REVERSE',
  'LOYALTY_TRANSFER',
] as const;
export type TransactionType = (typeof TRANSACTION_TYPES)[number];

/** `ERROR` is in the developer guide, not in the schema. */
export const TransactionStatus = z.enum([
  'ACCEPT',
  'ERROR_INVALID_TOAST_TRANSACTION_TYPE',
  'ERROR_ACCOUNT_INVALID',
  'ERROR_INVALID_INPUT_PROPERTIES',
  'ERROR_TRANSACTION_DOES_NOT_EXIST',
  'ERROR_INVALID_TOKEN',
  'ERROR_TRANSACTION_CANNOT_BE_REVERSED',
  'ERROR_INVALID_RESTAURANT',
  'ERROR_INVALID_TRANSFER',
  'ERROR_ALREADY_REGISTERED',
  'ERROR',
]);
export type TransactionStatus = z.infer<typeof TransactionStatus>;

/** Bounds of one request; a check of a restaurant has tens of selections. */
const MAX_SELECTIONS = 500;
const MAX_DISCOUNTS = 100;
const MAX_PAYMENTS = 100;
const MAX_CHARGES = 50;
export const MAX_REDEMPTIONS = 20;
const MAX_TEXT_CHARS = 255;

/** Ids are made by the POS: no spaces, short enough to be part of ours. */
export const Guid = z.string().regex(/^[\w.:-]{1,52}$/, 'an identifier of at most 52 letters, digits, - _ . :');
const Text = z.string().max(MAX_TEXT_CHARS);
/** Longer than the contract's own: a scanned code of ours may stand here. */
export const LoyaltyIdentifier = z.string().trim().min(1).max(MAX_TEXT_CHARS);

/** Decimal currency units on the wire, fen inside. */
const Amount = z.union([z.number(), z.string().max(20)]).transform((amount, context) => {
  const fen = fenOf(amount);
  if (fen !== undefined) return fen;
  context.issues.push({ code: 'custom', input: amount, message: 'an amount of at most two decimals, not negative' });
  return z.NEVER;
});

const Reference = z.object({
  guid: Text.nullish(),
  externalId: Text.nullish(),
  multiLocationId: z.union([Text, z.number()]).nullish(),
});

const AppliedDiscount = z.object({
  guid: Text.nullish(),
  entityType: Text.nullish(),
  discountAmount: Amount.nullish(),
  nonTaxDiscountAmount: Amount.nullish(),
  processingState: Text.nullish(),
  loyaltyDetails: z.object({ referenceId: Text.nullish() }).nullish(),
});
export type AppliedDiscount = z.output<typeof AppliedDiscount>;

const Selection = z.object({
  guid: Guid,
  item: Reference.nullish(),
  plu: Text.nullish(),
  quantity: z.number().min(0).max(100_000).nullish(),
  unitOfMeasure: Text.nullish(),
  appliedDiscounts: z.array(AppliedDiscount).max(MAX_DISCOUNTS).nullish(),
  deferred: z.boolean().nullish(),
  preDiscountPrice: Amount.nullish(),
  price: Amount.nullish(),
  voided: z.boolean().nullish(),
  displayName: Text.nullish(),
});
export type Selection = z.output<typeof Selection>;

const Payment = z.object({
  guid: Text.nullish(),
  type: Text.nullish(),
  amount: Amount.nullish(),
  paidBusinessDate: z.number().int().nullish(),
  paymentStatus: Text.nullish(),
  voidInfo: z.looseObject({}).nullish(),
  refund: z.object({ refundAmount: Amount.nullish() }).nullish(),
});
export type Payment = z.output<typeof Payment>;

export const Check = z.object({
  guid: Guid,
  displayNumber: Text.nullish(),
  paymentStatus: z.enum(['OPEN', 'PAID', 'CLOSED']).nullish(),
  paidDate: Text.nullish(),
  closedDate: Text.nullish(),
  voided: z.boolean().nullish(),
  deleted: z.boolean().nullish(),
  amount: Amount.nullish(),
  totalAmount: Amount.nullish(),
  selections: z.array(Selection).max(MAX_SELECTIONS).nullish(),
  appliedDiscounts: z.array(AppliedDiscount).max(MAX_DISCOUNTS).nullish(),
  appliedServiceCharges: z
    .array(z.object({ name: Text.nullish(), chargeAmount: Amount.nullish() }))
    .max(MAX_CHARGES)
    .nullish(),
  payments: z.array(Payment).max(MAX_PAYMENTS).nullish(),
});
export type Check = z.output<typeof Check>;

const ItemRedemption = z.object({
  selectionIdentifier: Guid,
  amount: Amount.nullish(),
  appliedDiscountIdentifier: Text.nullish(),
});

export const Redemption = z.object({
  identifier: LoyaltyIdentifier,
  selectionGuid: Guid.nullish(),
  appliedDiscountGuid: Guid.nullish(),
  multiItemDiscountGuid: Guid.nullish(),
  amount: Amount.nullish(),
  itemApplication: z.array(ItemRedemption).max(MAX_SELECTIONS).nullish(),
  quantity: z.number().nullish(),
  name: z.string().max(1_000).nullish(),
});
export type Redemption = z.output<typeof Redemption>;

const Redemptions = z.array(Redemption).max(MAX_REDEMPTIONS).nullish();

/** What each type carries; each is absent, or null, in the others. */
export const SearchInformation = z.object({
  searchCriteria: z.object({
    firstName: Text.nullish(),
    lastName: Text.nullish(),
    email: Text.nullish(),
    phone: Text.nullish(),
  }),
});
export const SignupInformation = z
  .object({ phone: Text.nullish(), email: Text.nullish() })
  .refine(({ phone, email }) => Boolean(phone) !== Boolean(email), 'give exactly one of phone and email');
export const CheckInformation = z.object({
  loyaltyIdentifier: LoyaltyIdentifier.nullish(),
  orderGuid: Text.nullish(),
  check: Check,
  redemptions: Redemptions,
});
export const ReverseInformation = z.object({
  loyaltyIdentifier: LoyaltyIdentifier.nullish(),
  transactionId: Guid,
  redemptions: Redemptions,
});

/** The body as the API description shows it; a request is read by the part of its type. */
export const LoyaltyTransaction = z.object({
  toastTransactionType: z.enum(TRANSACTION_TYPES).nullish(),
  searchTransactionInformation: SearchInformation.nullish(),
  signupTransactionInformation: SignupInformation.nullish(),
  checkTransactionInformation: CheckInformation.nullish(),
  reverseTransactionInformation: ReverseInformation.nullish(),
});

const AccountInfo = z.object({
  identifier: z.string(),
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  phone: z.string().optional(),
  /** Text in the contract's schema. */
  pointsBalance: z.string().optional(),
});
export type AccountInfo = z.infer<typeof AccountInfo>;

const ItemApplication = z.array(z.object({ selectionIdentifier: z.string(), amount: z.number() }));

const Offer = z.object({
  identifier: z.string(),
  name: z.string(),
  description: z.string().max(200).optional(),
  applicable: z.boolean(),
  selectionType: z.enum(['CHECK', 'ITEM', 'MULTI_ITEM']),
  itemApplication: ItemApplication,
  amount: z.number(),
  quantity: z.number(),
  expiration: z.array(z.object({ date: z.string() })),
});
export type Offer = z.infer<typeof Offer>;

/** A redemption goes back as it came, with what it comes to. */
export const RedemptionView = z.looseObject({ identifier: z.string() });
export type RedemptionView = z.infer<typeof RedemptionView>;

const CheckResponse = z.object({
  accountInfo: AccountInfo.optional(),
  offers: z.array(Offer).optional(),
  rejectedRedemptions: z.array(z.object({ redemption: RedemptionView, message: z.string() })).optional(),
  appliedRedemptions: z.array(RedemptionView).optional(),
  userMessage: z.string().optional(),
});
export type CheckResponse = z.infer<typeof CheckResponse>;

export const LoyaltyTransactionResponse = z.object({
  transactionStatus: TransactionStatus,
  /** Why, for logs: nobody at the till sees it. */
  message: z.string().optional(),
  searchResponse: z.object({ accounts: z.array(AccountInfo) }).optional(),
  signupResponse: z.object({ loyaltyIdentifier: z.string() }).optional(),
  checkResponse: CheckResponse.optional(),
});
export type LoyaltyTransactionResponse = z.infer<typeof LoyaltyTransactionResponse>;
