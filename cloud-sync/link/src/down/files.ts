import { join } from 'node:path';
import { LinkError, problem } from '../errors.ts';
import { codeOf, type DiskPort, writeDurably } from './disk.ts';
import { type Body, type Document, readSnapshot, readTargets, readTimestamp, type TargetsBody } from './format.ts';
import { checkHeld, pinRoot, type TrustedSet } from './trust.ts';

export interface MetadataStore {
  /** What is trusted; the pinned root when nothing newer was ever trusted. Damage is a LinkError, never forgetting. */
  load(): Promise<TrustedSet>;
  /** Makes verified metadata the trusted one. With `rotated`, timestamp and snapshot go with their keys: both happen, or neither. */
  persist(role: string, bytes: Buffer, rotated?: boolean): Promise<void>;
  /** Drops delegated roles other than these. */
  keepDelegated(roles: readonly string[]): Promise<void>;
}

const TOP = ['root', 'timestamp', 'snapshot', 'targets'];
const DELEGATED = 'role-';
/** Holds the root that revokes timestamp or snapshot keys until their metadata is gone. */
const REVOKING = 'revoking.json';

/**
 * One file a role. Each is written beside, flushed, and renamed. A cut between any two steps leaves a set that `load` accepts and that forgets nothing:
 * roles are written in the order in which they are trusted, and what a file lists may be missing or older.
 */
export function openMetadataStore(folder: string, pinned: string, disk: DiskPort): MetadataStore {
  const fileOf = (role: string): string =>
    join(folder, TOP.includes(role) ? `${role}.json` : `${DELEGATED}${encodeURIComponent(role)}.json`);
  const read = (name: string): Promise<Buffer | undefined> => disk.read(join(folder, name));
  const write = (file: string, bytes: Buffer): Promise<void> => writeDurably(disk, file, bytes);

  /** The second half of a root that revokes keys; done again after a cut. */
  const revoke = async (root: Buffer): Promise<void> => {
    await write(fileOf('root'), root);
    await disk.remove(fileOf('timestamp'));
    await disk.remove(fileOf('snapshot'));
    await disk.syncFolder(folder);
    await disk.remove(join(folder, REVOKING));
    await disk.syncFolder(folder);
  };
  const delegatedNames = async (): Promise<string[]> =>
    (await disk.list(folder)).filter((name) => name.startsWith(DELEGATED) && name.endsWith('.json'));
  const delegated = async (): Promise<Map<string, Document<TargetsBody>>> => {
    const found = new Map<string, Document<TargetsBody>>();
    for (const name of await delegatedNames()) {
      const role = decodeURIComponent(name.slice(DELEGATED.length, -'.json'.length));
      const bytes = await read(name);
      const document = bytes && reusable(() => readTargets(role, bytes));
      if (document !== undefined) found.set(role, document);
    }
    return found;
  };

  return {
    load: async () => {
      try {
        const revoking = await read(REVOKING);
        if (revoking !== undefined) await revoke(revoking);
        const [root, timestamp, snapshot, targets] = await Promise.all(TOP.map((role) => read(`${role}.json`)));
        const trusted: TrustedSet = {
          root: pinRoot(root ?? Buffer.from(pinned)),
          timestamp: timestamp && readTimestamp(timestamp),
          snapshot: snapshot && readSnapshot(snapshot),
          targets: targets && reusable(() => readTargets('targets', targets)),
          delegated: await delegated(),
        };
        checkHeld(trusted);
        return trusted;
      } catch (error) {
        const why = error instanceof LinkError ? error.problem.message : codeOf(error);
        throw new LinkError(problem('TUF_STATE_UNREADABLE', why));
      }
    },
    persist: async (role, bytes, rotated = false) => {
      if (!rotated) return write(fileOf(role), bytes);
      await write(join(folder, REVOKING), bytes);
      try {
        await revoke(bytes);
      } catch (error) {
        throw error instanceof LinkError ? error : new LinkError(problem('TARGET_NOT_WRITTEN', codeOf(error)));
      }
    },
    keepDelegated: async (roles) => {
      const kept = new Set(roles.map((role) => `${DELEGATED}${encodeURIComponent(role)}.json`));
      for (const name of await delegatedNames()) if (!kept.has(name)) await disk.remove(join(folder, name));
    },
  };
}

/**
 * Targets and delegated roles guard no version of their own: the snapshot does. A damaged one is only fetched again.
 */
function reusable<B extends Body>(build: () => Document<B>): Document<B> | undefined {
  try {
    return build();
  } catch (error) {
    if (error instanceof LinkError) return undefined;
    throw error;
  }
}
