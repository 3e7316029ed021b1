import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeDurably } from '../../files.ts';
import type { ArtifactStore } from '../port.ts';
import type { Sqlite } from './open.ts';

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
    length: async (sha256) => {
      const about = await stat(pathOf(sha256)).catch(() => null);
      return about?.isFile() ? about.size : null;
    },
    read: (sha256, { from, to }) => createReadStream(pathOf(sha256), { start: from, end: to }),
  };
}
