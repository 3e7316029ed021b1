import { randomUUID } from 'node:crypto';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { installAuth } from './auth.ts';
import { broughtRoute } from './brought-route.ts';
import { contentRoutes } from './content-routes.ts';
import type { HttpContext } from './context.ts';
import { duplicateRoutes } from './duplicate-routes.ts';
import { installErrors } from './errors.ts';
import { importRoute } from './import-route.ts';
import { inflate } from './inflate.ts';
import { memberApiRoutes } from './member-api-routes.ts';
import { memberRoutes } from './member-routes.ts';
import { memberSettingsRoutes } from './member-settings-routes.ts';
import { myRoutes } from './my-routes.ts';
import { operatorRoutes } from './operator-routes.ts';
import { pages } from './pages.ts';
import { pointsSyncRoutes } from './points-sync-routes.ts';
import { repoRoutes } from './repo-routes.ts';
import { returnRoutes } from './return-routes.ts';
import { segmentRoutes } from './segment-routes.ts';
import { syncRoutes } from './sync-routes.ts';
import { systemRoutes } from './system-routes.ts';
import { webhookRoutes } from './webhook-routes.ts';

export const HTTP_LIMITS = {
  /** Of a request body where a route says nothing else: a campaign set is the largest. */
  bodyBytes: 8 * 1024 * 1024,
  requestTimeoutMs: 30_000,
  connectionTimeoutMs: 60_000,
  keepAliveTimeoutMs: 30_000,
} as const;

/** Builds the HTTP side; nothing listens yet. */
export async function buildApp(context: HttpContext): Promise<FastifyInstance> {
  const app = Fastify({
    ...(context.tls === undefined ? {} : { https: context.tls }),
    loggerInstance: context.log,
    // Fastify's own line holds the caller's address and the full URL; ours below holds neither.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: HTTP_LIMITS.bodyBytes,
    requestTimeout: HTTP_LIMITS.requestTimeoutMs,
    connectionTimeout: HTTP_LIMITS.connectionTimeoutMs,
    keepAliveTimeout: HTTP_LIMITS.keepAliveTimeoutMs,
    genReqId: () => randomUUID(),
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
  }) as unknown as FastifyInstance;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  installErrors(app);
  app.addHook('preParsing', inflate);
  app.addHook('onResponse', async (request, reply) => {
    const route = request.is404 ? 'unknown' : (request.routeOptions.url ?? 'unknown');
    const { statusCode: status, elapsedTime } = reply;
    context.metrics.requests.observe({ method: request.method, route, status: String(status) }, elapsedTime / 1000);
    const { id: requestId, method, credential } = request;
    // A pause that was asked for is no fault: ten thousand stores that come back would fill the log with it.
    const level = status >= 500 && !reply.hasHeader('retry-after') ? 'error' : 'debug';
    context.log[level](
      { requestId, method, route, status, ms: Math.round(elapsedTime), credential: credential?.id },
      'request',
    );
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Tillside hub',
        version: '1',
        description: 'Events in from stores; campaigns and models out, signed.',
      },
      components: {
        securitySchemes: {
          operator: { type: 'http', scheme: 'bearer' },
          store: { type: 'http', scheme: 'bearer' },
          partner: { type: 'http', scheme: 'bearer' },
          member: { type: 'http', scheme: 'bearer' },
        },
      },
    },
    transform: jsonSchemaTransform,
  });
  allowPublicDocs(app);
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
  installAuth(app, context);
  await pages(app, context);
  systemRoutes(app, context);
  operatorRoutes(app, context);
  segmentRoutes(app, context);
  memberSettingsRoutes(app, context);
  duplicateRoutes(app, context);
  syncRoutes(app, context);
  returnRoutes(app, context);
  pointsSyncRoutes(app, context);
  memberRoutes(app, context);
  memberApiRoutes(app, context);
  importRoute(app, context, context.workDir);
  broughtRoute(app, context.brought);
  contentRoutes(app, context);
  webhookRoutes(app, context);
  myRoutes(app, context);
  repoRoutes(app, context);
  return app;
}

/** The docs plugin registers its own routes, without our `config.auth`. */
function allowPublicDocs(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (route.url === '/docs' || route.url.startsWith('/docs/')) route.config = { ...route.config, auth: 'public' };
  });
}
