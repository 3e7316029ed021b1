import { getPublicKeyAsync, signAsync } from '@noble/ed25519';
import { keyIdOfDigest } from '@tillside/decide';
import { toBase64Url } from './base64url.ts';
import type { SigningKey } from './store.ts';

const SEED_BYTES = 32;

export interface NewKey {
  readonly key: SigningKey;
  readonly publicKey: string;
  readonly keyId: string;
}

/** A key pair that never leaves this phone: kept by the browser, which signs with it and gives it to nobody; in older browsers a seed that this page keeps. */
export async function makeKey(): Promise<NewKey> {
  const { key, raw } = await browserKey().catch(seedKey);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', raw));
  return { key, publicKey: toBase64Url(raw), keyId: keyIdOfDigest(digest) };
}

async function browserKey(): Promise<{ key: SigningKey; raw: Uint8Array<ArrayBuffer> }> {
  const pair = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as CryptoKeyPair;
  const raw = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  return { key: { kind: 'browser', privateKey: pair.privateKey }, raw };
}

async function seedKey(): Promise<{ key: SigningKey; raw: Uint8Array<ArrayBuffer> }> {
  const seed = crypto.getRandomValues(new Uint8Array(SEED_BYTES));
  return { key: { kind: 'seed', seed }, raw: new Uint8Array(await getPublicKeyAsync(seed)) };
}

/** RFC 8032. */
export async function signWith(key: SigningKey, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  if (key.kind === 'seed') return signAsync(bytes, key.seed);
  return new Uint8Array(await crypto.subtle.sign('Ed25519', key.privateKey, bytes));
}

export const signText = async (key: SigningKey, text: string): Promise<string> =>
  toBase64Url(await signWith(key, new TextEncoder().encode(text)));
