import type { z } from 'zod';
import { ErrorBody, IDEMPOTENCY_HEADER, STAFF_SESSION_HEADER } from './common.ts';
import { type Route, type RouteName, routes } from './routes.ts';

type Part<R, K extends string> = R extends { [key in K]: infer S }
  ? S extends z.ZodType
    ? { [key in K]: z.input<S> }
    : unknown
  : unknown;
/** A query of which nothing is required may be left out. */
type QueryPart<R> = R extends { query: infer S }
  ? S extends z.ZodType
    ? Record<never, never> extends z.input<S>
      ? { query?: z.input<S> }
      : { query: z.input<S> }
    : unknown
  : unknown;
type KeyPart<R> = R extends { idempotent: true } ? { key: string } : unknown;
/** A body of any length: text, or bytes as they come. `bodyType` where it is not the route's first. */
type BodyPart<R> = R extends { streamed: true; bodyType: infer B; otherBodyTypes: readonly (infer O)[] }
  ? { body: string | ReadableStream<Uint8Array>; bodyType?: B | O }
  : Part<R, 'body'>;
export type Arguments<N extends RouteName> = Part<(typeof routes)[N], 'params'> &
  QueryPart<(typeof routes)[N]> &
  BodyPart<(typeof routes)[N]> &
  KeyPart<(typeof routes)[N]>;
export type AnswerOf<N extends RouteName> = z.output<(typeof routes)[N]['response']>;

/** A refusal by the agent, with its stable code. `status` 0 and code `AGENT_UNREACHABLE`: nobody answered; a write may be retried under its key. */
export class CallError extends Error {
  readonly status: number;
  readonly body: ErrorBody;

  constructor(status: number, body: ErrorBody) {
    super(`${body.code}: ${body.message}`);
    this.name = 'CallError';
    this.status = status;
    this.body = body;
  }

  get code(): string {
    return this.body.code;
  }
}

export interface ClientOptions {
  /** Origin of the agent, e.g. `http://127.0.0.1:7080`. */
  readonly url: string;
  readonly credential?: string | undefined;
  readonly staffSession?: string | undefined;
  readonly locale?: 'zh-CN' | 'en' | undefined;
  readonly timeoutMs?: number | undefined;
}

const DEFAULT_TIMEOUT_MS = 10_000;

function bodyOf(body: unknown): RequestInit & { duplex?: 'half' } {
  if (body === undefined) return {};
  if (body instanceof ReadableStream) return { body, duplex: 'half' };
  return { body: typeof body === 'string' ? body : JSON.stringify(body) };
}

/** Calls a route of the contract by its name; what goes in and out is typed by the same table that the server registers. Rejects with CallError. */
export async function callAgent<N extends RouteName>(
  options: ClientOptions,
  name: N,
  args: Arguments<N>,
): Promise<AnswerOf<N>> {
  const route: Route = routes[name];
  const given = args as {
    params?: Record<string, string>;
    query?: Record<string, unknown>;
    body?: unknown;
    bodyType?: string;
    key?: string;
  };
  let path = route.path;
  for (const [param, value] of Object.entries(given.params ?? {}))
    path = path.replace(`:${param}`, encodeURIComponent(value));
  const query = Object.entries(given.query ?? {}).filter(([, value]) => value !== undefined);
  if (query.length > 0)
    path += `?${new URLSearchParams(query.map(([key, value]): [string, string] => [key, String(value)]))}`;
  const headers: Record<string, string> = { 'accept-language': options.locale ?? 'zh-CN' };
  if (options.credential !== undefined) headers.authorization = `Bearer ${options.credential}`;
  if (options.staffSession !== undefined) headers[STAFF_SESSION_HEADER] = options.staffSession;
  if (given.key !== undefined) headers[IDEMPOTENCY_HEADER] = given.key;
  if (given.body !== undefined) headers['content-type'] = given.bodyType ?? route.bodyType ?? 'application/json';
  let response: Response;
  try {
    response = await fetch(options.url + path, {
      method: route.method,
      headers,
      ...bodyOf(given.body),
      signal: AbortSignal.timeout(options.timeoutMs ?? DEFAULT_TIMEOUT_MS),
    });
  } catch (error) {
    throw new CallError(0, { code: 'AGENT_UNREACHABLE', message: (error as Error).message, hint: '', requestId: '' });
  }
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok) {
    const refusal = ErrorBody.safeParse(answer);
    throw new CallError(
      response.status,
      refusal.success
        ? refusal.data
        : { code: 'ANSWER_UNREADABLE', message: `HTTP ${response.status}`, hint: '', requestId: '' },
    );
  }
  return answer as AnswerOf<N>;
}
