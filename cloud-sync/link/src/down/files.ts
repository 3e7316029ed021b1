import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Metadata, type MetadataKind } from '@tufjs/models';
import { LinkError, problem } from '../errors.ts';
import { pinRoot, type Role, type TrustedSet } from './trust.ts';

/** Flushes a folder, so that a rename in it survives a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Write beside, flush, rename over, flush the folder: after a power cut there is the old file or the new one, whole. */
export async function writeDurably(file: string, bytes: Uint8Array): Promise<void> {
  const beside = `${file}.new`;
  try {
    await mkdir(dirname(file), { recursive: true });
    const handle = await open(beside, 'w', 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
    await syncFolder(dirname(file));
  } catch (error) {
    throw new LinkError(problem('TARGET_NOT_WRITTEN', codeOf(error)));
  }
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new LinkError(problem('TUF_STATE_UNREADABLE', codeOf(error)));
  }
}

export interface MetadataStore {
  /** What is trusted; the pinned root when nothing newer was ever trusted. Damage is a LinkError, never forgetting. */
  load(): Promise<TrustedSet>;
  persist(role: Role, bytes: Buffer): Promise<void>;
  forget(roles: readonly Role[]): Promise<void>;
}

export function openMetadataStore(folder: string, pinned: string): MetadataStore {
  const fileOf = (role: Role): string => join(folder, `${role}.json`);
  return {
    load: async () => {
      const bytes = {
        root: await readIfThere(fileOf('root')),
        timestamp: await readIfThere(fileOf('timestamp')),
        snapshot: await readIfThere(fileOf('snapshot')),
        targets: await readIfThere(fileOf('targets')),
      };
      try {
        return reread(bytes, pinned);
      } catch (error) {
        throw new LinkError(problem('TUF_STATE_UNREADABLE', error instanceof Error ? error.message : String(error)));
      }
    },
    persist: (role, bytes) => writeDurably(fileOf(role), bytes),
    forget: async (roles) => {
      for (const role of roles) await rm(fileOf(role), { force: true });
      await syncFolder(folder);
    },
  };
}

/**
 * Metadata on disk was verified before it was written; the roles below root are verified again against newer ones as they come, so here
 * they only have to be readable.
 */
function reread(bytes: Record<Role, Buffer | undefined>, pinned: string): TrustedSet {
  const json = (held: Buffer) => JSON.parse(held.toString('utf8'));
  const { timestamp, snapshot, targets } = bytes;
  return {
    root: pinRoot(bytes.root ?? Buffer.from(pinned)),
    timestamp: timestamp && {
      bytes: timestamp,
      metadata: Metadata.fromJSON('timestamp' as MetadataKind.Timestamp, json(timestamp)),
    },
    snapshot: snapshot && {
      bytes: snapshot,
      metadata: Metadata.fromJSON('snapshot' as MetadataKind.Snapshot, json(snapshot)),
    },
    targets: targets && {
      bytes: targets,
      metadata: Metadata.fromJSON('targets' as MetadataKind.Targets, json(targets)),
    },
  };
}
