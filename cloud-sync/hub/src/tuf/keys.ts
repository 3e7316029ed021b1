import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DESIRED_KINDS, type DesiredKind } from '@tillside/protocol';
import { HubFault } from '../fault.ts';
import { writeDurably } from '../files.ts';
import canonicalize from './canonical.ts';
import type { KeyJson } from './format.ts';

/** One Ed25519 key that signs metadata. The private half never leaves this object and has no way to be printed. */
export interface Signer {
  readonly keyId: string;
  /** As it stands in metadata. */
  readonly key: KeyJson;
  /** Hex. */
  sign(data: Buffer): string;
}

/**
 * `root` is there only while the root is embedded, that is, not kept by people on other machines. `online` signs targets, snapshot and timestamp; each kind has a
 * key that can sign this kind alone.
 */
export interface SigningKeys {
  readonly root: Signer | null;
  readonly online: Signer;
  readonly kinds: Readonly<Record<DesiredKind, Signer>>;
}

const OTHERS_MAY = 0o077;
export const keyFile = (dir: string, name: string): string => join(dir, `${name}.pem`);

/** Where a key waits until metadata that names it is published. */
export const nextFile = (dir: string, name: string): string => keyFile(dir, `${name}-next`);
export const kindKey = (kind: DesiredKind): string => `kind-${kind}`;

export function publicKeyJson(key: KeyObject): { keyId: string; key: KeyJson } {
  const jwk = createPublicKey(key).export({ format: 'jwk' });
  if (jwk.crv !== 'Ed25519' || typeof jwk.x !== 'string') throw new TypeError('not an Ed25519 key');
  const description: KeyJson = {
    keytype: 'ed25519',
    scheme: 'ed25519',
    keyval: { public: Buffer.from(jwk.x, 'base64url').toString('hex') },
  };
  return { keyId: keyIdOf(description), key: description };
}

/** TUF: a key's id is the SHA-256 of its description in canonical JSON. */
export function keyIdOf({ keytype, scheme, keyval }: KeyJson): string {
  return createHash('sha256').update(canonicalize({ keytype, scheme, keyval })).digest('hex');
}

export function signerOf(privateKey: KeyObject): Signer {
  return { ...publicKeyJson(privateKey), sign: (data) => sign(null, data, privateKey).toString('hex') };
}

/** Null when there is no such file. Throws HUB_KEYS_DAMAGED. */
export async function readSigner(path: string): Promise<Signer | null> {
  const about = await stat(path).catch(() => null);
  if (about === null) return null;
  if ((about.mode & OTHERS_MAY) !== 0) throw new HubFault('HUB_KEYS_DAMAGED', `${path} may be read by others`);
  try {
    return signerOf(createPrivateKey(await readFile(path)));
  } catch {
    throw new HubFault('HUB_KEYS_DAMAGED', path);
  }
}

export async function makeSigner(path: string): Promise<Signer> {
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeDurably(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o600);
  return signerOf(privateKey);
}

/** Whom the newest root and targets metadata trust; empty before anything was signed. */
export interface NamedKeys {
  readonly root: readonly string[];
  readonly online: readonly string[];
  readonly kinds: Readonly<Partial<Record<DesiredKind, readonly string[]>>>;
}

/**
 * The signing keys below `dir`. What was never signed with is made; what metadata names and is gone, is not replaced silently: no paired store would trust
 * another. A key made for the next root takes its place once that root names it. Throws HUB_KEYS_DAMAGED.
 */
export async function loadSigningKeys(dir: string, named: NamedKeys | null): Promise<SigningKeys> {
  const held = async (name: string, ids: readonly string[] | undefined): Promise<Signer> => {
    const path = keyFile(dir, name);
    const signer = await readSigner(path);
    if (signer !== null && (ids === undefined || ids.includes(signer.keyId))) return signer;
    const next = await readSigner(nextFile(dir, name));
    if (next !== null && ids?.includes(next.keyId) === true) return next;
    if (ids === undefined) return makeSigner(path);
    throw new HubFault('HUB_KEYS_DAMAGED', signer === null ? `${path} is missing` : `${path} is not the key in use`);
  };
  const kinds = Object.fromEntries(
    await Promise.all(
      DESIRED_KINDS.map(async (kind) => [kind, await held(kindKey(kind), named?.kinds[kind])] as const),
    ),
  ) as Record<DesiredKind, Signer>;
  return {
    root: await rootSigner(dir, named),
    online: await held('online', named?.online),
    kinds,
  };
}

/** Null where the root in force does not know the embedded key any more. */
async function rootSigner(dir: string, named: NamedKeys | null): Promise<Signer | null> {
  const path = keyFile(dir, 'root');
  const signer = await readSigner(path);
  if (signer === null) return named === null ? makeSigner(path) : null;
  return named === null || named.root.includes(signer.keyId) ? signer : null;
}

/** After publishing: keys that waited take their place, and an embedded root key that no root names any more is destroyed. */
export async function settleKeys(dir: string, named: NamedKeys): Promise<void> {
  const settle = async (name: string, ids: readonly string[] = []): Promise<void> => {
    const next = await readSigner(nextFile(dir, name));
    if (next !== null && ids.includes(next.keyId)) await rename(nextFile(dir, name), keyFile(dir, name));
  };
  await settle('online', named.online);
  for (const kind of DESIRED_KINDS) await settle(kindKey(kind), named.kinds[kind]);
  const root = await readSigner(keyFile(dir, 'root'));
  if (root !== null && !named.root.includes(root.keyId)) await rm(keyFile(dir, 'root'), { force: true });
}

/** Keys that sign no metadata; each is made anew where it is missing, which is a loss (docs/keys.md) and no reason not to start. */
export const OWN_SIGNERS = ['erasure', 'sessions'];

/** The key files that a hub must have, and those that it has: the root's where it is embedded, and its own. Throws HUB_KEYS_DAMAGED for one that is missing or open to others. */
export async function checkKeyFiles(dir: string): Promise<{ name: string; keyId: string }[]> {
  const found: { name: string; keyId: string }[] = [];
  const needed = ['online', ...DESIRED_KINDS.map(kindKey)];
  for (const name of ['root', ...needed, ...OWN_SIGNERS]) {
    const signer = await readSigner(keyFile(dir, name));
    if (signer !== null) found.push({ name, keyId: signer.keyId });
    else if (needed.includes(name)) throw new HubFault('HUB_KEYS_DAMAGED', `${keyFile(dir, name)} is missing`);
  }
  return found;
}
