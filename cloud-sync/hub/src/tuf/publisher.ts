import type { DesiredKind } from '@tillside/protocol';
import type { Artifact } from '../artifacts.ts';
import { type Clock, instantOf } from '../clock.ts';
import { HubFault } from '../fault.ts';
import type { DesiredRecord, HubStorage, MetadataDoc, MetadataRole, ReleaseRecord } from '../storage/port.ts';
import { loadSigningKeys, type SigningKeys } from './keys.ts';
import { isAgeing, rootDoc, snapshotDoc, targetsDoc, timestampDoc } from './metadata.ts';

export interface Publication {
  readonly kind: DesiredKind;
  readonly stores: readonly string[];
  /** The release or model that this comes from. */
  readonly origin: string;
  /** Makes the artifact for one store; `version` is the one it will have there. */
  readonly artifact: (store: string, version: number) => Promise<Artifact>;
  readonly release?: ReleaseRecord;
}

export interface Publisher {
  /** Signs what is missing or ageing; makes the first keys and root. Call at start and periodically. Idempotent. */
  maintain(): Promise<void>;
  /** Signs and publishes; everything becomes visible in one transaction. Publications run one after the other. */
  publish(publication: Publication): Promise<DesiredRecord[]>;
  /** The newest root, as JSON, for a store to pin. */
  root(): Promise<Record<string, unknown>>;
}

export interface PublisherPorts {
  readonly storage: HubStorage;
  readonly clock: Clock;
  readonly keysDir: string;
}

export function createPublisher({ storage, clock, keysDir }: PublisherPorts): Publisher {
  let keys: Promise<SigningKeys> | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const signingKeys = (): Promise<SigningKeys> => {
    keys ??= storage.desired.metadata('root').then((held) => loadSigningKeys(keysDir, held === null));
    return keys;
  };
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };
  const newest = (role: MetadataRole) => storage.desired.metadata(role);
  const at = (before: MetadataDoc | null) => ({ version: (before?.version ?? 0) + 1, nowMs: clock.now() });

  /** New targets, snapshot and timestamp over all that is desired. */
  const signAll = async (desired: readonly DesiredRecord[]): Promise<MetadataDoc[]> => {
    const held = await signingKeys();
    const targets = targetsDoc(held, at(await newest('targets')), desired);
    const snapshot = snapshotDoc(held, at(await newest('snapshot')), targets.version);
    return [targets, snapshot, timestampDoc(held, at(await newest('timestamp')), snapshot.version)];
  };

  const maintain = async (): Promise<void> => {
    const held = await signingKeys();
    const ageing = (doc: MetadataDoc | null): boolean => doc === null || isAgeing(doc, clock.now());
    const [root, targets, snapshot, timestamp] = [
      await newest('root'),
      await newest('targets'),
      await newest('snapshot'),
      await newest('timestamp'),
    ];
    const docs: MetadataDoc[] = ageing(root) ? [rootDoc(held, at(root))] : [];
    if (ageing(targets) || ageing(snapshot)) docs.push(...(await signAll(await storage.desired.current())));
    else if (ageing(timestamp)) docs.push(timestampDoc(held, at(timestamp), snapshot?.version ?? 1));
    if (docs.length > 0) await storage.desired.publish({ docs, desired: [] });
  };

  const publish = async ({ kind, stores, origin, artifact, release }: Publication): Promise<DesiredRecord[]> => {
    const current = await storage.desired.current();
    const publishedAt = instantOf(clock.now());
    const changed: DesiredRecord[] = [];
    for (const store of new Set(stores)) {
      const version = (current.find((each) => each.store === store && each.kind === kind)?.version ?? 0) + 1;
      changed.push({ store, kind, version, ...(await artifact(store, version)), origin, publishedAt });
    }
    const replaced = (each: DesiredRecord) => each.kind === kind && changed.some(({ store }) => store === each.store);
    const docs = await signAll([...current.filter((each) => !replaced(each)), ...changed]);
    await storage.desired.publish({ docs, desired: changed, release });
    return changed;
  };

  return {
    maintain: () => inTurn(maintain),
    publish: (publication) => inTurn(() => publish(publication)),
    root: async () => {
      const held = await newest('root');
      if (held === null) throw new HubFault('HUB_REPO_FILE_UNKNOWN', 'root.json');
      return JSON.parse(held.body) as Record<string, unknown>;
    },
  };
}
