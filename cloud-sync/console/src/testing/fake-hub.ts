import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { checkCampaignSet, parseCampaignSet } from '@tillside/decide';
import {
  HUB_ERRORS,
  type HubErrorCode,
  type HubRoute,
  type HubRouteName,
  hubRoutes,
  type Issue,
  type SegmentProgress,
} from '@tillside/hub-contract';
import { FakeContent } from './fake-content.ts';
import { FakeMembers } from './fake-members.ts';
import { SEGMENT_RULES, SEGMENT_RUN } from './member-samples.ts';
import { MODEL_CARD } from './model-samples.ts';
import { type World, worldOf } from './world.ts';

/**
 * Stands in for the hub in the console's tests: real HTTP, the contract's routes, and every answer held to the contract before it is
 * sent. The rooms' rules keep the console from importing the hub itself.
 */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
};
export const CODE = 'MINT-4821';
const CREDENTIAL = 'o'.repeat(43);

type Reply =
  | { readonly status: 200; readonly body: unknown }
  | { readonly status: number; readonly code: HubErrorCode; readonly issues?: Issue[] };
const ok = (body: unknown): Reply => ({ status: 200, body });
const refuse = (code: HubErrorCode, issues?: Issue[]): Reply => ({
  status: HUB_ERRORS[code].status ?? 500,
  code,
  ...(issues === undefined ? {} : { issues }),
});

/** Words before parameters, as a router has it. */
const ROUTES = (Object.entries(hubRoutes) as [HubRouteName, HubRoute][]).sort(
  ([, a], [, b]) => Number(a.path.includes(':')) - Number(b.path.includes(':')),
);

/** JSON, the text of a table, or bytes; undefined where nothing was sent. */
function sentBody(type: string | undefined, bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  if (type === 'application/octet-stream') return new Uint8Array(bytes);
  const text = bytes.toString('utf8');
  return type === 'text/csv' ? text : JSON.parse(text);
}

export class FakeHub {
  world: World = worldOf('market');
  members = new FakeMembers(false);
  content = new FakeContent();
  isRevoked = false;
  /** Breaks every API connection, as a hub that is down does. */
  isDown = false;
  readonly #webDir: string;
  #server: Server | undefined;
  #jobReads = 0;
  #jobKind: 'train' | 'evaluate' = 'train';
  /** Readings of a run of segments since it began; 0: none is under way. */
  #runReads = 0;
  #hasRun = false;

  constructor(webDir: string) {
    this.#webDir = webDir;
  }

  async listen(): Promise<string> {
    const server = createServer((request, response) => void this.#answer(request, response));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://hub');
    if (url.pathname.startsWith('/console/')) return this.#page(url.pathname.slice('/console/'.length), response);
    if (this.isDown) {
      request.socket.destroy();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const picture = this.content.picture(url.pathname.replace('/v1/content/pictures/', ''));
    if (picture !== undefined) {
      response.writeHead(200, { 'content-type': 'image/webp' }).end(picture);
      return;
    }
    const reply = this.#route(request, url, sentBody(request.headers['content-type'], Buffer.concat(chunks)));
    response.writeHead(reply.status, { 'content-type': 'application/json' });
    if ('body' in reply) {
      response.end(JSON.stringify(reply.body));
      return;
    }
    const { cause, hint } = HUB_ERRORS[reply.code];
    const { code, issues } = reply;
    response.end(
      JSON.stringify({ code, message: cause.en, hint: hint.en, requestId: 'r-1', ...(issues ? { issues } : {}) }),
    );
  }

  async #page(name: string, response: ServerResponse): Promise<void> {
    const file = name === '' ? 'index.html' : name;
    try {
      const bytes = await readFile(join(this.#webDir, file));
      response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  }

  #route(request: IncomingMessage, url: URL, body: unknown): Reply {
    for (const [name, route] of ROUTES) {
      const pattern = new RegExp(`^${route.path.replace(/:\w+/u, '([^/]+)')}$`);
      const match = pattern.exec(url.pathname);
      if (match === null || route.method !== request.method) continue;
      if (route.auth === 'operator' && (this.isRevoked || request.headers.authorization !== `Bearer ${CREDENTIAL}`)) {
        return refuse('HUB_CREDENTIAL_REFUSED');
      }
      const parsed = route.body?.safeParse(body);
      if (parsed?.success === false) return refuse('HUB_REQUEST_INVALID');
      const reply = this.#handle(name, decodeURIComponent(match[1] ?? ''), url.searchParams, parsed?.data);
      return 'body' in reply ? ok(route.response.parse(reply.body)) : reply;
    }
    return refuse('HUB_ROUTE_UNKNOWN');
  }

  #handle(name: HubRouteName, id: string, query: URLSearchParams, body: unknown): Reply {
    const { world } = this;
    const shown = this.content.answer(name, body, world);
    if (shown !== null) return ok(shown);
    const told = this.members.answer(name, id, query, body);
    if (told !== null) return 'body' in told ? ok(told.body) : refuse(told.refused);
    switch (name) {
      case 'pair': {
        const { code, kind, name: who } = body as { code: string; kind: string; name: string };
        if (code !== CODE) return refuse('HUB_PAIRING_CODE_REFUSED');
        return ok({ kind, name: who, credentialId: crypto.randomUUID(), credential: CREDENTIAL });
      }
      case 'overview':
        return ok(world.overview());
      case 'stores':
        return ok({ stores: world.stores });
      case 'store': {
        const detail = world.detail(id);
        return detail === undefined ? refuse('HUB_STORE_UNKNOWN') : ok(detail);
      }
      case 'addStore':
        return ok(world.addStore(body as { id: string; name?: string }));
      case 'createPairing':
        return ok(world.pairing((body as { store: string }).store));
      case 'salesDaily':
        return ok({ days: world.days });
      case 'events':
        return ok(world.page(query));
      case 'campaigns':
        return ok({ releases: world.releases });
      case 'pushCampaigns':
        return this.#push(body as { stores: string[]; set: unknown });
      case 'models':
        return ok({ models: world.models, job: null });
      case 'modelCard':
        return ok({ card: MODEL_CARD });
      case 'takes':
        return ok(world.takes(query));
      case 'modelStages':
        return ok({ stores: world.stages });
      case 'associationRules':
        return ok(world.rules());
      case 'trainModel':
      case 'evaluateModel':
        this.#jobReads = 0;
        this.#jobKind = name === 'trainModel' ? 'train' : 'evaluate';
        return ok(world.job(0, this.#jobKind));
      case 'trainingJob':
        this.#jobReads += 1;
        return ok(world.job(this.#jobReads, this.#jobKind));
      case 'pushModel':
        return ok({ stores: world.pushModel(id, (body as { stores: string[] }).stores) });
      case 'rollBackModel':
        return ok({ stores: world.rollBackModel((body as { stores: string[] }).stores) });
      case 'segments':
        return ok({
          running: this.#progress(),
          run: this.#hasRun || world.stores.length > 0 ? SEGMENT_RUN : null,
          failed: null,
          rules: SEGMENT_RULES,
        });
      case 'runSegments':
        this.#runReads = 1;
        return ok(this.#progress());
      default:
        return refuse('HUB_ROUTE_UNKNOWN');
    }
  }

  #progress(): SegmentProgress | null {
    if (this.#runReads === 0) return null;
    this.#runReads += 1;
    if (this.#runReads > 3) {
      this.#runReads = 0;
      this.#hasRun = true;
      return null;
    }
    return { startedAt: SEGMENT_RUN.startedAt, stage: 'labelling', members: 6_000, progress: 0.7 };
  }

  #push({ stores, set }: { stores: string[]; set: unknown }): Reply {
    const parsed = parseCampaignSet(set);
    if (!parsed.ok) {
      const issues = parsed.errors.map(({ path, code, message }) => ({ path, code, message }));
      return refuse('HUB_CAMPAIGNS_INVALID', issues);
    }
    const findings = checkCampaignSet(parsed.value);
    const errors = findings.filter(({ severity }) => severity === 'error');
    if (errors.length > 0) {
      const issues = errors.map(({ path, code, message }) => ({ path, code, message: message.en, text: message }));
      return refuse('HUB_CAMPAIGNS_UNSOUND', issues);
    }
    return ok({ ...this.world.push(parsed.value, stores), findings });
  }
}
