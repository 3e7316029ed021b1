import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Issued, testCa } from './testing/certificates.ts';
import { trustingFetch } from './trusting-fetch.ts';

const ca = testCa();
let close: () => Promise<void> = async () => {};
let seen: { method: string | undefined; body: string; authorization: string | undefined }[];
beforeEach(() => {
  seen = [];
});
afterEach(() => close());

async function serve(issued: Issued): Promise<string> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    seen.push({ method: request.method, body, authorization: request.headers.authorization });
    if (request.url === '/elsewhere') response.writeHead(302, { location: '/' }).end();
    else if (request.url === '/silent') response.flushHeaders();
    else response.writeHead(request.url === '/busy' ? 503 : 200, { 'retry-after': '7' }).end('{"ok":true}');
  };
  const server = createServer(issued, (request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
/** What OpenSSL or Node.js said. */
const codeOf = async (answer: Promise<Response>): Promise<string | undefined> => {
  try {
    await answer;
    return undefined;
  } catch (error) {
    return ((error as Error).cause as { code?: string } | undefined)?.code ?? (error as Error).message;
  }
};

test('a private CA is trusted; what is sent and answered is as with fetch', async () => {
  const url = await serve(ca.issue(['127.0.0.1']));
  const get = trustingFetch(ca.cert);
  const answer = await get(`${url}/busy`, { method: 'POST', headers: { authorization: 'Bearer x' }, body: 'hello' });
  expect([answer.status, answer.ok, answer.headers.get('retry-after')]).toEqual([503, false, '7']);
  expect(await answer.json()).toEqual({ ok: true });
  await get(url, { method: 'POST', body: new Uint8Array([104, 105]) });
  expect(seen).toEqual([
    { method: 'POST', body: 'hello', authorization: 'Bearer x' },
    { method: 'POST', body: 'hi', authorization: undefined },
  ]);
});

test('nothing else is let off: unknown CA, another name, expired, not yet valid', async () => {
  const now = Date.now();
  const trusting = trustingFetch(ca.cert);
  const good = await serve(ca.issue(['127.0.0.1']));
  expect(await codeOf(fetch(good))).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  expect(await codeOf(trustingFetch(testCa('another').cert)(good))).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  // One that only calls itself so.
  expect(await codeOf(trustingFetch(testCa().cert)(good))).toBe('CERT_SIGNATURE_FAILURE');
  await close();
  const cases = [
    [ca.issue(['hub.example']), 'ERR_TLS_CERT_ALTNAME_INVALID'],
    [ca.issue(['127.0.0.1'], { from: now - 9e8, to: now - 1e8 }), 'CERT_HAS_EXPIRED'],
    [ca.issue(['127.0.0.1'], { from: now + 1e8, to: now + 9e8 }), 'CERT_NOT_YET_VALID'],
  ] as const;
  for (const [issued, code] of cases) {
    expect(await codeOf(trusting(await serve(issued)))).toBe(code);
    await close();
  }
  expect(seen).toEqual([]);
});

test('redirects are refused where asked, and a signal ends what waits, also within the body', async () => {
  const url = await serve(ca.issue(['127.0.0.1']));
  const get = trustingFetch(ca.cert);
  expect(await codeOf(get(`${url}/elsewhere`, { redirect: 'error' }))).toBe('unexpected redirect');
  const abort = new AbortController();
  const answer = await get(`${url}/silent`, { signal: abort.signal });
  const body = answer.text();
  abort.abort();
  await expect(body).rejects.toThrow();
  await expect(get(url, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
});
