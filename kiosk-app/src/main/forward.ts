/** Asks the store's agent over HTTP, or over HTTPS with the store's own CA. */
import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';

export interface AgentCall {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly signal: AbortSignal;
}

export interface AgentAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Readable;
}

export interface AgentPort {
  /** Rejects when the agent can't be reached. An event stream is waited for as long as the page does. */
  ask(call: AgentCall): Promise<AgentAnswer>;
  /** Whether it says that it is ready. Never rejects. */
  isReady(): Promise<boolean>;
}

/** The page gives up after 8 s; this only keeps a dead connection from staying. */
const ANSWER_TIMEOUT_MS = 15_000;
const READY_TIMEOUT_MS = 2_000;
/** How soon an event stream finds an agent that came back. */
export const STREAM_RETRY_MS = 250;
/** A stream that found nobody for so long is answered, so that the page's own back-off takes over. */
const STREAM_WAIT_MS = 30_000;

export interface AgentOptions {
  /** Such as `https://store-pc:8443`. */
  origin: string;
  /** PEM. With it, certificates of any other CA are refused. */
  ca?: string;
}

export function agentPort({ origin, ca }: AgentOptions): AgentPort {
  const base = new URL(origin);
  const secure = base.protocol === 'https:';
  const pool = secure
    ? new https.Agent({ keepAlive: true, minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) })
    : new http.Agent({ keepAlive: true });

  function once(call: AgentCall, timeoutMs: number): Promise<AgentAnswer> {
    return new Promise((resolve, reject) => {
      const request = (secure ? https : http).request(
        {
          hostname: base.hostname.replace(/^\[|\]$/g, ''),
          port: base.port || (secure ? 443 : 80),
          method: call.method,
          path: call.path,
          headers: { ...call.headers, ...(call.body.byteLength > 0 ? { 'content-length': call.body.byteLength } : {}) },
          agent: pool,
          signal: call.signal,
        },
        (answer) => {
          clearTimeout(timer);
          resolve({ status: answer.statusCode ?? 502, headers: joined(answer.headers), body: answer });
        },
      );
      const timer = setTimeout(() => request.destroy(new Error('AGENT_SILENT')), timeoutMs);
      request.once('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
      request.end(call.body);
    });
  }

  return {
    async ask(call) {
      const isStream = call.method === 'GET' && call.headers.accept === 'text/event-stream';
      const until = performance.now() + STREAM_WAIT_MS;
      for (;;) {
        try {
          return await once(call, ANSWER_TIMEOUT_MS);
        } catch (error) {
          if (!isStream || call.signal.aborted || performance.now() > until) throw error;
          await new Promise((resolve) => setTimeout(resolve, STREAM_RETRY_MS));
        }
      }
    },
    async isReady() {
      try {
        const signal = AbortSignal.timeout(READY_TIMEOUT_MS);
        const call = { method: 'GET', path: '/readyz', headers: {}, body: new Uint8Array(), signal };
        const answer = await once(call, READY_TIMEOUT_MS);
        answer.body.resume();
        return answer.status === 200;
      } catch {
        return false;
      }
    },
  };
}

/** Headers with one value each. */
export function joined(headers: http.IncomingHttpHeaders): Record<string, string | undefined> {
  const all: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(headers)) all[name] = Array.isArray(value) ? value.join(', ') : value;
  return all;
}
