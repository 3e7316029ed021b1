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
});
export type BasketLine = z.infer<typeof BasketLine>;

/** Pseudonymous id and published tier; no personal data reaches this room. */
export const BasketMember = z.strictObject({ memberId: Id, tier: Id });
export type BasketMember = z.infer<typeof BasketMember>;

export const BasketCoupon = z.strictObject({ couponId: Id, campaignId: Id });
export type BasketCoupon = z.infer<typeof BasketCoupon>;

/** What is on the counter. Line ids and coupon ids are unique. */
export const Basket = z.strictObject({
  lines: z.array(BasketLine).max(DECIDE_LIMITS.maxBasketLines),
  member: BasketMember.optional(),
  coupons: z.array(BasketCoupon).max(DECIDE_LIMITS.maxCoupons),
});
export type Basket = z.infer<typeof Basket>;

/** Where and when: `at` is the sale's instant, `zone` the store's IANA zone. */
export const DecisionContext = z.strictObject({
  storeId: Id,
  channel: Channel,
  at: Instant,
  zone: z.string().min(1).max(DECIDE_LIMITS.maxIdChars),
  locale: Locale.optional(),
});
export type DecisionContext = z.infer<typeof DecisionContext>;
