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

/** The page on a member's phone also has a service worker, so that it opens and shows its code without a network. */
export const MEMBER_PAGE_CSP = `${CONSOLE_CSP}; worker-src 'self'`;

interface Site {
  /** Where it is served, without a slash at its end. */
  readonly at: '/console' | '/m';
  readonly dir: string;
  readonly csp: string;
}

/** The console below /console/, the page on a member's phone below /m/, and the way there. Static files are public: all data behind them needs a credential. */
export async function pages(app: FastifyInstance, { consoleDir, memberPageDir }: HttpContext): Promise<void> {
  const sites = [siteOf('/console', consoleDir, CONSOLE_CSP), siteOf('/m', memberPageDir, MEMBER_PAGE_CSP)];
  const served = sites.filter((site) => site !== undefined);
  app.get('/', { config: { auth: 'public' }, schema: { hide: true } as object }, (_request, reply) =>
    reply.redirect(sites[0] === undefined ? '/docs' : '/console/'),
  );
  const [any] = served;
  if (any === undefined) return;
  // Gives replies `sendFile`; it serves nothing by itself.
  await app.register(fastifyStatic, { root: any.dir, serve: false });
  for (const site of served) serve(app, site);
}

const siteOf = (at: Site['at'], dir: string | undefined, csp: string): Site | undefined =>
  dir !== undefined && existsSync(join(dir, 'index.html')) ? { at, dir, csp } : undefined;

function serve(app: FastifyInstance, { at, dir, csp }: Site): void {
  app.addHook('onSend', async (request, reply) => {
    if (request.url !== at && !request.url.startsWith(`${at}/`)) return;
    reply.header('content-security-policy', csp);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'no-referrer');
    reply.header('cross-origin-opener-policy', 'same-origin');
  });
  const open = { config: { auth: 'public' as const }, schema: { hide: true } as object };
  app.get(at, open, (_request, reply) => reply.redirect(`${at}/`));
  app.get<{ Params: { '*': string } }>(`${at}/*`, open, (request, reply) => {
    const path = request.params['*'];
    // A page's own addresses have no dot; each is its one page.
    if (!path.includes('.')) return reply.sendFile('index.html', dir, { maxAge: 0 });
    const hashed = /-[\w-]{8,}\.\w+$/u.test(path);
    return reply.sendFile(path, dir, hashed ? { immutable: true, maxAge: '365d' } : { maxAge: 0 });
  });
}
