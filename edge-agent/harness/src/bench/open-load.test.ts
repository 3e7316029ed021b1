import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createChance } from '../random.ts';
import { type LoadRequest, openLoad } from './open-load.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.closeAllConnections();
});

async function load(
  listener: RequestListener,
  options: { clients: number; check?: (body: string) => void; next?: () => LoadRequest },
) {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  return openLoad({
    clients: Array.from({ length: options.clients }, () => ({
      url,
      credential: 'c',
      next: options.next ?? (() => ({ path: '/' })),
    })),
    ratePerSecond: 200,
    seconds: 0.5,
    warmUpSeconds: 0,
    chance: createChance(3),
    signal: new AbortController().signal,
    check: options.check ?? (() => undefined),
    onSecond: () => undefined,
  });
}

describe('openLoad', () => {
  it('goes on sending while nobody answers, and times every request from when it should have been sent', async () => {
    const clients = 20;
    const held: ServerResponse[] = [];
    let releasedMs = 0;
    const seen = new Set<unknown>();
    const report = await load(
      (request, response) => {
        seen.add(request.socket);
        held.push(response);
        // Nothing is answered until every till has asked: a generator that waits for answers would wait for ever.
        if (seen.size < clients) return;
        releasedMs ||= performance.now();
        for (const waiting of held.splice(0)) waiting.end('ok');
      },
      { clients },
    );
    expect(releasedMs).toBeGreaterThan(0);
    expect(report.errors).toBe(0);
    expect(report.latency.count).toBeGreaterThan(clients);
    expect(seen.size).toBe(clients);
    // The first one waited for all others' arrival times; its own sending time alone would hide that.
    expect(report.latency.quantileMs(100)).toBeGreaterThan(report.lateness.quantileMs(50));
  });

  it('counts refusals and wrong answers as errors and keeps the first', async () => {
    const refused = await load((_request, response) => response.writeHead(503).end('shut'), { clients: 2 });
    expect(refused.errors).toBe(refused.latency.count);
    expect(refused.firstError).toContain('503');
    const wrong = await load((_request, response) => response.end('wrong'), {
      clients: 2,
      check: (body) => {
        if (body !== 'right') throw new Error(`got ${body}`);
      },
    });
    expect(wrong.errors).toBe(wrong.latency.count);
    expect(wrong.firstError).toBe('got wrong');
  });

  it('puts what a client changes, each under a key of its own', async () => {
    const seen: string[] = [];
    let place = 0;
    const next = (): LoadRequest => {
      place += 1;
      return { path: '/basket', put: { body: { points: place }, key: `k${place}` } };
    };
    const report = await load(
      (request, response) => {
        request.setEncoding('utf8').on('data', (body: string) => {
          seen.push(`${request.method} ${request.url} ${request.headers['idempotency-key']} ${body}`);
          response.end('ok');
        });
      },
      { clients: 2, next },
    );
    expect(report.errors).toBe(0);
    expect(seen.length).toBe(report.latency.count);
    expect(seen).toContain('PUT /basket k1 {"points":1}');
    expect(new Set(seen).size).toBe(seen.length);
  });
});
