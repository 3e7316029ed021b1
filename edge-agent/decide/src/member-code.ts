/**
 * Codes by which a member is named: how they are laid out, and when they are of now. Store, HQ and the page on the phone share this; each signs and checks with what its own
 * platform has for that, so nothing here needs a secret, a clock or Node.js.
 */

/** Both codes change with the half minutes since 1970 (RFC 6238 names the same step). */
export const CODE_STEP_MS = 30_000;
/** Half minutes that a phone's clock may be off, either way. */
export const CODE_STEPS_OFF = 2;

export const codeStep = (atMs: number): number => Math.floor(atMs / CODE_STEP_MS);

/** Was it made about then? */
export const isFreshStep = (step: number, atMs: number): boolean => Math.abs(step - codeStep(atMs)) <= CODE_STEPS_OFF;

/**
 * A code that a phone signs anew every half minute, so that a picture of it is soon worth nothing: `TR:` and, in base64url, a version byte, the key's id (8 bytes), the
 * half minute (4 bytes, big-endian) and an Ed25519 signature (RFC 8032) of a label and those bytes: 103 characters.
 */
export const ROTATING_PREFIX = 'TR:';
const VERSION = 1;
const KEY_ID_BYTES = 8;
const HEAD_BYTES = 1 + KEY_ID_BYTES + 4;
const SIGNATURE_BYTES = 64;
const LABEL = 'tillside-member-code/1\0';

export interface RotatingCode {
  /** The first 8 bytes of the SHA-256 of the raw public key, in hex. */
  readonly keyId: string;
  readonly step: number;
  /** What the signature is of. */
  readonly signed: Uint8Array<ArrayBuffer>;
  readonly signature: Uint8Array<ArrayBuffer>;
}

/** Reads a code; undefined when it is not of this shape. A blank or line end around it, as scanners add them, is read over. */
export function readRotatingCode(code: string): RotatingCode | undefined {
  const text = code.trim();
  if (text.slice(0, ROTATING_PREFIX.length).toUpperCase() !== ROTATING_PREFIX) return undefined;
  const bytes = fromBase64Url(text.slice(ROTATING_PREFIX.length));
  if (bytes?.length !== HEAD_BYTES + SIGNATURE_BYTES || bytes[0] !== VERSION) return undefined;
  const head = bytes.slice(0, HEAD_BYTES);
  return {
    keyId: toHex(head.subarray(1, 1 + KEY_ID_BYTES)),
    step: new DataView(head.buffer).getUint32(1 + KEY_ID_BYTES),
    signed: labelled(head),
    signature: bytes.slice(HEAD_BYTES),
  };
}

/** What a phone signs at a half minute, and how the code is written once it is signed. `keyId` in hex. */
export function rotatingCode(
  keyId: string,
  step: number,
): { readonly signed: Uint8Array<ArrayBuffer>; readonly write: (signature: Uint8Array) => string } {
  const head = new Uint8Array(HEAD_BYTES);
  head[0] = VERSION;
  for (let index = 0; index < KEY_ID_BYTES; index += 1)
    head[1 + index] = Number.parseInt(keyId.slice(index * 2, index * 2 + 2), 16);
  new DataView(head.buffer).setUint32(1 + KEY_ID_BYTES, step);
  return {
    signed: labelled(head),
    write: (signature) => {
      const bytes = new Uint8Array(HEAD_BYTES + SIGNATURE_BYTES);
      bytes.set(head);
      bytes.set(signature, HEAD_BYTES);
      return `${ROTATING_PREFIX}${toBase64Url(bytes)}`;
    },
  };
}

/** The id of a public key, of the SHA-256 of its raw 32 bytes. */
export const keyIdOfDigest = (sha256: Uint8Array): string => toHex(sha256.subarray(0, KEY_ID_BYTES));

/**
 * Eighteen digits for laser scanners: `77`, the member's number (9), a time-based one-time password (RFC 6238, HMAC-SHA-256, 6 digits) and a check digit (weights 3 and 1 from
 * the right, as GS1's). 77 begins no payment code: of 18 digits WeChat Pay has 10 to 15, Alipay 25 to 30, JD Pay 18, Bestpay 51; UnionPay's 62 and e-CNY's 01 have 19
 * (manuals of the merchants' interfaces). Nor does a citizen's identity number (GB 11643) begin with it: its first two digits are a province, 11 to 65, 71 or 81 to 83, or 9 for a foreigner.
 */
export const NUMERIC_PREFIX = '77';
export const NUMERIC_LENGTH = 18;
const NUMBER_DIGITS = 9;
const TOTP_DIGITS = 6;

export interface NumericCode {
  /** Nine digits: the member. */
  readonly number: string;
  /** Six digits that only HQ can check. */
  readonly password: string;
}

/** Reads a code; undefined when it is not of this shape or its check digit is wrong. Spaces, as people read it out or type it, are read over. */
export function readNumericCode(code: string): NumericCode | undefined {
  const digits = code.replace(/\s/g, '');
  if (!/^77\d{16}$/.test(digits) || checkDigit(digits.slice(0, -1)) !== Number(digits.at(-1))) return undefined;
  const number = digits.slice(NUMERIC_PREFIX.length, NUMERIC_PREFIX.length + NUMBER_DIGITS);
  return { number, password: digits.slice(NUMERIC_PREFIX.length + NUMBER_DIGITS, -1) };
}

/** `number` of 9 digits, `password` of 6. */
export function numericCode({ number, password }: NumericCode): string {
  const body = `${NUMERIC_PREFIX}${number}${password}`;
  return `${body}${checkDigit(body)}`;
}

/** The counter that is authenticated: the half minute as 8 bytes, big-endian (RFC 4226, 5.1). */
export function passwordCounter(step: number): Uint8Array<ArrayBuffer> {
  const counter = new Uint8Array(8);
  new DataView(counter.buffer).setBigUint64(0, BigInt(step));
  return counter;
}

/** The six digits of an HMAC of the counter: dynamic truncation (RFC 4226, 5.3). */
export function passwordOf(hmac: Uint8Array): string {
  const offset = (hmac.at(-1) ?? 0) & 0x0f;
  const view = new DataView(hmac.buffer, hmac.byteOffset, hmac.byteLength);
  const number = view.getUint32(offset) & 0x7fffffff;
  return String(number % 10 ** TOTP_DIGITS).padStart(TOTP_DIGITS, '0');
}

function checkDigit(body: string): number {
  let sum = 0;
  for (let index = 0; index < body.length; index += 1) {
    const digit = body.charCodeAt(body.length - 1 - index) - 48;
    sum += index % 2 === 0 ? digit * 3 : digit;
  }
  return (10 - (sum % 10)) % 10;
}

function labelled(head: Uint8Array): Uint8Array<ArrayBuffer> {
  const signed = new Uint8Array(LABEL.length + head.length);
  for (let index = 0; index < LABEL.length; index += 1) signed[index] = LABEL.charCodeAt(index);
  signed.set(head, LABEL.length);
  return signed;
}

const toHex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** RFC 4648, section 5, without padding. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const rest = Math.min(3, bytes.length - index);
    const group = ((bytes[index] ?? 0) << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    for (let place = 0; place <= rest; place += 1) text += ALPHABET.charAt((group >> (18 - place * 6)) & 63);
  }
  return text;
}

/** undefined for a text that is none, or that says the same bytes in another way than `toBase64Url`. */
function fromBase64Url(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(text) || text.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const letter of text) {
    bits = ((bits << 6) | ALPHABET.indexOf(letter)) & 0xffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes[at] = (bits >> held) & 0xff;
    at += 1;
  }
  return (bits & ((1 << held) - 1)) === 0 ? bytes : undefined;
}
