import { type HubAnswer, HubError, type HubRoute, type HubRouteName, hubRoutes } from '@tillside/hub-contract';
import type { FastifyInstance, FastifyRequest, FastifySchema } from 'fastify';
import type { z } from 'zod';
import { HubFault } from '../fault.ts';

type Parsed<K extends HubRouteName, P extends 'params' | 'query' | 'body'> =
  (typeof hubRoutes)[K] extends Readonly<Record<P, infer S extends z.ZodType>> ? z.output<S> : undefined;

export interface Call<K extends HubRouteName> {
  readonly params: Parsed<K, 'params'>;
  readonly query: Parsed<K, 'query'>;
  readonly body: Parsed<K, 'body'>;
  readonly request: FastifyRequest;
}

/** Whoever has no credential yet gets to send little. */
const PUBLIC_BODY_BYTES = 16 * 1024;

/** A catalogue of items is the largest text. */
const TEXT_BODY_BYTES = 128 * 1024 * 1024;

/** A body that is no JSON, as the parser of its type gives it. */
function textOf(body: unknown): string {
  if (!Buffer.isBuffer(body)) throw new HubFault('HUB_MEDIA_TYPE_UNSUPPORTED');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new HubFault('HUB_BODY_UNREADABLE');
  }
}

const TAGS: readonly [RegExp, string][] = [
  [/^\/v1\/(members|holds|erasures|accesses)/u, 'members and points'],
  [/^\/v1\/webhooks/u, 'webhooks'],
  [/^\/v1\/my/u, "the page on a member's phone"],
  [/^\/v1\/(pair|me|credentials|partners)/u, 'pairing'],
  [/^\/v1\/(campaigns|content|items|devices|models)/u, 'pushing to stores'],
  [/^\/v1\/sync/u, 'sync'],
  [/^\/(repo|v1\/keys)/u, 'signed repository'],
];
const tagOf = (path: string): string => TAGS.find(([pattern]) => pattern.test(path))?.[1] ?? 'stores and events';

export function schemaOf(route: Pick<HubRoute, 'path' | 'auth' | 'summary'> & Partial<HubRoute>): FastifySchema {
  const { params, query, response, summary, path, auth, scope } = route;
  const body = route.bodyType === undefined ? route.body : undefined;
  return {
    summary,
    tags: [tagOf(path)],
    ...(auth === 'public'
      ? {}
      : { security: [{ [auth]: [] }, ...(scope === undefined ? [] : [{ partner: [scope] }])] }),
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { querystring: query }),
    ...(body === undefined ? {} : { body }),
    response: { ...(response === undefined ? {} : { 200: response }), default: HubError },
  };
}

/** Registers one route of the contract; what it takes and gives is typed by the contract's own schemas. */
export function implement<K extends HubRouteName>(
  app: FastifyInstance,
  name: K,
  handle: (call: Call<K>) => Promise<HubAnswer<K>> | HubAnswer<K>,
): void {
  const route: HubRoute = hubRoutes[name];
  app.route({
    method: route.method,
    url: route.path,
    schema: schemaOf(route),
    config: { auth: route.auth, ...(route.scope === undefined ? {} : { scope: route.scope }) },
    ...(route.auth === 'public' ? { bodyLimit: PUBLIC_BODY_BYTES } : {}),
    ...(route.bodyType === undefined ? {} : { bodyLimit: TEXT_BODY_BYTES }),
    handler: async (request) => {
      const { params, query } = request;
      const body = route.bodyType === undefined ? request.body : textOf(request.body);
      // Fastify has parsed all three with the schemas that Parsed is inferred from.
      return handle({ params, query, body, request } as Call<K>);
    },
  });
}
