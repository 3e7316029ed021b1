import { z } from 'zod';
import { Recommendations } from './basket.ts';
import { Fen, Id, Instant, Names, Words } from './common.ts';

export const ConsentPurpose = z.enum(['membership', 'personalisation', 'marketing']);
export const ConsentInput = z.strictObject({
  purpose: ConsentPurpose,
  granted: z.boolean(),
  textVersion: z.string().min(1).max(40),
});

/** Phone in E.164 or as typed in mainland China (11 digits); sealed before it is stored, and never logged. */
export const SignUp = z.strictObject({
  phone: z.string().min(5).max(24),
  consents: z.array(ConsentInput).min(1).max(3),
  locale: z.enum(['zh-CN', 'en']),
  /** Of the shopper's phone, Ed25519 in base64url: it will show rotating codes. */
  publicKey: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/)
    .optional(),
});
export const SignedUp = z.strictObject({
  memberId: Id,
  /** What the member's QR holds: `TM:...`. */
  code: z.string(),
  tier: z.string(),
  joinedAt: Instant,
});
export type SignedUp = z.infer<typeof SignedUp>;

export const OfferCard = z.strictObject({
  campaignId: Id,
  name: Names,
  text: Words,
  needsCoupon: z.boolean(),
  membersOnly: z.boolean(),
  until: Instant,
  /** Items it touches, a few, with the price now. */
  items: z.array(
    z.strictObject({ sku: Id, name: Names, size: Words, pictogram: z.string(), priceFen: Fen, offerFen: Fen }),
  ),
});
export type OfferCard = z.infer<typeof OfferCard>;

export const PublicOffers = z.strictObject({
  storeName: Names,
  campaignSetVersion: z.number().int(),
  online: z.boolean(),
  offers: z.array(OfferCard),
});
export type PublicOffers = z.infer<typeof PublicOffers>;

export const CouponView = z.strictObject({
  couponId: Id,
  code: z.string(),
  campaignId: Id,
  name: Names,
  text: Words,
  until: Instant,
});

/** Open a kiosk session with a member code; the answer is all the kiosk shows and is wiped when idle. */
export const MemberSignIn = z.strictObject({ code: z.string().min(4).max(256) });
export const MemberHome = z.strictObject({
  memberId: Id,
  code: z.string(),
  tier: z.string(),
  pointsBalance: z.number().int(),
  personalised: z.boolean(),
  coupons: z.array(CouponView),
  offers: z.array(OfferCard),
  recommendations: Recommendations,
});
export type MemberHome = z.infer<typeof MemberHome>;

/** Withdraw or give a consent later. */
export const ConsentChange = z.strictObject({ code: z.string().min(4).max(256), consent: ConsentInput });
