import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { type AddressInfo, createServer as reserve } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { trustingFetch } from '@tillside/protocol';
import { type Issued, testCa } from '@tillside/protocol/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testHub } from '../testing/hub.ts';
import { followTls, readTls } from './tls.ts';

const ca = testCa();
let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-tls-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const files = (name: string) => ({ certFile: join(dir, `${name}.pem`), keyFile: join(dir, `${name}.key`) });
function put(name: string, { cert, key }: Issued) {
  const at = files(name);
  writeFileSync(at.certFile, cert);
  writeFileSync(at.keyFile, key);
  return at;
}
async function freePort(): Promise<number> {
  const server = reserve();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('the hub speaks HTTPS itself, to the command line too, and plain HTTP to nobody', async () => {
  const caFile = join(dir, 'ca.pem');
  writeFileSync(caFile, ca.cert);
  const port = await freePort();
  const publicUrl = `https://localhost:${port}`;
  const tls = { ...put('hub', ca.issue(['localhost'])), caFile };
  const hub = await testHub({ tls, port, publicUrl });
  try {
    expect(hub.hub.url).toBe(publicUrl);
    expect((await trustingFetch(ca.cert)(`${publicUrl}/readyz`)).status).toBe(200);
    await expect(fetch(`${publicUrl}/readyz`)).rejects.toThrow();
    await expect(fetch(`http://localhost:${port}/readyz`)).rejects.toThrow();
    expect((await hub.call('stores')).stores).toEqual([]);
  } finally {
    await hub.dispose();
  }
});

test('a renewed certificate is used for new connections; half of one changes nothing', async () => {
  const [old, renewed] = [ca.issue(['127.0.0.1']), ca.issue(['127.0.0.1'])];
  const at = put('renewed', old);
  const inUse = readTls(at);
  const server = createServer(inUse);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const told: string[] = [];
  const log = { info: () => told.push('renewed'), warn: () => told.push('kept') };
  const stop = followTls(server, { files: at, inUse, log: log as never }, 20);
  const shown = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', ca: ca.cert }, () => {
        resolve(socket.getPeerX509Certificate()?.toString().trim() ?? '');
        socket.destroy();
      });
      socket.once('error', reject);
    });
  try {
    expect(await shown()).toBe(old.cert.trim());
    writeFileSync(at.certFile, renewed.cert);
    await expect.poll(() => told).toContain('kept');
    expect(await shown()).toBe(old.cert.trim());
    writeFileSync(at.keyFile, renewed.key);
    await expect.poll(() => told).toContain('renewed');
    expect(await shown()).toBe(renewed.cert.trim());
  } finally {
    stop();
    await new Promise((resolve) => server.close(resolve));
  }
});

test('files that are missing or no pair keep the hub from starting, with a code', async () => {
  await expect(testHub({ tls: files('none') })).rejects.toMatchObject({ code: 'HUB_TLS_UNUSABLE' });
  const [one, other] = [ca.issue(['localhost']), ca.issue(['localhost'])];
  const mixed = put('mixed', { cert: one.cert, key: other.key });
  await expect(testHub({ tls: mixed })).rejects.toMatchObject({ code: 'HUB_TLS_UNUSABLE' });
});
