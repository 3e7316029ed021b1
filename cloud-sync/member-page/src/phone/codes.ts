import { codeStep, numericCode, passwordCounter, passwordOf, rotatingCode } from '@tillside/decide';
import { fromBase64Url } from './base64url.ts';
import { signWith } from './key.ts';
import type { KeptPhone } from './store.ts';

export interface Codes {
  readonly step: number;
  /** For cameras and 2D scanners. */
  readonly qr: string;
  /** For laser scanners and for reading out; null while the phone is not bound. */
  readonly digits: string | null;
}

/** What the phone shows in one half minute; needs no network. `atMs`: the phone's time, corrected. */
export async function codesAt({ key, keyId, digits }: KeptPhone, atMs: number): Promise<Codes> {
  const step = codeStep(atMs);
  const { signed, write } = rotatingCode(keyId, step);
  const qr = write(await signWith(key, signed));
  if (digits === null) return { step, qr, digits: null };
  const hmac = new Uint8Array(await crypto.subtle.sign('HMAC', digits.secret, passwordCounter(step)));
  return { step, qr, digits: numericCode({ number: digits.number, password: passwordOf(hmac) }) };
}

/** A secret that can be used and not be read again. `secret`: base64url. */
export const importSecret = (secret: string): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', fromBase64Url(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
