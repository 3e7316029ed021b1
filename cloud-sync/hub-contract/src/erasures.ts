import { z } from 'zod';
import { Instant, Sha256, StoreId } from './text.ts';

const MemberId = z.string().regex(/^[A-Za-z0-9_-]{4,40}$/);

/** What a proof says, and its signature is over: the canonical JSON (members sorted, no space) of this object, as UTF-8. */
export const ErasureStatement = z.strictObject({
  format: z.literal(1),
  what: z.literal('erasure'),
  memberId: MemberId,
  /** With the ids that were merged into it. */
  memberIds: z.array(MemberId).min(1),
  erasedAt: Instant,
  by: z.string(),
  /** When this was written. */
  asOf: Instant,
  /** Sealing keys that HQ destroyed, whoever deposited them: SHA-256 of the key's text (base64url of its 32 bytes). */
  destroyed: z.array(z.strictObject({ store: z.string(), fingerprint: Sha256 })),
  /** Stores that knew the member: when each confirmed by an event of its own that it has forgotten. */
  stores: z.array(z.strictObject({ store: StoreId, confirmedAt: z.union([Instant, z.literal('waiting')]) })),
});
export type ErasureStatement = z.infer<typeof ErasureStatement>;

/** Ed25519 by the hub's key `erasure.pem`, whose public half is here in hex: compare it with the one that HQ publishes. */
export const ErasureProof = z.strictObject({
  signed: ErasureStatement,
  publicKey: z.string().regex(/^[0-9a-f]{64}$/),
  signature: z.string().regex(/^[0-9a-f]{128}$/),
});
export type ErasureProof = z.infer<typeof ErasureProof>;
