import type { FastifyInstance } from 'fastify';
import type { App } from '../app.ts';
import { localeOf } from './errors.ts';
import { register } from './register.ts';

/** Pairing and status. */
export function storeRoutes(fastify: FastifyInstance, app: App): void {
  const { pairing } = app;
  register(fastify, app, {
    createPairingCode: ({ body }) => pairing.createCode(body),
    pair: ({ body }) => pairing.pair(body),
    listPaired: () => ({ devices: pairing.list() }),
    revoke: ({ params }) => {
      pairing.revoke(params.deviceId);
      return {};
    },
    status: ({ request }) => app.status(localeOf(request)),
  });
}
