import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type DesiredKind, MAX_TARGET_BYTES } from '@tillside/protocol';
import { HubFault } from './fault.ts';
import { sha256Of } from './sha256.ts';
import type { ArtifactStore } from './storage/port.ts';

export interface Artifact {
  /** Lower-case hex; also its name. */
  readonly sha256: string;
  readonly lengthBytes: number;
}

/** What is signed and given out, named by what is in it. Adding the same content twice is no change. */
export interface Artifacts {
  add(kind: DesiredKind, content: Uint8Array): Promise<Artifact>;
  /** The same for a file that is too large for memory. */
  addFile(kind: DesiredKind, file: string): Promise<Artifact>;
  /** All of it; null when it is not held or is not what its name says. */
  content(sha256: string): Promise<Buffer | null>;
}

export function createArtifacts(store: ArtifactStore): Artifacts {
  return {
    add: async (kind, content) => {
      const limit = MAX_TARGET_BYTES[kind];
      if (content.byteLength > limit) {
        throw new HubFault('HUB_ARTIFACT_TOO_LARGE', `${content.byteLength} > ${limit} bytes`);
      }
      const sha256 = sha256Of(content);
      await store.put(sha256, content);
      return { sha256, lengthBytes: content.byteLength };
    },
    addFile: async (kind, file) => {
      const limit = MAX_TARGET_BYTES[kind];
      const hash = createHash('sha256');
      let lengthBytes = 0;
      for await (const piece of createReadStream(file)) {
        hash.update(piece);
        lengthBytes += piece.length;
      }
      if (lengthBytes > limit) throw new HubFault('HUB_ARTIFACT_TOO_LARGE', `${lengthBytes} > ${limit} bytes`);
      const sha256 = hash.digest('hex');
      await store.putFile(sha256, file);
      return { sha256, lengthBytes };
    },
    content: async (sha256) => {
      const length = await store.length(sha256);
      if (length === null) return null;
      const pieces: Uint8Array[] = [];
      if (length > 0) for await (const piece of store.read(sha256, { from: 0, to: length - 1 })) pieces.push(piece);
      const content = Buffer.concat(pieces);
      return sha256Of(content) === sha256 ? content : null;
    },
  };
}
