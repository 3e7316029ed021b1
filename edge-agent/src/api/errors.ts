import type { ErrorBody, Locale } from '@tillside/agent-contract';
import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { AgentError } from '../errors.ts';

export const localeOf = (request: FastifyRequest): Locale =>
  /^\s*en\b/i.test(request.headers['accept-language'] ?? '') ? 'en' : 'zh-CN';

/** Every refusal leaves in one shape. What was not foreseen is logged once, here, and leaves as INTERNAL without its inner words. */
export function installErrorHandling(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) => {
    const error = new AgentError('NOT_FOUND');
    return reply.code(error.status).send(bodyOf(error, request));
  });
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const known = toAgentError(error);
    if (known.code === 'INTERNAL')
      request.log.error({ err: error, route: request.routeOptions.url }, 'unexpected error');
    else if (known.status >= 500) request.log.warn({ code: known.code, route: request.routeOptions.url }, 'refused');
    return reply.code(known.status).send(bodyOf(known, request));
  });
}

export function bodyOf(error: AgentError, request: FastifyRequest): ErrorBody {
  return {
    code: error.code,
    ...error.words(localeOf(request)),
    requestId: request.id,
    ...(error.fields === undefined ? {} : { fields: error.fields }),
  };
}

function toAgentError(error: FastifyError): AgentError {
  if (error instanceof AgentError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    return new AgentError('BODY_REFUSED', {
      fields: error.validation.slice(0, 20).map((issue) => ({
        path: issue.instancePath.replace(/^\//, '').replaceAll('/', '.') || (error.validationContext ?? ''),
        message: issue.message ?? '',
      })),
    });
  }
  if (error.statusCode === 413) return new AgentError('BODY_TOO_LARGE');
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return new AgentError('BODY_REFUSED', { detail: `(${error.code})` });
  }
  return new AgentError('INTERNAL', { cause: error });
}
