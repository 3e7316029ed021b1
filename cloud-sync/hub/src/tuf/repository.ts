import { DESIRED_KINDS, type DesiredKind, targetPath } from '@tillside/protocol';
import type { Clock } from '../clock.ts';
import type { HubStorage, MetadataDoc, MetadataRole } from '../storage/port.ts';
import { binNames, bitsFor, roleFinder } from './bins.ts';
import { contentOf, RootJson, SnapshotJson, type TargetJson, TargetsJson } from './format.ts';
import { loadSigningKeys, type NamedKeys, type SigningKeys } from './keys.ts';
import {
  isAgeing,
  kindDoc,
  type Listed,
  namedKinds,
  signersOf,
  snapshotDoc,
  targetsDoc,
  timestampDoc,
} from './metadata.ts';

export interface RepositoryPorts {
  readonly storage: HubStorage;
  readonly clock: Clock;
  readonly keysDir: string;
}

/** Targets by path. */
export type TargetMap = Readonly<Record<string, TargetJson>>;

/** The documents of one change, each with its next version. What is signed comes from what was signed before, so a publish reads only the roles it changes. */
export interface Draft {
  readonly keys: SigningKeys;
  /** The target of a store, as signed now. */
  target(store: string, kind: DesiredKind): Promise<TargetJson | null>;
  /** Puts targets of one kind in; the bins that hold them are signed, all of them where their number grows. */
  put(kind: DesiredKind, changed: TargetMap): Promise<void>;
  /** Signs a kind and all its bins again. */
  renewKind(kind: DesiredKind): Promise<void>;
  renewTargets(): Promise<void>;
  /** Snapshot and timestamp over all that changed, after it. */
  finish(): Promise<MetadataDoc[]>;
}

/** Whom root and targets in force trust. Null before the first root. */
export async function namedKeys(storage: HubStorage, root?: RootJson): Promise<NamedKeys | null> {
  const doc = await storage.desired.metadata('root');
  const content = root ?? (doc === null ? null : contentOf(RootJson, doc));
  if (content === null) return null;
  const { roles } = content;
  const targets = await storage.desired.metadata('targets');
  return { root: roles.root.keyids, online: roles.timestamp.keyids, kinds: namedKinds(targets) };
}

export const keysOf = async ({ storage, keysDir }: RepositoryPorts): Promise<SigningKeys> =>
  loadSigningKeys(keysDir, await namedKeys(storage));

/**
 * What is signed now, each file read once: a new version is always one more than the very file that its content comes from, so that of two processes that sign
 * at once one fails at the database, and loses nothing of the other's.
 */
function openReader(storage: HubStorage, made: ReadonlyMap<MetadataRole, MetadataDoc>) {
  const held = new Map<MetadataRole, Promise<MetadataDoc | null>>();
  const parsed = new Map<MetadataDoc, TargetsJson>();
  const published = (role: MetadataRole): Promise<MetadataDoc | null> => {
    const found = held.get(role) ?? storage.desired.metadata(role);
    held.set(role, found);
    return found;
  };
  const read = async (role: MetadataRole): Promise<TargetsJson | null> => {
    const doc = made.get(role) ?? (await published(role));
    if (doc === null) return null;
    const content = parsed.get(doc) ?? contentOf(TargetsJson, doc);
    parsed.set(doc, content);
    return content;
  };
  const inRole = async (role: MetadataRole): Promise<TargetMap> => (await read(role))?.targets ?? {};
  const bitsOf = async (kind: DesiredKind): Promise<number> =>
    (await read(kind))?.delegations?.succinct_roles?.bit_length ?? 0;
  /** All targets of a kind; from the one flat file of old where there are no roles yet. */
  const allOf = async (kind: DesiredKind): Promise<TargetMap> => {
    const own = await read(kind);
    if (own === null) {
      const flat = Object.entries(await inRole('targets'));
      return Object.fromEntries(flat.filter(([, { custom }]) => custom.kind === kind));
    }
    const maps = [own.targets];
    for (const bin of binNames(kind, await bitsOf(kind))) maps.push(await inRole(bin));
    return Object.assign({}, ...maps) as TargetMap;
  };
  const target = async (store: string, kind: DesiredKind): Promise<TargetJson | null> => {
    const path = targetPath(store, kind);
    const role = roleFinder(kind, await bitsOf(kind))(path);
    const held = (await read(kind)) === null ? await allOf(kind) : await inRole(role);
    return held[path] ?? null;
  };
  return { published, read, inRole, bitsOf, allOf, target };
}

/** The target of a store, as signed now. */
export const signedTarget = (storage: HubStorage, store: string, kind: DesiredKind): Promise<TargetJson | null> =>
  openReader(storage, new Map()).target(store, kind);

export function openDraft({ storage, clock }: RepositoryPorts, keys: SigningKeys): Draft {
  const made = new Map<MetadataRole, MetadataDoc>();
  const { published, read, inRole, bitsOf, allOf, target } = openReader(storage, made);
  const nextOf = async (role: MetadataRole) => ({
    version: Math.max(
      ((await storage.desired.metadata(role))?.version ?? 0) + 1,
      // After a restore: stores may hold what was signed since, and would take less for a rollback.
      await storage.desired.versionFloor(),
    ),
    nowMs: clock.now(),
  });
  const add = (doc: MetadataDoc): void => {
    made.set(doc.role, doc);
  };
  const signRole = async (role: MetadataRole, kind: DesiredKind, targets: TargetMap, bits = 0): Promise<void> => {
    add(kindDoc(role, kind, keys.kinds[kind], await nextOf(role), { targets, bits }));
    // Hundreds of bins in a row must not keep the stores waiting.
    await new Promise<void>((resolve) => setImmediate(resolve));
  };
  const signKind = async (kind: DesiredKind, targets: TargetMap, bits: number): Promise<void> => {
    if (bits === 0) return signRole(kind, kind, targets);
    const roleOf = roleFinder(kind, bits);
    const bins = new Map<string, Record<string, TargetJson>>(binNames(kind, bits).map((name) => [name, {}]));
    for (const [path, target] of Object.entries(targets))
      Object.assign(bins.get(roleOf(path)) ?? {}, { [path]: target });
    for (const [name, inside] of bins) await signRole(name, kind, inside);
    await signRole(kind, kind, {}, bits);
  };
  const listed = async (): Promise<Listed> => {
    const doc = await published('snapshot');
    const meta: Record<string, { version: number }> = doc === null ? {} : { ...contentOf(SnapshotJson, doc).meta };
    for (const { role, version } of made.values()) meta[`${role}.json`] = { version };
    return meta;
  };

  return {
    keys,
    target,
    put: async (kind, changed) => {
      const before = await bitsOf(kind);
      const bits = bitsFor((await storage.registry.stores()).length, before);
      if (bits !== before || (await read(kind)) === null) {
        return signKind(kind, { ...(await allOf(kind)), ...changed }, bits);
      }
      const roleOf = roleFinder(kind, bits);
      const byRole = new Map<string, Record<string, TargetJson>>();
      for (const [path, target] of Object.entries(changed)) {
        const role = roleOf(path);
        byRole.set(role, Object.assign(byRole.get(role) ?? { ...(await inRole(role)) }, { [path]: target }));
      }
      for (const [role, targets] of byRole) await signRole(role, kind, targets);
    },
    renewKind: async (kind) => signKind(kind, await allOf(kind), await bitsOf(kind)),
    renewTargets: async () => add(targetsDoc(keys, await nextOf('targets'))),
    finish: async () => {
      const snapshot = snapshotDoc(keys, await nextOf('snapshot'), await listed());
      const timestamp = timestampDoc(keys, await nextOf('timestamp'), snapshot.version);
      // No snapshot of a kind goes out before targets trusts its key.
      return [...made.values(), snapshot, timestamp];
    },
  };
}

/** What is missing, ageing or signed by a key no longer in use, signed again. Empty when all is well. */
export async function renewed(ports: RepositoryPorts, keys: SigningKeys): Promise<MetadataDoc[]> {
  const { storage, clock } = ports;
  const draft = openDraft(ports, keys);
  const nowMs = clock.now();
  const floor = await storage.desired.versionFloor();
  const newest = async (role: MetadataRole) => {
    const doc = await storage.desired.metadata(role);
    return doc !== null && doc.version < floor ? null : doc;
  };
  const signedBy = (doc: MetadataDoc, keyId: string): boolean => signersOf(doc).includes(keyId);
  let changed = false;
  for (const kind of DESIRED_KINDS) {
    const doc = await newest(kind);
    if (doc !== null && !isAgeing(doc, 'kind', nowMs) && signedBy(doc, keys.kinds[kind].keyId)) continue;
    await draft.renewKind(kind);
    changed = true;
  }
  const targets = await newest('targets');
  const named = namedKinds(targets);
  const delegated = DESIRED_KINDS.every((kind) => named[kind]?.includes(keys.kinds[kind].keyId) === true);
  if (targets === null || !delegated || isAgeing(targets, 'targets', nowMs) || !signedBy(targets, keys.online.keyId)) {
    await draft.renewTargets();
    changed = true;
  }
  const [snapshot, timestamp] = [await newest('snapshot'), await newest('timestamp')];
  const { keyId } = keys.online;
  if (changed || snapshot === null || isAgeing(snapshot, 'snapshot', nowMs) || !signedBy(snapshot, keyId)) {
    return draft.finish();
  }
  if (timestamp !== null && !isAgeing(timestamp, 'timestamp', nowMs) && signedBy(timestamp, keyId)) return [];
  const version = Math.max((timestamp?.version ?? 0) + 1, floor);
  return [timestampDoc(keys, { version, nowMs }, snapshot.version)];
}
