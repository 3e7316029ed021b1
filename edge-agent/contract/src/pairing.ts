import { z } from 'zod';
import { Id, Instant } from './common.ts';

export const PairedKind = z.enum(['terminal', 'kiosk', 'staff']);
export type PairedKind = z.infer<typeof PairedKind>;

export const PairingCodeRequest = z.strictObject({
  kind: PairedKind,
  name: z.string().min(1).max(60),
  lane: Id.optional(),
});
export const PairingCode = z.strictObject({ code: z.string(), kind: PairedKind, expiresAt: Instant });
export const PairRequest = z.strictObject({ code: z.string().min(4).max(16), kind: PairedKind });
export const PairAnswer = z.strictObject({
  deviceId: Id,
  kind: PairedKind,
  name: z.string(),
  lane: Id.optional(),
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
  pairedAt: Instant,
  revokedAt: Instant.optional(),
});
