/** A member's phone, without its screen: the key that it keeps, the codes that it shows, and what it says to HQ. */
import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import { codeStep, numericCode, passwordCounter, passwordOf, rotatingCode } from '@tillside/decide';
import { claimMessage, sessionMessage } from '@tillside/hub-contract';
import { ED25519_SPKI_HEAD, keyIdOf } from '@tillside/protocol';
import { callHub } from '../store/hub-client.ts';

/** DER of an Ed25519 private key (RFC 8410, section 7) up to its 32 bytes. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

type Hub = { url: string };
type MyName = 'my' | 'changeMyConsent' | 'exportMyData' | 'eraseMyself';

export class MemberPhone {
  readonly publicKey: string;
  readonly keyId: string;
  readonly #key: KeyObject;
  /** Of the digits; HQ gives it with the claim. */
  #digits: { readonly number: string; readonly secret: string } | undefined;

  /** Of 32 bytes: the same seed is the same phone. */
  constructor(seed: Buffer = randomBytes(32)) {
    this.#key = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' });
    const raw = createPublicKey(this.#key).export({ format: 'der', type: 'spki' }).subarray(ED25519_SPKI_HEAD.length);
    this.publicKey = raw.toString('base64url');
    this.keyId = keyIdOf(raw);
  }

  /** What its screen shows at an instant: good for one basket, within its half minute and those beside it. */
  codeAt(atMs: number): string {
    const { signed, write } = rotatingCode(this.keyId, codeStep(atMs));
    return write(sign(null, signed, this.#key));
  }

  /** The 18 digits under it. Throws before the claim. */
  digitsAt(atMs: number): string {
    if (this.#digits === undefined) throw new Error('no claim yet');
    const { number, secret } = this.#digits;
    const hmac = createHmac('sha256', Buffer.from(secret, 'base64url'))
      .update(passwordCounter(codeStep(atMs)))
      .digest();
    return numericCode({ number, password: passwordOf(hmac) });
  }

  /** Registers its key by the link that joining gave. */
  async claim(hub: Hub, claimUrl: string): Promise<{ keyId: string; number: string; secret: string }> {
    const claim = new URLSearchParams(new URL(claimUrl).hash.slice(1)).get('claim') ?? '';
    const signature = this.#signed(claimMessage(claim));
    const claimed = await callHub(hub, 'claimPhone', { body: { claim, publicKey: this.publicKey, signature } });
    this.#digits = claimed;
    return claimed;
  }

  /** Asks HQ as the member, in a session of its own. */
  async call<N extends MyName>(hub: Hub, name: N, body?: unknown) {
    const at = new Date().toISOString();
    const signature = this.#signed(sessionMessage(this.keyId, at));
    const { credential } = await callHub(hub, 'openSession', { body: { keyId: this.keyId, at, signature } });
    return callHub({ ...hub, credential }, name, body === undefined ? {} : { body });
  }

  #signed(text: string): string {
    return sign(null, Buffer.from(text), this.#key).toString('base64url');
  }
}

/** Every third member of the demo has a phone that shows codes of its own; the others have their card. */
const PHONE_EVERY = 3;

/** The phone of a demo member, the same in every run; undefined for who has only a card. */
export function phoneOf(memberId: string): MemberPhone | undefined {
  const seed = createHash('sha256').update(`tillside-demo-phone/${memberId}`).digest();
  return seed.readUInt32BE(0) % PHONE_EVERY === 0 ? new MemberPhone(seed) : undefined;
}
