import { createPublicKey, verify } from 'node:crypto';
import type { HeldKey, KeysStatus, PublicKey } from '@tillside/hub-contract';
import { HubFault } from '../fault.ts';
import { canonicalBytes, contentOf, type KeyJson, RootJson, SignedRoot } from './format.ts';
import {
  keyIdOf,
  kindKey,
  loadSigningKeys,
  makeSigner,
  nextFile,
  readSigner,
  type SigningKeys,
  settleKeys,
} from './keys.ts';
import { expiryOf } from './metadata.ts';
import type { Publisher } from './publisher.ts';
import { namedKeys, openDraft, type RepositoryPorts, renewed } from './repository.ts';
import { keysStatus } from './status.ts';

export interface DraftRequest {
  readonly rootKeys?: readonly PublicKey[] | undefined;
  readonly threshold?: number | undefined;
  readonly expiresDays: number;
}

/** Changes of who may sign. What stores pinned stays the start of the chain: each root is signed by the holders of the one before. */
export interface Ceremony {
  status(): Promise<KeysStatus>;
  /** The next root, unsigned. */
  draft(request: DraftRequest): Promise<SignedRoot>;
  /** Puts a root in force that enough holders of the old and of the new one signed. Throws HUB_ROOT_REFUSED. */
  accept(input: unknown): Promise<KeysStatus>;
  /** A new key for what the hub signs. That of a kind is in use at once; the online one once a root names it, which an embedded root does at once. */
  rotate(key: HeldKey): Promise<KeysStatus>;
}

const refuse = (detail: string): never => {
  throw new HubFault('HUB_ROOT_REFUSED', detail);
};

export function createCeremony(ports: RepositoryPorts, publisher: Publisher): Ceremony {
  const { storage, clock, keysDir } = ports;

  const rootNow = async (): Promise<RootJson> => {
    const doc = await storage.desired.metadata('root');
    return doc === null ? refuse('there is no root yet') : contentOf(RootJson, doc);
  };
  const keysFor = async (root?: RootJson): Promise<SigningKeys> =>
    loadSigningKeys(keysDir, await namedKeys(storage, root));
  const settle = async (): Promise<KeysStatus> => {
    const named = await namedKeys(storage);
    if (named !== null) await settleKeys(keysDir, named);
    return keysStatus(ports);
  };
  const draft = async ({ rootKeys, threshold, expiresDays }: DraftRequest): Promise<SignedRoot> => {
    const now = await rootNow();
    const waiting = await readSigner(nextFile(keysDir, 'online'));
    const online = waiting ?? (await keysFor()).online;
    const holders = rootKeys ?? now.roles.root.keyids.flatMap((id) => now.keys[id] ?? []);
    const root = { keyids: holders.map(keyIdOf), threshold: threshold ?? now.roles.root.threshold };
    const own = { keyids: [online.keyId], threshold: 1 };
    const signed: RootJson = {
      ...now,
      version: now.version + 1,
      expires: expiryOf('root', clock.now(), expiresDays),
      keys: Object.fromEntries([...holders, online.key].map((key) => [keyIdOf(key), key])),
      roles: { root, targets: own, snapshot: own, timestamp: own },
    };
    checkShape(signed);
    return { signatures: [], signed };
  };

  const put = async (root: SignedRoot, keys: SigningKeys): Promise<KeysStatus> => {
    const { version } = root.signed;
    const docs = [{ role: 'root', version, body: JSON.stringify(root) }, ...(await renewed(ports, keys))];
    await storage.desired.publish({ docs, desired: [] });
    return settle();
  };

  const accept = async (input: unknown): Promise<KeysStatus> => {
    const read = SignedRoot.safeParse(input);
    if (!read.success) {
      const issue = read.error.issues[0];
      return refuse(`${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
    }
    const now = await rootNow();
    const embedded = (await keysFor()).root;
    const next = embedded === null ? read.data : withSignature(read.data, embedded);
    const { signed } = next;
    checkShape(signed);
    if (signed.version !== now.version + 1) refuse(`version ${signed.version} after ${now.version}`);
    if (Date.parse(signed.expires) <= clock.now()) refuse(`expired on ${signed.expires}`);
    checkSigned('present', now, next);
    checkSigned('new', signed, next);
    const keys = await keysFor(signed).catch((error: unknown) => {
      if (!(error instanceof HubFault)) throw error;
      return refuse(`this hub does not hold the online key: ${error.detail}`);
    });
    for (const role of ['targets', 'snapshot', 'timestamp'] as const) {
      const { keyids, threshold } = signed.roles[role];
      if (threshold !== 1 || !keyids.includes(keys.online.keyId))
        refuse(`${role} is not signed by this hub's online key alone`);
    }
    return put(next, keys);
  };

  const rotate = async (key: HeldKey): Promise<KeysStatus> => {
    const name = key === 'online' ? 'online' : kindKey(key);
    const path = nextFile(keysDir, name);
    const next = (await readSigner(path)) ?? (await makeSigner(path));
    const keys = await keysFor();
    if (key !== 'online') {
      const change = openDraft(ports, { ...keys, kinds: { ...keys.kinds, [key]: next } });
      await change.renewKind(key);
      await change.renewTargets();
      await storage.desired.publish({ docs: await change.finish(), desired: [] });
      return settle();
    }
    const { threshold } = (await rootNow()).roles.root;
    if (keys.root === null || threshold > 1) return keysStatus(ports);
    const { signed } = await draft({ expiresDays: 365 });
    return put(withSignature({ signatures: [], signed }, keys.root), { ...keys, online: next });
  };

  return {
    status: () => keysStatus(ports),
    draft: (request) => publisher.alone(() => draft(request)),
    accept: (input) => publisher.alone(() => accept(input)),
    rotate: (key) => publisher.alone(() => rotate(key)),
  };
}

function withSignature(root: SignedRoot, signer: { keyId: string; sign(data: Buffer): string }): SignedRoot {
  if (root.signatures.some(({ keyid }) => keyid === signer.keyId)) return root;
  const signature = { keyid: signer.keyId, sig: signer.sign(canonicalBytes(root.signed)) };
  return { ...root, signatures: [...root.signatures, signature] };
}

/** A role that can never be signed, or by one key under two names, must not become the root of anything. */
function checkShape({ keys, roles }: RootJson): void {
  for (const [id, key] of Object.entries(keys))
    if (keyIdOf(key) !== id) refuse(`key id ${id.slice(0, 8)} is not that of its key`);
  for (const [role, { keyids, threshold }] of Object.entries(roles)) {
    if (new Set(keyids).size !== keyids.length) refuse(`${role} lists a key twice`);
    if (keyids.some((id) => !Object.hasOwn(keys, id))) refuse(`${role} lists a key that is not there`);
    if (threshold > keyids.length) refuse(`${role} needs ${threshold} of ${keyids.length} keys`);
  }
}

/** How many holders of `by` signed. */
export function signedBy(by: RootJson, { signatures, signed }: SignedRoot): string[] {
  const bytes = canonicalBytes(signed);
  return by.roles.root.keyids.filter((id) => {
    const key = by.keys[id];
    return key !== undefined && signatures.some(({ keyid, sig }) => keyid === id && isGood(key, bytes, sig));
  });
}

function checkSigned(which: string, by: RootJson, root: SignedRoot): void {
  const ids = root.signatures.map(({ keyid }) => keyid);
  if (new Set(ids).size !== ids.length) refuse('two signatures of one key');
  const count = signedBy(by, root).length;
  const { threshold } = by.roles.root;
  if (count < threshold) refuse(`signed by ${count} of ${threshold} holders of the ${which} root`);
}

function isGood(key: KeyJson, bytes: Buffer, sig: string): boolean {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key.keyval.public, 'hex').toString('base64url') };
  try {
    return verify(null, bytes, createPublicKey({ key: jwk, format: 'jwk' }), Buffer.from(sig, 'hex'));
  } catch {
    return false;
  }
}
