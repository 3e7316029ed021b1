import { CarriedPoints } from '@tillside/decide';
import { z } from 'zod';
import { ConsentChanged } from './bodies.ts';
import { Sealed } from './sealed.ts';
import { Epoch, MemberId, StoreId } from './stream.ts';

/** What HQ and its stores tell each other of members, besides events. Personal fields never appear here: a phone is found by a keyed index. */
const Id = z.string().min(1).max(64);
const Instant = z.iso.datetime({ offset: true });
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

export const ConsentPurpose = ConsentChanged.shape.purpose;
export const ConsentState = ConsentChanged.omit({ memberId: true });
export type ConsentState = z.infer<typeof ConsentState>;

/** Personal fields, in clear only in the memory of who seals or opens them. */
export const Profile = z.strictObject({
  /** E.164. */
  phone: z
    .string()
    .regex(/^\+[1-9]\d{6,14}$/)
    .optional(),
  /** YYYY-MM-DD, or MM-DD of who kept the year. */
  birthday: z
    .string()
    .regex(/^(\d{4}-)?\d{2}-\d{2}$/)
    .optional(),
  name: z.string().min(1).max(60).optional(),
});
export type Profile = z.infer<typeof Profile>;

/** Nine digits by which a member is named where a scanner reads digits only. */
export const MemberNumber = z.string().regex(/^\d{9}$/);

/** A member as a store needs to know one: of a pack, of the feed, of an answer to a question. */
export const MemberRecord = z.strictObject({
  memberId: MemberId,
  number: MemberNumber.optional(),
  joinedAt: Instant,
  tier: Id,
  /** Until when the tier is sure, with its grace. */
  tierUntil: z.iso.date().optional(),
  /** Whether the phone was proven by a code. Absent: nobody asked. */
  phoneVerified: z.boolean().optional(),
  consents: z.array(ConsentState).max(8),
  tags: z.array(Id).max(32),
  segments: z.array(Id).max(32),
  /** Ed25519 keys of the member's phones, base64url. */
  publicKeys: z.array(z.string().regex(/^[A-Za-z0-9_-]{43}$/)).max(4),
  /** SHA-256 of codes on cards. */
  codeHashes: z.array(Sha256).max(8),
  /** Month and day, MM-DD, with consent only: for birthday offers. */
  birthday: z
    .string()
    .regex(/^\d{2}-\d{2}$/)
    .optional(),
  /** Orders in all stores. */
  orders: z.number().int().nonnegative(),
  points: CarriedPoints,
  /** Other ids of the same person, merged into this one. */
  aliases: z.array(MemberId).max(16),
});
export type MemberRecord = z.infer<typeof MemberRecord>;

/** Which of the asking store's own sales events the points of a record take into account: what the store holds beyond them it adds itself. */
export const IncludedMarks = z
  .array(
    z.strictObject({
      epoch: Epoch,
      /** All up to here, and the closed ranges above. */
      contiguousSeq: z.number().int().nonnegative(),
      ranges: z.array(z.tuple([z.number().int().positive(), z.number().int().positive()])).max(1000),
    }),
  )
  .max(100);
export type IncludedMarks = z.infer<typeof IncludedMarks>;

/** `POST /v1/sync/members/changes`: what changed after `after` (a cursor of an earlier answer; 0 at first). */
export const ChangesRequest = z.strictObject({
  after: z.number().int().nonnegative(),
  limit: z.number().int().min(1).max(500),
  /** Of the pack in force, 0 without one: the answer then says who was seen near the store. A hub of before refuses it. */
  packVersion: z.number().int().nonnegative().optional(),
});
export const MemberChange = z.strictObject({
  memberId: MemberId,
  /** Null: erased; forget all that is known of the id. */
  record: MemberRecord.nullable(),
  erasedAt: Instant.optional(),
  /** Seen in the asking store or near it, told to who names a pack: to be kept, though no pack has the member yet. */
  near: z
    .strictObject({
      /** The phone's way into that pack (member-pack.ts), hex: the phone itself is never told. */
      phoneWay: z
        .string()
        .regex(/^[0-9a-f]{20}$/)
        .optional(),
    })
    .optional(),
  /** To the store where the member joined, where it names a pack: which sealing of the personal fields is the newest. Its own copy, if that is another, is out of date. */
  profileIv: Sealed.shape.iv.optional(),
});
export type MemberChange = z.infer<typeof MemberChange>;
export const ChangesAnswer = z.strictObject({
  cursor: z.number().int().nonnegative(),
  /** True: ask again at once. */
  more: z.boolean(),
  changes: z.array(MemberChange).max(500),
  included: IncludedMarks,
  /** Of a hub that did not sign terms yet. Nobody reads it: rules are taken from what is signed (member-terms.ts) alone. */
  rules: z.unknown().optional(),
});
export type ChangesAnswer = z.infer<typeof ChangesAnswer>;

export type ChangesRequest = z.infer<typeof ChangesRequest>;

/** `POST /v1/sync/members/find`: a member whom the store does not know. Exactly one of the ways. */
export const MemberLookup = z.strictObject({
  codeHash: Sha256.optional(),
  keyId: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional(),
  /** E.164; over TLS, and neither kept nor logged. */
  phone: z
    .string()
    .regex(/^\+[1-9]\d{6,14}$/)
    .optional(),
  /** An 18-digit code as it was shown: HQ alone can check its changing part. */
  numericCode: z
    .string()
    .regex(/^\d{18}$/)
    .optional(),
});
export type MemberLookup = z.infer<typeof MemberLookup>;
export const FoundMember = z.strictObject({
  change: MemberChange,
  included: IncludedMarks,
  /** Of a numeric code: its changing part was right, and for the first time. */
  checked: z.boolean(),
});
export type FoundMember = z.infer<typeof FoundMember>;

/** `POST /v1/sync/points/hold`: points that this store alone may let be spent until then. The same `holdId` again gets the same answer. */
export const PointsHold = z.strictObject({ holdId: Id, memberId: MemberId, points: z.number().int().positive() });
export type PointsHold = z.infer<typeof PointsHold>;
export const HeldPoints = z.strictObject({ holdId: Id, points: z.number().int().nonnegative(), until: Instant });
export type HeldPoints = z.infer<typeof HeldPoints>;
/** `POST /v1/sync/points/release`: they were not spent after all. Idempotent. */
export const HoldRelease = z.strictObject({ holdId: Id });

/** `POST /v1/sync/members/pack-key`: the key of the pack that this store was signed. 32 bytes, base64url. */
export const PackKeyRequest = z.strictObject({ version: z.number().int().positive() });
export const PackKey = z.strictObject({
  version: z.number().int().positive(),
  key: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});
export type PackKey = z.infer<typeof PackKey>;

/** What stands in clear at the head of a pack; the rest is encrypted. */
export const PackHeader = z.strictObject({
  format: z.literal(1),
  store: StoreId,
  version: z.number().int().positive(),
  /** What HQ knew then. The pack's age counts from here. */
  asOf: Instant,
  /** The feed goes on from here. */
  cursor: z.number().int().nonnegative(),
  members: z.number().int().nonnegative(),
  /** Members of this store or near it that found no room. */
  leftOut: z.number().int().nonnegative(),
  /** Of a pack from before there were signed terms; nobody reads it. */
  rules: z.unknown().optional(),
  included: IncludedMarks,
});
export type PackHeader = z.infer<typeof PackHeader>;
