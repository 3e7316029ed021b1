import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LinkError, problem } from '../errors.ts';

/**
 * The steps by which files change, so that a test can cut the power between any two. What `write` and `rename` did is sure to be there after a cut only once
 * `syncFile` and `syncFolder` have resolved.
 */
export interface DiskPort {
  /** Undefined when there is no such file. */
  read(file: string): Promise<Buffer | undefined>;
  /** File names; none when there is no such folder. */
  list(folder: string): Promise<string[]>;
  makeFolder(folder: string): Promise<void>;
  write(file: string, bytes: Uint8Array): Promise<void>;
  syncFile(file: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** No error when there is no such file. */
  remove(file: string): Promise<void>;
  syncFolder(folder: string): Promise<void>;
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function orNone<T>(work: Promise<T>, none: T): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return none;
    throw error;
  }
}

export const systemDisk: DiskPort = {
  read: (file) => orNone<Buffer | undefined>(readFile(file), undefined),
  list: (folder) => orNone(readdir(folder), []),
  makeFolder: async (folder) => {
    await mkdir(folder, { recursive: true });
  },
  write: async (file, bytes) => {
    const handle = await open(file, 'w', 0o600);
    try {
      await handle.writeFile(bytes);
    } finally {
      await handle.close();
    }
  },
  syncFile: sync,
  rename: (from, to) => rename(from, to),
  remove: (file) => rm(file, { force: true }),
  syncFolder: sync,
};

/** Write beside, flush, rename over, flush the folder: after a power cut there is the old file or the new one, whole. */
export async function writeDurably(disk: DiskPort, file: string, bytes: Uint8Array): Promise<void> {
  const beside = `${file}.new`;
  try {
    await disk.makeFolder(dirname(file));
    await disk.write(beside, bytes);
    await disk.syncFile(beside);
    await disk.rename(beside, file);
    await disk.syncFolder(dirname(file));
  } catch (error) {
    throw new LinkError(problem('TARGET_NOT_WRITTEN', codeOf(error)));
  }
}
