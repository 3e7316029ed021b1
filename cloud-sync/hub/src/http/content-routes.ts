import { CONTENT_LIMITS } from '@tillside/decide';
import { hubRoutes, PICTURE_PATH, Sha256 } from '@tillside/hub-contract';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { credentialOf } from './auth.ts';
import type { HttpContext } from './context.ts';
import { implement, schemaOf } from './implement.ts';
import { limited, streamOf } from './stream-body.ts';

/** Cards and pictures for kiosks; see contentRoutes of the contract. */
export function contentRoutes(
  app: FastifyInstance,
  { content, metrics }: Pick<HttpContext, 'content' | 'metrics'>,
): void {
  implement(app, 'content', async () => ({ draft: await content.draft(), releases: await content.releases() }));
  implement(app, 'saveContent', ({ body, request }) => content.save({ ...body, by: credentialOf(request).name }));
  implement(app, 'pushContent', async ({ body, request }) => {
    const release = await content.push({ ...body, by: credentialOf(request).name });
    metrics.publications.inc({ kind: 'content' }, release.stores.length);
    return release;
  });
  const { path, auth, bodyType } = hubRoutes.addPicture;
  // One byte more than may be, so that the answer can say what is wrong.
  const most = CONTENT_LIMITS.pictureBytes + 1;
  app.post(path, { schema: schemaOf(hubRoutes.addPicture), config: { auth }, bodyLimit: most }, async (request) => {
    const pieces: Buffer[] = [];
    for await (const piece of limited(most)(streamOf(request, bodyType))) pieces.push(piece);
    return content.addPicture(Buffer.concat(pieces));
  });
  app.get<{ Params: { sha256: string } }>(
    PICTURE_PATH,
    {
      schema: schemaOf({
        path: PICTURE_PATH,
        auth: 'operator',
        summary: 'The bytes of a picture for kiosks',
        params: z.object({ sha256: Sha256 }),
      }),
      config: { auth: 'operator' },
    },
    async (request, reply) => {
      const { type, bytes } = await content.picture(request.params.sha256);
      return reply
        .type(type)
        .header('x-content-type-options', 'nosniff')
        .header('content-security-policy', "default-src 'none'; sandbox")
        .header('cache-control', 'private, max-age=31536000, immutable')
        .serializer((body) => body as unknown as string)
        .send(bytes);
    },
  );
}
