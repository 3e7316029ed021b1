import type { FastifyInstance } from 'fastify';
import { HubFault } from '../fault.ts';
import type { HttpContext } from './context.ts';

const open = { config: { auth: 'public' as const }, schema: { hide: true } as object };

/** For the machine that watches the hub: alive, able to store, and how much of what. */
export function systemRoutes(app: FastifyInstance, { storage, metrics, stopping, log }: HttpContext): void {
  app.get('/healthz', open, async () => ({ status: 'ok' }));
  app.get('/readyz', open, async () => {
    if (stopping()) throw new HubFault('HUB_STOPPING');
    try {
      await storage.ping();
    } catch (error) {
      log.error({ err: error }, 'the database cannot be written to');
      throw error instanceof HubFault ? error : new HubFault('HUB_DATA_UNWRITABLE');
    }
    return { status: 'ready' };
  });
  app.get('/metrics', open, async (_request, reply) => {
    reply.type(metrics.registry.contentType);
    return metrics.registry.metrics();
  });
}
