import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testCa } from '@tillside/protocol/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from './config.ts';
import { hubFetch } from './hub-fetch.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-ca-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test("a hub with a certificate of the chain's own CA is reached when the config names that CA, and not otherwise", async () => {
  const ca = testCa();
  const server = createServer(ca.issue(['127.0.0.1']), (_, response) => response.end('here'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(join(dir, 'ca.pem'), ca.cert);
  const file = join(dir, 'agent.json');
  const hub = { url, caFile: './ca.pem' };
  const content = { version: 1, storeId: 'demo', storeName: { zh: '店', en: 'Shop' }, dataDir: './data', hub };
  writeFileSync(file, JSON.stringify(content));
  const config = loadConfig(file);
  expect(config.hub?.caFile).toBe(join(dir, 'ca.pem'));
  expect(await (await hubFetch(config.hub ?? {})(url)).text()).toBe('here');
  await expect(hubFetch({})(url)).rejects.toThrow();
  server.closeAllConnections();
  server.close();
});

test('a CA that cannot be read is a fault of the config, told by its key', () => {
  expect(() => hubFetch({ caFile: join(dir, 'none.pem') })).toThrow(/hub\.caFile/u);
});
