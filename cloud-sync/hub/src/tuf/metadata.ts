import { type TargetCustom, targetPath } from '@tillside/protocol';
import { Metadata, MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp } from '@tufjs/models';
import type { DesiredRecord, MetadataDoc, MetadataRole } from '../storage/port.ts';
import type { Signer, SigningKeys } from './keys.ts';

const SPEC = '1.0.31';
const DAY_MS = 24 * 60 * 60 * 1000;
const WHOLE_SECONDS = /\.\d{3}Z$/u;

/** How long each role is good for. A store that has not heard of the hub for longer keeps what it runs, and takes nothing new. */
export const LIFE_DAYS: Record<MetadataRole, number> = { root: 365, targets: 90, snapshot: 90, timestamp: 7 };

export interface Versioned {
  readonly version: number;
  readonly nowMs: number;
}

function common(role: MetadataRole, { version, nowMs }: Versioned) {
  const expires = new Date(nowMs + LIFE_DAYS[role] * DAY_MS).toISOString().replace(WHOLE_SECONDS, 'Z');
  return { version, specVersion: SPEC, expires };
}

function signed(
  role: MetadataRole,
  metadata: Metadata<Root> | Metadata<Targets> | Metadata<Snapshot> | Metadata<Timestamp>,
  signers: readonly Signer[],
): MetadataDoc {
  for (const signer of signers) metadata.sign((data) => signer.sign(data));
  return { role, version: metadata.signed.version, body: JSON.stringify(metadata.toJSON()) };
}

export function rootDoc(keys: SigningKeys, at: Versioned): MetadataDoc {
  const root = new Root({ ...common('root', at), consistentSnapshot: true });
  root.addKey(keys.root.key, 'root');
  for (const role of ['targets', 'snapshot', 'timestamp']) root.addKey(keys.online.key, role);
  return signed('root', new Metadata(root), [keys.root]);
}

export function targetsDoc(keys: SigningKeys, at: Versioned, desired: readonly DesiredRecord[]): MetadataDoc {
  const targets = new Targets(common('targets', at));
  for (const { store, kind, version, sha256, lengthBytes } of desired) {
    const custom: TargetCustom = { kind, version, store };
    const path = targetPath(store, kind);
    targets.addTarget(
      new TargetFile({ path, length: lengthBytes, hashes: { sha256 }, unrecognizedFields: { custom } }),
    );
  }
  return signed('targets', new Metadata(targets), [keys.online]);
}

export function snapshotDoc(keys: SigningKeys, at: Versioned, targetsVersion: number): MetadataDoc {
  const meta = { 'targets.json': new MetaFile({ version: targetsVersion }) };
  return signed('snapshot', new Metadata(new Snapshot({ ...common('snapshot', at), meta })), [keys.online]);
}

export function timestampDoc(keys: SigningKeys, at: Versioned, snapshotVersion: number): MetadataDoc {
  const snapshotMeta = new MetaFile({ version: snapshotVersion });
  return signed('timestamp', new Metadata(new Timestamp({ ...common('timestamp', at), snapshotMeta })), [keys.online]);
}

/** Has less than half of the role's life left? */
export function isAgeing(doc: MetadataDoc, nowMs: number): boolean {
  const { signed: content } = JSON.parse(doc.body) as { signed: { expires: string } };
  return Date.parse(content.expires) - nowMs < (LIFE_DAYS[doc.role] * DAY_MS) / 2;
}
