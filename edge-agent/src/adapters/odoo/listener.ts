import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Logger } from 'pino';
import { bodyOf, localeOf } from '../../api/errors.ts';
import { AgentError } from '../../errors.ts';
import type { OdooLaneConfig } from './config.ts';
import { admit, corsHeaders, preflightHeaders } from './door.ts';
import type { LaneHardware } from './lane-hardware.ts';
import { RpcCall, rpcError, rpcResult } from './rpc.ts';
import type { ScanPoll } from './scans.ts';

/** A receipt's picture as base64, and what stands around it. */
const MAX_BODY_BYTES = 1024 * 1024;
const REQUEST_TIMEOUT_MS = 10_000;
const MAX_CONNECTIONS = 32;
/** Of a call that is not known no more than this is shown. */
const MAX_SHOWN = 40;

type Method = (params: Record<string, unknown>, gone: AbortSignal) => unknown;

/**
 * The HTTP face of one lane's hardware proxy, as tills of Odoo call it (addons `hw_proxy`, `hw_drivers` and `point_of_sale` of Odoo, versions 13 to 19). Not yet
 * listening.
 */
export function odooListener(
  config: OdooLaneConfig,
  lane: { readonly hardware: LaneHardware; readonly scans: ScanPoll },
  log: Logger,
): FastifyInstance {
  const server: FastifyInstance = fastify({
    loggerInstance: log as FastifyBaseLogger,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: true },
    // Not logged: bodies hold receipts.
    logController: new LogController({ disableRequestLogging: true }),
  });
  server.server.maxConnections = MAX_CONNECTIONS;
  const key = config.key === undefined ? '' : '/:key';
  server.addHook('onRequest', async (request, reply) => {
    const { origin, host } = request.headers;
    admit(config, { origin, host, key: (request.params as { key?: string }).key });
    reply.headers(corsHeaders(origin ?? ''));
  });
  server.setErrorHandler((error, request, reply) => answerError(error as Error, request, reply, log));
  server.setNotFoundHandler((request) => {
    throw new AgentError('ODOO_CALL_UNKNOWN', { detail: `(${request.url.split('?')[0]?.slice(-MAX_SHOWN)})` });
  });
  server.options(`${key}/hw_proxy/*`, async (request, reply) => {
    const asksPrivate = request.headers['access-control-request-private-network'] === 'true';
    return reply.code(204).headers(preflightHeaders(asksPrivate)).send();
  });
  server.get(`${key}/hw_proxy/hello`, async (_request, reply) => reply.type('text/plain; charset=utf-8').send('ping'));
  for (const [name, method] of Object.entries(methodsOf(lane))) {
    server.post(`${key}/hw_proxy/${name}`, async (request, reply) => {
      const call = RpcCall.safeParse(request.body);
      if (!call.success) throw new AgentError('ODOO_CALL_REFUSED', { detail: '(JSON-RPC)' });
      return rpcResult(call.data.id, await method(call.data.params ?? {}, goneSignal(reply)));
    });
  }
  return server;
}

function methodsOf({ hardware, scans }: Parameters<typeof odooListener>[1]): Record<string, Method> {
  const oldReceipt: Method = () => {
    throw new AgentError('ODOO_RECEIPT_TOO_OLD');
  };
  return {
    handshake: () => true,
    status_json: () => hardware.status(),
    scale_read: () => hardware.weigh(),
    scanner: (_params, gone) => scans.next(gone),
    default_printer_action: ({ data }) => hardware.act(data),
    open_cashbox: () => hardware.openDrawer(),
    print_receipt: oldReceipt,
    print_xml_receipt: oldReceipt,
    // What a till wants to have noted holds names and amounts: it is taken and forgotten.
    log: () => true,
  };
}

/** The till hung up: a page that is closed must not take the code that is scanned next. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  // Gone before it was looked at: no event comes any more.
  if (reply.request.raw.socket.destroyed) gone.abort();
  else reply.raw.once('close', () => gone.abort());
  return gone.signal;
}

function answerError(
  error: Error & { statusCode?: number; code?: string },
  request: FastifyRequest,
  reply: { code(status: number): { send(body: unknown): unknown } },
  log: Logger,
): unknown {
  const known = toAgentError(error);
  if (known.code === 'INTERNAL') log.error({ err: error, route: request.routeOptions.url }, 'unexpected error');
  // A page that was not admitted is told so by its status; a till reads errors of its calls from a body with status 200.
  if (request.method !== 'POST' || isOutside(known)) return reply.code(known.status).send(bodyOf(known, request));
  const id = RpcCall.safeParse(request.body).data?.id ?? null;
  return reply.code(200).send(rpcError(id, known, localeOf(request)));
}

const isOutside = ({ code }: AgentError): boolean =>
  code === 'ODOO_ORIGIN_REFUSED' || code === 'ODOO_HOST_REFUSED' || code === 'NOT_FOUND' || code === 'BODY_TOO_LARGE';

function toAgentError(error: Error & { statusCode?: number; code?: string }): AgentError {
  if (error instanceof AgentError) return error;
  if (error.statusCode === 413) return new AgentError('BODY_TOO_LARGE');
  if (error.statusCode !== undefined && error.statusCode < 500)
    return new AgentError('ODOO_CALL_REFUSED', { detail: `(${error.code ?? error.statusCode})` });
  return new AgentError('INTERNAL', { cause: error });
}
