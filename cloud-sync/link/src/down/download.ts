import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DesiredKind } from '@tillside/protocol';
import { fail, LinkError, problem } from '../errors.ts';
import { type HttpPort, networkError, refusal, send } from '../http.ts';
import type { HubCredential } from '../ports.ts';
import { codeOf, systemDisk } from './disk.ts';
import type { Wanted } from './wanted.ts';

export interface DownloadOptions {
  readonly folder: string;
  readonly hub: HubCredential;
  readonly http: HttpPort;
  readonly timeoutMs: number;
  readonly nowMs: () => number;
}

const artifactName = (wanted: Wanted): string => `${wanted.kind}-${wanted.version}-${wanted.sha256}`;

export const artifactFile = (folder: string, wanted: Wanted): string => join(folder, artifactName(wanted));

/** Renamed only after its hash was right; hashed again because a disk can lie. */
export const isVerified = async (file: string, { sha256, lengthBytes }: Wanted): Promise<boolean> =>
  (await sizeOf(file)) === lengthBytes && (await hashFile(file)) === sha256;

/**
 * The verified file of a wanted artifact. What came of an earlier try is kept as `.part` and only the rest is asked for. Throws
 * TARGET_* and HUB_* LinkErrors; on a wrong hash the part is thrown away, on a cut line it is kept.
 */
export async function takeArtifact(wanted: Wanted, options: DownloadOptions): Promise<string> {
  const { folder } = options;
  const file = artifactFile(folder, wanted);
  const part = `${file}.part`;
  try {
    await mkdir(folder, { recursive: true });
    if (await isVerified(file, wanted)) return file;
    await fetchPart(part, wanted, options);
    if ((await hashFile(part)) !== wanted.sha256) {
      await rm(part, { force: true });
      fail('TARGET_HASH_MISMATCH', `${wanted.kind} ${wanted.version}`);
    }
    await rename(part, file);
    await systemDisk.syncFolder(folder);
    return file;
  } catch (error) {
    if (error instanceof LinkError) throw error;
    throw new LinkError(problem('TARGET_NOT_WRITTEN', codeOf(error)));
  }
}

async function fetchPart(part: string, wanted: Wanted, options: DownloadOptions): Promise<void> {
  let have = await sizeOf(part);
  if (have > wanted.lengthBytes) {
    await rm(part, { force: true });
    have = 0;
  }
  if (have === wanted.lengthBytes && have > 0) return;
  const { hub, http, timeoutMs } = options;
  const headers: Record<string, string> = { authorization: `Bearer ${hub.credential}`, 'accept-encoding': 'identity' };
  if (have > 0) headers.range = `bytes=${have}-`;
  const response = await send(http, `${hub.hubUrl}${wanted.urlPath}`, { headers }, timeoutMs);
  if (response.status === 416) {
    await response.body?.cancel();
    await rm(part, { force: true });
    fail('TARGET_CUT_OFF', 'the hub has no such range; starting over');
  }
  if (!response.ok) {
    await response.body?.cancel();
    throw response.status === 404
      ? new LinkError(problem('TARGET_MISSING', `${wanted.kind} ${wanted.version}`))
      : refusal(response, 'TARGET_MISSING', options.nowMs());
  }
  // 200 is the whole again. A part must be the very one that was asked for, of a file as long as was signed.
  const asked = `bytes ${have}-${wanted.lengthBytes - 1}/${wanted.lengthBytes}`;
  if (response.status === 206 && (have === 0 || response.headers.get('content-range') !== asked)) {
    await response.body?.cancel();
    await rm(part, { force: true });
    fail('TARGET_CUT_OFF', 'the hub answered with another range; starting over');
  }
  await append(part, response, response.status === 206 ? have : 0, wanted.lengthBytes);
}

/** Writes the body behind the first `from` bytes; stops at the first byte too many; whatever came is flushed and kept. */
async function append(part: string, response: Response, from: number, lengthBytes: number): Promise<void> {
  const handle = await open(part, from > 0 ? 'r+' : 'w', 0o600);
  let size = from;
  let cut: LinkError | undefined;
  try {
    const body = response.body?.[Symbol.asyncIterator]();
    while (body !== undefined) {
      const chunk = await body.next().catch((error: unknown) => {
        cut = networkError(error);
        return { done: true as const, value: undefined };
      });
      if (chunk.done === true) break;
      size += chunk.value.byteLength;
      if (size > lengthBytes) {
        await body.return?.();
        await handle.truncate(0);
        fail('TARGET_TOO_LARGE', `more than the ${lengthBytes} bytes that were signed`);
      }
      await handle.write(chunk.value, 0, chunk.value.byteLength, size - chunk.value.byteLength);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  if (cut !== undefined) fail('TARGET_CUT_OFF', `${size} of ${lengthBytes} bytes; ${cut.problem.code}`);
  if (size < lengthBytes) fail('TARGET_CUT_OFF', `${size} of ${lengthBytes} bytes`);
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 0;
    throw error;
  }
}

async function hashFile(file: string): Promise<string> {
  const hash: Hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}

/** Keeps the artifact now in force and the one before it; deletes older ones and parts of versions that are past. */
export async function pruneArtifacts(folder: string, kind: DesiredKind, inForce: number): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.startsWith(`${kind}-`));
  const versionOf = (name: string): number => Number(name.split('-')[1]);
  const whole = names.filter((name) => !name.endsWith('.part'));
  const previous = Math.max(0, ...whole.map(versionOf).filter((version) => version < inForce));
  for (const name of names) {
    const version = versionOf(name);
    const old = name.endsWith('.part') ? version <= inForce : version < previous;
    if (old) await rm(join(folder, name), { force: true });
  }
}
