import { z } from 'zod';
import { Fen, Id, Instant, Names, Words } from './common.ts';

/**
 * What says who a member at the kiosk is: a member code, or the word of a visit (`TV:...`) that sign-in gave. A code of a phone is soon of another time; the word is good until the
 * visit ends.
 */
export const MemberWord = z.string().min(4).max(256);

/**
 * A coupon of a campaign that members take themselves. `open`: to be had by one touch; `taken`: it waits for the till; `used` and `over` (its time ended) are told so that nobody looks for it.
 */
export const CouponOffer = z.strictObject({
  campaignId: Id,
  name: Names,
  text: Words,
  until: Instant,
  state: z.enum(['open', 'taken', 'used', 'over']),
});
export type CouponOffer = z.infer<typeof CouponOffer>;
export const OwnCoupons = z.strictObject({ coupons: z.array(CouponOffer) });
export const ActivateCoupon = z.strictObject({ code: MemberWord, campaignId: Id });

/** A gift that a member may choose beforehand, and what the till would take without a choice: the first. */
export const GiftOffer = z.strictObject({
  campaignId: Id,
  name: Names,
  text: Words,
  until: Instant,
  gifts: z.array(
    z.strictObject({
      sku: Id,
      name: Names,
      size: Words,
      pictogram: z.string(),
      quantity: z.number().int().min(1),
      /** Of one piece. */
      valueFen: Fen,
    }),
  ),
  /** SKU. Absent: the till takes the most valuable one, or asks. */
  chosen: Id.optional(),
});
export type GiftOffer = z.infer<typeof GiftOffer>;
/** Without `sku` the choice is taken back. */
export const ChooseOwnGift = z.strictObject({ code: MemberWord, campaignId: Id, sku: Id.optional() });

/** One way into the next tier: fen spent, points earned or orders made, of as many as it asks. Any one of the ways is enough. */
export const TierWay = z.strictObject({
  by: z.enum(['spend', 'points', 'orders']),
  have: z.number().int().nonnegative(),
  need: z.number().int().positive(),
});
export type TierWay = z.infer<typeof TierWay>;

/** Where a member stands among the tiers, as far as this store knows. HQ counts; a store repeats what it was told, and when. */
export const TierStanding = z.strictObject({
  tier: Id,
  /** Absent: HQ never told this store the names of the tiers. */
  name: Names.optional(),
  /** The last day (YYYY-MM-DD) on which the tier is sure. */
  until: z.iso.date().optional(),
  /** Absent: there is no higher one (`isTop`), or the store does not know. */
  next: z
    .strictObject({
      tier: Id,
      name: Names,
      /** Calendar months that count, the running one included. */
      months: z.number().int().min(1),
      ways: z.array(TierWay).min(1).max(3),
    })
    .optional(),
  isTop: z.literal(true).optional(),
  /** When HQ counted what stands in `next`. Absent with it. */
  asOf: Instant.optional(),
});
export type TierStanding = z.infer<typeof TierStanding>;
/** `isNow`: HQ counted it for this question. */
export const OwnTier = z.strictObject({ standing: TierStanding, isNow: z.boolean() });
