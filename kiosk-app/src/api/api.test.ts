import { getEventListeners } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient, newKey } from './client.ts';
import {
  browserStreamPorts,
  createSseParser,
  listen,
  MAX_PENDING_CHARS,
  RECONNECT_MAX_MS,
  RECONNECT_MIN_MS,
  reconnectDelayMs,
  STREAM_PATIENCE,
} from './sse.ts';

let server: Server;
let origin = '';
let lastRequest: { url: string; headers: Record<string, unknown>; body: string } = { url: '', headers: {}, body: '' };
let answer: { status: number; body: string; type?: string } = { status: 200, body: '{}' };

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += String(chunk);
    });
    request.on('end', () => {
      lastRequest = { url: request.url ?? '', headers: request.headers, body };
      response.writeHead(answer.status, { 'content-type': answer.type ?? 'application/json' }).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address !== null && typeof address !== 'string') origin = `http://127.0.0.1:${address.port}`;
});
afterAll(() => server.close());

const client = () =>
  createClient({ credential: () => 'secret', staffSession: () => 'session', locale: () => 'en' }, fetch, origin);

describe('client', () => {
  it('sends what the route asks for', async () => {
    answer = { status: 200, body: '{}' };
    const consent = { purpose: 'marketing' as const, granted: false, textVersion: '1' };
    await client().call('changeConsent', { key: 'k1', body: { code: 'TM:1', consent } });
    expect(lastRequest.headers).toMatchObject({
      authorization: 'Bearer secret',
      'x-staff-session': 'session',
      'idempotency-key': 'k1',
      'accept-language': 'en',
    });
    expect(JSON.parse(lastRequest.body)).toEqual({ code: 'TM:1', consent });
    await client().call('endPromotion', { params: { campaignId: 'a/b?c' } });
    expect(lastRequest.url).toBe('/v1/promotions/a%2Fb%3Fc');
    await client().call('findItems', { query: { q: '牛奶 1' } });
    expect(new URL(lastRequest.url, origin).searchParams.get('q')).toBe('牛奶 1');
  });

  it('returns the agent’s refusal as it was said', async () => {
    const body = { code: 'MEMBER_UNKNOWN', message: 'm', hint: 'h', requestId: 'r' };
    answer = { status: 404, body: JSON.stringify(body) };
    expect(await client().call('signIn', { body: { code: 'TM:1' } })).toEqual({
      ok: false,
      error: { code: 'MEMBER_UNKNOWN', message: 'm', hint: 'h', status: 404 },
    });
  });

  it('never throws: an answer that does not fit, a proxy’s page, or no agent at all', async () => {
    answer = { status: 200, body: '{"offers":"none"}' };
    expect(await client().call('publicOffers', {})).toMatchObject({ ok: false, error: { code: 'ANSWER_UNREADABLE' } });
    answer = { status: 502, body: '<html>Bad gateway</html>' };
    expect(await client().call('publicOffers', {})).toMatchObject({
      ok: false,
      error: { code: 'ANSWER_UNREADABLE', status: 502 },
    });
    const nowhere = createClient(
      { credential: () => null, staffSession: () => null, locale: () => 'en' },
      fetch,
      'http://127.0.0.1:1',
    );
    expect(await nowhere.call('publicOffers', {})).toMatchObject({
      ok: false,
      error: { code: 'AGENT_AWAY', status: 0 },
    });
  });

  it('makes a key of 128 random bits', () => {
    expect(newKey((bytes) => bytes.fill(10))).toBe('0a'.repeat(16));
    expect(newKey()).not.toBe(newKey());
  });
});

const ODD_STREAMS: readonly (readonly [what: string, behave: (response: ServerResponse) => void, heard: boolean[]])[] =
  [
    ['never answers', () => undefined, [false]],
    ['answers something else', (response) => void response.end('<p>hello</p>'), [false]],
    ['opens and falls silent', (response) => void openStream(response), [true, false]],
    [
      'never ends an event',
      (response) => void openStream(response).write(`data: ${'x'.repeat(MAX_PENDING_CHARS)}`),
      [true, false],
    ],
  ];

describe('event stream', () => {
  const parseAll = (chunks: readonly string[]): string[] => {
    const found: string[] = [];
    const parse = createSseParser((data) => found.push(data));
    for (const chunk of chunks) parse(chunk);
    return found;
  };
  const stream =
    ': hello\r\n\r\nevent: scan\r\ndata: {"a":1}\r\n\r\ndata: x\ndata:y\n\nid: 4\n\ndata: last\r\rdata: unfinished';

  it('reads the same events however the bytes are cut', () => {
    const whole = parseAll([stream]);
    expect(whole).toEqual(['{"a":1}', 'x\ny', 'last']);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: stream.length }), { maxLength: 12 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), stream.length];
        expect(parseAll(at.slice(1).map((end, index) => stream.slice(at[index], end)))).toEqual(whole);
      }),
    );
  });

  it('gives up on an event that never ends', () => {
    const parse = createSseParser(() => undefined);
    expect(() => parse(`data: ${'x'.repeat(MAX_PENDING_CHARS)}`)).toThrow(RangeError);
    expect(() => parseAll(Array.from({ length: 5000 }, () => 'data: small\n\n'))).not.toThrow();
  });

  it('leaves nothing on the signal after a wait, and stops waiting when it aborts', async () => {
    const stop = new AbortController();
    for (let lost = 0; lost < 3; lost += 1) await browserStreamPorts.wait(1, stop.signal);
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
    const waiting = browserStreamPorts.wait(60_000, stop.signal);
    stop.abort();
    await waiting;
  });

  it('waits within its bounds', () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
        const delayMs = reconnectDelayMs(attempt, () => random);
        expect(delayMs).toBeGreaterThanOrEqual(RECONNECT_MIN_MS);
        expect(delayMs).toBeLessThanOrEqual(RECONNECT_MAX_MS);
      }),
    );
  });

  it('skips what it does not know, tells when it is cut off, and comes back', async () => {
    const good = JSON.stringify({ type: 'offers', campaignSetVersion: 3 });
    answer = {
      status: 200,
      type: 'text/event-stream',
      body: `data: {"type":"new-kind"}\n\ndata: not json\n\ndata: ${good}\n\n`,
    };
    const stop = new AbortController();
    const heard: unknown[] = [];
    await listen(
      client(),
      {
        fetch: (url, init) => fetch(origin + url, init),
        random: () => 0,
        patience: STREAM_PATIENCE,
        wait: async () => {
          heard.push('wait');
          if (heard.filter((one) => one === 'wait').length === 2) stop.abort();
        },
      },
      { onEvent: (event) => heard.push(event), onConnected: (isConnected) => heard.push(isConnected) },
      stop.signal,
    );
    const once = [true, { type: 'offers', campaignSetVersion: 3 }, false, 'wait'];
    expect(heard).toEqual([...once, ...once]);
    expect(lastRequest.headers).toMatchObject({ authorization: 'Bearer secret', accept: 'text/event-stream' });
  });

  it.each(ODD_STREAMS)('gives up a stream that %s, and closes it', async (_what, behave, heard) => {
    let closed: () => void = () => undefined;
    const isClosed = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const odd = createServer((_request, response) => {
      response.on('close', closed);
      behave(response);
    });
    await new Promise<void>((resolve) => odd.listen(0, '127.0.0.1', resolve));
    const { port } = odd.address() as AddressInfo;
    const stop = new AbortController();
    const connected: boolean[] = [];
    await listen(
      client(),
      {
        fetch: (url, init) => fetch(`http://127.0.0.1:${port}${url}`, init),
        random: () => 0,
        patience: { openMs: 200, silentMs: 200 },
        wait: async () => stop.abort(),
      },
      { onEvent: () => undefined, onConnected: (isConnected) => connected.push(isConnected) },
      stop.signal,
    );
    expect(connected).toEqual(heard);
    await isClosed;
    odd.close();
  });
});

function openStream(response: ServerResponse): ServerResponse {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  return response;
}
