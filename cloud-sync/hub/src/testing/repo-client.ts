import { Metadata, type MetadataKind, type Root, type TargetFile, type Targets } from '@tufjs/models';
import type { PairedStore } from './hub.ts';

const KIND = {
  root: 'root' as MetadataKind.Root,
  timestamp: 'timestamp' as MetadataKind.Timestamp,
  snapshot: 'snapshot' as MetadataKind.Snapshot,
  targets: 'targets' as MetadataKind.Targets,
};

export interface Verified {
  readonly root: Metadata<Root>;
  readonly targets: Record<string, TargetFile>;
  /** Versions that the snapshot lists. */
  readonly meta: Record<string, number>;
}

/** Reads and verifies the way a TUF client does, from the pinned root on, with the library's own checks. All delegated roles are read. */
export async function verified(from: Pick<PairedStore, 'root' | 'send'>, nowMs: number): Promise<Verified> {
  const get = async (name: string) => (await (await from.send(`/repo/${name}`)).json()) as never;
  const alive = ({ signed }: { signed: { isExpired(at: Date): boolean; type: string } }): void => {
    if (signed.isExpired(new Date(nowMs))) throw new Error(`${signed.type} has expired`);
  };
  let root = Metadata.fromJSON(KIND.root, from.root as never);
  for (;;) {
    const answer = await from.send(`/repo/${root.signed.version + 1}.root.json`);
    if (answer.status === 404) break;
    const next = Metadata.fromJSON(KIND.root, (await answer.json()) as never);
    root.verifyDelegate('root', next);
    next.verifyDelegate('root', next);
    root = next;
  }
  const timestamp = Metadata.fromJSON(KIND.timestamp, await get('timestamp.json'));
  root.verifyDelegate('timestamp', timestamp);
  const { version } = timestamp.signed.snapshotMeta;
  const snapshot = Metadata.fromJSON(KIND.snapshot, await get(`${version}.snapshot.json`));
  root.verifyDelegate('snapshot', snapshot);
  const meta = Object.fromEntries(Object.entries(snapshot.signed.meta).map(([name, file]) => [name, file.version]));
  const targets = Metadata.fromJSON(KIND.targets, await get(`${meta['targets.json']}.targets.json`));
  root.verifyDelegate('targets', targets);
  for (const each of [root, timestamp, snapshot, targets]) alive(each);

  const found: Record<string, TargetFile> = {};
  const walk = async (delegator: Metadata<Targets>): Promise<void> => {
    Object.assign(found, delegator.signed.targets);
    const { roles, succinctRoles } = delegator.signed.delegations ?? {};
    for (const name of [...Object.keys(roles ?? {}), ...(succinctRoles?.getRoles() ?? [])]) {
      const role = Metadata.fromJSON(KIND.targets, await get(`${meta[`${name}.json`]}.${name}.json`));
      delegator.verifyDelegate(name, role);
      alive(role);
      for (const path of Object.keys(role.signed.targets)) {
        const covered = roles?.[name]?.isDelegatedPath(path) ?? succinctRoles?.getRoleForTarget(path) === name;
        if (!covered) throw new Error(`${name} must not name ${path}`);
      }
      await walk(role);
    }
  };
  await walk(targets);
  return { root, targets: found, meta };
}
