import { afterEach, expect, test } from 'vitest';
import { chainOf } from '../testing/events.ts';
import { type TestHub, testHub } from '../testing/hub.ts';
import { CARD_A, joined, LATER } from '../testing/members.ts';

let hub: TestHub;
afterEach(() => hub.dispose());

test('settings are put over the version that was read, checked as a whole, and outlive the hub', async () => {
  hub = await testHub();
  const first = await hub.call('memberSettings');
  expect(first).toMatchObject({
    version: 0,
    at: null,
    settings: { zone: 'Asia/Shanghai', points: { pendingDays: 0 } },
  });
  const name = { zh: '金卡', en: 'Gold' };
  const tiers = { base: { id: 'basic', name }, tiers: [{ id: 'gold', name, months: 12, spendFen: 100_000 }] };
  const put = (was: number, settings: Record<string, unknown>) =>
    hub.call('putMemberSettings', { body: { was, settings } });
  expect(await put(0, { points: { pendingDays: 7 }, tiers })).toEqual({ version: 1 });
  await expect(put(0, {})).rejects.toMatchObject({ answer: { code: 'HUB_SETTINGS_CHANGED' } });
  for (const bad of [{ zone: 'Moon/Base' }, { points: { pendingDays: -1 } }, { tiers: { tiers: [] } }, { other: 1 }])
    await expect(put(1, bad)).rejects.toMatchObject({ answer: { code: 'HUB_REQUEST_INVALID' } });
  await hub.restart();
  expect(await hub.call('memberSettings')).toMatchObject({
    version: 1,
    settings: { points: { pendingDays: 7 }, tiers },
  });
});

test('two with one card may be one person; an operator is told so without a personal field', async () => {
  hub = await testHub();
  const store = await hub.pairStore('s1');
  const chain = chainOf('s1', 'members');
  await store.acked([
    chain.next('tillside.member.joined.v1', joined('m_0001', { codeHash: CARD_A })),
    chain.next('tillside.member.joined.v1', joined('m_0002', { codeHash: CARD_A, joinedAt: LATER })),
  ]);
  expect(await hub.call('probableDuplicates')).toEqual({
    compared: 2,
    pairs: [{ from: 'm_0002', into: 'm_0001', reasons: ['same-card'] }],
  });
});
