import { Metadata, type Targets } from '@tufjs/models';
import { z } from 'zod';
import { HubFault } from '../fault.ts';
import type { MetadataDoc, MetadataRole } from '../storage/port.ts';

/** TUF metadata as this hub writes and reads it: plain JSON of the specification 1.0, section 4. Timestamps are UTC without fractions. */
export const SPEC = '1.0.31';

export const KeyJson = z.strictObject({
  keytype: z.literal('ed25519'),
  scheme: z.literal('ed25519'),
  keyval: z.strictObject({ public: z.string().regex(/^[0-9a-f]{64}$/) }),
});
export type KeyJson = z.infer<typeof KeyJson>;

const KeyId = z.string().regex(/^[0-9a-f]{64}$/);
const Version = z.number().int().positive().safe();
const Role = z.strictObject({ keyids: z.array(KeyId).min(1).max(64), threshold: z.number().int().positive() });
export type RoleJson = z.infer<typeof Role>;
const Keys = z.record(KeyId, KeyJson);

const common = { spec_version: z.string(), version: Version, expires: z.iso.datetime() };
export const RootJson = z.strictObject({
  _type: z.literal('root'),
  ...common,
  consistent_snapshot: z.literal(true),
  keys: Keys,
  roles: z.strictObject({ root: Role, targets: Role, snapshot: Role, timestamp: Role }),
});
export type RootJson = z.infer<typeof RootJson>;

const TargetJson = z.object({
  length: z.number().int().nonnegative(),
  hashes: z.object({ sha256: z.string() }),
  custom: z.object({ kind: z.string(), version: Version, store: z.string() }).loose(),
});
export type TargetJson = z.infer<typeof TargetJson>;
const DelegatedRole = Role.extend({ name: z.string(), terminating: z.boolean(), paths: z.array(z.string()) });
const Bins = Role.extend({ bit_length: z.number().int(), name_prefix: z.string() });
export const TargetsJson = z.object({
  _type: z.literal('targets'),
  ...common,
  targets: z.record(z.string(), TargetJson),
  delegations: z
    .object({ keys: Keys, roles: z.array(DelegatedRole).optional(), succinct_roles: Bins.optional() })
    .optional(),
});
export type TargetsJson = z.infer<typeof TargetsJson>;
export const SnapshotJson = z.object({
  _type: z.literal('snapshot'),
  ...common,
  meta: z.record(z.string(), z.object({ version: Version })),
});
export type SnapshotJson = z.infer<typeof SnapshotJson>;

const SignatureJson = z.strictObject({ keyid: KeyId, sig: z.string().regex(/^[0-9a-f]*$/) });
export const SignedRoot = z.strictObject({ signatures: z.array(SignatureJson).max(64), signed: RootJson });
export type SignedRoot = z.infer<typeof SignedRoot>;

/** What the hub signed itself and kept; damage is the database's. */
export function contentOf<T>(schema: z.ZodType<T>, doc: MetadataDoc): T {
  try {
    return schema.parse((JSON.parse(doc.body) as { signed: unknown }).signed);
  } catch {
    throw new HubFault('HUB_KEYS_DAMAGED', `${doc.version}.${doc.role}.json`);
  }
}

/** The bytes that signatures are over. */
export function canonicalBytes(signed: object): Buffer {
  let bytes: Buffer = Buffer.alloc(0);
  // The library's canonical form; it has no other way in.
  new Metadata({ toJSON: () => signed } as unknown as Targets).sign((data) => {
    bytes = data;
    return { keyID: '', sig: '' } as never;
  });
  return bytes;
}

interface Signs {
  readonly keyId: string;
  sign(data: Buffer): string;
}

export function sealed<T extends { readonly version: number }>(
  role: MetadataRole,
  signed: T,
  signers: readonly Signs[],
): MetadataDoc {
  const bytes = canonicalBytes(signed);
  const signatures = signers.map(({ keyId, sign }) => ({ keyid: keyId, sig: sign(bytes) }));
  return { role, version: signed.version, body: JSON.stringify({ signatures, signed }) };
}
