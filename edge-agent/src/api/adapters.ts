import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import { AgentError } from '../errors.ts';
import { localeOf } from './errors.ts';
import { register } from './register.ts';

/** Other POS systems that tell what they sold alone. */
export function adapterRoutes(fastify: FastifyInstance, app: App): void {
  const { poslog } = app;
  fastify.addContentTypeParser(['application/xml', 'text/xml'], (_request, payload, done) => done(null, payload));
  register(fastify, app, {
    importPoslog: ({ caller, request }) => {
      const mayReport = caller.kind === 'admin' || (caller.kind === 'terminal' && caller.priceOwner === 'pos-reports');
      if (!mayReport) throw new AgentError('NOT_ALLOWED');
      return poslog.take(bytesOf(request), caller.deviceId, localeOf(request));
    },
    listPoslogQuarantine: ({ query, request }) => poslog.quarantine(query.limit, localeOf(request)),
    retryPoslogQuarantine: ({ body, request }) => poslog.retry(body.entryId, localeOf(request)),
    dismissPoslogEntry: ({ params }) => {
      poslog.dismiss(params.entryId);
      return {};
    },
  });
}

/** Throws BODY_REFUSED for a request that brings no document, or breaks off. */
async function* bytesOf(request: FastifyRequest): AsyncIterable<Uint8Array> {
  if (request.body !== request.raw) throw new AgentError('BODY_REFUSED', { detail: '(application/xml)' });
  try {
    yield* request.raw;
  } catch {
    // The caller hung up; it is told nothing any more.
    throw new AgentError('BODY_REFUSED', { detail: '(ECONNRESET)' });
  }
}
