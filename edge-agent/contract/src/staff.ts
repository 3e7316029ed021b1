import { z } from 'zod';
import { Fen, Id, Instant, Names } from './common.ts';

export const StaffSignIn = z.strictObject({ pin: z.string().regex(/^\d{4,8}$/) });
export const StaffSession = z.strictObject({ session: z.string(), staffId: Id, name: z.string(), expiresAt: Instant });
export type StaffSession = z.infer<typeof StaffSession>;

/** What people can see of a label: its picture on the way, shown, or why not. */
export const LabelState = z.enum(['unpaired', 'sending', 'queued', 'shown', 'failed', 'silent']);
export const LabelView = z.strictObject({
  tagId: z.string(),
  hwType: z.number().int().optional(),
  batteryMv: z.number().int().optional(),
  state: LabelState,
  reason: z.string().optional(),
  sku: Id.optional(),
  name: Names.optional(),
  /** What the label shows, or is about to. */
  priceFen: Fen.optional(),
  wasPriceFen: Fen.optional(),
  shownAt: Instant.optional(),
});
export type LabelView = z.infer<typeof LabelView>;
export const PairLabel = z.strictObject({ sku: Id });

/** A store's own promotion on one product. The new price reaches the till when the label's picture is proven, never later than it is shown. */
export const PromotionInput = z.strictObject({
  sku: Id,
  percentOffBasisPoints: z.number().int().min(1).max(9000),
  until: Instant,
  name: Names.optional(),
});
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
  until: Instant,
});
export type PromotionView = z.infer<typeof PromotionView>;

export const Footfall = z.strictObject({
  date: z.iso.date(),
  /** Relative occupancy: devices seen in the window, not people. */
  now: z.strictObject({ devices: z.number().int(), associated: z.number().int() }),
  hours: z.array(z.strictObject({ hour: z.number().int().min(0).max(23), devices: z.number().int() })),
});
export type Footfall = z.infer<typeof Footfall>;
