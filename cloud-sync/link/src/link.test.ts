import { wakeTopic } from '@tillside/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Bench, campaigns, STORE, says, soon } from './testing/bench.ts';
import { TestBroker } from './testing/broker.ts';
import { testEnvelope } from './testing/hub.ts';

let bench: Bench;
beforeEach(async () => {
  bench = new Bench();
  await bench.open();
});
afterEach(() => bench.close());

test('pairs, drains the outbox in bounded batches, deposits keys, and sends what comes later', async () => {
  bench.outbox.rows = Array.from({ length: 2203 }, (_, index) => testEnvelope(STORE, index + 1));
  bench.outbox.keys = [{ memberId: 'm-0001', key: 'k'.repeat(43) }];
  const link = bench.start();
  await vi.waitFor(() => expect(bench.outbox.rows).toEqual([]), soon);
  await vi.waitFor(() => expect(bench.outbox.keys).toEqual([]), soon);
  expect(bench.hub.held.size).toBe(2203);
  const sizes = bench.hub.batches.map(({ envelopes }) => envelopes.length);
  // Smaller ones where the machine is slow; each event once.
  expect(sizes.reduce((sum, events) => sum + events, 0)).toBe(2203);
  expect(Math.max(...sizes)).toBe(1000);
  expect(bench.hub.keys.get('m-0001')).toBe('k'.repeat(43));
  bench.outbox.rows = [testEnvelope(STORE, 2204)];
  link.nudge();
  await vi.waitFor(() => expect(bench.hub.held.size).toBe(2204), soon);
  await vi.waitFor(() => expect(link.status()).toMatchObject({ paired: true, connected: true }), soon);
});

test('while the store is served the backlog goes one batch after the other', async () => {
  bench.outbox.rows = Array.from({ length: 2050 }, (_, index) => testEnvelope(STORE, index + 1));
  const { next } = bench.outbox;
  let [underWay, most] = [0, 0];
  bench.outbox.next = async (...asked) => {
    most = Math.max(most, ++underWay);
    return next.apply(bench.outbox, asked);
  };
  const { settle } = bench.outbox;
  bench.outbox.settle = (...answered) => {
    underWay -= 1;
    link.served();
    return settle.apply(bench.outbox, answered);
  };
  const link = bench.start();
  await vi.waitFor(() => expect(bench.outbox.rows).toEqual([]), soon);
  expect(bench.hub.held.size).toBe(2050);
  expect(most).toBe(1);
});

test('a wrong code is said once and not tried again; a revoked credential is a calm, named state', async () => {
  const link = bench.start({ pairingCode: 'WRONG', limits: { backoffCapMs: 1 } });
  await says(link, 'HUB_REFUSED_PAIRING');
  bench.held = { hubUrl: bench.hubUrl, credential: 'revoked', root: '{}' };
  const second = bench.start({ desired: { store: STORE, currentVersion: () => 0, apply: async () => bench.answer } });
  bench.outbox.rows = [testEnvelope(STORE, 1)];
  await says(second, 'HUB_REFUSED_CREDENTIAL');
  expect(bench.outbox.rows).toHaveLength(1);
  expect(bench.hub.seen.filter(({ url }) => url === '/v1/pair')).toHaveLength(1);
});

test('hub down, then up: nothing is lost, and it goes on by itself', async () => {
  const link = bench.start();
  await vi.waitFor(() => expect(link.status().connected).toBe(true), soon);
  await bench.hub.close();
  bench.outbox.rows = [testEnvelope(STORE, 1)];
  link.nudge();
  await says(link, 'HUB_UNREACHABLE');
  expect(link.status().connected).toBe(false);
  await bench.hub.listen(Number(new URL(bench.hubUrl).port));
  await vi.waitFor(() => expect(bench.hub.held.size).toBe(1), soon);
  await vi.waitFor(() => expect(link.status().lastError).toBeUndefined(), soon);
});

test('a busy hub is given the pause it asks for, and a failing one gets the same events again', async () => {
  bench.hub.replies.push({ status: 503, headers: { 'retry-after': '0' } }, { status: 500 }, { status: 413 });
  bench.outbox.rows = [testEnvelope(STORE, 1), testEnvelope(STORE, 2)];
  bench.start();
  await vi.waitFor(() => expect(bench.outbox.rows).toEqual([]), soon);
  expect([...bench.hub.held.values()].map(({ seq }) => seq)).toEqual([1, 2]);
});

test('another event under the same position opens a new epoch, and then all arrives', async () => {
  bench.hub.conflictNext = true;
  bench.outbox.rows = [testEnvelope(STORE, 1)];
  bench.start();
  await vi.waitFor(() => expect(bench.outbox.rows).toEqual([]), soon);
  expect(bench.outbox.conflicts).toEqual([{ epoch: testEnvelope(STORE, 1).epoch, stream: 'sales', seq: 1 }]);
  expect([...bench.hub.held.values()].map(({ epoch }) => epoch)).toEqual(['11111111-1111-4111-8111-111111111111']);
});

test('a wake-up brings news without waiting for the poll, also after the broker was gone', async () => {
  const broker = new TestBroker();
  bench.hub.mqttUrl = await broker.listen();
  try {
    const link = bench.start({ pollMs: 600_000 });
    await vi.waitFor(() => expect(link.status().listening).toBe(true), soon);
    bench.repo.publish([campaigns(1)]);
    broker.publish(wakeTopic('other'), '{"version":1}');
    broker.publish(wakeTopic(STORE), 'not json');
    broker.publish(wakeTopic(STORE), '{"version":1}');
    await bench.applies(link, 1);
    expect(broker.login).toContain(bench.hub.credential);
    bench.repo.publish([campaigns(2)]);
    broker.dropAll();
    await bench.applies(link, 2);
    expect(broker.subscribed).toBe(2);
  } finally {
    await broker.close();
  }
});
