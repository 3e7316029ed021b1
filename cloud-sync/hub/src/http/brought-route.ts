import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { hubRoutes } from '@tillside/hub-contract';
import { MAX_TARGET_BYTES } from '@tillside/protocol';
import type { FastifyInstance } from 'fastify';
import type { BroughtModels } from '../models/brought.ts';
import { schemaOf } from './implement.ts';
import { limited, streamOf } from './stream-body.ts';

/** A pack goes onto the disk as it comes; the answer waits until it was tried. */
export function broughtRoute(app: FastifyInstance, brought: BroughtModels): void {
  const { path, auth, bodyType } = hubRoutes.addModel;
  const most = MAX_TARGET_BYTES.model;
  app.addContentTypeParser(bodyType, (_request, payload, done) => done(null, payload));
  app.post(path, { schema: schemaOf(hubRoutes.addModel), config: { auth }, bodyLimit: most }, async (request) => {
    const body = streamOf(request, bodyType);
    return brought.add(async (file) => {
      await pipeline(body, limited(most), createWriteStream(file, { mode: 0o600 }));
      // Nothing is said on this connection while the pack is tried.
      request.raw.socket.setTimeout(0);
    });
  });
}
