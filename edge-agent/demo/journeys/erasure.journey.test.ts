/** A member asks to be forgotten: whatever was copied before, nobody can read it any more; what was sold stays sold. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { callAgent, DEFAULT_CONSENT_TEXTS } from '@tillside/agent-contract';
import { parseConfig, type RunningAgent, startAgent } from '@tillside/edge-agent';
import { runExport } from '@tillside/export';
import { parseConfig as parseHubConfig, type RunningHub, startHub } from '@tillside/hub';
import { openSqliteReader } from '@tillside/hub/storage';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nodeArguments, roomEntry } from '../src/process.ts';

const DRAIN_MS = 20_000;
const PHONE = '+8613912345678';
const run = promisify(execFile);

let dir: string;
let hub: RunningHub;
let agent: RunningAgent;
const at = (...names: string[]): string => join(dir, ...names);

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-erasure-'));
  hub = await startHub(parseHubConfig({ dataDir: at('hub'), port: 0, mqtt: { port: 0 }, logLevel: 'silent' }));
  const { code: pairingCode } = await hub.pairingCode('store', 'store-1');
  const config = {
    version: 1,
    storeId: 'store-1',
    storeName: { zh: '店', en: 'Store' },
    dataDir: at('store'),
    port: 0,
    hub: { url: hub.url, pairingCode, pollMs: 500 },
    logLevel: 'silent',
  };
  writeFileSync(at('agent.json'), JSON.stringify(config));
  agent = await startAgent(parseConfig(config));
}, 60_000);
afterAll(async () => {
  await agent?.stop();
  await hub?.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** Files below the whole of store, hub, backups and export that hold a text. */
const holding = (text: string): string[] =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(at(name)).isFile() && readFileSync(at(name)).includes(text))
    .toSorted();
const drained = (): Promise<void> => expect.poll(() => agent.app.status().sync.waiting, { timeout: DRAIN_MS }).toBe(0);
const backUpBoth = async (): Promise<void> => {
  await run(process.execPath, [
    ...nodeArguments(roomEntry('@tillside/edge-agent')),
    'backup',
    '-c',
    at('agent.json'),
    '--to',
    at('backups', 'store'),
  ]);
  await run(process.execPath, [
    ...nodeArguments(roomEntry('@tillside/hub')),
    '-d',
    at('hub'),
    'backup',
    '--to',
    at('backups', 'hub'),
  ]);
};
const exported = async (): Promise<void> => {
  const reader = openSqliteReader(at('hub', 'hub.db'));
  await runExport({ dir: at('export'), events: reader.events, now: () => Date.now() });
  await reader.close();
};

it('is forgotten in the journal, at HQ, in the export and in every backup', async () => {
  const admin = { url: agent.url, credential: readFileSync(at('store', 'secrets', 'admin.token'), 'utf8') };
  const { code } = await callAgent(admin, 'createPairingCode', { body: { kind: 'kiosk', name: 'door' } });
  const paired = await callAgent({ url: agent.url }, 'pair', { body: { code, kind: 'kiosk' } });
  const kiosk = { url: agent.url, credential: paired.credential };
  const consents = [{ purpose: 'membership', granted: true, textVersion: DEFAULT_CONSENT_TEXTS.version } as const];
  const member = await callAgent(kiosk, 'signUp', {
    body: { phone: PHONE, isOldEnough: true, consents, locale: 'zh-CN' },
    key: 'join',
  });
  const key = agent.app.journal.keys.get(member.memberId) ?? 'none';
  await drained();
  await expect.poll(() => holding(key), { timeout: DRAIN_MS }).toEqual(['hub/keys.db', 'store/keys.db']);
  await backUpBoth();
  await exported();
  const row = agent.app.journal.get<{ envelope: string }>(
    `SELECT envelope FROM event WHERE type = 'tillside.member.joined.v1'`,
  );
  const { box } = (JSON.parse(row?.envelope ?? '{}') as { data: { profile: { box: string } } }).data.profile;
  expect(holding(box).map((name) => name.split('/')[0])).toEqual(expect.arrayContaining(['backups', 'hub', 'store']));

  await callAgent(kiosk, 'forgetMember', { body: { code: member.code }, key: 'forget' });
  await drained();
  await expect.poll(() => holding(key), { timeout: DRAIN_MS }).toEqual([]);
  await backUpBoth();
  await exported();
  expect(holding(key)).toEqual([]);
  for (const phone of [PHONE, PHONE.slice(3)]) expect(holding(phone)).toEqual([]);
  expect(holding(box)).not.toEqual([]);
  await expect(callAgent(kiosk, 'signIn', { body: { code: member.code } })).rejects.toMatchObject({
    code: 'MEMBER_UNKNOWN',
  });
}, 120_000);
