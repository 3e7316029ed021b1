import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes beside the place, flushes file and directory, and swaps: after a power cut the old content is there or the new one, never half. */
export function writeDurably(path: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  return swapIn(path, async (beside) => {
    const file = await open(beside, 'wx', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

/** The same with what stands in another file, which stays. */
export function copyDurably(from: string, path: string): Promise<void> {
  return swapIn(path, async (beside) => {
    await copyFile(from, beside);
    const file = await open(beside, 'r+');
    try {
      await file.chmod(0o600);
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

async function swapIn(path: string, write: (beside: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const beside = `${path}.${randomBytes(4).toString('hex')}.new`;
  try {
    await write(beside);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  const directory = await open(dirname(path), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
