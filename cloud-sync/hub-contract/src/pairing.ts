import { z } from 'zod';
import { Instant, JsonObject, StoreId } from './text.ts';

/** Who published by the command line on the hub's own machine; consoles say it in the reader's language. */
export const COMMAND_LINE = 'command line on this machine';

export const CredentialKind = z.enum(['operator', 'store', 'partner']);
export type CredentialKind = z.infer<typeof CredentialKind>;

/** What a partner (online shop, CRM, mini-program) may do with members. */
export const PartnerScope = z.enum(['members:read', 'members:write', 'points:write', 'erase', 'webhooks']);
export type PartnerScope = z.infer<typeof PartnerScope>;
export const PartnerScopes = z.array(PartnerScope).max(PartnerScope.options.length);

/** What operators ask for: `store` belongs to kind `store`, `scopes` to kind `partner`. */
export const PairingWish = z.strictObject({
  kind: CredentialKind,
  store: StoreId.optional(),
  scopes: PartnerScopes.min(1).optional(),
});
export type PairingWish = z.infer<typeof PairingWish>;

/** `name` is what HQ's list shows for this credential: a person's post or a machine, e.g. `back office PC`. */
export const PairRequest = z.strictObject({
  code: z.string().min(4).max(32),
  kind: CredentialKind,
  name: z.string().min(1).max(64),
});

/**
 * The answer is shown once. For `kind: store` it also carries the store's id, the broker's address and the signed TUF root: the store
 * pins this root (trust on first use over the paired channel) and from then on follows only roots signed by it.
 */
export const PairAnswer = z.strictObject({
  kind: CredentialKind,
  credentialId: z.uuid(),
  credential: z.string().length(43),
  name: z.string(),
  store: StoreId.optional(),
  /** For `kind: partner`: what it may do. */
  scopes: PartnerScopes.optional(),
  mqttUrl: z.string().optional(),
  root: JsonObject.optional(),
});
export type PairAnswer = z.infer<typeof PairAnswer>;

export const PairingCode = z.strictObject({
  code: z.string(),
  kind: CredentialKind,
  store: StoreId.optional(),
  scopes: PartnerScopes.optional(),
  expiresAt: Instant,
});
export type PairingCode = z.infer<typeof PairingCode>;

export const Credential = z.strictObject({
  id: z.uuid(),
  kind: CredentialKind,
  name: z.string(),
  store: StoreId.nullable(),
  /** Of a partner; empty for the others. */
  scopes: PartnerScopes,
  createdAt: Instant,
  revokedAt: Instant.nullable(),
});
export type Credential = z.infer<typeof Credential>;
