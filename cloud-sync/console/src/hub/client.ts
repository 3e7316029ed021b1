import {
  HUB_ERRORS,
  type HubAnswer,
  type HubBody,
  HubError,
  type HubErrorCode,
  type HubParams,
  type HubQuery,
  type HubRoute,
  type HubRouteName,
  hubRoutes,
  type Issue,
  PICTURE_PATH,
  type Text,
} from '@tillside/hub-contract';
import { dataUrlOf } from '../parts/cut-picture.ts';

/** Why there is no answer. `offline`: the hub was not reached. `strange`: something else answered in its place. */
export type Trouble =
  | { readonly kind: 'offline' }
  | { readonly kind: 'strange' }
  | {
      readonly kind: 'refused';
      readonly code: HubErrorCode;
      readonly message: string;
      readonly issues: readonly Issue[];
    };
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly trouble: Trouble };

type Part<K extends string, T> = T extends undefined ? unknown : Readonly<Record<K, T>>;
export type Ask<K extends HubRouteName> = Part<'body', HubBody<K>> &
  (undefined extends HubQuery<K> ? unknown : { readonly query?: HubQuery<K> }) &
  Part<'params', HubParams<K>> & {
    /** Names a change, so that one that was sent twice is done once. */
    readonly key?: string;
  };

export interface HubClient {
  call<K extends HubRouteName>(name: K, ask: Ask<K>, signal?: AbortSignal): Promise<Answer<HubAnswer<K>>>;
  /** Sends a file as it is, without reading it into the page's memory. */
  send<K extends 'importMembers' | 'addPicture'>(
    name: K,
    file: Blob,
    signal?: AbortSignal,
  ): Promise<Answer<HubAnswer<K>>>;
  /** A picture for kiosks as a data URL; undefined where it can't be had. */
  picture(sha256: string): Promise<string | undefined>;
}

const REQUEST_TIMEOUT_MS = 15_000;
/** A file of a million rows took half a minute; of ten million it may take some. */
const FILE_TIMEOUT_MS = 30 * 60_000;

/** Calls the hub that served this page. Every answer is held to the contract before a page sees it. */
export function createHubClient(credential: string | undefined, origin = location.origin): HubClient {
  const authorised: Record<string, string> = credential === undefined ? {} : { authorization: `Bearer ${credential}` };
  async function answered<K extends HubRouteName>(
    name: K,
    url: string,
    init: RequestInit,
  ): Promise<Answer<HubAnswer<K>>> {
    const route: HubRoute = hubRoutes[name];
    let response: Response;
    let json: unknown;
    try {
      response = await fetch(url, { ...init, method: route.method });
      json = await response.json();
    } catch (error) {
      return { ok: false, trouble: { kind: error instanceof SyntaxError ? 'strange' : 'offline' } };
    }
    if (!response.ok) return { ok: false, trouble: refusal(json) };
    const parsed = route.response.safeParse(json);
    if (!parsed.success) return { ok: false, trouble: { kind: 'strange' } };
    return { ok: true, value: parsed.data as HubAnswer<K> };
  }
  return {
    call: (name, ask, signal) => {
      const { body, query, params, key } = ask as Sent;
      return answered(name, address(origin, hubRoutes[name].path, params ?? {}, query), {
        headers: {
          ...authorised,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        signal: within(REQUEST_TIMEOUT_MS, signal),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    },
    send: (name, file, signal) =>
      answered(name, address(origin, hubRoutes[name].path, {}, undefined), {
        headers: { ...authorised, 'content-type': hubRoutes[name].bodyType },
        signal: within(FILE_TIMEOUT_MS, signal),
        body: file,
      }),
    picture: async (sha256) => {
      const url = address(origin, PICTURE_PATH, { sha256 }, undefined);
      const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
      const response = await fetch(url, { headers: authorised, signal }).catch(() => undefined);
      return response?.ok === true ? response.blob().then(dataUrlOf, () => undefined) : undefined;
    },
  };
}

interface Sent {
  readonly body?: unknown;
  readonly query?: object;
  readonly params?: Record<string, string>;
  readonly key?: string;
}

function within(timeoutMs: number, signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}

function address(
  origin: string,
  path: string,
  params: Readonly<Record<string, string>>,
  query: object | undefined,
): string {
  const url = new URL(
    path.replace(/:(\w+)/gu, (_, name: string) => encodeURIComponent(params[name] ?? '')),
    origin,
  );
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined) url.searchParams.set(key, String(value));
  }
  return url.href;
}

function refusal(json: unknown): Trouble {
  const parsed = HubError.safeParse(json);
  if (!parsed.success) return { kind: 'strange' };
  const { code, message, issues } = parsed.data;
  return { kind: 'refused', code, message, issues: issues ?? [] };
}

/** What the registry says of a refusal, in both languages. */
export function refusalWords(code: HubErrorCode): { readonly cause: Text; readonly hint: Text } {
  return HUB_ERRORS[code];
}

/** The credential is unknown or revoked: only pairing again helps. */
export function mustSignIn(trouble: Trouble): boolean {
  return (
    trouble.kind === 'refused' &&
    (trouble.code === 'HUB_CREDENTIAL_REFUSED' || trouble.code === 'HUB_CREDENTIAL_MISSING')
  );
}
