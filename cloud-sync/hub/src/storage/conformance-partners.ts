import { expect, test } from 'vitest';
import { fingerprintOf, type WebhookRecord } from './partner-port.ts';
import type { HubStorage } from './port.ts';

const AT = '2024-03-02T01:00:00.000Z';
const DAY_MS = 86_400_000;
const MS_1 = '1970-01-01T00:00:00.001Z';
const ANSWER = { status: 204, tookMs: 31 };

export const webhookOf = (id: string, types: WebhookRecord['types']): WebhookRecord => ({
  id,
  owner: 'operator:o1',
  url: 'https://shop.example.com/hook',
  types,
  generation: 1,
  olderUntil: null,
  createdAt: AT,
  disabledAt: null,
  disabledWhy: null,
});

const memberOf = (memberId: string) => ({
  memberId,
  home: 'hq',
  channel: 'partner',
  joinedAt: AT,
  tier: 'basic',
  tierUntil: null,
  consents: [{ purpose: 'membership' as const, granted: true, textVersion: 'v1', at: AT }],
  tags: [],
  segments: [],
  household: null,
  publicKeys: [],
  codeHashes: [],
  profile: null,
  phoneIndex: null,
});

/** Deeds that are done once. Part of the conformance suite. */
export function partnerCases(get: () => HubStorage): void {
  test('an id of a caller is taken once, for one content; an erasure forgets the content and keeps the id', async () => {
    const { claims } = get().partners;
    const claim = { scope: 'p1', name: 'k1', content: 'a', memberId: 'm_0001', at: AT };
    expect(await claims.take(claim)).toEqual({ state: 'new', at: AT });
    expect(await claims.take({ ...claim, at: '2024-03-02T02:00:00.000Z' })).toEqual({ state: 'same', at: AT });
    expect(await claims.take({ ...claim, content: 'b' })).toEqual({ state: 'other', at: AT });
    expect(await claims.take({ ...claim, scope: 'p2', content: 'b' })).toMatchObject({ state: 'new' });
    await claims.forget(['m_0001']);
    expect(await claims.take(claim)).toMatchObject({ state: 'other' });
    expect(await claims.forgetBefore('2024-03-02T01:00:00.001Z')).toBe(2);
    expect(await claims.take(claim)).toMatchObject({ state: 'new' });
  });
}

/** Webhooks. Part of the conformance suite. */
export function webhookCases(get: () => HubStorage): void {
  const hooks = () => get().partners.webhooks;
  const dueOf = async (id: string, nowMs = Date.now()) =>
    (await hooks().due(id, nowMs, 100)).map(({ type, memberId }) => [type, memberId]);

  test('each change of a member is one message in its own transaction, for the subscriptions of its type', async () => {
    const { directory, ledger } = get().members;
    await directory.add(memberOf('m_0000'), AT);
    expect(await hooks().spread(0, 100)).toBe(0);
    await hooks().put(webhookOf('w1', ['member.joined', 'consent.changed', 'member.changed', 'tier.changed']));
    await hooks().put(webhookOf('w2', ['points.moved', 'member.merged', 'member.erased']));
    await hooks().put({ ...webhookOf('w3', ['points.moved']), disabledAt: AT, disabledWhy: 'gone' });
    await directory.add(memberOf('m_0001'), AT);
    await directory.add(memberOf('m_0001'), AT);
    await directory.put('m_0001', { tags: ['vip'], tier: 'gold' }, AT);
    await directory.put('m_0001', { segments: ['new'] }, AT);
    const entry = { entryId: 'earn:hq:o1', memberId: 'm_0001', kind: 'earn' as const, points: 5, at: AT };
    await ledger.add([entry], { store: 'hq', at: AT });
    await ledger.add([entry], { store: 'hq', at: AT });
    await directory.merge({ from: 'm_0001', into: 'm_0000', at: AT, basis: 'probable', by: 'o1' });
    await directory.unmerge('m_0001', AT, 'o1');
    await get().keys.put('s1', [{ memberId: 'm_0001', key: 'k' }]);
    await directory.erase('m_0001', { at: AT, by: 'member', reason: 'asked' });
    // Known by its fingerprint to whoever has a copy.
    expect(await get().partners.destroyed.of(['m_0001', 'm_0000'])).toEqual([
      { store: 's1', fingerprint: fingerprintOf('k') },
    ]);
    await hooks().spread(0, 100);
    const all: string[] = [];
    for (const id of ['w1', 'w2', 'w3'])
      for (let due = await hooks().due(id, 1, 100); due.length > 0; due = await hooks().due(id, 1, 100)) {
        // One of a member at a time.
        expect(new Set(due.map(({ memberId }) => memberId)).size).toBe(due.length);
        for (const { deliveryId, type, memberId, data } of due) {
          all.push(`${id} ${type} ${memberId}`);
          expect(data).toMatchObject({ memberId });
          await hooks().settle(deliveryId, 1, { state: 'done' }, ANSWER);
        }
      }
    expect(all.filter((line) => line.startsWith('w1')).sort()).toEqual([
      'w1 consent.changed m_0001',
      'w1 member.changed m_0001',
      'w1 member.joined m_0001',
      'w1 tier.changed m_0001',
    ]);
    expect(all.filter((line) => line.startsWith('w2')).sort()).toEqual([
      'w2 member.erased m_0001',
      'w2 member.merged m_0000',
      'w2 member.merged m_0000',
      'w2 points.moved m_0001',
    ]);
    expect(all.filter((line) => line.startsWith('w3'))).toEqual([]);
  });

  test("a member's messages keep their order while one of them waits; others go on; dead ones are shown and sent again", async () => {
    const { directory } = get().members;
    await hooks().put(webhookOf('w1', ['member.joined', 'tier.changed']));
    for (const id of ['m_0001', 'm_0002']) {
      await directory.add(memberOf(id), AT);
      await directory.put(id, { tier: 'gold' }, AT);
    }
    await hooks().spread(0, 100);
    const [first, second] = await hooks().due('w1', 1, 100);
    expect([first?.type, second?.type]).toEqual(['member.joined', 'member.joined']);
    const one = first?.deliveryId ?? 0;
    await hooks().settle(one, 1, { state: 'waiting', nextMs: 500, why: '503' }, ANSWER);
    await hooks().settle(second?.deliveryId ?? 0, 1, { state: 'done' }, ANSWER);
    expect(await hooks().delivered('w1', 9)).toEqual([
      { messageId: second?.id, type: 'member.joined', memberId: second?.memberId, attempts: 1, at: MS_1, ...ANSWER },
    ]);
    expect(await dueOf('w1', 2)).toEqual([['tier.changed', second?.memberId]]);
    expect((await hooks().due('w1', 500, 100)).find(({ deliveryId }) => deliveryId === one)).toMatchObject({
      attempts: 1,
      firstMs: 1,
    });
    await hooks().settle(one, 600, { state: 'dead', why: '503' }, ANSWER);
    expect(await hooks().dead('w1', 9)).toMatchObject([{ memberId: first?.memberId, attempts: 2, why: '503' }]);
    expect(await hooks().counts('w1')).toEqual({ waiting: 2, dead: 1 });
    expect(await hooks().replay('w1', { id: first?.id ?? '' }, 700, 100)).toBe(4);
    expect(await hooks().replay('w1', { id: 'msg_none' }, 700, 100)).toBeNull();
    expect(await hooks().replay('w1', { at: new Date(Date.now() + DAY_MS).toISOString() }, 700, 100)).toBe(0);
    expect(await hooks().counts('w1')).toEqual({ waiting: 6, dead: 1 });
    expect(await hooks().replay('w1', { id: first?.id ?? '' }, 700, 1)).toBe(1);
    await hooks().trim(Date.now() + DAY_MS);
    expect(await hooks().counts('w1')).toEqual({ waiting: 7, dead: 0 });
    expect(await hooks().delivered('w1', 9)).toEqual([]);
    expect(await hooks().remove('w1')).toBe(true);
    expect(await hooks().remove('w1')).toBe(false);
    expect(await dueOf('w1')).toEqual([]);
  });
}
