import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { hubRoutes } from '@tillside/hub-contract';
import type { FastifyInstance } from 'fastify';
import { importMembers } from '../members/import.ts';
import type { JoinPorts } from '../members/join.ts';
import { schemaOf } from './implement.ts';
import { limited, streamOf } from './stream-body.ts';

/** Of a file of members: some ten million rows. */
const FILE_BYTES = 1024 * 1024 * 1024;
const CIPHER = 'aes-256-ctr';

/**
 * The file is taken as fast as it comes, so that no time limit of HTTP depends on how fast rows are written: onto the disk under a key that is in memory alone, since what a
 * crash leaves of it would be phones of people in clear.
 */
export function importRoute(app: FastifyInstance, ports: JoinPorts, workDir: string): void {
  const route = hubRoutes.importMembers;
  app.addContentTypeParser('text/csv', (_request, payload, done) => done(null, payload));
  app.post(
    route.path,
    { schema: schemaOf(route), config: { auth: route.auth, scope: route.scope }, bodyLimit: FILE_BYTES },
    async (request) => {
      const body = streamOf(request, 'text/csv');
      await mkdir(workDir, { recursive: true, mode: 0o700 });
      const dir = await mkdtemp(join(workDir, 'members-'));
      const file = join(dir, 'rows');
      const [key, iv] = [randomBytes(32), randomBytes(16)];
      try {
        await pipeline(
          body,
          limited(FILE_BYTES),
          createCipheriv(CIPHER, key, iv),
          createWriteStream(file, { mode: 0o600 }),
        );
        // Nothing is said on this connection until the last row is written.
        request.raw.socket.setTimeout(0);
        return await importMembers(ports, createReadStream(file).pipe(createDecipheriv(CIPHER, key, iv)));
      } finally {
        await rm(dir, { recursive: true, force: true });
      }
    },
  );
}
