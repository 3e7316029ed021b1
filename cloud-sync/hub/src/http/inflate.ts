import { createGunzip } from 'node:zlib';
import type { FastifyRequest, RequestPayload } from 'fastify';
import { HubFault } from '../fault.ts';

/**
 * Inflates a gzip body on its way to the JSON parser. Fastify counts what comes out against the route's bodyLimit and stops there,
 * so a small body that inflates to gigabytes costs a few megabytes.
 */
export async function inflate(
  request: FastifyRequest,
  _reply: unknown,
  payload: RequestPayload,
): Promise<RequestPayload> {
  const encoding = request.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return payload;
  if (encoding !== 'gzip') throw new HubFault('HUB_MEDIA_TYPE_UNSUPPORTED', encoding.slice(0, 20));
  if (request.routeOptions.config.isRaw === true) return payload;
  let received = 0;
  payload.on('data', (chunk: Buffer) => {
    received += chunk.length;
    inflated.receivedEncodedLength = received;
  });
  const gunzip = createGunzip();
  const inflated: RequestPayload = payload.pipe(gunzip);
  payload.once('error', (error) => gunzip.destroy(error));
  // zlib's own errors carry no status; the error handler would take them for a fault of the hub.
  gunzip.once('error', (error) => Object.assign(error, { statusCode: 400, code: 'FST_ERR_CTP_INVALID_JSON_BODY' }));
  return inflated;
}
