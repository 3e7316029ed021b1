import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { StorePairAnswer } from '@tillside/protocol';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startHub } from '../hub.ts';
import { PAIRING_LIMITS } from '../pairing.ts';
import { postJson, refusalOf, type TestHub, testHub } from '../testing/hub.ts';

let now = Date.now();
let hub: TestHub;
beforeEach(async () => {
  now = Date.now();
  hub = await testHub({}, { clock: { now: () => now } });
});
afterEach(() => hub.dispose());

const pair = (code: string, kind = 'store', name = 'agent') => postJson(`${hub.hub.url}/v1/pair`, { code, kind, name });

test('a code pairs once, gives the root to pin and the way to the broker', async () => {
  const { code } = await hub.hub.pairingCode('store', 's1');
  const answer = StorePairAnswer.parse(await (await pair(code)).json());
  expect(answer).toMatchObject({ store: 's1', mqttUrl: hub.hub.mqttUrl, name: 'agent' });
  expect(answer.root).toMatchObject({ signed: { _type: 'root', consistent_snapshot: true, version: 1 } });
  expect(await refusalOf(pair(code))).toMatchObject({ status: 403, code: 'HUB_PAIRING_CODE_REFUSED' });
  expect((await hub.call('stores')).stores).toMatchObject([{ id: 's1', state: 'paired' }]);
});

test('a code that is tampered with, old, or of the other kind does not pair', async () => {
  const { code } = await hub.hub.pairingCode('store', 's1');
  const tampered = `${code.slice(0, -1)}${code.endsWith('A') ? 'B' : 'A'}`;
  expect(await refusalOf(pair(tampered))).toMatchObject({ code: 'HUB_PAIRING_CODE_REFUSED' });
  expect(await refusalOf(pair(code, 'operator'))).toMatchObject({ code: 'HUB_PAIRING_CODE_REFUSED' });
  now += 16 * 60_000;
  expect(await refusalOf(pair(code))).toMatchObject({ code: 'HUB_PAIRING_CODE_REFUSED' });
});

test('a code dies of too many attempts with the wrong kind', async () => {
  const { code } = await hub.hub.pairingCode('store', 's1');
  for (let attempt = 0; attempt < PAIRING_LIMITS.attemptsPerCode; attempt += 1) await pair(code, 'operator');
  expect(await refusalOf(pair(code))).toMatchObject({ code: 'HUB_PAIRING_CODE_REFUSED' });
});

test('guessing pauses pairing for a minute', async () => {
  const { code } = await hub.hub.pairingCode('store', 's1');
  for (let guess = 0; guess < PAIRING_LIMITS.failuresPerMinute; guess += 1) await pair(`WRONG${guess}`);
  expect(await refusalOf(pair(code))).toMatchObject({ status: 429, code: 'HUB_PAIRING_BUSY' });
  now += 61_000;
  expect((await pair(code)).status).toBe(200);
});

test('who has no credential yet may send little, compressed or not', async () => {
  const body = JSON.stringify({ code: 'x'.repeat(20_000), kind: 'store', name: 'agent' });
  const headers = { 'content-type': 'application/json' };
  const plain = fetch(`${hub.hub.url}/v1/pair`, { method: 'POST', headers, body });
  expect(await refusalOf(plain)).toMatchObject({ status: 413, code: 'HUB_BODY_TOO_LARGE' });
  const packed = {
    method: 'POST',
    headers: { ...headers, 'content-encoding': 'gzip' },
    body: new Uint8Array(gzipSync(body)),
  };
  expect(await refusalOf(fetch(`${hub.hub.url}/v1/pair`, packed))).toMatchObject({ code: 'HUB_BODY_TOO_LARGE' });
});

test('a store is added or renamed with a code of its own', async () => {
  const added = await hub.call('addStore', { body: { id: 's7', name: '七号店' } });
  expect(added.store).toMatchObject({ id: 's7', name: '七号店', state: 'waiting', events: 0, campaigns: null });
  expect((await pair(added.pairing.code)).status).toBe(200);
  await expect(hub.call('createPairing', { body: { kind: 'store', store: 's9' } })).rejects.toThrow(
    /HUB_STORE_UNKNOWN/u,
  );
});

test('secrets are kept as hashes, files are for the owner alone, and logs hold none of it', async () => {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const dataDir = mkdtempSync(join(tmpdir(), 'tillside-hub-'));
  const logger = pino({ level: 'debug' }, sink);
  const logged = await startHub({ dataDir, port: 0, mqtt: { port: 0 } }, { logger });
  const { code } = await logged.pairingCode('store', 's1');
  const answer = await postJson(`${logged.url}/v1/pair`, { code, kind: 'store', name: 'agent' });
  const { credential } = StorePairAnswer.parse(await answer.json());
  await fetch(`${logged.url}/repo/root.json?who=13800000000`, { headers: { authorization: `Bearer ${credential}` } });
  await logged.stop();
  expect(lines.join('')).toContain('/repo/:name');
  for (const secret of [code, credential, '13800000000']) expect(lines.join('')).not.toContain(secret);
  const database = readFileSync(join(dataDir, 'hub.db')).toString('latin1');
  expect(database).not.toContain(credential);
  for (const file of ['hub.db', 'operator.json', 'keys/root.pem', 'keys/online.pem']) {
    expect(statSync(join(dataDir, file)).mode & 0o777).toBe(0o600);
  }
  const pem = readFileSync(join(dataDir, 'keys/root.pem'), 'utf8').split('\n')[1] ?? '';
  expect(lines.join('')).not.toContain(pem);
  rmSync(dataDir, { recursive: true });
});
