import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { DESIRED_KINDS, type DesiredKind, targetPath } from '@tillside/protocol';
import type { TopRole } from '../down/format.ts';

/** A TUF repository signed in memory, down to members that no honest one has. For tests of this room only: nothing exports it. */
const SPEC = '1.0.31';
export const DAY_MS = 86_400_000;

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };
export type RepoRole = TopRole | DesiredKind;

export interface TestKey {
  readonly keyId: string;
  readonly json: JsonObject;
  readonly privateKey: KeyObject;
}

export const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Members sorted, no space; the values in these tests need no other care. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name] ?? null)}`).join(',')}}`;
}

export function newKey(): TestKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
  const json = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: raw } };
  return { keyId: sha256(canonical(json)), json, privateKey };
}

export function signatureOf(signed: JsonObject, key: TestKey): JsonObject {
  return { keyid: key.keyId, sig: sign(null, Buffer.from(canonical(signed)), key.privateKey).toString('hex') };
}

export function sealed(signed: JsonObject, keys: readonly TestKey[]): Buffer {
  return Buffer.from(JSON.stringify({ signatures: keys.map((key) => signatureOf(signed, key)), signed }));
}

export interface TestTarget {
  readonly path: string;
  readonly bytes: Buffer;
  readonly custom: JsonObject;
  /** In place of what is true of the bytes. */
  readonly listed?: JsonObject;
}

export const desiredTarget = (store: string, kind: DesiredKind, version: number, bytes: Buffer): TestTarget => ({
  path: targetPath(store, kind),
  bytes,
  custom: { kind, version, store },
});

const kindOf = (path: string): DesiredKind | undefined =>
  DESIRED_KINDS.find((kind) => path.endsWith(targetPath('', kind).slice('stores/'.length)));

const perRole = <T>(make: (role: RepoRole) => T): Record<RepoRole, T> =>
  Object.fromEntries(
    ['root', 'timestamp', 'snapshot', 'targets', ...DESIRED_KINDS].map((role) => [role, make(role as RepoRole)]),
  ) as Record<RepoRole, T>;

/** A role that targets or another role delegates to, beyond the kinds. */
export interface ExtraRole {
  readonly name: string;
  readonly keys: TestKey[];
  readonly signed: JsonObject;
}

export class TestRepo {
  /** What the hub serves below /repo/; tests may damage it. */
  readonly files = new Map<string, Buffer>();
  readonly versions: Record<RepoRole, number> = perRole(() => 0);
  readonly expiresMs: Record<RepoRole, number>;
  readonly thresholds: Record<RepoRole, number> = perRole((role) => (role === 'root' ? 2 : 1));
  readonly signers: Record<RepoRole, TestKey[]>;
  /** Changes a role's content before it is signed. */
  edit: Partial<Record<RepoRole, (signed: JsonObject) => void>> = {};
  /** Lists hashes and lengths in snapshot and timestamp, or versions only. */
  hashes = true;
  extra: ExtraRole[] = [];
  readonly #empty = new Set<RepoRole>();

  constructor(nowMs: number, signers?: Readonly<Record<RepoRole, TestKey[]>>) {
    this.signers = perRole((role) => [...(signers?.[role] ?? (role === 'root' ? [newKey(), newKey()] : [newKey()]))]);
    this.expiresMs = perRole(() => nowMs + 30 * DAY_MS);
  }

  /** Another with the same keys, which goes its own way from here. */
  clone(): TestRepo {
    const copy = new TestRepo(0, this.signers);
    for (const [name, bytes] of this.files) copy.files.set(name, bytes);
    for (const kind of this.#empty) copy.#empty.add(kind);
    for (const field of ['versions', 'expiresMs', 'thresholds'] as const) Object.assign(copy[field], this[field]);
    return copy;
  }

  #signed(role: RepoRole, type: TopRole, more: JsonObject): JsonObject {
    const expires = new Date(this.expiresMs[role]).toISOString();
    const signed = { _type: type, version: this.versions[role], spec_version: SPEC, expires, ...more };
    this.edit[role]?.(signed);
    return signed;
  }

  role(role: RepoRole): JsonObject {
    return { keyids: this.signers[role].map(({ keyId }) => keyId), threshold: this.thresholds[role] };
  }

  keys(roles: readonly RepoRole[]): JsonObject {
    return Object.fromEntries(
      roles.flatMap((role) => this.signers[role].map(({ keyId, json }) => [keyId, structuredClone(json)])),
    );
  }

  /** A new root version, signed by the present root keys and by `former` ones. */
  publishRoot(former: readonly TestKey[] = []): Buffer {
    this.versions.root += 1;
    const top = ['root', 'timestamp', 'snapshot', 'targets'] as const;
    const roles = Object.fromEntries(top.map((role) => [role, this.role(role)]));
    const signed = this.#signed('root', 'root', { consistent_snapshot: true, keys: this.keys(top), roles });
    const bytes = sealed(signed, [...former, ...this.signers.root]);
    this.files.set(`${this.versions.root}.root.json`, bytes);
    return bytes;
  }

  /** New keys for a top-level role; those of a kind come with the next publish. */
  rotate(role: RepoRole): void {
    const former = role === 'root' ? this.signers.root : [];
    this.signers[role] = this.signers[role].map(newKey);
    this.#empty.delete(role);
    if (!DESIRED_KINDS.some((kind) => kind === role)) this.publishRoot(former);
  }

  /** Each target in the role of its kind, signed by that kind's key; then all above. A kind that stays empty stays as it is. */
  publish(targets: readonly TestTarget[]): void {
    for (const kind of DESIRED_KINDS) {
      const own = targets.filter(({ path }) => kindOf(path) === kind);
      const same = own.length === 0 && this.#empty.has(kind) && this.edit[kind] === undefined;
      if (!same) this.publishRole(kind, own);
      if (own.length === 0) this.#empty.add(kind);
      else this.#empty.delete(kind);
    }
    this.publishTargets();
  }

  publishRole(role: RepoRole, targets: readonly TestTarget[]): void {
    this.versions[role] += 1;
    const signed = this.#signed(role, 'targets', { targets: this.listed(targets) });
    this.files.set(`${this.versions[role]}.${role}.json`, sealed(signed, this.signers[role]));
  }

  /** Serves the targets' files and gives their entries. */
  listed(targets: readonly TestTarget[]): JsonObject {
    return Object.fromEntries(
      targets.map(({ path, bytes, custom, listed }) => {
        const hash = sha256(bytes);
        const slash = path.lastIndexOf('/');
        this.files.set(`targets/${path.slice(0, slash)}/${hash}.${path.slice(slash + 1)}`, bytes);
        return [path, { length: bytes.length, hashes: { sha256: hash }, custom, ...listed }];
      }),
    );
  }

  publishTargets(): void {
    this.versions.targets += 1;
    const roles = DESIRED_KINDS.map((kind) => ({
      ...this.role(kind),
      name: kind,
      terminating: true,
      paths: [targetPath('*', kind)],
    }));
    const delegations = { keys: this.keys(DESIRED_KINDS), roles };
    const signed = this.#signed('targets', 'targets', { targets: {}, delegations });
    this.files.set(`${this.versions.targets}.targets.json`, sealed(signed, this.signers.targets));
    this.publishSnapshot();
  }

  publishSnapshot(): void {
    this.versions.snapshot += 1;
    const meta: JsonObject = {};
    for (const role of ['targets', ...DESIRED_KINDS] as const) {
      if (this.versions[role] > 0) meta[`${role}.json`] = this.#meta(role, this.versions[role]);
    }
    for (const { name, keys, signed } of this.extra) {
      const version = typeof signed.version === 'number' ? signed.version : 1;
      this.files.set(`${version}.${encodeURIComponent(name)}.json`, sealed(signed, keys));
      meta[`${name}.json`] = { version };
    }
    const signed = this.#signed('snapshot', 'snapshot', { meta });
    this.files.set(`${this.versions.snapshot}.snapshot.json`, sealed(signed, this.signers.snapshot));
    this.publishTimestamp();
  }

  publishTimestamp(): void {
    this.versions.timestamp += 1;
    const meta = { 'snapshot.json': this.#meta('snapshot', this.versions.snapshot) };
    this.files.set('timestamp.json', sealed(this.#signed('timestamp', 'timestamp', { meta }), this.signers.timestamp));
  }

  #meta(role: RepoRole, version: number): JsonObject {
    const bytes = this.files.get(`${version}.${role}.json`) ?? Buffer.alloc(0);
    return this.hashes ? { version, length: bytes.length, hashes: { sha256: sha256(bytes) } } : { version };
  }

  /** The name below /repo/ of a role's newest file. */
  newest(role: RepoRole): string {
    return role === 'timestamp' ? 'timestamp.json' : `${this.versions[role]}.${role}.json`;
  }

  bytesOf(role: RepoRole): Buffer {
    return this.files.get(this.newest(role)) ?? Buffer.alloc(0);
  }

  /** The path of a target's file below /repo/. */
  fileOf(bytes: Buffer): string {
    for (const [name, held] of this.files) if (name.startsWith('targets/') && held.equals(bytes)) return name;
    throw new Error('no such target');
  }
}
