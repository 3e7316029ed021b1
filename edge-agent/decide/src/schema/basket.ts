import { z } from 'zod';
import { DECIDE_LIMITS } from '../limits.ts';
import { Channel, Fen, Id, Instant, Locale, Names } from './common.ts';

/**
 * One line. `unitPriceFen` is the list price of one unit, or of one kilogram when `weightGrams` is there. A weighed line has quantity 1;
 * its `amountFen` is price x grams / 1000, half-up (`weighedAmountFen`), or what the scale's label printed, within one gram's price.
 */
export const BasketLine = z.strictObject({
  lineId: Id,
  sku: Id,
  gtin: z
    .string()
    .regex(/^\d{8,14}$/)
    .optional(),
  department: Id,
  category: Id,
  name: Names,
  quantity: z.int().min(1).max(DECIDE_LIMITS.maxUnitsPerLine),
  unitPriceFen: Fen,
  weightGrams: z.int().min(1).max(DECIDE_LIMITS.maxWeightGrams).optional(),
  amountFen: Fen.optional(),
  /** The lot, where it was read (near-expiry markdowns). */
  lotId: Id.optional(),
  /** The item takes part in no promotion (tobacco, infant formula): no campaign touches the line. */
  noPromotions: z.literal(true).optional(),
  /** Tax rate of the line: 1300 is 13 %. Absent: no tax is worked out. */
  taxRateBp: z.int().min(0).max(10_000).optional(),
});
export type BasketLine = z.infer<typeof BasketLine>;

const labels = z.array(Id).max(DECIDE_LIMITS.maxLabelsPerMember);

/** Pseudonymous id and published tier; no personal data reaches this room. */
export const BasketMember = z.strictObject({
  memberId: Id,
  tier: Id,
  /** Earlier orders; absent: not known, and no first-order campaign applies. */
  orders: z.int().min(0).max(DECIDE_LIMITS.maxUses).optional(),
  joinedAt: Instant.optional(),
  /** Month and day, MM-DD, of who agreed to personal offers; absent: no birthday campaign applies. */
  birthday: z
    .string()
    .regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/)
    .optional(),
  tags: labels.optional(),
  segments: labels.optional(),
  pointsBalance: z.int().min(0).max(DECIDE_LIMITS.maxPoints).optional(),
});
export type BasketMember = z.infer<typeof BasketMember>;

export const BasketCoupon = z.strictObject({ couponId: Id, campaignId: Id });
export type BasketCoupon = z.infer<typeof BasketCoupon>;

/** What is on the counter. Line ids and coupon ids are unique. */
export const Basket = z.strictObject({
  lines: z.array(BasketLine).max(DECIDE_LIMITS.maxBasketLines),
  member: BasketMember.optional(),
  coupons: z.array(BasketCoupon).max(DECIDE_LIMITS.maxCoupons),
  /** The gift that the shopper chose for a campaign; without a choice it is the most valuable in stock. */
  giftChoices: z
    .array(z.strictObject({ campaignId: Id, sku: Id }))
    .max(DECIDE_LIMITS.maxCoupons)
    .optional(),
  /** Points that the member asks to pay with; at most the balance is taken. */
  payWithPoints: z.int().min(1).max(DECIDE_LIMITS.maxPoints).optional(),
});
export type Basket = z.infer<typeof Basket>;

const used = z.int().min(0).max(DECIDE_LIMITS.maxUses).optional();

/** What a campaign has given before this basket. What is absent counts as 0. */
export const CampaignUsage = z.strictObject({
  campaignId: Id,
  member: used,
  store: used,
  day: used,
  total: used,
  budgetFen: Fen.optional(),
});
export type CampaignUsage = z.infer<typeof CampaignUsage>;

/** Where and when: `at` is the sale's instant, `zone` the store's IANA zone; and what limits and stocks stand at. */
export const DecisionContext = z.strictObject({
  storeId: Id,
  channel: Channel,
  at: Instant,
  zone: z.string().min(1).max(DECIDE_LIMITS.maxIdChars),
  locale: Locale.optional(),
  usage: z.array(CampaignUsage).max(DECIDE_LIMITS.maxCampaigns).optional(),
  /** Pieces of gift SKUs at hand; a SKU that is not listed is in stock. */
  giftStock: z
    .array(z.strictObject({ sku: Id, quantity: z.int().min(0).max(DECIDE_LIMITS.maxUses) }))
    .max(DECIDE_LIMITS.maxSelectorEntries)
    .optional(),
});
export type DecisionContext = z.infer<typeof DecisionContext>;
