import { z } from 'zod';

/** A sentence in both languages that people at HQ read. */
export const Text = z.strictObject({ zh: z.string(), en: z.string() });
export type Text = z.infer<typeof Text>;

/** Lower-case letters, digits and hyphens, 2 to 32 characters; the same rule as the sync protocol's. */
export const StoreId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{1,31}$/, 'lower-case letters, digits and hyphens, 2 to 32 characters');
export const Stream = z.enum(['sales', 'members', 'ops', 'presence']);
export const Instant = z.iso.datetime({ offset: true });
export const BusinessDate = z.iso.date();
/** SHA-256, lower-case hex. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** Any JSON object, where the contract lets a later version add members. */
export const JsonObject = z.record(z.string(), z.unknown());
/** Signed: a day with more returns than sales is below zero. */
export const SignedFen = z.number().int();
export const Count = z.number().int().nonnegative();
