import { afterEach, expect, test } from 'vitest';
import { chainOf } from '../testing/events.ts';
import { refusalOf, type TestHub, testHub } from '../testing/hub.ts';

let hub: TestHub;
afterEach(() => hub.dispose());

test('an operator has segments worked out; what was found outlives the hub, and its rules are those of the config', async () => {
  const rules = { mode: 'chain-days', newDays: 10, riskDays: 20, lostDays: 40 } as const;
  hub = await testHub({ segments: { everyHours: 0, rules } });
  expect(await hub.call('segments')).toMatchObject({ run: null, running: null, failed: null, rules });
  const store = await hub.pairStore('s1');
  const consents = [
    { purpose: 'membership', granted: true, textVersion: 'v1', at: '2024-03-02T01:00:00Z' },
    { purpose: 'personalisation', granted: true, textVersion: 'v1', at: '2024-03-02T01:00:00Z' },
  ];
  const joined = { memberId: 'm_0001', joinedAt: '2024-03-02T01:00:00Z', channel: 'kiosk', tier: 'basic', consents };
  await store.acked([chainOf('s1', 'members').next('tillside.member.joined.v1', joined)]);
  await store.acked([chainOf('s1').sale({ memberId: 'm_0001' })]);
  expect(await hub.call('runSegments')).toMatchObject({ stage: 'reading', progress: 0 });
  await expect.poll(async () => (await hub.call('segments')).run).toMatchObject({ members: 1, labelled: 1, rfm: null });
  await hub.restart();
  const { run } = await hub.call('segments');
  expect(run?.lifecycle.find(({ state }) => state === 'lost')?.members).toBe(1);
  expect(run?.stores).toMatchObject([{ store: 's1', members: 1 }]);
  const refused = await fetch(`${hub.hub.url}/v1/segments`, {
    headers: { authorization: `Bearer ${store.credential}` },
  });
  expect((await refusalOf(refused)).code).toBe('HUB_ROLE_REFUSED');
});

test('rules that cannot hold keep a hub from starting', async () => {
  hub = await testHub();
  await expect(testHub({ segments: { rules: { riskDays: 400 } } })).rejects.toMatchObject({
    code: 'HUB_CONFIG_INVALID',
  });
});
