import { createHash } from 'node:crypto';
import { type FileHandle, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DELTA_LIMITS, readDelta, type TargetDelta } from '@tillside/protocol';
import { LinkError, type Problem, problem } from '../errors.ts';
import { codeOf, systemDisk } from './disk.ts';
import { artifactFile, type DownloadOptions, isVerified, takeArtifact } from './download.ts';
import type { Wanted } from './wanted.ts';

const CHUNK_BYTES = 256 * 1024;

export type TakenFile = { readonly file: string; readonly byDelta: boolean; readonly unfit?: Problem };

/**
 * The verified file of a wanted artifact: by a delta of the version in force where one was signed and that version's file is kept, else whole. What a delta gives must have
 * the signed hash; one that does not is told as `unfit`, and the whole is taken. Throws as `takeArtifact` does.
 */
export async function takeByDelta(wanted: Wanted, inForce: number, options: DownloadOptions): Promise<TakenFile> {
  const file = artifactFile(options.folder, wanted);
  const delta = wanted.deltas.find(({ from, lengthBytes }) => from === inForce && lengthBytes <= DELTA_LIMITS.maxBytes);
  const older = delta && (await keptFile(options.folder, wanted, inForce));
  if (delta === undefined || older === undefined || (await isVerified(file, wanted)))
    return { file: await takeArtifact(wanted, options), byDelta: false };
  const unfit = await byDelta(wanted, delta, { older, file, options });
  if (unfit === undefined) return { file, byDelta: true };
  return { file: await takeArtifact(wanted, options), byDelta: false, unfit };
}

/** The file of the version in force, by its name; its content need not be trusted, since the result is hashed. */
async function keptFile(folder: string, { kind }: Wanted, version: number): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => []);
  const name = names.find((each) => new RegExp(`^${kind}-${version}-[0-9a-f]{64}$`).test(each));
  return name === undefined ? undefined : join(folder, name);
}

/** Undefined when `file` is there and right. The line that failed is no fault of the delta: that is thrown, and tried again. */
async function byDelta(
  wanted: Wanted,
  delta: TargetDelta,
  { older, file, options }: { older: string; file: string; options: DownloadOptions },
): Promise<Problem | undefined> {
  const { kind, version } = wanted;
  const unfit = (detail: string): Problem => problem('TARGET_DELTA_UNFIT', `${kind} ${version}: ${detail}`);
  // A folder of its own: a delta must not be taken for a version.
  const folder = join(options.folder, 'delta');
  let taken: string;
  try {
    taken = await takeArtifact(
      { ...wanted, ...delta, urlPath: wanted.urlPath.replace(wanted.sha256, delta.sha256) },
      { ...options, folder },
    );
  } catch (error) {
    if (error instanceof LinkError && DELTA_FAULTS.has(error.problem.code)) return unfit(error.problem.code);
    throw error;
  }
  const beside = `${file}.new`;
  try {
    const hash = await writeResult(older, await readFile(taken), beside, wanted.lengthBytes);
    if (hash !== wanted.sha256) return unfit(hash === undefined ? 'no such steps' : 'another hash');
    await rename(beside, file);
    await systemDisk.syncFolder(options.folder);
    return undefined;
  } catch (error) {
    throw new LinkError(problem('TARGET_NOT_WRITTEN', codeOf(error)));
  } finally {
    await rm(beside, { force: true });
    await rm(folder, { recursive: true, force: true });
  }
}

/** What is wrong with the delta itself, or with what the hub has of it. */
const DELTA_FAULTS: ReadonlySet<string> = new Set(['TARGET_HASH_MISMATCH', 'TARGET_MISSING', 'TARGET_TOO_LARGE']);

/** Goes through the older file once, in pieces; the hash of what was written, undefined where the delta does not fit. */
async function writeResult(
  older: string,
  delta: Uint8Array,
  to: string,
  lengthBytes: number,
): Promise<string | undefined> {
  const read = readDelta(delta);
  if (!read.ok) return undefined;
  const total = read.steps.reduce(
    (sum, step) => sum + (step.type === 'add' ? step.content.length : step.type === 'keep' ? step.bytes : 0),
    0,
  );
  if (total !== lengthBytes) return undefined;
  const hash = createHash('sha256');
  const [from, out] = [await open(older, 'r'), await open(to, 'w', 0o600)];
  const put = async (bytes: Uint8Array): Promise<void> => {
    hash.update(bytes);
    await out.writeFile(bytes);
  };
  try {
    let at = 0;
    for (const step of read.steps) {
      if (step.type === 'add') await put(step.content);
      else {
        if (step.type === 'keep' && !(await copy(from, at, step.bytes, put))) return undefined;
        at += step.bytes;
      }
    }
    await out.sync();
  } finally {
    await Promise.all([from.close(), out.close()]);
  }
  return hash.digest('hex');
}

/** False where the file ends before. */
async function copy(
  from: FileHandle,
  at: number,
  bytes: number,
  put: (bytes: Uint8Array) => Promise<void>,
): Promise<boolean> {
  const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, bytes));
  for (let done = 0; done < bytes; ) {
    const { bytesRead } = await from.read(chunk, 0, Math.min(chunk.length, bytes - done), at + done);
    if (bytesRead === 0) return false;
    await put(chunk.subarray(0, bytesRead));
    done += bytesRead;
  }
  return true;
}
