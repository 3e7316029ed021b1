import { HUB_ERRORS, type HubError, type HubErrorCode, type Issue } from '@tillside/hub-contract';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { BusyFault, explainFault, HubFault, type Language } from '../fault.ts';

const MAX_ISSUES = 100;

/** What Fastify and its plugins say, in the registry's codes. */
const FRAMEWORK_CODES: Readonly<Record<string, HubErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'HUB_BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'HUB_MEDIA_TYPE_UNSUPPORTED',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'HUB_BODY_UNREADABLE',
  FST_ERR_CTP_INVALID_JSON_BODY: 'HUB_BODY_UNREADABLE',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'HUB_BODY_UNREADABLE',
  FST_ERR_BAD_URL: 'HUB_ROUTE_UNKNOWN',
};

function issuesOf(error: FastifyError): Issue[] {
  return (error.validation ?? []).slice(0, MAX_ISSUES).map(({ instancePath, message }) => ({
    path: instancePath.replace(/^\//u, '').replaceAll('/', '.'),
    message: message ?? '',
  }));
}

export function toFault(error: FastifyError | HubFault): HubFault {
  if (error instanceof HubFault) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const issues = issuesOf(error);
    const [first] = issues;
    const detail = first === undefined ? '' : `${error.validationContext ?? ''} ${first.path}: ${first.message}`.trim();
    return new HubFault('HUB_REQUEST_INVALID', detail, issues);
  }
  const known = FRAMEWORK_CODES[error.code];
  if (known !== undefined) return new HubFault(known);
  if (error.statusCode === 416) return new HubFault('HUB_RANGE_NOT_SATISFIABLE');
  if (error instanceof SyntaxError || (error.statusCode === 400 && error.code === undefined)) {
    return new HubFault('HUB_BODY_UNREADABLE');
  }
  return new HubFault('HUB_INTERNAL');
}

const languageOf = (request: FastifyRequest): Language =>
  /^\s*zh/iu.test(request.headers['accept-language'] ?? '') ? 'zh' : 'en';

export function sendFault(request: FastifyRequest, reply: FastifyReply, fault: HubFault): FastifyReply {
  const body: HubError = { code: fault.code, ...explainFault(fault, languageOf(request)), requestId: request.id };
  if (fault.issues !== undefined) body.issues = [...fault.issues];
  const status = HUB_ERRORS[fault.code].status ?? 500;
  // The body may be partly unread (too large, damaged): closing tells the sender to stop.
  if (status === 413) reply.header('connection', 'close');
  if (fault instanceof BusyFault) reply.header('retry-after', String(Math.ceil(fault.retryAfterMs / 1000)));
  return reply
    .code(status)
    .header('content-type', 'application/json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(body);
}

export function installErrors(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError | HubFault>((error, request, reply) => {
    const fault = toFault(error);
    if (fault.code === 'HUB_INTERNAL') request.log.error({ err: error, requestId: request.id }, 'unexpected error');
    return sendFault(request, reply, fault);
  });
  app.setNotFoundHandler((request, reply) => sendFault(request, reply, new HubFault('HUB_ROUTE_UNKNOWN')));
}
