import type { FastifyInstance } from 'fastify';
import { credentialOf } from './auth.ts';
import type { HttpContext } from './context.ts';
import { implement } from './implement.ts';

/** Subscriptions of operators and partners. */
export function webhookRoutes(app: FastifyInstance, { webhooks }: Pick<HttpContext, 'webhooks'>): void {
  implement(app, 'webhooks', async ({ request }) => ({ webhooks: await webhooks.list(credentialOf(request)) }));
  implement(app, 'createWebhook', ({ body, request }) => webhooks.create(credentialOf(request), body));
  implement(app, 'deleteWebhook', ({ params, request }) => webhooks.remove(credentialOf(request), params.id));
  implement(app, 'switchWebhook', ({ params, body, request }) =>
    webhooks.turn(credentialOf(request), params.id, body.on),
  );
  implement(app, 'rotateWebhookSecret', ({ params, request }) => webhooks.rotate(credentialOf(request), params.id));
  implement(app, 'replayWebhook', ({ params, body, request }) =>
    webhooks.replay(credentialOf(request), params.id, body),
  );
  implement(app, 'deliveredMessages', async ({ params, request }) => ({
    delivered: await webhooks.delivered(credentialOf(request), params.id),
  }));
  implement(app, 'deadLetters', async ({ params, request }) => ({
    dead: await webhooks.dead(credentialOf(request), params.id),
  }));
}
