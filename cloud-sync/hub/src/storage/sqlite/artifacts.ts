import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { copyDurably, writeDurably } from '../../files.ts';
import type { ArtifactStore } from '../port.ts';
import type { Sqlite } from './open.ts';

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece);
  return hash.digest('hex');
}

/** Files beside the database, each named by what is in it. */
export function createArtifactFiles(db: Sqlite): ArtifactStore {
  const pathOf = (sha256: string): string => join(dirname(db.name), 'artifacts', sha256);
  return {
    put: async (sha256, content) => {
      const path = pathOf(sha256);
      // A name alone proves nothing.
      const held = await readFile(path).catch(() => null);
      if (held === null || !held.equals(content)) await writeDurably(path, content);
    },
    putFile: async (sha256, file) => {
      const [held, given] = await Promise.all([stat(pathOf(sha256)).catch(() => null), stat(file)]);
      if (held?.size !== given.size || (await hashOf(pathOf(sha256))) !== sha256)
        await copyDurably(file, pathOf(sha256));
    },
    length: async (sha256) => {
      const about = await stat(pathOf(sha256)).catch(() => null);
      return about?.isFile() ? about.size : null;
    },
    read: (sha256, { from, to }) => createReadStream(pathOf(sha256), { start: from, end: to }),
  };
}
