import { z } from 'zod';
import { Id, Instant } from './common.ts';

export const PairedKind = z.enum(['terminal', 'kiosk', 'staff', 'display']);
export type PairedKind = z.infer<typeof PairedKind>;

/**
 * Who owns a terminal's prices: `tillside` prices the basket; with `pos-adjusts` the POS prices its lines and takes our adjustments; with `pos-reports` it sells
 * alone and tells what it sold.
 */
export const PriceOwner = z.enum(['tillside', 'pos-adjusts', 'pos-reports']);
export type PriceOwner = z.infer<typeof PriceOwner>;

export const PairingCodeRequest = z.strictObject({
  kind: PairedKind,
  name: z.string().min(1).max(60),
  lane: Id.optional(),
  /** Of a terminal; absent: `tillside`. */
  priceOwner: PriceOwner.optional(),
});
export const PairingCode = z.strictObject({ code: z.string(), kind: PairedKind, expiresAt: Instant });
export const PairRequest = z.strictObject({ code: z.string().min(4).max(16), kind: PairedKind });
export const PairAnswer = z.strictObject({
  deviceId: Id,
  kind: PairedKind,
  name: z.string(),
  lane: Id.optional(),
  /** Of a terminal. */
  priceOwner: PriceOwner.optional(),
  storeId: z.string(),
  /** Shown once; the agent keeps only its hash. Sent back as `Authorization: Bearer ...`. */
  credential: z.string(),
});
export type PairAnswer = z.infer<typeof PairAnswer>;
export const PairedDevice = z.strictObject({
  deviceId: Id,
  kind: PairedKind,
  name: z.string(),
  lane: Id.optional(),
  priceOwner: PriceOwner.optional(),
  pairedAt: Instant,
  revokedAt: Instant.optional(),
});
