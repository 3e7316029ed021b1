import { createHash } from 'node:crypto';
import { fail } from '../errors.ts';
import {
  type Body,
  type Document,
  type Holders,
  isSignedBy,
  keyIdentity,
  type MetaEntry,
  type RootBody,
  readRoot,
  readSnapshot,
  readTargets,
  readTimestamp,
  type SnapshotBody,
  type TargetsBody,
  type TimestampBody,
} from './format.ts';

/**
 * The checks of the TUF client workflow (specification 1.0, section 5.3 to 5.6) as pure functions of what is trusted, what came, and the
 * time. Each returns the newly trusted metadata or throws a LinkError; none of them does I/O.
 */
export interface TrustedSet {
  readonly root: Document<RootBody>;
  readonly timestamp?: Document<TimestampBody> | undefined;
  readonly snapshot?: Document<SnapshotBody> | undefined;
  readonly targets?: Document<TargetsBody> | undefined;
  /** By role name. Held for reuse only: each is checked again against the role that delegates to it. */
  readonly delegated: ReadonlyMap<string, Document<TargetsBody>>;
}

function verify(name: string, holders: Holders | undefined, document: Document<Body>): void {
  const { keys = new Map(), keyIds = [], threshold = 1 } = holders ?? {};
  const signers = new Set<string>();
  for (const id of keyIds) {
    const key = keys.get(id);
    if (key !== undefined && isSignedBy(key, document)) signers.add(keyIdentity(key));
  }
  if (signers.size >= threshold) return;
  fail('TUF_SIGNATURE_BELOW_THRESHOLD', `${name}.json: ${signers.size} of ${threshold}`);
}

export function checkExpiry(name: string, { body }: Document<Body>, nowMs: number): void {
  if (nowMs >= Date.parse(body.expires)) fail('TUF_EXPIRED', `${name}.json on ${body.expires}`);
}

/** A root from pairing or from disk: signed by itself. */
export function pinRoot(bytes: Buffer): Document<RootBody> {
  const root = readRoot(bytes);
  verify('root', root.body.roles.root, root);
  return root;
}

/** Section 5.3.4 and 5.3.5: signed by the keys of the old root and by its own, and exactly one version further. */
export function nextRoot(trusted: Document<RootBody>, bytes: Buffer): Document<RootBody> {
  const root = readRoot(bytes);
  verify('root', trusted.body.roles.root, root);
  verify('root', root.body.roles.root, root);
  const expected = trusted.body.version + 1;
  if (root.body.version !== expected) {
    fail('TUF_ROLLBACK', `root.json is version ${root.body.version}, not ${expected}`);
  }
  return root;
}

/** Section 5.3.11: with new timestamp or snapshot keys, old metadata must go, or a stolen key's high version would block us for ever. */
export function keysRotated(before: RootBody, after: RootBody): boolean {
  return (['timestamp', 'snapshot'] as const).some((role) => {
    const ids = ({ roles }: RootBody): string => [...roles[role].keyIds].sort().join();
    return ids(before) !== ids(after);
  });
}

/** Section 5.4. */
export function nextTimestamp(trusted: TrustedSet, bytes: Buffer): Document<TimestampBody> {
  const timestamp = readTimestamp(bytes);
  verify('timestamp', trusted.root.body.roles.timestamp, timestamp);
  const old = trusted.timestamp?.body;
  if (old === undefined) return timestamp;
  notOlder('timestamp.json', old.version, timestamp.body.version);
  // The same version again is not news, whatever it says: what is trusted already stays (section 5.4.3.1).
  if (timestamp.body.version === old.version) return timestamp;
  notOlder('snapshot.json in timestamp.json', old.snapshot.version, timestamp.body.snapshot.version);
  return timestamp;
}

/** Section 5.5, against the timestamp trusted now and the snapshot trusted before. */
export function nextSnapshot(trusted: TrustedSet, bytes: Buffer): Document<SnapshotBody> {
  const listed = trusted.timestamp?.body.snapshot;
  if (listed === undefined) return fail('TUF_MALFORMED', 'no timestamp');
  checkListed('snapshot.json', listed, bytes);
  const snapshot = readSnapshot(bytes);
  verify('snapshot', trusted.root.body.roles.snapshot, snapshot);
  sameVersion('snapshot.json', listed.version, snapshot.body.version);
  for (const [name, old] of trusted.snapshot?.body.meta ?? []) {
    const fresh = snapshot.body.meta.get(name);
    if (fresh === undefined) return fail('TUF_ROLLBACK', `${name} has vanished from snapshot.json`);
    notOlder(`${name} in snapshot.json`, old.version, fresh.version);
  }
  return snapshot;
}

/** Section 5.6, for the top-level targets and for each delegated role: `holders` are those whom its delegator names. */
export function nextTargets(name: string, holders: Holders, listed: MetaEntry, bytes: Buffer): Document<TargetsBody> {
  const file = `${name}.json`;
  checkListed(file, listed, bytes);
  const targets = readTargets(name, bytes);
  verify(name, holders, targets);
  sameVersion(file, listed.version, targets.body.version);
  return targets;
}

/** What snapshot.json says of a role's file. */
export function listedIn(snapshot: Document<SnapshotBody> | undefined, name: string): MetaEntry {
  const listed = snapshot?.body.meta.get(`${name}.json`);
  return listed ?? fail('TUF_MALFORMED', `snapshot.json does not list ${name}.json`);
}

/** True when what is held is what the metadata above lists now, and signed by those who may sign it now: nothing to fetch. */
export function isCurrent(
  name: string,
  holders: Holders,
  listed: MetaEntry,
  held: Document<SnapshotBody | TargetsBody> | undefined,
): boolean {
  if (held === undefined || held.body.version !== listed.version) return false;
  try {
    checkListed(name, listed, held.bytes);
    verify(name, holders, held);
    return true;
  } catch {
    return false;
  }
}

/** Are timestamp and snapshot from disk still what this root trusts? Throws what is wrong. */
export function checkHeld({ root, timestamp, snapshot }: TrustedSet): void {
  if (timestamp !== undefined) verify('timestamp', root.body.roles.timestamp, timestamp);
  if (snapshot !== undefined) verify('snapshot', root.body.roles.snapshot, snapshot);
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
