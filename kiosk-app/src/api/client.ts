import { ErrorBody, IDEMPOTENCY_HEADER, type RouteName, routes, STAFF_SESSION_HEADER } from '@tillside/agent-contract';
import type { Locale } from '@tillside/ui';
import type { ApiError, Result } from './result.ts';

type RouteOf<K extends RouteName> = (typeof routes)[K];
type ParsedBy<S> = S extends { parse: (data: unknown) => infer T } ? T : never;

export type AnswerOf<K extends RouteName> = ParsedBy<RouteOf<K>['response']>;
type BodyOf<K extends RouteName> = RouteOf<K> extends { body: infer S } ? { body: ParsedBy<S> } : { body?: never };
type ParamsOf<K extends RouteName> =
  RouteOf<K> extends { params: infer S } ? { params: ParsedBy<S> } : { params?: never };
type QueryOf<K extends RouteName> =
  RouteOf<K> extends { query: infer S } ? { query?: Partial<ParsedBy<S>> } : { query?: never };
type KeyOf<K extends RouteName> = RouteOf<K> extends { idempotent: true } ? { key: string } : { key?: never };

export type CallInput<K extends RouteName> = BodyOf<K> & ParamsOf<K> & QueryOf<K> & KeyOf<K>;

/** Who is calling, read anew for each call: a credential may be lost or gained while the page is open. */
export interface Caller {
  credential(): string | null;
  staffSession(): string | null;
  locale(): Locale;
}

export interface Client {
  /** Asks the agent. Never throws: what goes wrong is in the result. */
  call<K extends RouteName>(name: K, input: CallInput<K>): Promise<Result<AnswerOf<K>>>;
  /** Headers for a request made elsewhere (the event stream). */
  headers(): Record<string, string>;
}

/** A till-side agent answers in milliseconds; after this it is treated as away. */
export const CALL_TIMEOUT_MS = 8_000;

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

function addressOf(path: string, params: Record<string, unknown>, query: Record<string, unknown>): string {
  const filled = path.replace(/:(\w+)/g, (_whole, name: string) => encodeURIComponent(String(params[name] ?? '')));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return search.size === 0 ? filled : `${filled}?${search.toString()}`;
}

const failure = (code: string, status: number): Result<never> => ({
  ok: false,
  error: { code, message: '', hint: '', status },
});

async function readError(response: Response): Promise<ApiError> {
  const body = ErrorBody.safeParse(await response.json().catch(() => null));
  if (!body.success) return { code: 'ANSWER_UNREADABLE', message: '', hint: '', status: response.status };
  const { code, message, hint } = body.data;
  return { code, message, hint, status: response.status };
}

export function createClient(caller: Caller, fetch: Fetch, origin = ''): Client {
  const headers = (): Record<string, string> => {
    const credential = caller.credential();
    const session = caller.staffSession();
    return {
      'accept-language': caller.locale(),
      ...(credential === null ? {} : { authorization: `Bearer ${credential}` }),
      ...(session === null ? {} : { [STAFF_SESSION_HEADER]: session }),
    };
  };

  async function call<K extends RouteName>(name: K, input: CallInput<K>): Promise<Result<AnswerOf<K>>> {
    const route = routes[name];
    const {
      body,
      key,
      params = {},
      query = {},
    } = input as {
      body?: unknown;
      key?: string;
      params?: Record<string, unknown>;
      query?: Record<string, unknown>;
    };
    let response: Response;
    try {
      response = await fetch(origin + addressOf(route.path, params, query), {
        method: route.method,
        headers: {
          ...headers(),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === undefined ? {} : { [IDEMPOTENCY_HEADER]: key }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        cache: 'no-store',
        signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      });
    } catch {
      return failure('AGENT_AWAY', 0);
    }
    if (!response.ok) return { ok: false, error: await readError(response) };
    const answer = route.response.safeParse(await response.json().catch(() => null));
    // The schema that was looked up by `name` has parsed it; TypeScript can't follow that through the union.
    return answer.success
      ? { ok: true, value: answer.data as AnswerOf<K> }
      : failure('ANSWER_UNREADABLE', response.status);
  }

  return { call, headers };
}

/**
 * A key for one write and its retries. Made of `getRandomValues`, since `randomUUID` needs a secure context and a
 * kiosk may be opened over plain HTTP on loopback's neighbour.
 */
export function newKey(
  random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array = (bytes) => crypto.getRandomValues(bytes),
): string {
  return Array.from(random(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
