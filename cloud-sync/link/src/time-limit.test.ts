import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { timeLimit } from './time-limit.ts';

/** Takes requests; answers none, or half of one. */
const mute = createServer((request, response) => {
  if (request.url !== '/half') return;
  response.writeHead(200);
  response.write('half');
});
let url: string;
let collecting: NodeJS.Timeout;

beforeAll(async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collecting = setInterval(collect, 20);
  mute.listen(0, '127.0.0.1');
  await once(mute, 'listening');
  url = `http://127.0.0.1:${(mute.address() as AddressInfo).port}`;
});
afterAll(() => {
  clearInterval(collecting);
  mute.closeAllConnections();
  mute.close();
});

const outcome = async (path: string, signal: AbortSignal): Promise<string> => {
  try {
    return await (await fetch(`${url}${path}`, { signal })).text();
  } catch (error) {
    return (error as Error).name;
  }
};

test.each(['/', '/half'])('a request to %s ends in time while memory is collected', async (path) => {
  const stopping = new AbortController();
  const ended = await Promise.all(Array.from({ length: 10 }, () => outcome(path, timeLimit(300, stopping.signal))));
  expect(new Set(ended)).toEqual(new Set(['TimeoutError']));
});

test('a stop ends it at once, also one that came before', async () => {
  const stopping = new AbortController();
  const waiting = outcome('/', timeLimit(60_000, stopping.signal));
  stopping.abort();
  expect(await waiting).toBe('AbortError');
  expect(await outcome('/', timeLimit(60_000, stopping.signal))).toBe('AbortError');
});
