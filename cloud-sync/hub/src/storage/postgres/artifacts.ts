import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ArtifactStore } from '../port.ts';
import { type Database, rowsOf } from './pool.ts';

/** A row's share of an artifact: read whole, so that a range costs no more than its pieces. */
export const CHUNK_BYTES = 256 * 1024;

async function* readChunks(db: Database, sha256: string, from: number, to: number): AsyncGenerator<Uint8Array> {
  for (let chunk = Math.floor(from / CHUNK_BYTES); chunk * CHUNK_BYTES <= to; chunk += 1) {
    const [row] = await db.rows<{ bytes: Buffer }>(
      'SELECT bytes FROM artifact_chunks WHERE sha256 = $1 AND chunk = $2',
      [sha256, chunk],
    );
    if (row === undefined) return;
    const start = chunk * CHUNK_BYTES;
    yield row.bytes.subarray(Math.max(from - start, 0), to - start + 1);
  }
}

/** In the database, in pieces, so that every hub serves what any hub published. A piece is written once and never changed. */
export function createArtifactRows(db: Database): ArtifactStore {
  return {
    put: (sha256, content) =>
      db.transact(async (session) => {
        // Waits for another hub that is writing the same.
        const made = await rowsOf(session, 'INSERT INTO artifacts VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1', [
          sha256,
          content.byteLength,
        ]);
        if (made.length === 0) return;
        for (let at = 0, chunk = 0; at < content.byteLength; at += CHUNK_BYTES, chunk += 1)
          await session.query('INSERT INTO artifact_chunks VALUES ($1, $2, $3)', [
            sha256,
            chunk,
            Buffer.from(content.subarray(at, at + CHUNK_BYTES)),
          ]);
      }),
    putFile: async (sha256, file) => {
      const { size } = await stat(file);
      await db.transact(async (session) => {
        const made = await rowsOf(session, 'INSERT INTO artifacts VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1', [
          sha256,
          size,
        ]);
        if (made.length === 0) return;
        let chunk = 0;
        for await (const bytes of createReadStream(file, { highWaterMark: CHUNK_BYTES })) {
          await session.query('INSERT INTO artifact_chunks VALUES ($1, $2, $3)', [sha256, chunk, bytes]);
          chunk += 1;
        }
      });
    },
    length: async (sha256) =>
      (await db.rows<{ bytes: number }>('SELECT length_bytes AS bytes FROM artifacts WHERE sha256 = $1', [sha256]))[0]
        ?.bytes ?? null,
    read: (sha256, { from, to }) => readChunks(db, sha256, from, to),
  };
}
