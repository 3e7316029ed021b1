import { z } from 'zod';

/** Each stream has its own sequence and hash chain, so that sales overtake footfall without leaving holes. */
export const STREAMS = ['sales', 'members', 'ops', 'presence'] as const;
export const Stream = z.enum(STREAMS);
export type Stream = z.infer<typeof Stream>;

export const StoreId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{1,31}$/, 'lower-case letters, digits and hyphens, 2 to 32 characters');
/** A new epoch opens whenever a store's journal is new or was restored from a backup. UUID. */
export const Epoch = z.uuid();
/** Pseudonymous member id; never a phone number. */
export const MemberId = z.string().regex(/^[A-Za-z0-9_-]{4,40}$/);
