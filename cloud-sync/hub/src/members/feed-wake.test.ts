import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wakeTopic } from '@tillside/protocol';
import { connectAsync } from 'mqtt';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { HubStorage } from '../storage/port.ts';
import { openSqliteStorage } from '../storage/sqlite/index.ts';
import { chainOf } from '../testing/events.ts';
import { testHub } from '../testing/hub.ts';
import { AT, consent, joined, LATER, MUCH_LATER, member } from '../testing/members.ts';
import { FEED_WAKE_LIMITS, FeedWake } from './feed-wake.ts';

let dir: string;
let storage: HubStorage;
let feedWake: FeedWake;
const woken: string[] = [];
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-wake-'));
  storage = openSqliteStorage(join(dir, 'hub.db'));
  for (const id of ['s1', 's2']) await storage.registry.putStore({ id, name: id, createdAt: AT });
  for (const id of ['m_0001', 'm_0002'])
    await storage.members.directory.add(member(id, { consents: [consent('marketing', true)] }), AT);
  woken.length = 0;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  feedWake = new FeedWake({ storage, log: pino({ level: 'silent' }), wake: async (id) => void woken.push(id) });
  await feedWake.start();
});
afterEach(async () => {
  vi.useRealTimers();
  await feedWake.stop();
  await storage.close();
  rmSync(dir, { recursive: true });
});
/** Lets time pass, and what began with it come to its end. */
async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

test('a withdrawal, a merge and its undoing wake all stores, many changes once; what concerns nobody else wakes none', async () => {
  const { directory } = storage.members;
  await directory.put('m_0001', { consents: [consent('marketing', false, LATER)] }, LATER);
  await directory.merge({ from: 'm_0002', into: 'm_0001', at: LATER, basis: 'probable', by: 'office' });
  for (let many = 0; many < 50; many += 1) feedWake.nudge();
  await pass(FEED_WAKE_LIMITS.afterMs);
  expect(woken).toEqual(['s1', 's2']);
  await directory.unmerge('m_0002', MUCH_LATER, 'office');
  feedWake.nudge();
  await pass(FEED_WAKE_LIMITS.betweenMs - 1);
  expect(woken).toHaveLength(2);
  await pass(1);
  expect(woken).toHaveLength(4);
  await directory.put('m_0001', { tags: ['tea'] }, MUCH_LATER);
  feedWake.nudge();
  for (let round = 0; round < 4; round += 1) await pass(FEED_WAKE_LIMITS.betweenMs);
  expect(woken).toHaveLength(4);
});

test('what one store tells wakes another, over its own connection', async () => {
  vi.useRealTimers();
  const hub = await testHub();
  try {
    const [one, two] = [await hub.pairStore('s1'), await hub.pairStore('s2')];
    const client = await connectAsync(two.mqttUrl, {
      clientId: 's2',
      username: 's2',
      password: two.credential,
      protocolVersion: 4,
      reconnectPeriod: 0,
    });
    const heard: string[] = [];
    client.on('message', (topic) => heard.push(topic));
    await client.subscribeAsync(wakeTopic('s2'));
    const chain = chainOf('s1', 'members');
    const consents = [consent('membership', true), consent('marketing', true)];
    await one.acked([chain.next('tillside.member.joined.v1', joined('m_0009', { consents }))]);
    const withdrawn = { memberId: 'm_0009', ...consent('marketing', false, LATER) };
    await one.acked([chain.next('tillside.consent.changed.v1', withdrawn)]);
    await expect.poll(() => heard, { timeout: 5_000 }).toEqual([wakeTopic('s2')]);
    await client.endAsync(true);
  } finally {
    await hub.dispose();
  }
});
