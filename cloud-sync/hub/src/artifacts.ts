import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DesiredKind, MAX_TARGET_BYTES } from '@tillside/protocol';
import { HubFault } from './fault.ts';
import { writeDurably } from './files.ts';

export interface Artifact {
  /** Lower-case hex; also the file's name. */
  readonly sha256: string;
  readonly lengthBytes: number;
}

/** Files named by what is in them, below one directory. Adding the same content twice is no change. */
export interface ArtifactFiles {
  readonly dir: string;
  add(kind: DesiredKind, content: Uint8Array): Promise<Artifact>;
}

export function artifactFiles(dir: string): ArtifactFiles {
  return {
    dir,
    add: async (kind, content) => {
      const limit = MAX_TARGET_BYTES[kind];
      if (content.byteLength > limit) {
        throw new HubFault('HUB_ARTIFACT_TOO_LARGE', `${content.byteLength} > ${limit} bytes`);
      }
      const sha256 = createHash('sha256').update(content).digest('hex');
      const path = join(dir, sha256);
      // What a failing disk spoilt is written again: a name alone proves nothing.
      const held = await readFile(path).catch(() => null);
      if (held === null || !held.equals(content)) await writeDurably(path, content);
      return { sha256, lengthBytes: content.byteLength };
    },
  };
}
