import { createHash, createPublicKey, verify } from 'node:crypto';
import { keyIdOfDigest } from '@tillside/decide';

/** Ed25519 keys of members' phones, as stores and HQ hold them: the raw 32 bytes, in base64url. */
const KEY_BYTES = 32;
/** DER of an Ed25519 public key (RFC 8410, section 4) up to those bytes. */
export const ED25519_SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

/** Hex; of the raw 32 bytes of a public key. */
export const keyIdOf = (publicKey: Uint8Array): string =>
  keyIdOfDigest(createHash('sha256').update(publicKey).digest());

/** The raw key of its base64url; undefined when it is none. */
export function publicKeyOf(text: string): Buffer | undefined {
  const raw = Buffer.from(text, 'base64url');
  return raw.length === KEY_BYTES && raw.toString('base64url') === text ? raw : undefined;
}

/** RFC 8032. `publicKey` is raw. */
export const isSignedBy = (
  { signed, signature }: { readonly signed: Uint8Array; readonly signature: Uint8Array },
  publicKey: Uint8Array,
): boolean => {
  const key = createPublicKey({ key: Buffer.concat([ED25519_SPKI_HEAD, publicKey]), format: 'der', type: 'spki' });
  return verify(null, signed, key, signature);
};
