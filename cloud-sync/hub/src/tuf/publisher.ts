import { type DesiredKind, type TargetDelta, targetPath } from '@tillside/protocol';
import type { Artifact } from '../artifacts.ts';
import { instantOf } from '../clock.ts';
import { HubFault } from '../fault.ts';
import type { DesiredRecord, MetadataDoc, ReleaseRecord } from '../storage/port.ts';
import { contentOf, RootJson, sealed, type TargetJson } from './format.ts';
import { settleKeys } from './keys.ts';
import { expiryOf, firstRoot, isAgeing } from './metadata.ts';
import { keysOf, namedKeys, openDraft, type RepositoryPorts, renewed, signedTarget } from './repository.ts';

/** Other hub processes on the same database may sign in the same moment. */
const MAX_TRIES = 5;

export interface PublishedArtifact extends Artifact {
  /** Ways to it from older versions; each file is added to the artifacts before. */
  readonly deltas?: readonly TargetDelta[];
}

export interface Publication {
  readonly kind: DesiredKind;
  readonly stores: readonly string[];
  /** The release or model that this comes from. */
  readonly origin: string;
  /** Makes the artifact for one store; `version` is the one it will have there. Called again when another hub process was quicker. */
  readonly artifact: (store: string, version: number) => Promise<PublishedArtifact>;
  readonly release?: ReleaseRecord;
}

export interface Publisher {
  /** Signs what is missing or ageing; makes the first keys and root. Call at start and periodically. Idempotent. */
  maintain(): Promise<void>;
  /** Signs and publishes; everything becomes visible in one transaction. Publications run one after the other. */
  publish(publication: Publication): Promise<DesiredRecord[]>;
  /** The newest root, as JSON, for a store to pin. */
  root(): Promise<Record<string, unknown>>;
  /** What is signed for a store; null when nothing is. */
  target(store: string, kind: DesiredKind): Promise<TargetJson | null>;
  /** Runs alone among all that signs, in this hub and the others of its storage. */
  alone<T>(work: () => Promise<T>): Promise<T>;
}

export function createPublisher(ports: RepositoryPorts): Publisher {
  const { storage, clock, keysDir } = ports;
  const alone = <T>(work: () => Promise<T>): Promise<T> => storage.turns.alone('signing', work);
  const newestVersion = async (): Promise<string> => {
    const [root, timestamp] = [await storage.desired.metadata('root'), await storage.desired.metadata('timestamp')];
    return `${root?.version} ${timestamp?.version}`;
  };
  /** What fails because another process has signed meanwhile is done again over what that one signed. */
  const signing = async <T>(work: () => Promise<T>, tries = MAX_TRIES): Promise<T> => {
    const before = await newestVersion();
    try {
      return await work();
    } catch (error) {
      if (tries <= 1 || (await newestVersion()) === before) throw error;
      return signing(work, tries - 1);
    }
  };

  const maintain = async (): Promise<void> => {
    const keys = await keysOf(ports);
    const docs: MetadataDoc[] = [];
    const root = await storage.desired.metadata('root');
    const nowMs = clock.now();
    if (root === null) {
      if (keys.root === null) throw new HubFault('HUB_KEYS_DAMAGED', 'root.pem is missing');
      docs.push(sealed('root', firstRoot(keys.root, keys.online, { version: 1, nowMs }), [keys.root]));
    } else if (keys.root !== null && isAgeing(root, 'root', nowMs)) {
      const content = contentOf(RootJson, root);
      // A root of several holders is renewed by them.
      if (content.roles.root.threshold === 1) {
        const next = { ...content, version: root.version + 1, expires: expiryOf('root', nowMs) };
        docs.push(sealed('root', next, [keys.root]));
      }
    }
    docs.push(...(await renewed(ports, keys)));
    if (docs.length > 0) await storage.desired.publish({ docs, desired: [] });
    // What a cut left half done after a root or a new key was published.
    const named = await namedKeys(storage);
    if (named !== null) await settleKeys(keysDir, named);
  };

  const publish = async ({ kind, stores, origin, artifact, release }: Publication): Promise<DesiredRecord[]> => {
    const draft = openDraft(ports, await keysOf(ports));
    const publishedAt = instantOf(clock.now());
    const floor = await storage.desired.versionFloor();
    const desired: DesiredRecord[] = [];
    const changed: Record<string, TargetJson> = {};
    for (const store of new Set(stores)) {
      const version = Math.max(((await draft.target(store, kind))?.custom.version ?? 0) + 1, floor);
      const { sha256, lengthBytes, deltas = [] } = await artifact(store, version);
      const custom = { kind, version, store, ...(deltas.length === 0 ? {} : { deltas }) };
      changed[targetPath(store, kind)] = { length: lengthBytes, hashes: { sha256 }, custom };
      const ways = deltas.length === 0 ? {} : { deltas };
      desired.push({ store, kind, version, sha256, lengthBytes, origin, publishedAt, ...ways });
    }
    await draft.put(kind, changed);
    await storage.desired.publish({ docs: await draft.finish(), desired, release });
    return desired;
  };

  return {
    maintain: () => alone(() => signing(maintain)),
    publish: (publication) => alone(() => signing(() => publish(publication))),
    root: async () => {
      const held = await storage.desired.metadata('root');
      if (held === null) throw new HubFault('HUB_REPO_FILE_UNKNOWN', 'root.json');
      return JSON.parse(held.body) as Record<string, unknown>;
    },
    target: (store, kind) => signedTarget(storage, store, kind),
    alone,
  };
}
