import { readFileSync } from 'node:fs';
import {
  type HubAnswer,
  type HubBody,
  HubError,
  type HubQuery,
  type HubRoute,
  type HubRouteName,
  hubRoutes,
} from '@tillside/hub-contract';
import { trustingFetch } from '@tillside/protocol';
import { HubFault } from '../fault.ts';
import type { OperatorFile } from '../operator-file.ts';

const TIMEOUT_MS = 60_000;
/** A catalogue is checked row by row, and its deltas are made, before the answer. */
const TEXT_TIMEOUT_MS = 10 * 60_000;

/** The hub's refusal, as it said it. */
export class HubRefusal extends Error {
  readonly answer: HubError;

  constructor(answer: HubError) {
    super(`${answer.code}: ${answer.message}`);
    this.name = 'HubRefusal';
    this.answer = answer;
  }
}

export interface CallInput<K extends HubRouteName> {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: HubQuery<K>;
  readonly body?: HubBody<K>;
}

export type HubClient = <K extends HubRouteName>(name: K, input?: CallInput<K>) => Promise<HubAnswer<K>>;

function bodyOf({ bodyType }: HubRoute, body: unknown): string | Uint8Array<ArrayBuffer> {
  if (bodyType === undefined) return JSON.stringify(body);
  return body instanceof Uint8Array ? Uint8Array.from(body) : String(body);
}

/** Calls the running hub by its own contract, as the console does. */
export function hubClient({ url, credential, caFile }: OperatorFile): HubClient {
  const send = caFile === undefined ? fetch : trustingFetch(readFileSync(caFile, 'utf8'));
  return async (name, { params = {}, query, body } = {}) => {
    const route: HubRoute = hubRoutes[name];
    const path = route.path.replaceAll(/:(\w+)/gu, (_, key: string) => encodeURIComponent(params[key] ?? ''));
    const target = new URL(path, url);
    for (const [key, value] of Object.entries(query ?? {})) target.searchParams.set(key, String(value));
    const response = await send(target, {
      method: route.method,
      headers: {
        authorization: `Bearer ${credential}`,
        ...(body === undefined ? {} : { 'content-type': route.bodyType ?? 'application/json' }),
      },
      ...(body === undefined ? {} : { body: bodyOf(route, body) }),
      signal: AbortSignal.timeout(route.bodyType === undefined ? TIMEOUT_MS : TEXT_TIMEOUT_MS),
    }).catch((error: unknown) => {
      throw new HubFault('HUB_UNREACHABLE', `${url} (${error instanceof Error ? error.message : 'no answer'})`);
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new HubRefusal(HubError.parse(answer));
    return route.response.parse(answer) as HubAnswer<typeof name>;
  };
}
