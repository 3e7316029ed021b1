import { ConsentTexts } from '@tillside/decide';
import { z } from 'zod';
import { ErasureProof } from './erasures.ts';
import { Instant } from './text.ts';

/** What the page on a member's phone and HQ say to each other. Keys and signatures: Ed25519 (RFC 8032), base64url. */
const PublicKey = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const Signature = z.string().regex(/^[A-Za-z0-9_-]{86}$/);
export const PhoneKeyId = z.string().regex(/^[0-9a-f]{16}$/);

/** The one-time word of a sign-up, as the QR of the sign-up holds it. */
export const ClaimWord = z.string().regex(/^[A-Za-z0-9_-]{22}$/);
/** Registers a phone's key; the signature, of `claimMessage`, shows that the phone has it. */
export const PhoneClaim = z.strictObject({ claim: ClaimWord, publicKey: PublicKey, signature: Signature });
/** What the 18 digits are made of: the member's number, and a secret (32 bytes, base64url) for their changing part. The phone keeps both. */
const Digits = { number: z.string().regex(/^\d{9}$/), secret: z.string().regex(/^[A-Za-z0-9_-]{43}$/) };
export const ClaimedPhone = z.strictObject({ keyId: PhoneKeyId, ...Digits });
export type ClaimedPhone = z.infer<typeof ClaimedPhone>;

/** Opens a session; the signature is of `sessionMessage`. `at`: the phone's time, corrected by the hub's Date. */
export const PhoneSession = z.strictObject({ keyId: PhoneKeyId, at: Instant, signature: Signature });
/** The digits' secret is another one once a phone was taken away: each phone hears of it with its next session. */
export const OpenedSession = z.strictObject({ credential: z.string().max(400), until: Instant, ...Digits });
export type OpenedSession = z.infer<typeof OpenedSession>;

/** What a phone signs, as UTF-8. Each begins with a label of its own, so that no signature can be taken for another one, nor for a member code. */
export const claimMessage = (claim: string): string => `tillside-phone-claim/1\0${claim}`;
export const sessionMessage = (keyId: string, at: string): string => `tillside-phone-session/1\0${keyId}\0${at}`;

export const MyConsent = z.strictObject({
  purpose: z.enum(['membership', 'personalisation', 'marketing']),
  granted: z.boolean(),
  textVersion: z.string().min(1).max(40),
});
const MyConsentState = z.strictObject({ ...MyConsent.shape, at: Instant });

/** A line of the statement; see decide's `StatementLine`. Instants in ms since 1970. */
const Line = z.strictObject({
  kind: z.enum(['open', 'earn', 'burn', 'adjust', 'reverse', 'expire']),
  atMs: z.int(),
  points: z.int(),
  balance: z.int(),
  where: z.string(),
  reference: z.string(),
  of: z.enum(['earn', 'burn']).optional(),
  reason: z.string().optional(),
  availableAtMs: z.int().optional(),
  expiresAtMs: z.int().optional(),
});
const PointsAt = z.strictObject({ points: z.int(), atMs: z.int() }).nullable();

/** All that the page shows of a member. */
export const MyHome = z.strictObject({
  number: z.string(),
  joinedAt: Instant,
  tier: z.string(),
  tierUntil: z.string().nullable(),
  available: z.int(),
  pending: z.int(),
  owed: z.int(),
  endingNext: PointsAt,
  availableNext: PointsAt,
  /** The newest first. */
  lines: z.array(Line),
  beforePoints: z.int(),
  /** What stores are called, by the ids in `lines`. */
  stores: z.record(z.string(), z.string()),
  consents: z.array(MyConsentState),
  /** What is asked, in the words in force. */
  texts: ConsentTexts,
  profile: z.strictObject({
    /** The phone's last four digits; null where HQ holds no phone, or cannot open it. */
    phoneEnd: z.string().nullable(),
    name: z.string().nullable(),
    birthday: z.string().nullable(),
    /** HQ holds the key of these fields, so that they can be set right here. */
    isOpen: z.boolean(),
  }),
  phones: z.array(z.strictObject({ keyId: PhoneKeyId, isThis: z.boolean() })),
});
export type MyHome = z.infer<typeof MyHome>;

/** null takes a field away. The phone is set right in a store or at HQ: who could change it here, could become whoever has that number. */
export const MyCorrection = z.strictObject({
  name: z.string().trim().min(1).max(60).nullable().optional(),
  birthday: z
    .string()
    .regex(/^(\d{4}-)?\d{2}-\d{2}$/)
    .nullable()
    .optional(),
});
export type MyCorrection = z.infer<typeof MyCorrection>;

/** Everything that HQ holds of a person, in a form that machines read (PIPL art. 45, GDPR art. 20). */
export const MyExport = z.strictObject({
  format: z.literal('tillside-my-data/1'),
  asOf: Instant,
  member: z.strictObject({
    memberId: z.string(),
    number: z.string(),
    joinedAt: Instant,
    joinedAtPlace: z.string(),
    joinedBy: z.string(),
    tier: z.string(),
    tierUntil: z.string().nullable(),
    tags: z.array(z.string()),
    segments: z.array(z.string()),
    household: z.string().nullable(),
    /** Ids of this person that were merged into one. */
    sameIds: z.array(z.string()),
  }),
  /** In clear; empty where there are none, or they are sealed under a key that HQ does not hold. */
  profile: z.strictObject({
    phone: z.string().optional(),
    name: z.string().optional(),
    birthday: z.string().optional(),
  }),
  /** Every consent that was given or taken back, the oldest first. */
  consents: z.array(MyConsentState),
  phones: z.array(z.strictObject({ keyId: PhoneKeyId, publicKey: PublicKey })),
  /** SHA-256 of the codes on cards. */
  cards: z.array(z.string()),
  stores: z.array(z.strictObject({ store: z.string(), lastAt: Instant, orders: z.int() })),
  purchases: z
    .strictObject({
      firstAt: z.string().nullable(),
      lastAt: z.string().nullable(),
      orders: z.int(),
      spentFen: z.int(),
      months: z.array(z.strictObject({ month: z.string(), orders: z.int(), spentFen: z.int() })),
    })
    .nullable(),
  /** Every sale that is known to be the member's, the newest first, at most 2000; how many more there were, `receiptsLeftOut` tells. They are in the sums above. */
  receipts: z.array(
    z.strictObject({
      store: z.string(),
      saleId: z.string(),
      receiptNumber: z.string(),
      completedAt: Instant,
      payableFen: z.int(),
      lines: z.array(z.strictObject({ sku: z.string(), category: z.string(), quantity: z.int(), payableFen: z.int() })),
    }),
  ),
  receiptsLeftOut: z.int().nonnegative(),
  /** What HQ worked out of the receipts to make personal offers, as stores are told it; null without that consent, or before it was worked out. */
  habits: z
    .strictObject({
      /** Sales up to here are in it. */
      until: Instant,
      /** Baskets that it was worked out of. */
      baskets: z.int().nonnegative(),
      /** What was bought most and last, in how many of the baskets; times to the hour. A SKU that is `#` and a number is one that HQ has no name of. */
      bought: z.array(z.strictObject({ sku: z.string(), baskets: z.int(), firstAt: Instant, lastAt: Instant })),
      /** What may be liked, from 0 to 1: by what people with like baskets buy, and by what products bought before have in common. */
      mayLike: z.array(z.strictObject({ sku: z.string(), likeOthers: z.number(), likeOwn: z.number() })),
    })
    .nullable(),
  /** The points ledger, as it is. */
  points: z.array(z.looseObject({ entryId: z.string(), kind: z.string(), points: z.int(), at: Instant })),
  /** Who looked at these data, and why. */
  accesses: z.array(z.strictObject({ by: z.string(), what: z.string(), reason: z.string(), at: Instant })),
  merges: z.array(
    z.strictObject({
      from: z.string(),
      into: z.string(),
      at: Instant,
      basis: z.string(),
      undoneAt: z.string().nullable(),
    }),
  ),
});
export type MyExport = z.infer<typeof MyExport>;

export const MyErasure = z.strictObject({ proof: ErasureProof });
