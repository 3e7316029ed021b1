import { Fen, LedgerEntry } from '@tillside/decide';
import { z } from 'zod';
import { DesiredKind } from './desired.ts';
import { Sealed } from './sealed.ts';
import { MemberId, Stream } from './stream.ts';

/** Event bodies carry pseudonymous ids only. Money in fen, weights in grams, instants in ISO 8601 with offset, business dates YYYY-MM-DD. */
const Id = z.string().min(1).max(64);
const Instant = z.iso.datetime({ offset: true });
const BusinessDate = z.iso.date();
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const PublicKey = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const SignedFen = z
  .number()
  .int()
  .min(-(2 ** 40))
  .max(2 ** 40);

export const SaleLine = z.strictObject({
  lineId: Id,
  sku: Id,
  department: z.string(),
  category: z.string(),
  quantity: z.number().int().positive(),
  weightGrams: z.number().int().positive().optional(),
  listFen: Fen,
  payableFen: Fen,
  adjustments: z.array(z.strictObject({ campaignId: Id, couponId: Id.optional(), amountFen: Fen })),
  /** Where the price was not the item master's. */
  priceSet: z
    .strictObject({
      by: z.enum(['override', 'open', 'pos']),
      reason: z.string().max(40).optional(),
      approvedBy: Id.optional(),
      masterFen: Fen.optional(),
    })
    .optional(),
  /** The code was not in the item master. */
  unknown: z.literal(true).optional(),
});

export const Tender = z.strictObject({
  kind: z.enum(['token', 'cash', 'voucher', 'exchange']),
  amountFen: Fen,
  /** The payment provider's token; checked never to be a card number. */
  token: z.string().max(128).optional(),
});

/** Pieces of a gift that were handed over, or brought back. */
export const SaleGift = z.strictObject({ campaignId: Id, sku: Id, pieces: z.number().int().positive() });

/**
 * What a shopper showed whom the store does not know and could not ask HQ about: the hash of a printed code, or a rotating or numeric code as it was shown. `points` is what a
 * member would have earned by the rule for everybody.
 */
export const GuestClaim = z.strictObject({
  codeHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  shown: z.string().max(200).optional(),
  at: Instant,
  points: z.number().int().nonnegative(),
});

export const SaleCompleted = z.strictObject({
  saleId: Id,
  basketId: Id,
  businessDate: BusinessDate,
  completedAt: Instant,
  terminalId: Id,
  lane: Id,
  cashierId: Id,
  receiptNumber: Id,
  memberId: MemberId.optional(),
  /** Sold while the agent could not be reached and posted later. */
  late: z.boolean(),
  lines: z.array(SaleLine).min(1).max(2000),
  tenders: z.array(Tender).min(1).max(20),
  coupons: z.array(Id),
  listFen: Fen,
  savingsFen: Fen,
  payableFen: Fen,
  /** Present only where it differs from `payableFen`: tax was added on top. The tenders sum to it, and to the rounding of cash. */
  totalFen: Fen.optional(),
  roundingFen: SignedFen.optional(),
  gifts: z.array(SaleGift).optional(),
  pointsEarned: z.number().int().nonnegative(),
  /** Points that paid a part; what they paid is among the adjustments. */
  pointsSpent: z.number().int().positive().optional(),
  policyVersion: z.string(),
  campaignSetVersion: z.number().int().nonnegative(),
  priceVersion: z.number().int().nonnegative(),
  shiftId: Id.optional(),
  /** Absent: `tillside`. */
  priceOwner: z.enum(['tillside', 'pos-adjusts', 'pos-reports']).optional(),
  /** How it reached the agent, where not by its own API. */
  source: z.enum(['poslog', 'toast']).optional(),
  /** A member code that nobody could be asked about: HQ finds the member and gives the points. */
  guest: GuestClaim.optional(),
  /** Of a member's sale that the agent decided: whether the member's tags and segments counted. Absent: it was told, or nobody was a member. */
  personalised: z.boolean().optional(),
});

export const SaleReturned = z.strictObject({
  returnId: Id,
  saleId: Id,
  businessDate: BusinessDate,
  returnedAt: Instant,
  terminalId: Id,
  cashierId: Id,
  receiptNumber: Id,
  lines: z.array(z.strictObject({ lineId: Id, sku: Id, quantity: z.number().int().positive(), refundFen: Fen })).min(1),
  /** What was handed out. Where it is not the sum of the lines, the next four say why; where money was asked for instead, `payFen`. */
  refundFen: Fen,
  payFen: Fen.optional(),
  heldBackFen: SignedFen.optional(),
  giftChargeFen: SignedFen.optional(),
  gifts: z.array(SaleGift).optional(),
  pointsGivenBack: z.number().int().positive().optional(),
  couponsBack: z.array(Id).optional(),
  tenders: z.array(Tender).max(20).optional(),
  reason: z.string().max(80).optional(),
  /** The sale that the goods were exchanged into. */
  exchangeSaleId: Id.optional(),
  shiftId: Id.optional(),
});

/** Goods that came back without a sale of this store: no receipt, a sale of another store, or told by a POS that sells alone. */
export const GoodsReturned = z.strictObject({
  returnId: Id,
  basis: z.enum(['no-receipt', 'other-store', 'reported']),
  businessDate: BusinessDate,
  returnedAt: Instant,
  terminalId: Id,
  cashierId: Id,
  receiptNumber: Id,
  lines: z
    .array(
      z.strictObject({
        sku: Id,
        quantity: z.number().int().positive(),
        weightGrams: z.number().int().positive().optional(),
        refundFen: Fen,
        /** Of the sale in the other store. */
        lineId: Id.optional(),
      }),
    )
    .min(1),
  refundFen: Fen,
  tenders: z.array(Tender).max(20),
  reason: z.string().max(80).optional(),
  approvedBy: Id.optional(),
  /** The sale in the other store. */
  saleStoreId: z.string().max(64).optional(),
  saleId: Id.optional(),
  memberId: MemberId.optional(),
  pointsTakenBack: z.number().int().positive().optional(),
  shiftId: Id.optional(),
});

/** A code that was sold although the item master lacks it, or asked for and refused. Codes of goods only. */
export const ItemUnknown = z.strictObject({
  gtin: z.string().max(14).optional(),
  sku: Id.optional(),
  terminalId: Id,
  sold: z.boolean(),
  at: Instant,
});

export const CouponRedeemed = z.strictObject({
  couponId: Id,
  campaignId: Id,
  saleId: Id,
  memberId: MemberId.optional(),
  amountFen: Fen,
});

/** A member took the coupon of a campaign. Its id is made of campaign and member, so that the same coupon taken in two stores is one. */
export const CouponClaimed = z.strictObject({ couponId: Id, campaignId: Id, memberId: MemberId, at: Instant });

export const BasketCancelled = z.strictObject({
  basketId: Id,
  terminalId: Id,
  cashierId: Id,
  at: Instant,
  listFen: Fen,
});

export const DayClosed = z.strictObject({
  businessDate: BusinessDate,
  terminalId: Id,
  sales: z.number().int().nonnegative(),
  returns: z.number().int().nonnegative(),
  payableFen: SignedFen,
  tenders: z.record(z.string(), SignedFen),
  agreed: z.boolean(),
  differences: z.array(z.strictObject({ what: z.string(), oursFen: SignedFen, posFen: SignedFen })),
  zNumber: z.number().int().positive().optional(),
  refundTenders: z.record(z.string(), SignedFen).optional(),
  /** What each campaign saved. */
  promotions: z.record(z.string(), SignedFen).optional(),
});

export const MemberJoined = z.strictObject({
  memberId: MemberId,
  joinedAt: Instant,
  channel: z.enum(['kiosk', 'till', 'staff', 'import']),
  tier: z.string(),
  consents: z.array(
    z.strictObject({
      purpose: z.enum(['membership', 'personalisation', 'marketing']),
      granted: z.boolean(),
      textVersion: z.string(),
      at: Instant,
    }),
  ),
  /** Personal fields (`Profile` of members.ts), sealed. Absent: nothing personal is known. */
  profile: Sealed.optional(),
  /** SHA-256 of the printed code, by which other stores know the card. */
  codeHash: Sha256.optional(),
  /** Of the member's phone: Ed25519, base64url. */
  publicKey: PublicKey.optional(),
  /** SHA-256 of a one-time word by which the member's phone may register its key at HQ, and until when. */
  claimHash: Sha256.optional(),
  claimUntil: Instant.optional(),
  household: MemberId.optional(),
  /** The phone was proven by a code that was sent to it; false: it is yet to be. Absent: nobody asked. */
  phoneVerified: z.boolean().optional(),
});

/** The member showed the code that was sent to the phone of their profile. */
export const MemberVerified = z.strictObject({ memberId: MemberId, at: Instant });

/** A member's phone was given a key here, or a word (its SHA-256, and until when) by which a phone may register its key at HQ. */
export const MemberKeyed = z.strictObject({
  memberId: MemberId,
  publicKey: PublicKey.optional(),
  claimHash: Sha256.optional(),
  claimUntil: Instant.optional(),
  at: Instant,
});

/** Personal fields were set right; the whole profile again, sealed under the same key. */
export const MemberCorrected = z.strictObject({
  memberId: MemberId,
  profile: Sealed,
  at: Instant,
  by: z.enum(['member', 'staff']),
  /** False: the phone is another now, or is gone, and none is proven. Absent: nobody asks, or it is as it was. */
  phoneVerified: z.boolean().optional(),
});

/** Points that one cause moved: a sale, a return. Entries of members only. */
export const PointsMoved = z.strictObject({ entries: z.array(LedgerEntry).min(1).max(20) });

/** Somebody in the store looked at a person's data, or changed it. */
export const MemberAccessed = z.strictObject({
  memberId: MemberId,
  staffId: Id,
  what: z.enum(['find', 'view', 'export', 'correct', 'consent', 'merge', 'erase']),
  reason: z.string().min(1).max(80),
  at: Instant,
});

export const ConsentChanged = z.strictObject({
  memberId: MemberId,
  purpose: z.enum(['membership', 'personalisation', 'marketing']),
  granted: z.boolean(),
  textVersion: z.string(),
  at: Instant,
});

/** Until version 2 there were two kinds of desired state. */
const DesiredAppliedV1 = z.strictObject({
  kind: z.enum(['campaigns', 'model']),
  version: z.number().int().nonnegative(),
  sha256: z.string().length(64),
  outcome: z.enum(['applied', 'refused']),
  code: z.string().optional(),
  message: z.string().optional(),
  at: Instant,
});
export const DesiredApplied = z.strictObject({
  ...DesiredAppliedV1.shape,
  kind: DesiredKind,
  /** Whether it came as a delta of the version before. */
  byDelta: z.boolean(),
});

/** The member asked to be forgotten: the sealing key is gone at the store, and every holder of it deletes it too. */
export const MemberErased = z.strictObject({
  memberId: MemberId,
  at: Instant,
  /** Who asked for it. */
  by: z.enum(['member', 'staff', 'hq']),
});

/**
 * Events that the store gave up because its disk budget was used up: a declared hole of `stream` in the event's own epoch. The hub's mark steps across it.
 * `prevhash` is that of the first event given up, `lastHash` the hash of the last, so that the chain can be checked across the hole.
 */
export const StreamShed = z.strictObject({
  stream: Stream,
  fromSeq: z.number().int().positive(),
  toSeq: z.number().int().positive(),
  prevhash: z.string().regex(/^[0-9a-f]{64}$/),
  lastHash: z.string().regex(/^[0-9a-f]{64}$/),
  reason: z.enum(['disk-budget', 'disk-full', 'retention']),
  at: Instant,
});

/**
 * A model that HQ published came to a stage in a store, with what was counted in the stage before: `shadow` beside the running one, `share` of the baskets, `watch` in service with the one
 * before at hand, `in-service` for good; `rolled-back` by the store itself, with the reason; `superseded` by a newer one before it was through.
 */
export const ModelChanged = z.strictObject({
  /** Of HQ's signed state. */
  version: z.number().int().positive(),
  /** Absent when the file could not be read any more. */
  modelId: z.string().max(96).optional(),
  stage: z.enum(['shadow', 'share', 'watch', 'in-service', 'rolled-back', 'superseded']),
  /** Of a hundred baskets, those that see its answers. */
  sharePercent: z.number().int().min(0).max(100),
  questions: z.number().int().nonnegative(),
  failed: z.number().int().nonnegative(),
  late: z.number().int().nonnegative(),
  crashes: z.number().int().nonnegative(),
  /** Of a hundred items that it would show first, those that the model before chose too; absent before any could be compared. */
  overlapPercent: z.number().int().min(0).max(100).optional(),
  code: z.string().max(64).optional(),
  at: Instant,
});

/** What made an answer, the best first. */
export const RecommendationSource = z.enum(['model', 'previous-model', 'co-occurrence', 'popularity']);
/** Items of one answer. */
const MAX_SHOWN = 50;

/** What was shown to whom; `memberId` only of who agreed to it. */
export const RecommendationServed = z.strictObject({
  recommendationId: Id,
  basketId: Id.optional(),
  memberId: MemberId.optional(),
  channel: z.enum(['till', 'kiosk']),
  source: RecommendationSource,
  modelId: z.string().optional(),
  /** In order of their places on the screen. */
  skus: z.array(Id).max(MAX_SHOWN),
  at: Instant,
  /** Name of the rules that ranked what the model proposed. */
  policy: z.string().max(40).optional(),
  /** Of each SKU, in the same order. */
  shown: z
    .array(
      z.strictObject({
        /** Code of what was said beside it. */
        reason: Id,
        /** Probability that the policy shows this item at this place, given all that it knew, in millionths. */
        propensityPpm: z.number().int().min(1).max(1_000_000),
        /** It stands there by the explore share, not by its score. */
        explored: z.literal(true).optional(),
      }),
    )
    .max(MAX_SHOWN)
    .optional(),
});

/**
 * What became of shown items. Each is credited to the newest answer that showed it: of the same basket, else, for `bought`, of a kiosk visit of the same member shortly before. Names what made
 * that answer, so that no event has to be looked up for a rate; it may come before the event of that answer.
 */
export const RecommendationOutcome = z.strictObject({
  recommendationId: Id,
  channel: z.enum(['till', 'kiosk']),
  source: RecommendationSource,
  modelId: z.string().optional(),
  /** Into the basket and out of it again; in a completed sale. */
  outcome: z.enum(['added', 'removed', 'bought']),
  skus: z.array(Id).min(1).max(MAX_SHOWN),
  basketId: Id.optional(),
  saleId: Id.optional(),
  at: Instant,
});

export const LabelShown = z.strictObject({ tagId: Id, sku: Id, priceFen: Fen, imageHash: z.string(), at: Instant });
export const PromotionChanged = z.strictObject({
  campaignId: Id,
  staffId: Id,
  sku: Id,
  percentOffBasisPoints: z.number().int(),
  until: Instant,
  at: Instant,
});
export const DeviceChanged = z.strictObject({
  deviceId: Id,
  state: z.string(),
  code: z.string().optional(),
  at: Instant,
});
export const ItemsImported = z.strictObject({
  priceVersion: z.number().int(),
  accepted: z.number().int(),
  rejected: z.number().int(),
  at: Instant,
});

/** Footfall of one zone over one window: relative occupancy, not people. */
export const PresenceCounted = z.strictObject({
  zone: z.string(),
  windowStart: Instant,
  windowMs: z.number().int().positive(),
  devices: z.number().int().nonnegative(),
  associated: z.number().int().nonnegative(),
  randomised: z.number().int().nonnegative(),
});

/** Every event type: its stream and its body. The type's last part is the body's version; older versions stay readable for ever. */
export const EVENT_TYPES = {
  'tillside.sale.completed.v1': { stream: 'sales', body: SaleCompleted },
  'tillside.sale.returned.v1': { stream: 'sales', body: SaleReturned },
  'tillside.goods.returned.v1': { stream: 'sales', body: GoodsReturned },
  'tillside.coupon.redeemed.v1': { stream: 'sales', body: CouponRedeemed },
  'tillside.coupon.claimed.v1': { stream: 'sales', body: CouponClaimed },
  'tillside.day.closed.v1': { stream: 'sales', body: DayClosed },
  'tillside.member.joined.v1': { stream: 'members', body: MemberJoined },
  'tillside.points.moved.v1': { stream: 'sales', body: PointsMoved },
  'tillside.member.keyed.v1': { stream: 'members', body: MemberKeyed },
  'tillside.member.verified.v1': { stream: 'members', body: MemberVerified },
  'tillside.member.corrected.v1': { stream: 'members', body: MemberCorrected },
  'tillside.member.accessed.v1': { stream: 'members', body: MemberAccessed },
  'tillside.member.erased.v1': { stream: 'members', body: MemberErased },
  'tillside.consent.changed.v1': { stream: 'members', body: ConsentChanged },
  'tillside.basket.cancelled.v1': { stream: 'ops', body: BasketCancelled },
  'tillside.desired.applied.v1': { stream: 'ops', body: DesiredAppliedV1 },
  'tillside.desired.applied.v2': { stream: 'ops', body: DesiredApplied },
  'tillside.model.changed.v1': { stream: 'ops', body: ModelChanged },
  'tillside.recommendation.served.v1': { stream: 'ops', body: RecommendationServed },
  'tillside.recommendation.outcome.v1': { stream: 'ops', body: RecommendationOutcome },
  'tillside.label.shown.v1': { stream: 'ops', body: LabelShown },
  'tillside.promotion.changed.v1': { stream: 'ops', body: PromotionChanged },
  'tillside.device.changed.v1': { stream: 'ops', body: DeviceChanged },
  'tillside.item.unknown.v1': { stream: 'ops', body: ItemUnknown },
  'tillside.items.imported.v1': { stream: 'ops', body: ItemsImported },
  'tillside.stream.shed.v1': { stream: 'ops', body: StreamShed },
  'tillside.presence.counted.v1': { stream: 'presence', body: PresenceCounted },
} as const satisfies Record<string, { stream: Stream; body: z.ZodType }>;

export type EventType = keyof typeof EVENT_TYPES;
export type EventBody<T extends EventType> = z.infer<(typeof EVENT_TYPES)[T]['body']>;
