import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Key, Signature } from '@tufjs/models';
import { HubFault } from '../fault.ts';
import { writeDurably } from '../files.ts';
import canonicalize from './canonical.ts';

/** One Ed25519 key that signs metadata. The private half never leaves this object and has no way to be printed. */
export interface Signer {
  readonly key: Key;
  sign(data: Buffer): Signature;
}

/** `root` signs only root metadata, so that it can be kept off the machine later; `online` signs what changes daily. */
export interface SigningKeys {
  readonly root: Signer;
  readonly online: Signer;
}

const FILES = { root: 'root.pem', online: 'online.pem' } as const;
const OTHERS_MAY = 0o077;

function signerOf(privateKey: KeyObject): Signer {
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' });
  if (jwk.crv !== 'Ed25519' || typeof jwk.x !== 'string') throw new TypeError('not an Ed25519 key');
  const description = {
    keytype: 'ed25519',
    scheme: 'ed25519',
    keyval: { public: Buffer.from(jwk.x, 'base64url').toString('hex') },
  };
  // TUF: a key's id is the SHA-256 of its description in canonical JSON.
  const keyID = createHash('sha256').update(canonicalize(description)).digest('hex');
  const key = new Key({ keyID, keyType: 'ed25519', scheme: 'ed25519', keyVal: description.keyval });
  return {
    key,
    sign: (data) => new Signature({ keyID, sig: sign(null, data, privateKey).toString('hex') }),
  };
}

async function readSigner(path: string): Promise<Signer | null> {
  const about = await stat(path).catch(() => null);
  if (about === null) return null;
  if ((about.mode & OTHERS_MAY) !== 0) throw new HubFault('HUB_KEYS_DAMAGED', `${path} may be read by others`);
  try {
    return signerOf(createPrivateKey(await readFile(path)));
  } catch {
    throw new HubFault('HUB_KEYS_DAMAGED', path);
  }
}

async function makeSigner(path: string): Promise<Signer> {
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeDurably(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o600);
  return signerOf(privateKey);
}

/**
 * Reads the signing keys below `dir`, or makes them when `fresh` says that nothing was ever signed. Keys that are gone although metadata
 * exists are not replaced silently: no paired store would trust the new ones.
 */
export async function loadSigningKeys(dir: string, fresh: boolean): Promise<SigningKeys> {
  const one = async (name: keyof SigningKeys): Promise<Signer> => {
    const path = join(dir, FILES[name]);
    const held = await readSigner(path);
    if (held !== null) return held;
    if (!fresh) throw new HubFault('HUB_KEYS_DAMAGED', `${path} is missing`);
    return makeSigner(path);
  };
  return { root: await one('root'), online: await one('online') };
}
