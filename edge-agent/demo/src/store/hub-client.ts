import { type HubRoute, hubRoutes } from '@tillside/hub-contract';
import type { z } from 'zod';

type Name = keyof typeof hubRoutes;
type Answer<N extends Name> = z.output<(typeof hubRoutes)[N]['response']>;

/** Calls a hub route by its contract name with an operator's credential. Rejects with the hub's code and message. */
export async function callHub<N extends Name>(
  hub: { url: string; credential?: string | undefined; fetch?: typeof fetch },
  name: N,
  args: { params?: Record<string, string>; query?: Record<string, string>; body?: unknown } = {},
): Promise<Answer<N>> {
  const route: HubRoute = hubRoutes[name];
  let path: string = route.path;
  for (const [param, value] of Object.entries(args.params ?? {}))
    path = path.replace(`:${param}`, encodeURIComponent(value));
  if (args.query !== undefined) path += `?${new URLSearchParams(args.query)}`;
  const response = await (hub.fetch ?? fetch)(hub.url + path, {
    method: route.method,
    headers: {
      ...(args.body === undefined ? {} : { 'content-type': route.bodyType ?? 'application/json' }),
      ...(hub.credential === undefined ? {} : { authorization: `Bearer ${hub.credential}` }),
    },
    ...(args.body === undefined ? {} : { body: bodyOf(route, args.body) }),
  });
  const answer = (await response.json()) as Answer<N> & { code?: string; message?: string };
  if (!response.ok) throw new Error(`hub ${name}: ${answer.code} ${answer.message}`);
  return answer;
}

function bodyOf({ bodyType }: HubRoute, body: unknown): string | Uint8Array<ArrayBuffer> {
  if (bodyType === undefined) return JSON.stringify(body);
  return body instanceof Uint8Array ? Uint8Array.from(body) : String(body);
}
