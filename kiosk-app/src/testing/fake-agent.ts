/**
 * An agent for the browser tests: answers the contract's routes from its own schemas, in memory, and serves the built
 * pages. What it sends is parsed by the same schemas, so that a change of the contract breaks here first.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import {
  AGENT_ERRORS,
  DEFAULT_KIOSK_SETTINGS,
  type DisplayView,
  type HeldBackView,
  type KioskSettings,
  type LabelView,
  type PromotionView,
  type RouteName,
  routes,
  STAFF_SESSION_HEADER,
  StreamEvent,
} from '@tillside/agent-contract';
import { IDLE_DISPLAY } from './display-data.ts';
import { FakeMembers } from './fake-members.ts';
import { Refusal } from './refusal.ts';
import { ITEMS, labelsOf, OFFERS, statusOf } from './store-data.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
};
const CREDENTIALS: Readonly<Record<string, string>> = {
  kiosk: 'credential-kiosk',
  staff: 'credential-staff',
  display: 'credential-display',
};
export const PAIRING_CODES: Readonly<Record<string, string>> = {
  kiosk: 'KIOSK-7K2M',
  staff: 'STAFF-94QF',
  display: 'SHOWS-3M8P',
};
const STARTS: Readonly<Record<string, string>> = { staff: 'staff.html', display: 'display.html' };
export const PIN = '2468';
export const SLOW_MS = 150;

export interface Call {
  params: Record<string, string>;
  query: Record<string, string>;
  body: Record<string, unknown>;
}

export class FakeAgent {
  readonly webRoot: string;
  readonly members = new FakeMembers();
  offers = [...OFFERS];
  items = ITEMS.map((item) => ({ ...item }));
  labels = labelsOf(12);
  promotions: PromotionView[] = [];
  heldBack: HeldBackView[] = [];
  /** What the lane's display shows. */
  display: DisplayView = IDLE_DISPLAY;
  /** How the store set its kiosks. */
  settings: KioskSettings = DEFAULT_KIOSK_SETTINGS;
  isOnline = true;
  /** Codes go to phones; how they are answered is in fake-phone.ts. */
  sendsCodes = false;
  /** Of the member pack. */
  packAgeSeconds = 7_200;
  isAway = false;
  /** Makes every answer late by this much. */
  delayMs = 0;
  /** What a test or a part of the kiosk answers itself, by the name of the route; asked first. */
  answers: Partial<Record<RouteName, (call: Call) => unknown>> = {};
  #server: Server | undefined;
  #streams = new Set<ServerResponse>();

  constructor(webRoot: string) {
    this.webRoot = webRoot;
  }

  /** As it was at the start, for the next test. */
  reset(): void {
    this.settings = DEFAULT_KIOSK_SETTINGS;
    this.isOnline = true;
    this.sendsCodes = false;
    this.isAway = false;
    this.packAgeSeconds = 7_200;
    this.delayMs = 0;
    this.offers = [...OFFERS];
    this.items = ITEMS.map((item) => ({ ...item }));
    this.labels = labelsOf(12);
    this.promotions = [];
    this.heldBack = [];
    this.answers = {};
    this.members.reset();
  }

  async start(): Promise<string> {
    const server = createServer((request, response) => void this.#answer(request, response));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    for (const stream of this.#streams) stream.end();
    this.#server?.closeAllConnections();
    await new Promise<void>((resolve) => (this.#server ? this.#server.close(() => resolve()) : resolve()));
  }

  /** Sends an event to every open page. */
  emit(event: StreamEvent): void {
    const data = JSON.stringify(StreamEvent.parse(event));
    for (const stream of this.#streams) stream.write(`event: ${event.type}\ndata: ${data}\n\n`);
  }

  /** Drops the pages' streams and answers nothing any more, as a machine that was switched off. */
  goAway(): void {
    this.isAway = true;
    for (const stream of this.#streams) stream.destroy();
    this.#streams.clear();
  }

  setLabel(tagId: string, change: Partial<LabelView>): LabelView {
    const at = this.labels.findIndex((label) => label.tagId === tagId);
    const label = this.labels[at];
    if (!label) throw new Refusal('LABEL_UNKNOWN');
    const next = { ...label, ...change };
    this.labels[at] = next;
    this.emit({ type: 'label', tagId, state: next.state });
    return next;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.isAway) {
      request.socket.destroy();
      return;
    }
    const url = new URL(request.url ?? '/', 'http://agent');
    try {
      if (!url.pathname.startsWith('/v1/')) return await this.#page(url.pathname, response);
      if (url.pathname === '/v1/events') return this.#stream(request, response);
      const found = matchRoute(request.method ?? 'GET', url.pathname);
      if (!found) throw new Refusal('NOT_FOUND');
      const route = routes[found.name];
      this.#authorise(route.auth, request);
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString('utf8');
      const parse = (schema: unknown, value: unknown): Record<string, string> => {
        if (schema === undefined) return {};
        const parsed = (schema as { safeParse(v: unknown): { success: boolean; data?: unknown } }).safeParse(value);
        if (!parsed.success) throw new Refusal('BODY_REFUSED');
        return parsed.data as Record<string, string>;
      };
      if ('idempotent' in route && !request.headers['idempotency-key']) throw new Refusal('IDEMPOTENCY_KEY_MISSING');
      const call: Call = {
        params: parse('params' in route ? route.params : undefined, found.params),
        query: parse('query' in route ? route.query : undefined, Object.fromEntries(url.searchParams)),
        body: parse('body' in route ? route.body : undefined, text === '' ? undefined : JSON.parse(text)),
      };
      const answer = route.response.parse(this.#handle(found.name, call));
      if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    } catch (error) {
      const code = error instanceof Refusal ? error.code : 'INTERNAL';
      const { status, cause, hint } = AGENT_ERRORS[code];
      const body = { code, message: cause.en, hint: hint.en, requestId: 'test' };
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      if (!(error instanceof Refusal)) throw error;
    }
  }

  #authorise(auth: string, request: IncomingMessage): void {
    if (auth === 'public') return;
    const kind = auth === 'staff-session' ? 'staff' : auth;
    const credential = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    const accepted = auth === 'paired' ? Object.values(CREDENTIALS) : [CREDENTIALS[kind]];
    if (!accepted.includes(credential)) throw new Refusal('CREDENTIAL_MISSING');
    if (auth === 'staff-session' && request.headers[STAFF_SESSION_HEADER] !== 'session-1') {
      throw new Refusal('STAFF_SESSION_ENDED');
    }
  }

  #stream(request: IncomingMessage, response: ServerResponse): void {
    this.#authorise('paired', request);
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(': hello\n\n');
    this.#streams.add(response);
    response.on('close', () => this.#streams.delete(response));
  }

  async #page(pathname: string, response: ServerResponse): Promise<void> {
    const match = /^\/(kiosk|staff|display)\/(.*)$/.exec(pathname);
    const start = match === null ? '' : (STARTS[match[1] ?? ''] ?? 'index.html');
    const file = normalize(join(this.webRoot, match?.[2] || start));
    if (!match || !file.startsWith(this.webRoot)) throw new Refusal('NOT_FOUND');
    const bytes = await readFile(file).catch(() => null);
    if (bytes === null) throw new Refusal('NOT_FOUND');
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(bytes);
  }

  #handle(name: RouteName, call: Call): unknown {
    const { params, query, body } = call;
    const own = this.answers[name];
    if (own !== undefined) return own(call);
    switch (name) {
      case 'pair': {
        const kind = String(body.kind);
        if (body.code !== PAIRING_CODES[kind]) throw new Refusal('PAIRING_CODE_REFUSED');
        return { deviceId: `${kind}-1`, kind, name: 'Test', storeId: 'store-309', credential: CREDENTIALS[kind] };
      }
      case 'publicOffers':
        return {
          storeName: { zh: '晨光市集 · 中山路店', en: 'Morning Market, Zhongshan Road' },
          campaignSetVersion: 7,
          online: this.isOnline,
          ...(this.sendsCodes ? { phoneCodes: true } : {}),
          offers: this.offers,
        };
      case 'kioskSettings':
        return this.settings;
      case 'getDisplay':
        return this.display;
      case 'staffSignIn':
        if (body.pin !== PIN) throw new Refusal('PIN_REFUSED');
        return { session: 'session-1', staffId: 's-1', name: '林晓', role: 'clerk', expiresAt: '2026-11-22T16:00:00Z' };
      case 'findItems': {
        const q = String(query.q ?? '').toLowerCase();
        const items = this.items.filter((item) =>
          [item.sku, item.gtin, item.name.zh, item.name.en.toLowerCase()].some((text) => text.includes(q)),
        );
        return { items: items.slice(0, Number(query.limit)) };
      }
      default:
        return this.members.handle(name, body) ?? this.#handleStaff(name, params, body);
    }
  }

  #handleStaff(name: RouteName, params: Record<string, string>, body: Record<string, unknown>): unknown {
    switch (name) {
      case 'status':
        return statusOf(this.isOnline, this.packAgeSeconds);
      case 'staffSignOut':
        return {};
      case 'listLabels':
        return { labels: this.labels };
      case 'pairLabel': {
        const item = this.items.find((candidate) => candidate.sku === body.sku);
        if (!item) throw new Refusal('ITEM_UNKNOWN');
        return this.#send(params.tagId ?? '', { sku: item.sku, name: item.name, priceFen: item.shelfPriceFen });
      }
      case 'unpairLabel': {
        const at = this.labels.findIndex((label) => label.tagId === params.tagId);
        this.labels[at] = { tagId: params.tagId ?? '', state: 'unpaired', code: 'LABEL_UNPAIRED' };
        return {};
      }
      case 'flashLabel':
        return {};
      case 'listPromotions':
        return { promotions: this.promotions };
      case 'putPromotion':
        return this.#promote(body as { sku: string; percentOffBasisPoints: number; until: string });
      case 'endPromotion':
        this.promotions = this.promotions.filter((one) => one.campaignId !== params.campaignId);
        return {};
      case 'listHeldBack':
        return { items: this.heldBack };
      case 'putHeldBack': {
        const { sku, until } = body as { sku: string; until: string };
        const held = { sku, until, name: this.items.find((item) => item.sku === sku)?.name ?? { zh: sku, en: sku } };
        this.heldBack = [...this.heldBack.filter((one) => one.sku !== sku), held];
        return held;
      }
      case 'endHeldBack':
        this.heldBack = this.heldBack.filter((one) => one.sku !== params.sku);
        return {};
      case 'footfall':
        return {
          date: '2026-11-22',
          now: { devices: 34, associated: 9 },
          hours: [7, 8, 9, 10, 11, 12, 13, 14].map((hour, at) => ({
            hour,
            devices: [12, 31, 44, 52, 71, 96, 63, 34][at],
          })),
        };
      default:
        throw new Refusal('NOT_FOUND');
    }
  }

  /** A label's picture goes out, and after a moment the tag proves that it shows it. */
  #send(tagId: string, change: Partial<LabelView>): LabelView {
    const sent = this.setLabel(tagId, { ...change, state: 'queued', code: 'LABEL_QUEUED' });
    setTimeout(
      () =>
        this.setLabel(tagId, {
          state: 'shown',
          code: 'LABEL_RIGHT',
          shownFen: change.priceFen,
          shownAt: '2026-11-22T02:10:00Z',
        }),
      SLOW_MS,
    );
    return sent;
  }

  #promote(input: { sku: string; percentOffBasisPoints: number; until: string }): PromotionView {
    const item = this.items.find((candidate) => candidate.sku === input.sku);
    if (!item) throw new Refusal('ITEM_UNKNOWN');
    const offerFen = Math.round((item.priceFen * (10_000 - input.percentOffBasisPoints)) / 10_000);
    item.shelfPriceFen = offerFen;
    for (const label of this.labels) {
      if (label.sku === input.sku) this.#send(label.tagId, { priceFen: offerFen, wasPriceFen: item.priceFen });
    }
    const promotion: PromotionView = {
      campaignId: `store-${input.sku}`,
      origin: 'store',
      name: item.name,
      from: '2026-11-22T02:00:00Z',
      state: 'live',
      ...input,
    };
    this.promotions = [...this.promotions.filter((one) => one.sku !== input.sku), promotion];
    return promotion;
  }
}

function matchRoute(method: string, pathname: string): { name: RouteName; params: Record<string, string> } | null {
  for (const [name, route] of Object.entries(routes)) {
    if (route.method !== method) continue;
    const pattern = new RegExp(`^${route.path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`);
    const match = pattern.exec(pathname);
    if (match) return { name: name as RouteName, params: { ...match.groups } };
  }
  return null;
}
