import type { FastifyInstance } from 'fastify';
import type { App } from '../app.ts';

/**
 * Campaign pictures for kiosk pages. Without a credential: an `<img>` can't send one, and what hangs in a shop window is no secret. Only pictures in force are served, by their whole
 * hash; the policy keeps a file that somebody opens by itself from being more than a picture.
 */
export function contentRoutes(fastify: FastifyInstance, { content }: Pick<App, 'content'>): void {
  fastify.get<{ Params: { name: string } }>('/content/:name', { schema: { hide: true } }, async (request, reply) => {
    const { type, bytes } = await content.picture(request.params.name);
    return reply
      .type(type)
      .header('x-content-type-options', 'nosniff')
      .header('content-security-policy', "default-src 'none'; sandbox")
      .header('cross-origin-resource-policy', 'same-origin')
      .header('cache-control', 'public, max-age=31536000, immutable')
      .send(bytes);
  });
}
