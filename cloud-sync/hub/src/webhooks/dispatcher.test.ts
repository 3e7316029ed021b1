import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { webhookOf } from '../storage/conformance-partners.ts';
import type { HubStorage } from '../storage/port.ts';
import { openSqliteStorage } from '../storage/sqlite/index.ts';
import { listOf } from './address.ts';
import { Dispatcher } from './dispatcher.ts';
import { RETRY } from './retry.ts';
import { secretOf } from './sign.ts';

const AT = '2024-03-02T01:00:00.000Z';
const ROOT = new URL('../../../../', import.meta.url).pathname;
const hubKey = Buffer.alloc(32, 9);
let dir: string;
let storage: HubStorage;
let server: Server;
let nowMs: number;
/** What came: id and type. */
let came: [string, string][];
let answer: number;
let retryAfter: string | undefined;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-webhooks-'));
  storage = openSqliteStorage(join(dir, 'hub.db'));
  [nowMs, came, answer, retryAfter] = [Date.now(), [], 204, undefined];
  server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const { type } = JSON.parse(Buffer.concat(pieces).toString()) as { type: string };
      came.push([String(request.headers['webhook-id']), type]);
      response.writeHead(answer, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end('x'.repeat(10_000));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  server.close();
  await storage.close();
  rmSync(dir, { recursive: true });
});

const urlOf = (of: Server): string => `http://127.0.0.1:${(of.address() as AddressInfo).port}/hook`;
const dispatcher = () =>
  new Dispatcher({
    storage,
    clock: { now: () => nowMs },
    log: { warn: () => undefined, info: () => undefined },
    hubKey,
    rulesOf: () => ({ loopback: true, allowed: listOf([]) }),
    random: () => 0.5,
  });
const joins = async (memberId: string): Promise<void> => {
  const none = { tierUntil: null, household: null, profile: null, phoneIndex: null };
  const lists = { consents: [], tags: [], segments: [], publicKeys: [], codeHashes: [] };
  const about = { memberId, home: 'hq', channel: 'partner', joinedAt: AT, tier: 'basic' };
  await storage.members.directory.add({ ...about, ...none, ...lists }, AT);
  await storage.members.directory.put(memberId, { tier: 'gold' }, AT);
};
const hook = (url = urlOf(server)) =>
  storage.partners.webhooks.put({ ...webhookOf('w1', ['member.joined', 'tier.changed']), url });

test('what happens to a member is sent in order, and once', async () => {
  await hook();
  await joins('m_0001');
  const sender = dispatcher();
  await sender.round();
  await sender.round();
  expect(came.map(([, type]) => type)).toEqual(['member.joined', 'tier.changed']);
  expect(await storage.partners.webhooks.counts('w1')).toEqual({ waiting: 0, dead: 0 });
  await sender.stop();
});

test('an answer of failure is tried again under the same id, later and later; then it is a dead letter and the next goes on', async () => {
  await hook();
  await joins('m_0001');
  [answer, retryAfter] = [503, '60'];
  const sender = dispatcher();
  await sender.round();
  expect(came).toHaveLength(1);
  nowMs += 59_000;
  await sender.round();
  expect(came).toHaveLength(1);
  nowMs += 1_000;
  retryAfter = undefined;
  await sender.round();
  expect(came).toHaveLength(2);
  expect(came[0]).toEqual(came[1]);
  nowMs += RETRY.giveUpMs;
  await sender.round();
  expect(await storage.partners.webhooks.dead('w1', 9)).toMatchObject([{ type: 'member.joined', why: '503' }]);
  answer = 204;
  nowMs += RETRY.mostMs;
  await sender.round();
  expect(came.at(-1)?.[1]).toBe('tier.changed');
  await sender.stop();
});

test('an answer 410 switches it off; a receiver that is away is tried again', async () => {
  await hook();
  await joins('m_0001');
  answer = 410;
  const sender = dispatcher();
  await sender.round();
  expect(await storage.partners.webhooks.get('w1')).toMatchObject({ disabledWhy: 'gone' });
  nowMs += RETRY.mostMs;
  await sender.round();
  expect(came).toHaveLength(1);
  await hook('http://127.0.0.1:1/');
  await sender.round();
  expect(await storage.partners.webhooks.counts('w1')).toEqual({ waiting: 2, dead: 0 });
  await sender.stop();
});

test('an address that its owner may not reach is not connected to', async () => {
  await hook();
  await joins('m_0001');
  const sender = new Dispatcher({
    storage,
    clock: { now: () => nowMs },
    log: { warn: () => undefined, info: () => undefined },
    hubKey,
    rulesOf: () => ({ loopback: false, allowed: listOf([]) }),
    random: () => 0.5,
  });
  await sender.round();
  await hook(urlOf(server).replace('127.0.0.1', 'localhost'));
  nowMs += RETRY.mostMs;
  await sender.round();
  expect(came).toEqual([]);
  expect(await storage.partners.webhooks.counts('w1')).toMatchObject({ waiting: 2 });
  await sender.stop();
});

test('a receiver that never answers keeps no other one waiting', async () => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  await storage.partners.webhooks.put({ ...webhookOf('w0', ['member.joined']), url: urlOf(silent) });
  await hook();
  const sender = dispatcher();
  sender.start();
  try {
    for (const [times, memberId] of ['m_0001', 'm_0002'].entries()) {
      await joins(memberId);
      await expect.poll(() => came.length).toBe(2 * (times + 1));
    }
  } finally {
    silent.closeAllConnections();
    silent.close();
    await sender.stop();
  }
  expect(await storage.partners.webhooks.counts('w0')).toMatchObject({ waiting: 2 });
});

test('one hub of several sends', async () => {
  await hook();
  await joins('m_0001');
  const [one, other] = [dispatcher(), dispatcher()];
  const taken = await storage.turns.take('webhooks');
  await one.round();
  expect(came).toEqual([]);
  await taken?.();
  await one.round();
  await joins('m_0002');
  await other.round();
  expect(came).toHaveLength(2);
  await one.stop();
  await other.round();
  expect(came).toHaveLength(4);
  await other.stop();
});

test('the example of a receiver takes what is genuine, once, and refuses the rest', async () => {
  const secret = secretOf(hubKey, 'w1', 1);
  const receiver = spawn(
    process.execPath,
    ['--conditions=@tillside/source', '--import', 'tsx', 'docs/examples/webhook-receiver.ts', '0'],
    { cwd: ROOT, env: { ...process.env, WEBHOOK_SECRET: secret }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    let out = '';
    receiver.stdout.on('data', (piece: Buffer) => {
      out += piece.toString();
    });
    await expect.poll(() => /ready (\d+)/u.exec(out)?.[1], { timeout: 20_000 }).toBeDefined();
    const url = `http://127.0.0.1:${/ready (\d+)/u.exec(out)?.[1]}/`;
    await hook(url);
    await joins('m_0001');
    const sender = dispatcher();
    await sender.round();
    await storage.partners.webhooks.replay('w1', { at: AT }, nowMs, 100);
    await sender.round();
    expect(await storage.partners.webhooks.counts('w1')).toEqual({ waiting: 0, dead: 0 });
    await expect.poll(() => out.match(/member\.joined m_0001|tier\.changed m_0001/gu)).toHaveLength(2);
    expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(401);
    // An old call, with its own good signature.
    nowMs -= 10 * 60_000;
    await storage.partners.webhooks.replay('w1', { at: AT }, nowMs, 100);
    await sender.round();
    expect(await storage.partners.webhooks.counts('w1')).toMatchObject({ waiting: 1 + 1 });
    await sender.stop();
  } finally {
    receiver.kill();
  }
});
