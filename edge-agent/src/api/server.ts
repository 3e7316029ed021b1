import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { jsonSchemaTransform, validatorCompiler } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import { toastRoutes } from '../adapters/toast/routes.ts';
import type { App } from '../app.ts';
import { AgentError } from '../errors.ts';
import { AGENT_VERSION } from '../version.ts';
import { adapterRoutes } from './adapters.ts';
import { basketRoutes } from './baskets.ts';
import { displayRoutes } from './display.ts';
import { answerWhenDurable } from './durable-replies.ts';
import { installErrorHandling } from './errors.ts';
import { itemRoutes } from './items.ts';
import { contentRoutes } from './kiosk-content.ts';
import { kioskMemberRoutes } from './kiosk-member.ts';
import { kioskPhoneRoutes } from './kiosk-phone.ts';
import { kioskProductRoutes } from './kiosk-products.ts';
import { kioskSettingsRoutes } from './kiosk-settings.ts';
import { memberRoutes } from './members.ts';
import { otherStoreRoutes } from './other-store.ts';
import { outboxPage } from './outbox-page.ts';
import { kioskRoutes, staffRoutes } from './people.ts';
import { receiptRoutes } from './receipts.ts';
import { saleRoutes } from './sales.ts';
import { sessionRoutes } from './sessions.ts';
import { storeRoutes } from './store.ts';
import { streamRoutes } from './stream-routes.ts';

const MAX_BODY_BYTES = 1024 * 1024;
/** Until a request is there as a whole: an import is read as fast as the journal takes it, and a year's file takes that long. */
const REQUEST_TIMEOUT_MS = 30 * 60_000;
/** Its head alone. */
const HEADERS_TIMEOUT_MS = 30_000;

/** Pages may load only what this agent serves. */
const PAGE_POLICY =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/** What no page of a store needs; a page cannot even ask for it, nor for what a script that got in would like. */
const PERMISSIONS_POLICY = [
  'camera',
  'microphone',
  'geolocation',
  'display-capture',
  'usb',
  'serial',
  'hid',
  'bluetooth',
  'midi',
  'payment',
  'browsing-topics',
]
  .map((feature) => `${feature}=()`)
  .join(', ');

/** The HTTP face of an agent: routes of the contract, docs, pages, health and metrics. Not yet listening. */
export async function createServer(app: App, log: Logger): Promise<FastifyInstance> {
  const server: FastifyInstance = fastify({
    loggerInstance: log as FastifyBaseLogger,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS },
    forceCloseConnections: true,
    genReqId: () => app.random.uuid(),
    // Requests are counted, not logged: their paths and bodies hold codes of people.
    logController: new LogController({ disableRequestLogging: true }),
  });
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(() => (data) => JSON.stringify(data));
  installErrorHandling(server);
  server.addHook('onResponse', async (request, reply) => {
    app.metrics.requestMs.observe(
      { route: request.routeOptions.url ?? 'none', status: String(reply.statusCode) },
      reply.elapsedTime,
    );
  });
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Tillside edge agent',
        version: AGENT_VERSION,
        description: 'Native POS API, kiosk and staff pages. 每个写操作都要带 Idempotency-Key。',
        license: { name: 'Apache-2.0' },
      },
      components: {
        securitySchemes: { credential: { type: 'http', scheme: 'bearer', description: 'From POST /v1/pair.' } },
      },
    },
    transform: jsonSchemaTransform,
  });
  await server.register(swaggerUi, { routePrefix: '/docs' });
  await server.register(async (scope) => {
    answerWhenDurable(scope, app.journal);
    basketRoutes(scope, app);
    adapterRoutes(scope, app);
    saleRoutes(scope, app);
    sessionRoutes(scope, app);
    otherStoreRoutes(scope, app);
    receiptRoutes(scope, app);
    displayRoutes(scope, app);
    kioskRoutes(scope, app);
    kioskProductRoutes(scope, app);
    kioskPhoneRoutes(scope, app);
    kioskMemberRoutes(scope, app);
    kioskSettingsRoutes(scope, app);
    memberRoutes(scope, app);
    staffRoutes(scope, app);
    itemRoutes(scope, app);
    storeRoutes(scope, app);
    streamRoutes(scope, app);
    toastRoutes(scope, app);
  });
  server.get('/openapi.json', { schema: { hide: true } }, async () => server.swagger());
  server.get('/healthz', { schema: { hide: true } }, async () => ({ ok: true }));
  server.get('/readyz', { schema: { hide: true } }, async () => {
    if (app.journal.get('SELECT 1 AS ready') === undefined) throw new AgentError('NOT_READY');
    return { ok: true };
  });
  server.get('/metrics', { schema: { hide: true } }, async (_request, reply) =>
    reply.type(app.metrics.registry.contentType).send(await app.metrics.registry.metrics()),
  );
  contentRoutes(server, app);
  if (app.phone?.outbox !== undefined) outboxPage(server, app.phone.outbox);
  await servePages(server, app.config.pagesDir);
  return server;
}

async function servePages(server: FastifyInstance, pagesDir: string | undefined): Promise<void> {
  if (pagesDir === undefined || !existsSync(pagesDir)) return;
  await server.register(fastifyStatic, {
    root: pagesDir,
    serve: false,
    setHeaders: (reply) => {
      reply.header('content-security-policy', PAGE_POLICY);
      reply.header('x-content-type-options', 'nosniff');
      reply.header('referrer-policy', 'no-referrer');
      reply.header('permissions-policy', PERMISSIONS_POLICY);
    },
  });
  const page = (prefix: string, file: string): void => {
    server.get(prefix, { schema: { hide: true } }, async (_request, reply) => reply.redirect(`${prefix}/`));
    server.get<{ Params: { '*': string } }>(`${prefix}/*`, { schema: { hide: true } }, async (request, reply) => {
      const asked = request.params['*'];
      return reply.sendFile(asked === '' || !existsSync(join(pagesDir, asked)) ? file : asked);
    });
  };
  page('/kiosk', 'index.html');
  page('/staff', 'staff.html');
  page('/display', 'display.html');
  server.get('/', { schema: { hide: true } }, async (_request, reply) => reply.redirect('/kiosk/'));
}
