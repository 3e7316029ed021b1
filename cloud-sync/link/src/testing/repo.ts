import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type DesiredKind, targetPath } from '@tillside/protocol';
import { Key, Metadata, MetaFile, Root, Signature, Snapshot, TargetFile, Targets, Timestamp } from '@tufjs/models';
import type { Role } from '../down/trust.ts';

/** A TUF repository signed in memory. For tests of this room only: nothing exports it. */
const SPEC = '1.0.31';
export const DAY_MS = 86_400_000;

interface Signer {
  readonly key: Key;
  readonly privateKey: KeyObject;
}

function newSigner(): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
  const keyID = createHash('sha256').update(raw).digest('hex');
  return { key: new Key({ keyID, keyType: 'ed25519', scheme: 'ed25519', keyVal: { public: raw } }), privateKey };
}

export interface TestTarget {
  readonly path: string;
  readonly bytes: Buffer;
  readonly custom: Record<string, string | number>;
}

export const desiredTarget = (store: string, kind: DesiredKind, version: number, bytes: Buffer): TestTarget => ({
  path: targetPath(store, kind),
  bytes,
  custom: { kind, version, store },
});

export class TestRepo {
  /** What the hub serves below /repo/; tests may damage it. */
  readonly files = new Map<string, Buffer>();
  readonly versions = { root: 0, timestamp: 0, snapshot: 0, targets: 0 };
  expiresMs: Record<Role, number>;
  rootThreshold = 2;
  signers: Record<Role, Signer[]>;

  constructor(nowMs: number) {
    const later = nowMs + 30 * DAY_MS;
    this.expiresMs = { root: later, timestamp: later, snapshot: later, targets: later };
    this.signers = {
      root: [newSigner(), newSigner()],
      timestamp: [newSigner()],
      snapshot: [newSigner()],
      targets: [newSigner()],
    };
  }

  #common(role: Role): { version: number; specVersion: string; expires: string } {
    const expires = new Date(this.expiresMs[role]).toISOString();
    return { version: this.versions[role], specVersion: SPEC, expires };
  }

  #sign(metadata: Metadata<Root | Timestamp | Snapshot | Targets>, signers: Signer[]): Buffer {
    for (const { key, privateKey } of signers) {
      metadata.sign((data) => new Signature({ keyID: key.keyID, sig: sign(null, data, privateKey).toString('hex') }));
    }
    return Buffer.from(JSON.stringify(metadata.toJSON()));
  }

  /** A new root version, signed by the present root keys and by `former` ones. */
  publishRoot(former: Signer[] = []): Buffer {
    this.versions.root += 1;
    const root = new Root({ ...this.#common('root'), consistentSnapshot: true });
    for (const role of ['root', 'timestamp', 'snapshot', 'targets'] as const) {
      for (const { key } of this.signers[role]) root.addKey(key, role);
    }
    const held = root.roles.root;
    if (held !== undefined) Object.assign(held, { threshold: this.rootThreshold });
    const bytes = this.#sign(new Metadata(root), [...former, ...this.signers.root]);
    this.files.set(`${this.versions.root}.root.json`, bytes);
    return bytes;
  }

  rotate(role: Role): void {
    const former = role === 'root' ? this.signers.root : [];
    this.signers[role] = this.signers[role].map(newSigner);
    this.publishRoot(former);
  }

  publish(targets: readonly TestTarget[]): void {
    this.versions.targets += 1;
    const listed = Object.fromEntries(
      targets.map(({ path, bytes, custom }) => {
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        const slash = path.lastIndexOf('/');
        this.files.set(`targets/${path.slice(0, slash)}/${sha256}.${path.slice(slash + 1)}`, bytes);
        const file = { path, length: bytes.length, hashes: { sha256 }, unrecognizedFields: { custom } };
        return [path, new TargetFile(file)];
      }),
    );
    const bytes = this.#sign(
      new Metadata(new Targets({ ...this.#common('targets'), targets: listed })),
      this.signers.targets,
    );
    this.files.set(`${this.versions.targets}.targets.json`, bytes);
    this.#publishSnapshot(bytes);
  }

  #publishSnapshot(targets: Buffer): void {
    this.versions.snapshot += 1;
    const meta = { 'targets.json': metaFile(this.versions.targets, targets) };
    const bytes = this.#sign(new Metadata(new Snapshot({ ...this.#common('snapshot'), meta })), this.signers.snapshot);
    this.files.set(`${this.versions.snapshot}.snapshot.json`, bytes);
    this.publishTimestamp(bytes);
  }

  publishTimestamp(snapshot = this.files.get(`${this.versions.snapshot}.snapshot.json`) ?? Buffer.alloc(0)): void {
    this.versions.timestamp += 1;
    const snapshotMeta = metaFile(this.versions.snapshot, snapshot);
    const timestamp = new Metadata(new Timestamp({ ...this.#common('timestamp'), snapshotMeta }));
    this.files.set('timestamp.json', this.#sign(timestamp, this.signers.timestamp));
  }

  /** The path of a target's file below /repo/. */
  fileOf(bytes: Buffer): string {
    for (const [name, held] of this.files) if (name.startsWith('targets/') && held.equals(bytes)) return name;
    throw new Error('no such target');
  }
}

function metaFile(version: number, bytes: Buffer): MetaFile {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return new MetaFile({ version, length: bytes.length, hashes: { sha256 } });
}
