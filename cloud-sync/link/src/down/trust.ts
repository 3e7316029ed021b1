import { createHash } from 'node:crypto';
import { Metadata, type MetadataKind, type Root, type Snapshot, type Targets, type Timestamp } from '@tufjs/models';
import { z } from 'zod';
import { fail, LinkError, problem } from '../errors.ts';

/**
 * The checks of the TUF client workflow (specification 1.0, section 5.3 to 5.6) as pure functions of what is trusted, what came, and the
 * time. Each returns the newly trusted metadata or throws a LinkError; none of them does I/O.
 */
export type Role = 'root' | 'timestamp' | 'snapshot' | 'targets';

export interface Trusted<T extends Root | Timestamp | Snapshot | Targets> {
  /** As received: hashes in the metadata above are of these bytes. */
  readonly bytes: Buffer;
  readonly metadata: Metadata<T>;
}
export interface TrustedSet {
  readonly root: Trusted<Root>;
  readonly timestamp?: Trusted<Timestamp> | undefined;
  readonly snapshot?: Trusted<Snapshot> | undefined;
  readonly targets?: Trusted<Targets> | undefined;
}

/** The library compares dates leniently: an unreadable one would never expire. */
const Expires = z.iso.datetime({ offset: true });
const Version = z.number().int().positive().safe();

type MetaEntry = { version: number; length?: number; hashes?: Record<string, string> };

const KINDS = {
  root: 'root' as MetadataKind.Root,
  timestamp: 'timestamp' as MetadataKind.Timestamp,
  snapshot: 'snapshot' as MetadataKind.Snapshot,
  targets: 'targets' as MetadataKind.Targets,
};

function readJson(role: Role, bytes: Buffer): Parameters<typeof Metadata.fromJSON>[1] {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return fail('TUF_MALFORMED', `${role}.json is not JSON`);
  }
}

function parse<T extends Root | Timestamp | Snapshot | Targets>(role: Role, build: () => Metadata<T>): Metadata<T> {
  let metadata: Metadata<T>;
  try {
    metadata = build();
  } catch (error) {
    return fail('TUF_MALFORMED', `${role}.json: ${error instanceof Error ? error.message : String(error)}`);
  }
  const { expires, version } = metadata.signed;
  if (!Expires.safeParse(expires).success || !Version.safeParse(version).success) {
    return fail('TUF_MALFORMED', `${role}.json: version or expiry unreadable`);
  }
  return metadata;
}

function verify(root: Metadata<Root>, role: Role, metadata: Metadata<Root | Timestamp | Snapshot | Targets>): void {
  try {
    root.verifyDelegate(role, metadata);
  } catch (error) {
    throw new LinkError(problem('TUF_SIGNATURE_BELOW_THRESHOLD', error instanceof Error ? error.message : role));
  }
}

/** One key listed under two ids would count twice against a threshold. */
function checkKeysDistinct(root: Root): void {
  for (const [role, { keyIDs, threshold }] of Object.entries(root.roles)) {
    const values = keyIDs.map((id) => root.keys[id]?.keyVal.public);
    const known = values.filter((value) => value !== undefined);
    if (new Set(known).size !== known.length) fail('TUF_MALFORMED', `root.json: ${role} lists one key twice`);
    if (known.length < threshold) fail('TUF_MALFORMED', `root.json: ${role} can never reach its threshold`);
  }
}

export function checkExpiry(
  role: Role,
  { metadata }: Trusted<Root | Timestamp | Snapshot | Targets>,
  nowMs: number,
): void {
  if (metadata.signed.isExpired(new Date(nowMs))) fail('TUF_EXPIRED', `${role}.json on ${metadata.signed.expires}`);
}

/** A root from pairing or from disk: signed by itself. */
export function pinRoot(bytes: Buffer): Trusted<Root> {
  const metadata = parse('root', () => Metadata.fromJSON(KINDS.root, readJson('root', bytes)));
  verify(metadata, 'root', metadata);
  checkKeysDistinct(metadata.signed);
  return { bytes, metadata };
}

/** Section 5.3.4 and 5.3.5: signed by the keys of the old root and by its own, and exactly one version further. */
export function nextRoot(trusted: Trusted<Root>, bytes: Buffer): Trusted<Root> {
  const metadata = parse('root', () => Metadata.fromJSON(KINDS.root, readJson('root', bytes)));
  verify(trusted.metadata, 'root', metadata);
  verify(metadata, 'root', metadata);
  checkKeysDistinct(metadata.signed);
  const expected = trusted.metadata.signed.version + 1;
  if (metadata.signed.version !== expected) {
    fail('TUF_ROLLBACK', `root.json is version ${metadata.signed.version}, not ${expected}`);
  }
  return { bytes, metadata };
}

/** Section 5.3.11: with new timestamp or snapshot keys, old metadata must go, or a stolen key's high version would block us for ever. */
export function keysRotated(before: Root, after: Root): boolean {
  return (['timestamp', 'snapshot'] as const).some((role) => {
    const ids = (root: Root): string => [...(root.roles[role]?.keyIDs ?? [])].sort().join();
    return ids(before) !== ids(after);
  });
}

/** Section 5.4. */
export function nextTimestamp(trusted: TrustedSet, bytes: Buffer): Trusted<Timestamp> {
  const metadata = parse('timestamp', () => Metadata.fromJSON(KINDS.timestamp, readJson('timestamp', bytes)));
  verify(trusted.root.metadata, 'timestamp', metadata);
  const old = trusted.timestamp?.metadata.signed;
  if (old === undefined) return { bytes, metadata };
  notOlder('timestamp.json', old.version, metadata.signed.version);
  notOlder('snapshot.json in timestamp.json', old.snapshotMeta.version, metadata.signed.snapshotMeta.version);
  return { bytes, metadata };
}

/** Section 5.5, against the timestamp trusted now and the snapshot trusted before. */
export function nextSnapshot(trusted: TrustedSet, bytes: Buffer): Trusted<Snapshot> {
  const listed = trusted.timestamp?.metadata.signed.snapshotMeta;
  if (listed === undefined) return fail('TUF_MALFORMED', 'no timestamp');
  checkListed('snapshot.json', listed, bytes);
  const metadata = parse('snapshot', () => Metadata.fromJSON(KINDS.snapshot, readJson('snapshot', bytes)));
  verify(trusted.root.metadata, 'snapshot', metadata);
  sameVersion('snapshot.json', listed.version, metadata.signed.version);
  for (const [name, old] of Object.entries(trusted.snapshot?.metadata.signed.meta ?? {})) {
    const fresh = metadata.signed.meta[name];
    if (fresh === undefined) return fail('TUF_ROLLBACK', `${name} has vanished from snapshot.json`);
    notOlder(`${name} in snapshot.json`, old.version, fresh.version);
  }
  return { bytes, metadata };
}

/** Section 5.6. */
export function nextTargets(trusted: TrustedSet, bytes: Buffer): Trusted<Targets> {
  const listed = trusted.snapshot?.metadata.signed.meta['targets.json'];
  if (listed === undefined) return fail('TUF_MALFORMED', 'snapshot.json does not list targets.json');
  checkListed('targets.json', listed, bytes);
  const metadata = parse('targets', () => Metadata.fromJSON(KINDS.targets, readJson('targets', bytes)));
  verify(trusted.root.metadata, 'targets', metadata);
  sameVersion('targets.json', listed.version, metadata.signed.version);
  return { bytes, metadata };
}

/** True when the bytes trusted already are the ones the metadata above lists: nothing to fetch. */
export function isListed(listed: MetaEntry, held: Trusted<Snapshot | Targets> | undefined): boolean {
  if (held === undefined || held.metadata.signed.version !== listed.version) return false;
  try {
    checkListed('held', listed, held.bytes);
    return true;
  } catch {
    return false;
  }
}

function checkListed(name: string, listed: MetaEntry, bytes: Buffer): void {
  if (listed.length !== undefined && bytes.length !== listed.length) {
    fail('TUF_HASH_MISMATCH', `${name}: ${bytes.length} bytes, not ${listed.length}`);
  }
  for (const [algorithm, expected] of Object.entries(listed.hashes ?? {})) {
    if (algorithm !== 'sha256' && algorithm !== 'sha512') fail('TUF_MALFORMED', `${name}: unknown hash ${algorithm}`);
    if (createHash(algorithm).update(bytes).digest('hex') !== expected) fail('TUF_HASH_MISMATCH', name);
  }
}

function notOlder(name: string, trustedVersion: number, offered: number): void {
  if (offered < trustedVersion) fail('TUF_ROLLBACK', `${name}: version ${offered} after ${trustedVersion}`);
}

function sameVersion(name: string, listed: number, found: number): void {
  if (found !== listed) fail('TUF_ROLLBACK', `${name} is version ${found}, not ${listed} as listed`);
}
