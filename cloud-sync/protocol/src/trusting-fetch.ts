import { Agent, request } from 'node:https';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { rootCertificates } from 'node:tls';

const MAX_SOCKETS = 4;
/** Statuses that have no body. */
const BODILESS = new Set([204, 304]);

type Init = Pick<RequestInit, 'method' | 'headers' | 'body' | 'signal' | 'redirect'>;

/**
 * `fetch` that trusts a private CA besides the public ones; all else of a certificate is checked as ever. `ca`: PEM, one or several certificates. It knows
 * what this product asks of fetch: a body of text or bytes, headers, a signal. Redirects are not followed: with `redirect: 'error'` they reject. Anything
 * but HTTPS goes to the fetch of the platform.
 */
export function trustingFetch(ca: string): typeof fetch {
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS, ca: [...rootCertificates, ca] });
  const send = (url: URL, init: Init): Promise<Response> =>
    new Promise((resolve, reject) => {
      const { method = 'GET', signal, redirect } = init;
      const headers = Object.fromEntries(new Headers(init.headers));
      const options = { method, headers, agent, ...(signal == null ? {} : { signal }) };
      const sent = request(url, options, (answer) => {
        const status = answer.statusCode ?? 500;
        if (redirect === 'error' && status >= 300 && status < 400 && answer.headers.location !== undefined) {
          answer.destroy();
          reject(new TypeError('unexpected redirect'));
          return;
        }
        const head = new Headers();
        for (const [name, value] of Object.entries(answer.headers))
          for (const each of [value ?? []].flat()) head.append(name, each);
        if (BODILESS.has(status)) answer.resume();
        const body = BODILESS.has(status) ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>);
        resolve(new Response(body as ConstructorParameters<typeof Response>[0], { status, headers: head }));
      });
      sent.on('error', (cause) => reject(failure(cause, signal)));
      sent.end(init.body ?? undefined);
    });
  return (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    return url.protocol === 'https:' ? send(url, init) : fetch(input, init);
  };
}

/** As fetch says it: the reason of an abort itself, all else behind a TypeError. */
function failure(cause: Error, signal: AbortSignal | null | undefined): unknown {
  return signal?.aborted === true ? signal.reason : new TypeError('fetch failed', { cause });
}
