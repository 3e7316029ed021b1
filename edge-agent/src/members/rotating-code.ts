import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/**
 * A member code that a phone makes anew every half minute, so that a picture of it is soon worth nothing: `TR:` and, in base64url, a version byte, the key's id (8
 * bytes), the half minute since 1970 (4 bytes, big-endian) and an Ed25519 signature (RFC 8032) of a label and those bytes. The store holds public keys only: nobody
 * can make a member's code from what a store's machine knows, and no network is needed to check one.
 */
export const ROTATING_PREFIX = 'TR:';
const VERSION = 1;
const STEP_MS = 30_000;
/** Half minutes that a phone's clock may be off, either way. */
const MAX_STEPS_OFF = 2;
const KEY_ID_BYTES = 8;
const HEAD_BYTES = 1 + KEY_ID_BYTES + 4;
const SIGNATURE_BYTES = 64;
const LABEL = Buffer.from('tillside-member-code/1\0');
/** DER of an Ed25519 public key (RFC 8410, section 4) up to its 32 bytes. */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');
const KEY_BYTES = 32;

export interface RotatingCode {
  /** Hex. */
  readonly keyId: string;
  readonly step: number;
  readonly signed: Buffer;
  readonly signature: Buffer;
}

/** Hex; of the raw 32 bytes of a public key. */
export const keyIdOf = (publicKey: Buffer): string =>
  createHash('sha256')
    .update(publicKey)
    .digest('hex')
    .slice(0, KEY_ID_BYTES * 2);

/** The raw key of its base64url; undefined when it is none. */
export function publicKeyOf(text: string): Buffer | undefined {
  const raw = Buffer.from(text, 'base64url');
  return raw.length === KEY_BYTES && raw.toString('base64url') === text ? raw : undefined;
}

/** Reads a code; undefined when it is not of this shape. */
export function readRotatingCode(code: string): RotatingCode | undefined {
  const text = code.trim();
  if (!text.toUpperCase().startsWith(ROTATING_PREFIX)) return undefined;
  const bytes = Buffer.from(text.slice(ROTATING_PREFIX.length), 'base64url');
  if (bytes.length !== HEAD_BYTES + SIGNATURE_BYTES || bytes[0] !== VERSION) return undefined;
  const head = bytes.subarray(0, HEAD_BYTES);
  return {
    keyId: head.subarray(1, 1 + KEY_ID_BYTES).toString('hex'),
    step: head.readUInt32BE(1 + KEY_ID_BYTES),
    signed: Buffer.concat([LABEL, head]),
    signature: bytes.subarray(HEAD_BYTES),
  };
}

export const isSignedBy = ({ signed, signature }: RotatingCode, publicKey: Buffer): boolean => {
  const key = createPublicKey({ key: Buffer.concat([SPKI_HEAD, publicKey]), format: 'der', type: 'spki' });
  return verify(null, signed, key, signature);
};

/** Was it made about then? */
export const isFresh = ({ step }: RotatingCode, atMs: number): boolean =>
  Math.abs(step - Math.floor(atMs / STEP_MS)) <= MAX_STEPS_OFF;

/** What a phone shows at an instant. */
export function makeRotatingCode(privateKey: KeyObject, atMs: number): string {
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(SPKI_HEAD.length);
  const head = Buffer.alloc(HEAD_BYTES);
  head[0] = VERSION;
  head.write(keyIdOf(publicKey), 1, 'hex');
  head.writeUInt32BE(Math.floor(atMs / STEP_MS), 1 + KEY_ID_BYTES);
  const signature = sign(null, Buffer.concat([LABEL, head]), privateKey);
  return `${ROTATING_PREFIX}${Buffer.concat([head, signature]).toString('base64url')}`;
}
