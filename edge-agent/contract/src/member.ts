import { z } from 'zod';
import { Recommendations } from './basket.ts';
import { BusinessDate, Fen, Id, Instant, Names, Words } from './common.ts';
import { KioskCard } from './kiosk-content.ts';
import { CouponOffer, GiftOffer, MemberWord, TierStanding } from './kiosk-member.ts';
import { PhoneCodeOfSignUp } from './kiosk-phone.ts';

export { ConsentTexts, DEFAULT_CONSENT_TEXTS } from '@tillside/decide';

export const ConsentPurpose = z.enum(['membership', 'personalisation', 'marketing']);
export const ConsentInput = z.strictObject({
  purpose: ConsentPurpose,
  granted: z.boolean(),
  textVersion: z.string().min(1).max(40),
});

export const ConsentState = z.strictObject({ ...ConsentInput.shape, at: Instant });
export type ConsentState = z.infer<typeof ConsentState>;

/** From this age on a person may consent for themselves (PIPL art. 31: under 14 a parent or guardian does). */
export const CONSENT_AGE = 14;

const Phone = z.string().min(5).max(24);
/** YYYY-MM-DD, or MM-DD of who keeps the year to themselves. */
const Birthday = z.string().regex(/^(\d{4}-)?\d{2}-\d{2}$/);
const Name = z.string().trim().min(1).max(60);

/**
 * Phone in E.164 or as typed in mainland China (11 digits); sealed before it is stored, and never logged. Either a birthday with its year or `isOldEnough` says that the person
 * is `CONSENT_AGE` or older.
 */
export const SignUp = z.strictObject({
  phone: Phone,
  birthday: Birthday.optional(),
  name: Name.optional(),
  /** What the person answered to whether they are `CONSENT_AGE` or older. */
  isOldEnough: z.boolean().optional(),
  consents: z.array(ConsentInput).min(1).max(3),
  locale: z.enum(['zh-CN', 'en']),
  /** Of the shopper's phone, Ed25519 in base64url: it will show rotating codes. */
  publicKey: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/)
    .optional(),
  /** At a kiosk of a store that sends codes: the one that this phone was sent. */
  phoneCode: PhoneCodeOfSignUp.optional(),
});
export const SignedUp = z.strictObject({
  memberId: Id,
  /** What the member's QR holds: `TM:...`. */
  code: z.string(),
  tier: z.string(),
  joinedAt: Instant,
  /** Where the member's phone gets codes of its own that change, by a word that is good once. Absent: the store has no HQ, or the phone's key came with the sign-up. */
  claimUrl: z.url().optional(),
  claimUntil: Instant.optional(),
  /** Absent: this store asks nobody for a proof. False: some rights wait until the number is proven. */
  isPhoneVerified: z.boolean().optional(),
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
  /** This store sends codes to phones. */
  phoneCodes: z.boolean().optional(),
  offers: z.array(OfferCard),
  /** What HQ shows now, the most urgent first. */
  cards: z.array(KioskCard).optional(),
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
export type CouponView = z.infer<typeof CouponView>;

const PointsAt = z.strictObject({ points: z.number().int(), at: Instant });
/** Where a member's points stand, as far as this store knows. */
export const PointsStanding = z.strictObject({
  /** To be spent now. */
  available: z.number().int(),
  /** Earned, and to be spent once the return window has closed. */
  pending: z.number().int(),
  /** Spent or taken back beyond what there was. */
  owed: z.number().int(),
  /** What ends next, and what may be spent next. */
  endingNext: PointsAt.optional(),
  availableNext: PointsAt.optional(),
});
export const PointsStatement = z.strictObject({
  ...PointsStanding.shape,
  /** What moved points, the newest first. */
  lines: z.array(
    z.strictObject({
      kind: z.enum(['open', 'earn', 'burn', 'adjust', 'reverse', 'expire']),
      at: Instant,
      points: z.number().int(),
      balance: z.number().int(),
      /** This store, HQ itself, or another store, whose name HQ told. Absent: of no store, or of none that is known any more. */
      where: z.enum(['here', 'hq', 'store']).optional(),
      store: z.string().optional(),
      /** Of a `reverse`: whether earned points were taken back or spent ones given back. */
      of: z.enum(['earn', 'burn']).optional(),
      expiresAt: Instant.optional(),
    }),
  ),
  /** Before the oldest line. */
  beforePoints: z.number().int(),
  /** False: HQ could not be asked, so that lines of other stores are missing; their points are in `beforePoints`. */
  isWhole: z.boolean(),
});
export type PointsStatement = z.infer<typeof PointsStatement>;

/** Open a kiosk session with a member code; the answer is all the kiosk shows and is wiped when idle. */
export const MemberSignIn = z.strictObject({ code: MemberWord });
export const MemberHome = z.strictObject({
  memberId: Id,
  /** The printed code, where that was shown: a code of a phone is soon of another time, and a word of a visit is nobody's to keep. */
  code: z.string().optional(),
  /** The word of this visit: instead of a code in what the member does next. */
  visit: z.string(),
  visitUntil: Instant,
  tier: z.string(),
  pointsBalance: z.number().int(),
  points: PointsStanding,
  personalised: z.boolean(),
  /** False: the number is not proven yet, so that points are not spent and what is personal stays out of sight. Absent: nobody asks. */
  isPhoneVerified: z.boolean().optional(),
  /** Such as `+86****8000`; absent where this store holds no phone. */
  maskedPhone: z.string().optional(),
  consents: z.array(ConsentState),
  coupons: z.array(CouponView),
  offers: z.array(OfferCard),
  /** Those that are to be taken now. */
  couponOffers: z.array(CouponOffer).optional(),
  /** Campaigns whose gift is the member's to choose. */
  giftOffers: z.array(GiftOffer).optional(),
  tierStanding: TierStanding.optional(),
  recommendations: Recommendations,
});
export type MemberHome = z.infer<typeof MemberHome>;

/** Withdraw or give a consent later. Giving names the text in force; withdrawing is never refused for its text. */
export const ConsentChange = z.strictObject({ code: MemberWord, consent: ConsentInput });

/** Personal fields to set right; null takes one away. A phone can only be replaced. */
const Correction = z.strictObject({
  phone: Phone.optional(),
  birthday: Birthday.nullable().optional(),
  name: Name.nullable().optional(),
});
export type Correction = z.infer<typeof Correction>;
export const OwnCorrection = z.strictObject({ code: MemberWord, ...Correction.shape });

/** Personal fields as the store holds them. */
export const MemberProfile = z.strictObject({
  phone: z.string().optional(),
  birthday: z.string().optional(),
  name: z.string().optional(),
});
export type MemberProfile = z.infer<typeof MemberProfile>;

/** Why a colleague looks at, or changes, a member's data. Words of one's own might hold what nobody should read. */
export const AccessReason = z.enum([
  'asked-by-member',
  'lost-code',
  'points',
  'complaint',
  'correction',
  'supervision',
]);
export type AccessReason = z.infer<typeof AccessReason>;

/** All that this store holds of a person: their right to see it, in a form that machines read. */
export const MemberData = z.strictObject({
  storeName: Names,
  asOf: Instant,
  memberId: Id,
  joinedAt: Instant,
  tier: z.string(),
  pointsBalance: z.number().int(),
  tags: z.array(z.string()),
  segments: z.array(z.string()),
  /** Null: this store holds no personal fields; they are at HQ, if anywhere. */
  profile: MemberProfile.nullable(),
  /** Month and day, MM-DD, kept for birthday offers. */
  birthday: z.string().optional(),
  /** A phone of the member signs its own codes. */
  hasPhoneKey: z.boolean(),
  consents: z.array(ConsentState),
  coupons: z.array(z.strictObject({ couponId: Id, campaignId: Id, isSpent: z.boolean() })),
  /** The newest first. */
  sales: z.array(
    z.strictObject({
      saleId: Id,
      receiptNumber: Id,
      businessDate: BusinessDate,
      completedAt: Instant,
      payableFen: Fen,
      pointsEarned: z.number().int(),
      pointsSpent: z.number().int(),
      lines: z.array(z.strictObject({ sku: Id, quantity: z.number().int(), payableFen: Fen })),
    }),
  ),
  /** What is remembered for recommendations, the newest first. */
  purchases: z.array(z.strictObject({ sku: Id, at: Instant, quantity: z.number().int() })),
  /** What HQ told this store of the member's habits in all stores, of products that are sold here, for recommendations; null without that consent, or where HQ told nothing. */
  habits: z
    .strictObject({
      /** Sales of all stores up to here are in it. */
      until: Instant,
      bought: z.array(z.strictObject({ sku: Id, baskets: z.number().int(), lastAt: Instant })),
      mayLike: z.array(Id),
    })
    .nullable(),
  /** Who looked at these data here, of the time that the store keeps events. */
  accesses: z.array(z.strictObject({ staffId: Id, what: z.string(), reason: z.string(), at: Instant })),
});
export type MemberData = z.infer<typeof MemberData>;

/** A colleague looks for a member: by phone, or by a code. */
export const FindMember = z.union([
  z.strictObject({ phone: Phone, reason: AccessReason }),
  z.strictObject({ code: z.string().min(4).max(256), reason: AccessReason }),
]);
/** What a colleague sees of a member: no name, no birthday, the ends of the phone. */
export const FoundMember = z.strictObject({
  memberId: Id,
  /** Such as `+86****8000`; absent where this store holds no phone. */
  maskedPhone: z.string().optional(),
  joinedAt: Instant,
  tier: z.string(),
  pointsBalance: z.number().int(),
  consents: z.array(ConsentState),
  hasPhoneKey: z.boolean(),
  /** The personal fields are here, and can be set right here. */
  isKeptHere: z.boolean(),
});
export type FoundMember = z.infer<typeof FoundMember>;
export const StaffConsentChange = z.strictObject({ consent: ConsentInput, reason: AccessReason });
export const StaffCorrection = z.strictObject({ ...Correction.shape, reason: AccessReason });
export const StaffAccess = z.strictObject({ reason: AccessReason });
