import { DEFAULT_CONSENT_TEXTS } from '@tillside/decide';
import { afterEach, expect, test } from 'vitest';
import { chainOf } from '../testing/events.ts';
import { type TestHub, testHub } from '../testing/hub.ts';
import { CARD_A, joined, LATER } from '../testing/members.ts';

const POLL = { timeout: 10_000, interval: 50 };
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

test('terms go out signed: to a store when it is paired, to all after a change, to nobody twice; a version of texts is never given to other words', async () => {
  hub = await testHub();
  const settings = (version: number, said: Record<string, unknown>) =>
    hub.call('putMemberSettings', { body: { was: version, settings: said } });
  const signed = async () => {
    const { stores } = await hub.call('stores');
    return stores.map(({ id, terms }) => [id, terms?.version ?? 0]);
  };
  await hub.pairStore('s1');
  await expect.poll(signed, POLL).toEqual([['s1', 1]]);
  const texts = { ...DEFAULT_CONSENT_TEXTS, version: '2026-12' };
  await settings(0, { consentTexts: texts });
  await expect.poll(signed, POLL).toEqual([['s1', 2]]);
  await hub.pairStore('s2');
  await expect.poll(signed, POLL).toEqual([
    ['s1', 2],
    ['s2', 1],
  ]);
  const changed = { ...texts, guardian: { zh: '请监护人到店办理。', en: 'Come with a guardian.' } };
  const used = { answer: { code: 'HUB_TEXT_VERSION_USED' } };
  await expect(settings(1, { consentTexts: changed })).rejects.toMatchObject(used);
  const unlike = { ...changed, version: DEFAULT_CONSENT_TEXTS.version };
  await expect(settings(1, { consentTexts: unlike })).rejects.toMatchObject(used);
  // A word that was taken back is still a version of its own.
  await settings(1, { consentTexts: { ...changed, version: '2026-12-b' } });
  await expect(settings(2, { consentTexts: changed })).rejects.toMatchObject(used);
  await settings(2, { consentTexts: texts });
  await expect.poll(signed, POLL).toEqual([
    ['s1', 4],
    ['s2', 3],
  ]);
  // What changes nothing of the terms is signed for nobody.
  await settings(3, { consentTexts: texts, phonesVerified: true });
  await hub.restart();
  await hub.pairStore('s3');
  await expect.poll(signed, POLL).toEqual([
    ['s1', 4],
    ['s2', 3],
    ['s3', 1],
  ]);
});

test('two with one card may be one person; an operator is told so without a personal field', async () => {
  hub = await testHub();
  const store = await hub.pairStore('s1');
  const chain = chainOf('s1', 'members');
  await store.acked([
    chain.next('tillside.member.joined.v1', joined('m_0001', { codeHash: CARD_A })),
    chain.next('tillside.member.joined.v1', joined('m_0002', { codeHash: CARD_A, joinedAt: LATER })),
  ]);
  // The list is there once it was worked out; people ask for it when they don't want to wait for the day's run.
  expect(await hub.call('runDuplicates')).toEqual({ started: true });
  const list = () => hub.call('probableDuplicates');
  await expect.poll(async () => (await list()).total, { timeout: 10_000 }).toBe(1);
  const pair = { from: 'm_0002', into: 'm_0001' };
  expect(await list()).toMatchObject({
    run: { compared: 2, isCut: false },
    next: null,
    pairs: [{ ...pair, reasons: ['same-card'] }],
  });
  const body = { other: 'm_0001', reason: 'looked at both' };
  const params = { memberId: 'm_0002' };
  const { people, alike } = await hub.call('compareMembers', { params, body });
  expect([people.map(({ memberId }) => memberId), alike.card, alike.phone]).toEqual([
    ['m_0002', 'm_0001'],
    'same',
    'unknown',
  ]);
  expect(await hub.call('sayTwoPeople', { params, body })).toEqual({ said: true });
  expect(await list()).toMatchObject({ total: 0, pairs: [] });
  const merge = () => hub.call('mergeMembers', { params, body: { into: 'm_0001', reason: 'same' } });
  await expect(merge()).rejects.toMatchObject({ answer: { code: 'HUB_TWO_PEOPLE' } });
  expect(await hub.call('twoPeople')).toMatchObject({
    said: [{ one: 'm_0001', other: 'm_0002', reason: 'looked at both' }],
  });
  await hub.call('takeTwoPeopleBack', { params, body });
  expect(await merge()).toEqual({ merged: true });
  const { accesses } = await hub.call('memberAccesses', { params });
  expect(accesses.map(({ what }) => what)).toEqual(['merge', 'two people taken back', 'two people', 'compare']);
});
