import {
  ErasureProof,
  HubError,
  type HubErrorCode,
  type HubRoute,
  hubRoutes,
  MyErasure,
  type MyExport,
  type MyHome,
  sessionMessage,
} from '@tillside/hub-contract';
import { signText } from './key.ts';
import type { KeptPhone } from './store.ts';

/** Why there is no answer. `offline`: the hub was not reached. `strange`: something else answered in its place. */
export type Trouble =
  | { readonly kind: 'offline' }
  | { readonly kind: 'strange' }
  | { readonly kind: 'refused'; readonly code: HubErrorCode };
export class HubTrouble extends Error {
  readonly trouble: Trouble;

  constructor(trouble: Trouble) {
    super(trouble.kind === 'refused' ? trouble.code : trouble.kind);
    this.trouble = trouble;
  }
}

const REQUEST_TIMEOUT_MS = 12_000;
type MyRoute =
  | 'claimPhone'
  | 'openSession'
  | 'my'
  | 'changeMyConsent'
  | 'correctMyData'
  | 'exportMyData'
  | 'revokeMyPhone'
  | 'eraseMyself'
  | 'myErasure';
interface Ask {
  readonly body?: unknown;
  readonly credential?: string | undefined;
  /** Of the path. */
  readonly params?: Readonly<Record<string, string>>;
}

/** Asks the hub that served this page; every answer is held to the contract. `onDate` is told the hub's clock less this phone's. Throws HubTrouble. */
export async function askHub(name: MyRoute, ask: Ask, onDate: (offsetMs: number) => void): Promise<unknown> {
  const route: HubRoute = hubRoutes[name];
  const { body, credential, params = {} } = ask;
  const path = Object.entries(params).reduce(
    (text, [key, value]) => text.replace(`:${key}`, value),
    route.path as string,
  );
  const sentAt = Date.now();
  let response: Response;
  let json: unknown;
  try {
    response = await fetch(path, {
      method: route.method,
      cache: 'no-store',
      headers: {
        ...(credential === undefined ? {} : { authorization: `Bearer ${credential}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    json = await response.json();
  } catch (error) {
    throw new HubTrouble({ kind: error instanceof SyntaxError ? 'strange' : 'offline' });
  }
  const date = Date.parse(response.headers.get('date') ?? '');
  if (!Number.isNaN(date)) onDate(offsetOf(date, sentAt, Date.now()));
  if (!response.ok) {
    const refusal = HubError.safeParse(json);
    throw new HubTrouble(refusal.success ? { kind: 'refused', code: refusal.data.code } : { kind: 'strange' });
  }
  const parsed = route.response.safeParse(json);
  if (!parsed.success) throw new HubTrouble({ kind: 'strange' });
  return parsed.data;
}

/** A Date names whole seconds, cut off, of the time when the answer was made. */
const HALF_SECOND_MS = 500;
export const offsetOf = (dateMs: number, sentAtMs: number, gotAtMs: number): number =>
  Math.round(dateMs + HALF_SECOND_MS - (sentAtMs + gotAtMs) / 2);

/** The member's side of the hub: opens a session when it needs one, and a new one when the last is over. */
export class MyHub {
  readonly #phone: () => KeptPhone;
  readonly #onDate: (offsetMs: number) => void;
  readonly #onDigits: (digits: { number: string; secret: string }) => Promise<void>;
  #credential: string | undefined;

  constructor(ports: {
    readonly phone: () => KeptPhone;
    readonly onDate: (offsetMs: number) => void;
    readonly onDigits: (digits: { number: string; secret: string }) => Promise<void>;
  }) {
    this.#phone = ports.phone;
    this.#onDate = ports.onDate;
    this.#onDigits = ports.onDigits;
  }

  home = (): Promise<MyHome> => this.#ask('my', {}) as Promise<MyHome>;
  consent = (body: { purpose: string; granted: boolean; textVersion: string }): Promise<MyHome> =>
    this.#ask('changeMyConsent', { body }) as Promise<MyHome>;
  correct = (body: { name?: string | null; birthday?: string | null }): Promise<MyHome> =>
    this.#ask('correctMyData', { body }) as Promise<MyHome>;
  revoke = (keyId: string): Promise<MyHome> => this.#ask('revokeMyPhone', { params: { keyId } }) as Promise<MyHome>;
  everything = (): Promise<MyExport> => this.#ask('exportMyData', {}) as Promise<MyExport>;
  erase = async (): Promise<ErasureProof> =>
    MyErasure.parse(await this.#ask('eraseMyself', { body: { isSure: true } })).proof;

  async #ask(name: MyRoute, ask: Ask): Promise<unknown> {
    this.#credential ??= await this.#open();
    try {
      return await askHub(name, { ...ask, credential: this.#credential }, this.#onDate);
    } catch (error) {
      if (!(error instanceof HubTrouble) || !isRefusal(error, 'HUB_SESSION_REFUSED')) throw error;
      this.#credential = await this.#open();
      return askHub(name, { ...ask, credential: this.#credential }, this.#onDate);
    }
  }

  async #open(): Promise<string> {
    try {
      return await this.#sign();
    } catch (error) {
      // The answer's Date has set the clock right.
      if (!(error instanceof HubTrouble) || !isRefusal(error, 'HUB_PHONE_CLOCK_OFF')) throw error;
      return this.#sign();
    }
  }

  async #sign(): Promise<string> {
    const { key, keyId, offsetMs } = this.#phone();
    const at = new Date(Date.now() + offsetMs).toISOString();
    const signature = await signText(key, sessionMessage(keyId, at));
    const opened = (await askHub('openSession', { body: { keyId, at, signature } }, this.#onDate)) as {
      credential: string;
      number: string;
      secret: string;
    };
    await this.#onDigits({ number: opened.number, secret: opened.secret });
    return opened.credential;
  }
}

export const isRefusal = ({ trouble }: HubTrouble, code: HubErrorCode): boolean =>
  trouble.kind === 'refused' && trouble.code === code;

/** How far the erasure of somebody has come by now. */
export const askErasure = async (memberId: string): Promise<ErasureProof> =>
  ErasureProof.parse(await askHub('myErasure', { params: { memberId } }, () => undefined));
