import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { codeStep, rotatingCode } from '@tillside/decide';
import { ED25519_SPKI_HEAD, keyIdOf } from '@tillside/protocol';

/**
 * What the store does with a rotating code (decide's `member-code.ts` has its layout): it holds public keys only, so that nobody can make a member's code from what a store's
 * machine knows, and it needs no network to check one.
 */
export { isSignedBy, keyIdOf, publicKeyOf } from '@tillside/protocol';

/** What a phone shows at an instant; for tests and simulators, since a store has no such key. */
export function makeRotatingCode(privateKey: KeyObject, atMs: number): string {
  const publicKey = createPublicKey(privateKey)
    .export({ format: 'der', type: 'spki' })
    .subarray(ED25519_SPKI_HEAD.length);
  const { signed, write } = rotatingCode(keyIdOf(publicKey), codeStep(atMs));
  return write(sign(null, signed, privateKey));
}
