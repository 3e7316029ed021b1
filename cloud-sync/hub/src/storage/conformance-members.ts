import { expect, test } from 'vitest';
import { AT, CARD_A, CARD_B, consent, KEY_A, KEY_B, LATER, MUCH_LATER, member } from '../testing/members.ts';
import type { HubStorage } from './port.ts';

/** The directory of members. Part of the conformance suite. */
export function memberCases(get: () => HubStorage, reopen: () => Promise<void>): void {
  const directory = () => get().members.directory;
  const add = (id: string, change: Parameters<typeof member>[1] = {}) => directory().add(member(id, change), AT);
  const idBy = async (by: Parameters<HubStorage['members']['directory']['find']>[0]) =>
    (await directory().find(by))?.memberId ?? null;

  test('a member is found by id, number, card, phone key and phone, also after closing and opening again', async () => {
    expect(
      await add('m_0001', { codeHashes: [CARD_A], publicKeys: [KEY_A], phoneIndex: 'f'.repeat(64), tags: ['vip'] }),
    ).toBe('added');
    expect(await add('m_0001', { tier: 'gold' })).toBe('known');
    await reopen();
    const row = await directory().find({ memberId: 'm_0001' });
    expect(row).toMatchObject({ tier: 'basic', codeHashes: [CARD_A], publicKeys: [KEY_A], tags: ['vip'], into: null });
    expect(row?.number).toMatch(/^[1-9]\d{8}$/u);
    const { createHash } = await import('node:crypto');
    const keyId = createHash('sha256').update(Buffer.from(KEY_A, 'base64url')).digest('hex').slice(0, 16);
    for (const by of [{ number: row?.number ?? '' }, { codeHash: CARD_A }, { keyId }, { phoneIndex: 'f'.repeat(64) }])
      expect(await idBy(by)).toBe('m_0001');
    for (const by of [{ memberId: 'm_0009' }, { codeHash: CARD_B }, { keyId: '0'.repeat(16) }, { number: '000000000' }])
      expect(await idBy(by)).toBeNull();
    expect(await directory().count()).toEqual({ members: 1, merged: 0, erased: 0 });
  });

  test('numbers are unique, and pages of persons go by them', async () => {
    for (let at = 0; at < 7; at += 1) await add(`m_000${at}`);
    await directory().merge({ from: 'm_0006', into: 'm_0001', at: LATER, basis: 'probable', by: 'office' });
    const first = await directory().page(null, 4);
    const second = await directory().page(first.at(-1)?.number ?? '', 4);
    expect(new Set([...first, ...second].map(({ memberId }) => memberId)).size).toBe(6);
    expect(first).toHaveLength(4);
    const numbers = [...first, ...second].map(({ number }) => number);
    expect(numbers).toEqual([...numbers].sort());
  });

  test('persons are given many at once, with their ids and stores; who was merged away, erased or never joined is not', async () => {
    for (let at = 0; at < 4; at += 1) await add(`m_000${at}`);
    await directory().merge({ from: 'm_0001', into: 'm_0000', at: LATER, basis: 'probable', by: 'office' });
    await directory().erase('m_0003', { at: LATER, by: 'hq', reason: 'asked' });
    await directory().seen('m_0001', 's9', LATER);
    const persons = await directory().persons(['m_0002', 'm_0000', 'm_0001', 'm_0003', 'm_0009']);
    expect(persons.map(({ row, ids }) => [row.memberId, ids]).sort()).toEqual([
      ['m_0000', ['m_0000', 'm_0001']],
      ['m_0002', ['m_0002']],
    ]);
    for (const { row, stores } of persons) {
      expect(row).toEqual(await directory().find({ memberId: row.memberId }));
      const seen = (await directory().storesOf(row.memberId)).map(({ store, orders }) => ({ store, orders }));
      expect(new Map(stores.map(({ store, orders }) => [store, orders]))).toEqual(
        new Map(seen.map(({ store, orders }) => [store, orders])),
      );
    }
    expect(persons.find(({ row }) => row.memberId === 'm_0000')?.stores.map(({ store }) => store)).toContain('s9');
    expect(await directory().persons([])).toEqual([]);
  });

  test('an older statement never overrides a newer, whatever the order; all of them are kept', async () => {
    await add('m_0001', { consents: [consent('marketing', true, LATER)] });
    const change = { consents: [consent('marketing', false, AT, 'v0'), consent('personalisation', true, AT)] };
    expect(await directory().put('m_0001', change, LATER)).toBe(true);
    expect((await directory().find({ memberId: 'm_0001' }))?.consents).toEqual([
      consent('marketing', true, LATER),
      consent('personalisation', true, AT),
    ]);
    await directory().put('m_0001', { consents: [consent('marketing', false, '2024-03-02T12:00:00+08:00')] }, LATER);
    expect((await directory().find({ memberId: 'm_0001' }))?.consents[0]).toMatchObject({ granted: false });
    expect(
      (await directory().consentHistory('m_0001')).map(({ granted, textVersion }) => [granted, textVersion]),
    ).toEqual([
      [false, 'v0'],
      [true, 'v1'],
      [true, 'v1'],
      [false, 'v1'],
    ]);
    expect(await directory().put('m_0009', { tier: 'gold' }, LATER)).toBe(false);
  });

  test('a merge makes one person of two, the later statements counting; undoing it gives both back as they were', async () => {
    await add('m_0001', { codeHashes: [CARD_A], consents: [consent('marketing', true, AT)], tags: ['a'] });
    await add('m_0002', { codeHashes: [CARD_B], consents: [consent('marketing', false, LATER)], tags: ['b'] });
    const before = [await directory().find({ memberId: 'm_0001' }), await directory().find({ memberId: 'm_0002' })];
    const merge = { from: 'm_0002', into: 'm_0001', at: LATER, basis: 'certain', by: 'hub' } as const;
    expect(await directory().merge(merge)).toBe('merged');
    const person = await directory().find({ codeHash: CARD_B });
    expect(person).toMatchObject({ memberId: 'm_0001', consents: [consent('marketing', false, LATER)] });
    expect(new Set(person?.codeHashes)).toEqual(new Set([CARD_A, CARD_B]));
    expect(new Set(person?.tags)).toEqual(new Set(['a', 'b']));
    expect(await directory().find({ memberId: 'm_0002' })).toMatchObject({ memberId: 'm_0002', into: 'm_0001' });
    expect(await directory().same('m_0002')).toEqual(['m_0001', 'm_0002']);
    expect(await directory().merges('m_0001')).toEqual([{ ...merge, undoneAt: null }]);
    expect(await directory().unmerge('m_0002', MUCH_LATER, 'office')).toBe(true);
    const after = [await directory().find({ memberId: 'm_0001' }), await directory().find({ memberId: 'm_0002' })];
    expect(after.map((row) => ({ ...row, changedAt: '' }))).toEqual(before.map((row) => ({ ...row, changedAt: '' })));
    expect(await directory().unmerge('m_0002', MUCH_LATER, 'office')).toBe(false);
    expect(await directory().merges('m_0002')).toMatchObject([{ undoneAt: MUCH_LATER }]);
  });

  test('aliases are told with the person they are of in the end, page by page; no undone merge and nobody who was erased', async () => {
    for (const place of [1, 2, 3, 4, 5, 6, 7]) await add(`m_000${place}`);
    const merge = (from: string, into: string) =>
      directory().merge({ from, into, at: LATER, basis: 'probable', by: 'office' });
    for (const [from, into] of [
      ['m_0003', 'm_0002'],
      ['m_0002', 'm_0001'],
      ['m_0005', 'm_0004'],
      ['m_0007', 'm_0006'],
    ] as const)
      await merge(from, into);
    await directory().unmerge('m_0005', MUCH_LATER, 'office');
    await directory().erase('m_0006', { at: MUCH_LATER, by: 'member', reason: 'asked' });
    const first = { from: 'm_0002', into: 'm_0001' };
    expect(await directory().aliases(null, 1)).toEqual([first]);
    expect(await directory().aliases('m_0002', 10)).toEqual([{ from: 'm_0003', into: 'm_0001' }]);
  });

  test('tiers of many are put at once, of who is merged away none, and told to stores that know the person', async () => {
    for (const id of ['m_0001', 'm_0002', 'm_0003']) await add(id);
    await directory().seen('m_0001', 's1', AT);
    await directory().merge({ from: 'm_0003', into: 'm_0002', at: LATER, basis: 'probable', by: 'office' });
    const before = await get().members.feed.newest();
    const of = (memberId: string, tierUntil: string | null) => ({ memberId, tier: 'gold', tierUntil });
    await directory().putTiers(
      [of('m_0001', '2025-01-31'), of('m_0002', null), of('m_0003', null), of('m_0009', null)],
      LATER,
    );
    const tiers = await Promise.all(
      ['m_0001', 'm_0002', 'm_0003'].map(async (memberId) => {
        const row = await directory().find({ memberId });
        return [row?.tier, row?.tierUntil];
      }),
    );
    expect(tiers).toEqual([
      ['gold', '2025-01-31'],
      ['gold', null],
      ['basic', null],
    ]);
    expect((await get().members.feed.since(['s1'], before, 9)).changes.map(({ memberId }) => memberId)).toEqual([
      'm_0001',
    ]);
  });

  test('nobody is merged with himself, in a circle, twice, or with who is unknown', async () => {
    for (const id of ['m_0001', 'm_0002', 'm_0003']) await add(id);
    const merge = (from: string, into: string) =>
      directory().merge({ from, into, at: LATER, basis: 'probable', by: 'office' });
    expect(await merge('m_0001', 'm_0001')).toBe('refused');
    expect(await merge('m_0001', 'm_0009')).toBe('unknown');
    expect(await merge('m_0009', 'm_0001')).toBe('unknown');
    expect(await merge('m_0003', 'm_0002')).toBe('merged');
    expect(await merge('m_0002', 'm_0001')).toBe('merged');
    expect(await directory().same('m_0003')).toEqual(['m_0001', 'm_0002', 'm_0003']);
    expect(await merge('m_0001', 'm_0003')).toBe('refused');
    expect(await merge('m_0003', 'm_0001')).toBe('refused');
    expect(await directory().unmerge('m_0002', MUCH_LATER, 'office')).toBe(true);
    expect(await directory().same('m_0003')).toEqual(['m_0002', 'm_0003']);
    expect(await directory().same('m_0001')).toEqual(['m_0001']);
  });

  test('a profile is looked at once its key is here, and again when it was corrected', async () => {
    const profile = { alg: 'A256GCM', iv: 'i'.repeat(16), box: 'b' } as const;
    await add('m_0001', { profile });
    expect(await directory().unindexed(9)).toEqual([]);
    await get().keys.put('s1', [{ memberId: 'm_0001', key: 'k'.repeat(43) }]);
    expect(await directory().unindexed(9)).toEqual([{ memberId: 'm_0001', profile, key: 'k'.repeat(43) }]);
    await directory().put('m_0001', { phoneIndex: 'f'.repeat(64) }, LATER);
    expect(await directory().unindexed(9)).toEqual([]);
    await directory().put('m_0001', { profile: { ...profile, box: 'c' } }, LATER);
    expect(await directory().unindexed(9)).toHaveLength(1);
    expect(await directory().find({ phoneIndex: 'f'.repeat(64) })).toBeNull();
    await add('m_0002', { phoneIndex: 'e'.repeat(64) });
    await directory().put('m_0001', { phoneIndex: 'e'.repeat(64) }, LATER);
    const phoneIndex = 'e'.repeat(64);
    const people = [
      { memberId: 'm_0001', isAsJoined: false },
      { memberId: 'm_0002', isAsJoined: true },
    ];
    expect(await directory().samePhone(null, 9)).toEqual([{ phoneIndex, people }]);
    expect([...(await directory().phoneHolders([phoneIndex, '0'.repeat(64)]))]).toEqual([
      [phoneIndex, people[0]?.memberId],
    ]);
    // Who proved the phone has it, whoever joined first; who was asked and did not is the last.
    const holder = async () => (await directory().phoneHolders([phoneIndex])).get(phoneIndex);
    await directory().put('m_0001', { phoneVerified: false }, LATER);
    expect(await holder()).toBe('m_0002');
    expect(await directory().find({ phoneIndex })).toMatchObject({ memberId: 'm_0002', phoneVerified: null });
    await directory().put('m_0001', { phoneVerified: true }, MUCH_LATER);
    expect(await holder()).toBe('m_0001');
    expect(await directory().find({ phoneIndex })).toMatchObject({ memberId: 'm_0001', phoneVerified: true });
    expect(await directory().samePhone(phoneIndex, 9)).toEqual([]);
    await directory().merge({ from: 'm_0002', into: 'm_0001', at: LATER, basis: 'certain', by: 'hub' });
    expect(await directory().samePhone(null, 9)).toEqual([]);
  });

  test('stores that saw a member are known, newest first; who was seen in several is named once', async () => {
    for (const id of ['m_0001', 'm_0002', 'm_0003']) await add(id);
    await directory().seen('m_0001', 's1', AT);
    await directory().seen('m_0001', 's2', MUCH_LATER);
    await directory().seen('m_0002', 's1', LATER);
    await directory().seen('m_0003', 's2', AT);
    await directory().seen('m_0009', 's2', AT);
    expect((await directory().storesOf('m_0001')).map(({ store }) => store)).toEqual(['s2', 's1']);
    const page = async (after: { memberId: string; lastAt: string } | null) =>
      directory().seenIn(['s1', 's2'], { after, limit: 2 });
    const first = await page(null);
    expect(first.map(({ memberId }) => memberId)).toEqual(['m_0001', 'm_0002']);
    expect((await page(first[1] ?? null)).map(({ memberId }) => memberId)).toEqual(['m_0003']);
  });

  test('an erasure takes the person with all ids, whatever comes later; stores confirm one by one', async () => {
    await add('m_0001', { codeHashes: [CARD_A], publicKeys: [KEY_A], phoneIndex: 'f'.repeat(64) });
    await add('m_0002', { publicKeys: [KEY_B] });
    await directory().merge({ from: 'm_0002', into: 'm_0001', at: LATER, basis: 'certain', by: 'hub' });
    await directory().seen('m_0002', 's1', AT);
    await get().keys.put('s2', [{ memberId: 'm_0001', key: 'k'.repeat(43) }]);
    await get().members.secrets.put('m_0001', 'secret');
    const erasure = { at: LATER, by: 'hq', reason: 'asked for' } as const;
    expect(await directory().erase('m_0002', erasure)).toEqual({
      memberIds: ['m_0001', 'm_0002'],
      stores: ['s1', 's2'],
    });
    expect(await directory().erase('m_0001', erasure)).toBeNull();
    await reopen();
    for (const by of [
      { memberId: 'm_0001' },
      { memberId: 'm_0002' },
      { codeHash: CARD_A },
      { phoneIndex: 'f'.repeat(64) },
    ])
      expect(await directory().find(by)).toBeNull();
    expect(await get().members.secrets.get('m_0001')).toBeNull();
    expect(await get().keys.held('s2', ['m_0001'])).toEqual([]);
    expect(await get().keys.put('s3', [{ memberId: 'm_0001', key: 'k'.repeat(43) }])).toBe(0);
    expect(await add('m_0002')).toBe('erased');
    expect(await directory().put('m_0002', { tier: 'gold' }, LATER)).toBe(false);
    expect(await directory().consentHistory('m_0001')).toEqual([]);
    expect(await directory().erasure('m_0001')).toEqual({
      at: LATER,
      by: 'hq',
      memberIds: ['m_0001', 'm_0002'],
      stores: [
        { store: 's1', confirmedAt: null },
        { store: 's2', confirmedAt: null },
      ],
    });
    expect(await directory().erasure('m_0009')).toBeNull();
    expect(await directory().count()).toEqual({ members: 0, merged: 0, erased: 2 });
  });
}
