import { DESIRED_KINDS, type DesiredKind, targetPath } from '@tillside/protocol';
import type { MetadataDoc, MetadataRole } from '../storage/port.ts';
import { contentOf, type RootJson, SPEC, sealed, type TargetJson, TargetsJson } from './format.ts';
import type { Signer, SigningKeys } from './keys.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const WHOLE_SECONDS = /\.\d{3}Z$/u;

/** How long each role is good for. A store that has not heard of the hub for longer keeps what it runs, and takes nothing new. */
export const LIFE_DAYS = { root: 365, targets: 90, kind: 90, snapshot: 90, timestamp: 7 } as const;
type Lived = keyof typeof LIFE_DAYS;

export interface Versioned {
  readonly version: number;
  readonly nowMs: number;
}

export const expiryOf = (lived: Lived, nowMs: number, days: number = LIFE_DAYS[lived]): string =>
  new Date(nowMs + days * DAY_MS).toISOString().replace(WHOLE_SECONDS, 'Z');

const common = (lived: Lived, { version, nowMs }: Versioned) => ({
  spec_version: SPEC,
  version,
  expires: expiryOf(lived, nowMs),
});
const held = (...signers: readonly Signer[]) => ({
  keys: Object.fromEntries(signers.map(({ keyId, key }) => [keyId, key])),
  role: { keyids: signers.map(({ keyId }) => keyId), threshold: 1 },
});

/** The root of a set-up in one command: one embedded key, one online key. */
export function firstRoot(root: Signer, online: Signer, at: Versioned): RootJson {
  const { role } = held(online);
  return {
    _type: 'root',
    ...common('root', at),
    consistent_snapshot: true,
    keys: held(root, online).keys,
    roles: { root: held(root).role, targets: role, snapshot: role, timestamp: role },
  };
}

/** Top-level targets names nothing itself: each kind's key may sign this kind's path of every store, and no other. */
export function targetsDoc({ online, kinds }: SigningKeys, at: Versioned): MetadataDoc {
  const roles = DESIRED_KINDS.map((kind) => ({
    ...held(kinds[kind]).role,
    name: kind,
    terminating: true,
    paths: [targetPath('*', kind)],
  }));
  const { keys } = held(...DESIRED_KINDS.map((kind) => kinds[kind]));
  const signed = { _type: 'targets', ...common('targets', at), targets: {}, delegations: { keys, roles } };
  return sealed('targets', signed, [online]);
}

export interface RoleContent {
  readonly targets: Readonly<Record<string, TargetJson>>;
  /** Hash bins below it; 0 for none. */
  readonly bits: number;
}

/** A kind's own role, or one bin of it. */
export function kindDoc(
  role: MetadataRole,
  kind: DesiredKind,
  signer: Signer,
  at: Versioned,
  content: RoleContent,
): MetadataDoc {
  const { keys, role: holders } = held(signer);
  const bins = { keys, succinct_roles: { ...holders, bit_length: content.bits, name_prefix: kind } };
  const delegations = content.bits > 0 ? { delegations: bins } : {};
  const signed = { _type: 'targets', ...common('kind', at), targets: content.targets, ...delegations };
  return sealed(role, signed, [signer]);
}

export type Listed = Readonly<Record<string, { version: number }>>;

export function snapshotDoc({ online }: SigningKeys, at: Versioned, meta: Listed): MetadataDoc {
  return sealed('snapshot', { _type: 'snapshot', ...common('snapshot', at), meta }, [online]);
}

export function timestampDoc({ online }: SigningKeys, at: Versioned, snapshotVersion: number): MetadataDoc {
  const meta = { 'snapshot.json': { version: snapshotVersion } };
  return sealed('timestamp', { _type: 'timestamp', ...common('timestamp', at), meta }, [online]);
}

export const expiresAtMs = ({ body }: MetadataDoc): number =>
  Date.parse((JSON.parse(body) as { signed: { expires: string } }).signed.expires);

/** Has less than half of the role's life left? */
export function isAgeing(doc: MetadataDoc, lived: Lived, nowMs: number): boolean {
  return expiresAtMs(doc) - nowMs < (LIFE_DAYS[lived] * DAY_MS) / 2;
}

/** Key ids that signed a document; the signatures are not checked. */
export const signersOf = ({ body }: MetadataDoc): string[] =>
  (JSON.parse(body) as { signatures: { keyid: string }[] }).signatures.map(({ keyid }) => keyid);

/** Whom the top-level targets names for each kind; none where it delegates nothing yet. */
export function namedKinds(targets: MetadataDoc | null): Partial<Record<DesiredKind, readonly string[]>> {
  if (targets === null) return {};
  const roles = contentOf(TargetsJson, targets).delegations?.roles ?? [];
  return Object.fromEntries(roles.map(({ name, keyids }) => [name, keyids]));
}
