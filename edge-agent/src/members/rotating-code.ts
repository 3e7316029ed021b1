import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { codeStep, keyIdOfDigest, type RotatingCode, rotatingCode } from '@tillside/decide';

/**
 * What the store does with a rotating code (decide's `member-code.ts` has its layout): it holds public keys only, so that nobody can make a member's code from what a store's
 * machine knows, and it needs no network to check one.
 */

/** DER of an Ed25519 public key (RFC 8410, section 4) up to its 32 bytes. */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');
const KEY_BYTES = 32;

/** Hex; of the raw 32 bytes of a public key. */
export const keyIdOf = (publicKey: Buffer): string => keyIdOfDigest(createHash('sha256').update(publicKey).digest());

/** The raw key of its base64url; undefined when it is none. */
export function publicKeyOf(text: string): Buffer | undefined {
  const raw = Buffer.from(text, 'base64url');
  return raw.length === KEY_BYTES && raw.toString('base64url') === text ? raw : undefined;
}

export const isSignedBy = ({ signed, signature }: RotatingCode, publicKey: Buffer): boolean => {
  const key = createPublicKey({ key: Buffer.concat([SPKI_HEAD, publicKey]), format: 'der', type: 'spki' });
  return verify(null, signed, key, signature);
};

/** What a phone shows at an instant; for tests and simulators, since a store has no such key. */
export function makeRotatingCode(privateKey: KeyObject, atMs: number): string {
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(SPKI_HEAD.length);
  const { signed, write } = rotatingCode(keyIdOf(publicKey), codeStep(atMs));
  return write(sign(null, signed, privateKey));
}
