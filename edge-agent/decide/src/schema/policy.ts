import { z } from 'zod';
import { DECIDE_LIMITS } from '../limits.ts';
import { Fen } from './common.ts';

/**
 * Rounding of what is paid in cash (抹零): to whole multiples of `toFen`, down or half-up. Other tenders pay to the fen. Of a mixed payment nothing is rounded, or with
 * `cashPart` what the other tenders leave to cash.
 */
export const CashRounding = z.strictObject({
  toFen: z.int().min(2).max(10_000),
  mode: z.enum(['down', 'half-up']),
  cashPart: z.literal(true).optional(),
});
export type CashRounding = z.infer<typeof CashRounding>;

/** What becomes of coupons and gifts when goods come back. Absent: coupons stay spent and gifts stay given. */
export const ReturnsPolicy = z.strictObject({
  /** `when-all-returned`: a coupon comes back once every unit that it saved on has come back. */
  coupons: z.enum(['stay-spent', 'when-all-returned']),
  /** A coupon that comes back after it expired: stays expired, or lives `extendDays` from the return. */
  expiredCoupons: z.enum(['stay-expired', 'extend']),
  extendDays: z.int().min(1).max(366).optional(),
  /** A gift whose threshold the kept goods no longer reach: stays given, or is brought back, or its value is kept from the refund. */
  gifts: z.enum(['stay-given', 'return-or-charge']),
});
export type ReturnsPolicy = z.infer<typeof ReturnsPolicy>;

/**
 * How campaigns combine. Layers act in the order item, basket, coupon, points. A unit has one item campaign unless campaigns agree to stack;
 * `best-one` lets at most one campaign of a layer apply to a basket.
 */
export const CampaignPolicy = z.strictObject({
  version: z
    .int()
    .min(1)
    .max(2 ** 31),
  /**
   * `best-for-customer`: lowest payable; then the highest value of gifts and points; then fewest coupons; of equal campaigns the one earlier
   * in the set. `priority-order`: layer by layer, each campaign in turn takes what it can.
   */
  objective: z.enum(['best-for-customer', 'priority-order']),
  /** Coupons that one basket may consume. */
  couponsPerBasket: z.int().min(0).max(DECIDE_LIMITS.maxCoupons),
  layers: z
    .strictObject({
      basket: z.enum(['stack', 'best-one']).optional(),
      coupon: z.enum(['stack', 'best-one']).optional(),
    })
    .optional(),
  points: z
    .strictObject({
      /** Payable fen that earn one point; absent: 100. */
      fenPerPoint: z.int().min(1).max(1_000_000),
      /** What 100 points are worth, to compare answers of the same price. */
      fenPer100Points: Fen,
    })
    .optional(),
  cashRounding: CashRounding.optional(),
  /** Whether prices hold the tax of their line (China) or it is added on top. Absent: included. */
  tax: z.enum(['included', 'added']).optional(),
  returns: ReturnsPolicy.optional(),
});
export type CampaignPolicy = z.infer<typeof CampaignPolicy>;
