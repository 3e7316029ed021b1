import { z } from 'zod';
import { Fen, Id, Instant, Names } from './common.ts';

export const StaffRole = z.enum(['clerk', 'supervisor']);
export type StaffRole = z.infer<typeof StaffRole>;
export const StaffSignIn = z.strictObject({ pin: z.string().regex(/^\d{4,8}$/) });
export const StaffSession = z.strictObject({
  session: z.string(),
  staffId: Id,
  name: z.string(),
  role: StaffRole,
  expiresAt: Instant,
});
export type StaffSession = z.infer<typeof StaffSession>;

/** What people can see of a label: its picture on the way, shown, or why not. */
export const LabelState = z.enum(['unpaired', 'sending', 'queued', 'shown', 'failed', 'silent']);
/** Why a label is not yet right, or that it is: one code a label, the same on the page, in the API and in the docs. */
export const LabelCode = z.enum([
  'LABEL_RIGHT',
  'LABEL_UNPAIRED',
  /** Its turn has not come: more urgent labels go first, or its access point paces us. */
  'LABEL_WAITING',
  /** Its picture is being drawn or handed over. */
  'LABEL_SENDING',
  /** The access point holds the picture; the tag has not fetched it. */
  'LABEL_QUEUED',
  /** It failed and is tried again later. */
  'LABEL_RETRYING',
  /** Refused for a cause that trying again does not mend: see `reason`. */
  'LABEL_REFUSED',
  'LABEL_SILENT',
  /** The access point took the picture again and again and the tag never showed it. */
  'LABEL_NOT_PROVEN',
  'LABEL_SHOWS_OTHER',
  'LABEL_AP_AWAY',
  'LABEL_AP_BUSY',
  'LABEL_AP_LOW_MEMORY',
  'LABEL_TYPE_UNKNOWN',
  'LABEL_ITEM_GONE',
]);
export type LabelCode = z.infer<typeof LabelCode>;

export const LabelView = z.strictObject({
  tagId: z.string(),
  /** The access point that heard it best of late. */
  deviceId: Id.optional(),
  hwType: z.number().int().optional(),
  batteryMv: z.number().int().optional(),
  rssiDbm: z.number().int().optional(),
  lqi: z.number().int().optional(),
  state: LabelState,
  code: LabelCode,
  /** A driver's or a template's own code, when it has one. */
  reason: z.string().optional(),
  sku: Id.optional(),
  name: Names.optional(),
  shelf: z.string().optional(),
  /** What the label shows, or is about to. */
  priceFen: Fen.optional(),
  wasPriceFen: Fen.optional(),
  /** What it is proven to show. */
  shownFen: Fen.optional(),
  /** When it was last wanted otherwise, handed over, taken by the access point, proven, failed, and heard. */
  wantedAt: Instant.optional(),
  sentAt: Instant.optional(),
  queuedAt: Instant.optional(),
  shownAt: Instant.optional(),
  failedAt: Instant.optional(),
  seenAt: Instant.optional(),
  retryAt: Instant.optional(),
});
export type LabelView = z.infer<typeof LabelView>;
export const LabelSummary = z.strictObject({
  total: z.number().int(),
  paired: z.number().int(),
  right: z.number().int(),
  codes: z.array(z.strictObject({ code: LabelCode, count: z.number().int() })),
});
export type LabelSummary = z.infer<typeof LabelSummary>;
/** Labels that somebody must walk to, in the order of the shelves. */
export const LabelWalk = z.strictObject({
  shelves: z.array(z.strictObject({ shelf: z.string(), labels: z.array(LabelView) })),
});
export type LabelWalk = z.infer<typeof LabelWalk>;

/** `expectedSku`: what the page showed the tag to be paired with, `null` for nothing. Refused when it is otherwise by now: two people at once. */
export const PairLabel = z.strictObject({
  sku: Id,
  expectedSku: Id.nullable().optional(),
});

/** A shelf whose label shows another price than the till charges. `shows-less` binds the till, unless a POS owns its prices. */
export const PriceMismatch = z.strictObject({
  shelf: z.string(),
  sku: Id,
  name: Names,
  tagId: z.string(),
  kind: z.enum(['shows-less', 'shows-more', 'not-proven']),
  shownFen: Fen.optional(),
  tillFen: Fen,
  /** What would be charged were there no label. */
  listedFen: Fen,
  owner: z.enum(['tillside', 'pos']),
  code: LabelCode,
  since: Instant,
});
export type PriceMismatch = z.infer<typeof PriceMismatch>;

/** The price behind a "was", by the rule of a jurisdiction, with the sales or prices it rests on. */
export const ReferencePrice = z.strictObject({
  sku: Id,
  jurisdiction: z.enum(['CN', 'EU']),
  rule: z.enum(['lowest-sold-7-days', 'last-sold', 'lowest-applied-30-days', 'none']),
  fen: Fen.optional(),
  /** What it was asked for: when the promotion begins. */
  before: Instant,
  evidence: z.array(z.strictObject({ at: Instant, fen: Fen })),
});
export type ReferencePrice = z.infer<typeof ReferencePrice>;

/**
 * A store's own promotion on one product: some percent off, or down to a price (fen per piece or per kg). It begins at `from`, at once when that is absent. The new
 * price reaches the till when the label's picture is proven, never later than it is shown.
 */
export const PromotionInput = z
  .strictObject({
    sku: Id,
    percentOffBasisPoints: z.number().int().min(1).max(9000).optional(),
    priceFen: Fen.min(1).optional(),
    from: Instant.optional(),
    until: Instant,
    name: Names.optional(),
  })
  .refine(
    (input) => (input.percentOffBasisPoints === undefined) !== (input.priceFen === undefined),
    'give either percentOffBasisPoints or priceFen',
  );
/** Kept from being recommended, not from being sold. */
export const HoldBack = z.strictObject({ sku: Id, until: Instant });
export const HeldBackView = z.strictObject({ sku: Id, name: Names, until: Instant });
export type HeldBackView = z.infer<typeof HeldBackView>;
export const PromotionView = z.strictObject({
  campaignId: Id,
  origin: z.enum(['hq', 'store']),
  name: Names,
  sku: Id.optional(),
  percentOffBasisPoints: z.number().int().optional(),
  priceFen: Fen.optional(),
  from: Instant,
  until: Instant,
  state: z.enum(['scheduled', 'live']),
});
export type PromotionView = z.infer<typeof PromotionView>;

export const Footfall = z.strictObject({
  date: z.iso.date(),
  /** Relative occupancy: devices seen in the window, not people. */
  now: z.strictObject({ devices: z.number().int(), associated: z.number().int() }),
  hours: z.array(z.strictObject({ hour: z.number().int().min(0).max(23), devices: z.number().int() })),
});
export type Footfall = z.infer<typeof Footfall>;
