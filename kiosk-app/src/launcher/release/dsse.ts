/** Signed envelopes: DSSE v1 (secure-systems-lab/dsse, protocol.md), with Ed25519. */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { KioskError } from '../errors.ts';

export interface Envelope {
  readonly payloadType: string;
  /** Base64. */
  readonly payload: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

const MAX_SIGNATURES = 16;

/** What is signed: type and bytes, each with its length, so that neither can be taken for the other (PAE of the protocol). */
export function preAuthEncoding(type: string, body: Uint8Array): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${body.byteLength} `;
  return Buffer.concat([Buffer.from(head, 'utf8'), body]);
}

/** SHA-256 of the key's SPKI form, in hex. */
export const keyIdOf = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');

/** Throws KEY_UNREADABLE. */
export function publicKeyOf(pem: string): KeyObject {
  return ed25519(() => createPublicKey(pem));
}

function ed25519(open: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = open();
  } catch {
    throw new KioskError('KEY_UNREADABLE');
  }
  if (key.asymmetricKeyType !== 'ed25519') throw new KioskError('KEY_UNREADABLE', key.asymmetricKeyType ?? '');
  return key;
}

/** Adds this key's signature, in the place of one that it made before. `passphrase` opens an encrypted key. Throws KEY_UNREADABLE. */
export function withSignature(envelope: Envelope, privatePem: string, passphrase?: string): Envelope {
  const key = ed25519(() => createPrivateKey({ key: privatePem, ...(passphrase === undefined ? {} : { passphrase }) }));
  const keyid = keyIdOf(createPublicKey(key));
  const body = Buffer.from(envelope.payload, 'base64');
  const sig = sign(null, preAuthEncoding(envelope.payloadType, body), key).toString('base64');
  return { ...envelope, signatures: [...envelope.signatures.filter((one) => one.keyid !== keyid), { keyid, sig }] };
}

/** The payload, once as many different known keys as `threshold` have signed it. Throws RELEASE_UNREADABLE, RELEASE_UNSIGNED. */
export function openEnvelope(text: string, type: string, keys: readonly KeyObject[], threshold: number): Buffer {
  const envelope = parseEnvelope(text);
  if (envelope.payloadType !== type) throw new KioskError('RELEASE_UNREADABLE', 'payloadType');
  const body = Buffer.from(envelope.payload, 'base64');
  const encoded = preAuthEncoding(type, body);
  const signers = new Set<string>();
  for (const key of keys) {
    const isSigned = envelope.signatures.some(({ sig }) => verify(null, encoded, key, Buffer.from(sig, 'base64')));
    if (isSigned) signers.add(keyIdOf(key));
  }
  if (signers.size < threshold) throw new KioskError('RELEASE_UNSIGNED', `${signers.size} of ${threshold}`);
  return body;
}

export function parseEnvelope(text: string): Envelope {
  const refuse = (): never => {
    throw new KioskError('RELEASE_UNREADABLE', 'release.dsse.json');
  };
  let value: Partial<Envelope> | null = null;
  try {
    value = JSON.parse(text) as Partial<Envelope> | null;
  } catch {
    return refuse();
  }
  const { payloadType, payload, signatures } = value ?? {};
  if (typeof payloadType !== 'string' || typeof payload !== 'string' || !Array.isArray(signatures)) return refuse();
  const areSound = signatures.every((one) => typeof one?.keyid === 'string' && typeof one?.sig === 'string');
  return areSound && signatures.length <= MAX_SIGNATURES ? { payloadType, payload, signatures } : refuse();
}
