import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { HttpContext } from './context.ts';

/** Only what the hub itself serves may run, be shown or be talked to. */
export const CONSOLE_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The console below /console/, and the way there. Static files are public: all data behind them needs a credential. */
export async function pages(app: FastifyInstance, { consoleDir }: HttpContext): Promise<void> {
  const served = consoleDir !== undefined && existsSync(join(consoleDir, 'index.html')) ? consoleDir : undefined;
  app.get('/', { config: { auth: 'public' }, schema: { hide: true } as object }, (_request, reply) =>
    reply.redirect(served === undefined ? '/docs' : '/console/'),
  );
  if (served === undefined) return;
  // Gives replies `sendFile`; it serves nothing by itself.
  await app.register(fastifyStatic, { root: served, serve: false });
  app.addHook('onSend', async (request, reply) => {
    if (!request.url.startsWith('/console')) return;
    reply.header('content-security-policy', CONSOLE_CSP);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'no-referrer');
    reply.header('cross-origin-opener-policy', 'same-origin');
  });
  app.get('/console', { config: { auth: 'public' }, schema: { hide: true } as object }, (_request, reply) =>
    reply.redirect('/console/'),
  );
  app.get<{ Params: { '*': string } }>(
    '/console/*',
    { config: { auth: 'public' }, schema: { hide: true } as object },
    (request, reply) => {
      const path = request.params['*'];
      // The console's own addresses have no dot; each is its one page.
      if (!path.includes('.')) return reply.sendFile('index.html', served, { maxAge: 0 });
      const hashed = /-[\w-]{8,}\.\w+$/u.test(path);
      return reply.sendFile(path, served, hashed ? { immutable: true, maxAge: '365d' } : { maxAge: 0 });
    },
  );
}
