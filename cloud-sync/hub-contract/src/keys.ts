import { z } from 'zod';
import { Instant, JsonObject, Sha256, Text } from './text.ts';

/** A public Ed25519 key as TUF metadata writes it. */
export const PublicKey = z.strictObject({
  keytype: z.literal('ed25519'),
  scheme: z.literal('ed25519'),
  keyval: z.strictObject({ public: Sha256 }),
});
export type PublicKey = z.infer<typeof PublicKey>;

/** Roles whose key the hub holds itself: `online` signs targets, snapshot and timestamp, the others one kind of state each. */
export const HeldKey = z.enum(['online', 'campaigns', 'items', 'model', 'devices', 'members', 'terms', 'content']);
export type HeldKey = z.infer<typeof HeldKey>;

export const KeyRole = z.strictObject({
  role: z.string(),
  version: z.number().int().positive(),
  expires: Instant,
  threshold: z.number().int().positive(),
  keyIds: z.array(z.string()),
  signedBy: z.array(z.string()),
});
export type KeyRole = z.infer<typeof KeyRole>;

export const KEY_NOTES = [
  'ROOT_KEY_EMBEDDED',
  'ROOT_THRESHOLD_ONE',
  'ROOT_EXPIRES_SOON',
  'ROOT_EXPIRED',
  'KEY_WAITS_FOR_ROOT',
  'METADATA_NOT_RENEWED',
] as const;
export const KeysStatus = z.strictObject({
  roles: z.array(KeyRole),
  /** The hub holds a key that can sign a root. */
  embeddedRoot: z.boolean(),
  notes: z.array(z.strictObject({ code: z.enum(KEY_NOTES), text: Text })),
});
export type KeysStatus = z.infer<typeof KeysStatus>;

/** What is left out stays as it is in the root in force. */
export const DraftRoot = z.strictObject({
  rootKeys: z.array(PublicKey).min(1).max(32).optional(),
  threshold: z.number().int().min(1).max(32).optional(),
  expiresDays: z.number().int().min(30).max(3650).default(365),
});
/** TUF root metadata with its signatures. */
export const RootFile = z.strictObject({ signatures: z.array(z.unknown()), signed: JsonObject });
export const RotateKey = z.strictObject({ key: HeldKey });
