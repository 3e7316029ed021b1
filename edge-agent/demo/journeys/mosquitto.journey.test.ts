/** HQ with a Mosquitto of its own: a store that it lets in is woken by it; one that it refuses hears the same by asking. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig, type RunningAgent, startAgent } from '@tillside/edge-agent';
import { parseConfig as parseHubConfig, type RunningHub, startHub } from '@tillside/hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface Broker {
  url: string;
  username?: string;
  password?: string;
  /** Whom it lets in, and the process to tell of a change; absent for a broker that was given by URL, which lets everybody in. */
  passwordFile?: string;
  passwordTool?: string;
  pid?: string;
}

/** Kept by the test run (.config/test-services.mjs). */
const answer = (await (await fetch(`${process.env.TILLSIDE_TEST_SERVICES}/mosquitto`)).json()) as Broker & {
  without?: boolean;
  error?: string;
  hint?: string;
};
if (answer.error !== undefined) throw new Error(`TEST_SERVICE_MISSING: ${answer.error}\n${answer.hint}`);
const HOUR_MS = 3_600_000;

let dir: string;
let hub: RunningHub;
const agents: RunningAgent[] = [];

async function openStore(storeId: string, pollMs: number): Promise<void> {
  const { code: pairingCode } = await hub.pairingCode('store', storeId);
  agents.push(
    await startAgent(
      parseConfig({
        version: 1,
        storeId,
        storeName: { zh: '店', en: 'Store' },
        dataDir: join(dir, storeId),
        port: 0,
        hub: { url: hub.url, pairingCode, pollMs },
        logLevel: 'silent',
      }),
    ),
  );
}

/** As an operator does it: an account with the store's credential, and a sign to read the list again. */
async function letIn(storeId: string, { passwordFile, passwordTool, pid }: Broker): Promise<void> {
  const secret = join(dir, storeId, 'secrets', 'hub.json');
  await expect.poll(() => existsSync(secret)).toBe(true);
  if (passwordFile === undefined || passwordTool === undefined) return;
  const { credential } = JSON.parse(readFileSync(secret, 'utf8')) as { credential: string };
  execFileSync(passwordTool, ['-b', passwordFile, storeId, credential], { stdio: 'ignore' });
  process.kill(Number(pid), 'SIGHUP');
}

async function call(path: string, body?: unknown): Promise<unknown> {
  const { url, credential } = JSON.parse(readFileSync(join(dir, 'hub', 'operator.json'), 'utf8')) as {
    url: string;
    credential: string;
  };
  const headers = { authorization: `Bearer ${credential}`, 'content-type': 'application/json' };
  const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
  return (await fetch(`${url}${path}`, init)).json();
}

const set = (setId: string) => ({
  schema: 1,
  setId,
  version: 1,
  campaigns: [],
  policy: { version: 1, objective: 'best-for-customer', couponsPerBasket: 5 },
});

/** Where the newest release is applied. */
async function applied(): Promise<string[]> {
  const { releases } = (await call('/v1/campaigns')) as { releases: { stores: { store: string; state: string }[] }[] };
  return (releases[0]?.stores ?? []).filter(({ state }) => state === 'applied').map(({ store }) => store);
}

beforeAll(async () => {
  if (answer.without === true) return;
  dir = mkdtempSync(join(tmpdir(), 'tillside-mosquitto-'));
  const passwordFile = join(dir, 'broker-password');
  writeFileSync(passwordFile, `${answer.password ?? ''}\n`, { mode: 0o600 });
  const { url, username } = answer;
  const external = username === undefined ? { url } : { url, username, passwordFile };
  hub = await startHub(parseHubConfig({ dataDir: join(dir, 'hub'), port: 0, mqtt: { external }, logLevel: 'silent' }));
  await openStore('store-woken', HOUR_MS);
  await openStore('store-asking', 500);
}, 60_000);
afterAll(async () => {
  for (const agent of agents) await agent.stop();
  await hub?.stop();
  if (dir !== undefined) rmSync(dir, { recursive: true, force: true });
});

describe.skipIf(answer.without === true)('with a Mosquitto of its own', () => {
  it('the hub tells stores where it is', () => {
    expect(hub.mqttUrl).toBe(answer.url);
  });

  it('what is published reaches the store that asks once an hour at once, and the one that is refused by its next poll', async () => {
    await letIn('store-woken', answer);
    // It has looked once before this, at its start: now it looks because it was let in, or woken.
    await call('/v1/campaigns', { stores: ['*'], set: set('one') });
    await expect.poll(applied, { timeout: 30_000 }).toEqual(expect.arrayContaining(['store-woken', 'store-asking']));
    // It listens by now; nothing but the message can tell it of this.
    await call('/v1/campaigns', { stores: ['*'], set: set('two') });
    await expect.poll(applied, { timeout: 30_000 }).toEqual(expect.arrayContaining(['store-woken', 'store-asking']));
  }, 70_000);
});
