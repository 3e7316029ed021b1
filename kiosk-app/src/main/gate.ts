/**
 * All that the kiosk's page can reach: this release's own files, and the agent's `/v1/` and `/content/`. The agent is asked from
 * here, with the credential that the page never sees; Electron's protocol handler and Chromium's loopback server stand on it.
 */
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import type { Readable } from 'node:stream';
import type { CredentialKeeper } from './credential.ts';
import type { AgentAnswer, AgentCall, AgentPort } from './forward.ts';
import { OWN_PAGES } from './own-pages.ts';
import { SECURITY_HEADERS } from './policy.ts';

export interface GateRequest {
  readonly method: string;
  /** Path and query, as the page asked for it. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
  readonly signal: AbortSignal;
}

export interface GateAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | Readable;
}

/** A kiosk sends a form at most. */
export const MAX_REQUEST_BYTES = 256 * 1024;
/** Answers that the gate reads itself (pairing, a refused credential) are a few hundred bytes. */
const MAX_READ_BYTES = 64 * 1024;

const FORWARDED = ['/v1/', '/content/'];
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE']);
const ASKED = ['accept', 'accept-language', 'content-type', 'idempotency-key', 'if-none-match', 'range'];
const ANSWERED = ['content-type', 'content-length', 'content-range', 'cache-control', 'etag', 'retry-after'];
const REFUSED_CREDENTIAL = new Set(['CREDENTIAL_REVOKED', 'CREDENTIAL_MISSING']);

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
  '.woff2': 'font/woff2',
};

/** What the page is given in the place of a credential. */
export const HELD_BY_SHELL = 'held-by-shell';

export interface GatePorts {
  /** The folder of the built pages. */
  pagesDir: string;
  agent: AgentPort;
  credential: CredentialKeeper;
}

export class Gate {
  readonly #ports: GatePorts;
  #hasAgentAnswered = false;

  constructor(ports: GatePorts) {
    this.#ports = ports;
  }

  /** Whether the page has had an answer of the agent itself since the start, a refusal included. */
  get hasAgentAnswered(): boolean {
    return this.#hasAgentAnswered;
  }

  /** Never throws; what goes wrong is an answer with the shape of the agent's errors. */
  async answer(request: GateRequest): Promise<GateAnswer> {
    const pathname = request.path.split(/[?#]/, 1)[0] ?? '/';
    if (!METHODS.has(request.method)) return refusal(405, 'METHOD_REFUSED');
    if (request.body.byteLength > MAX_REQUEST_BYTES) return refusal(413, 'BODY_TOO_LARGE');
    if (FORWARDED.some((prefix) => pathname.startsWith(prefix))) return this.#forward(request, pathname);
    if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405, 'METHOD_REFUSED');
    const own = OWN_PAGES[pathname];
    return own === undefined ? this.#file(pathname) : text(200, own[0], own[1]);
  }

  async #file(pathname: string): Promise<GateAnswer> {
    const root = normalize(this.#ports.pagesDir + sep);
    let file: string;
    try {
      file = normalize(join(root, decodeURIComponent(pathname === '/' ? '/index.html' : pathname)));
    } catch {
      return refusal(404, 'NOT_FOUND');
    }
    const type = TYPES[extname(file)];
    if (!file.startsWith(root) || file.includes('\0') || type === undefined) return refusal(404, 'NOT_FOUND');
    const bytes = await readFile(file).catch(() => null);
    if (bytes === null) return refusal(404, 'NOT_FOUND');
    if (pathname === '/' || pathname === '/index.html') return text(200, type, this.#marked(bytes.toString('utf8')));
    // Their names carry a hash of what is in them.
    const cache = pathname.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-store';
    return { status: 200, headers: { ...SECURITY_HEADERS, 'content-type': type, 'cache-control': cache }, body: bytes };
  }

  /** Tells the page, before its first script, that the shell holds the credential, and whether there is one. */
  #marked(html: string): string {
    const state = this.#ports.credential.read() === null ? 'unpaired' : 'paired';
    return html.replace('<head>', `<head><meta name="tillside-shell" content="${state}">`);
  }

  async #forward(request: GateRequest, pathname: string): Promise<GateAnswer> {
    const { agent, credential } = this.#ports;
    const held = credential.read();
    const call: AgentCall = {
      method: request.method,
      path: request.path,
      headers: {
        ...chosen(request.headers, ASKED),
        ...(held === null ? {} : { authorization: `Bearer ${held}` }),
      },
      body: request.body,
      signal: request.signal,
    };
    let answer: AgentAnswer;
    try {
      answer = await agent.ask(call);
    } catch {
      return refusal(503, 'AGENT_AWAY');
    }
    this.#hasAgentAnswered = true;
    const headers = { ...SECURITY_HEADERS, 'cache-control': 'no-store', ...chosen(answer.headers, ANSWERED) };
    const isPairing = pathname === '/v1/pair' && answer.status === 200;
    if (!isPairing && answer.status !== 401) return { status: answer.status, headers, body: answer.body };
    const read = await readJson(answer.body);
    if (read === null) return refusal(502, 'ANSWER_UNREADABLE');
    if (isPairing && typeof read.credential === 'string') {
      credential.write(read.credential);
      read.credential = HELD_BY_SHELL;
    } else if (held !== null && REFUSED_CREDENTIAL.has(String(read.code))) {
      credential.forget();
    }
    return text(answer.status, 'application/json', JSON.stringify(read));
  }
}

function chosen(headers: Readonly<Record<string, string | undefined>>, names: readonly string[]) {
  const taken: Record<string, string> = {};
  for (const name of names) {
    const value = headers[name];
    if (value !== undefined) taken[name] = value;
  }
  return taken;
}

function text(status: number, type: string, body: string): GateAnswer {
  return {
    status,
    headers: { ...SECURITY_HEADERS, 'content-type': type, 'cache-control': 'no-store' },
    body: Buffer.from(body, 'utf8'),
  };
}

/** The shape of the agent's errors; the page has its own words for these codes. */
const refusal = (status: number, code: string): GateAnswer =>
  text(status, 'application/json', JSON.stringify({ code, message: '', hint: '', requestId: 'shell' }));

async function readJson(body: Readable): Promise<Record<string, unknown> | null> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of body) {
      parts.push(Buffer.from(part));
      size += parts.at(-1)?.byteLength ?? 0;
      if (size > MAX_READ_BYTES) return null;
    }
    const value: unknown = JSON.parse(Buffer.concat(parts).toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
