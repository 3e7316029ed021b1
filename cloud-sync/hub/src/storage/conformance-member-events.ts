import type { LedgerEntry } from '@tillside/decide';
import type { Envelope } from '@tillside/protocol';
import { expect, test } from 'vitest';
import { chainOf, incoming } from '../testing/events.ts';
import { AT, CARD_A, CARD_B, consent, earn, joined, KEY_A, LATER, MUCH_LATER } from '../testing/members.ts';
import type { HubStorage } from './port.ts';

const HASH = 'c'.repeat(64);
const sealed = (box: string) => ({ alg: 'A256GCM', iv: 'i'.repeat(16), box });

/** What events of stores do to members. Part of the conformance suite. */
export function memberEventCases(get: () => HubStorage): void {
  const members = () => get().members;
  const ingest = async (events: Envelope[], store = 's1') => {
    await get().events.ingest([{ store, receivedAt: AT, events: events.map(incoming) }]);
  };
  const find = (memberId: string) => members().directory.find({ memberId });

  test('a sign-up is a member of all stores; redelivery and another sign-up of that id change nothing', async () => {
    const chain = chainOf('s1', 'members');
    const profile = sealed('b');
    const signUp = chain.next(
      'tillside.member.joined.v1',
      joined('m_0001', { codeHash: CARD_A, publicKey: KEY_A, profile: profile as never }),
    );
    await ingest([signUp]);
    const before = [await find('m_0001'), await members().feed.newest()];
    expect(before[0]).toMatchObject({
      home: 's1',
      channel: 'kiosk',
      tier: 'basic',
      codeHashes: [CARD_A],
      publicKeys: [KEY_A],
      profile,
    });
    await ingest([signUp]);
    const forged = joined('m_0001', { tier: 'gold', consents: [consent('marketing', true, LATER)] });
    await ingest([chainOf('s2', 'members').next('tillside.member.joined.v1', forged)], 's2');
    expect([await find('m_0001'), await members().feed.newest()]).toEqual(before);
    expect(await members().directory.storesOf('m_0001')).toEqual([{ store: 's1', lastAt: AT, orders: 0 }]);
  });

  test('a member whom the files of two stores name is known to both, and has the cards that their own store told of', async () => {
    const brought = (store: string, codeHash: string) =>
      ingest(
        [
          chainOf(store, 'members').next(
            'tillside.member.joined.v1',
            joined('m_0001', { channel: 'import', codeHash }),
          ),
        ],
        store,
      );
    await brought('s1', CARD_A);
    await brought('s2', CARD_B);
    expect(await find('m_0001')).toMatchObject({ home: 's1', codeHashes: [CARD_A] });
    expect((await members().directory.storesOf('m_0001')).map(({ store }) => store)).toEqual(['s1', 's2']);
    await brought('s1', CARD_B);
    expect((await find('m_0001'))?.codeHashes.toSorted()).toEqual([CARD_A, CARD_B]);
  });

  test('consents, keys and corrections are taken in any order, also before the sign-up is heard of', async () => {
    const [s1, s2] = [chainOf('s1', 'members'), chainOf('s2', 'members')];
    const said = (granted: boolean, at: string) =>
      s2.next('tillside.consent.changed.v1', { memberId: 'm_0001', ...consent('membership', granted, at) });
    const keyed = s2.next('tillside.member.keyed.v1', { memberId: 'm_0001', publicKey: KEY_A, at: LATER });
    await ingest([keyed, said(true, MUCH_LATER), said(false, LATER)], 's2');
    expect(await find('m_0001')).toBeNull();
    await ingest([s1.next('tillside.member.joined.v1', joined('m_0001', { profile: sealed('a') as never }))]);
    expect(await find('m_0001')).toMatchObject({
      consents: [consent('membership', true, MUCH_LATER)],
      publicKeys: [KEY_A],
    });
    expect(await members().directory.consentHistory('m_0001')).toHaveLength(3);
    const correct = (box: string, at: string) =>
      s1.next('tillside.member.corrected.v1', { memberId: 'm_0001', profile: sealed(box), at, by: 'staff' });
    await ingest([correct('new', MUCH_LATER), correct('old', LATER)]);
    expect(await find('m_0001')).toMatchObject({ profile: sealed('new') });
  });

  test('whether a phone is proven is the word of its store, the newest, in whatever order it comes', async () => {
    const chain = chainOf('s1', 'members');
    const proven = async (id: string) => (await find(id))?.phoneVerified;
    await ingest([
      chain.next('tillside.member.joined.v1', joined('m_0001', { phoneVerified: false })),
      chain.next('tillside.member.joined.v1', joined('m_0002')),
    ]);
    expect([await proven('m_0001'), await proven('m_0002')]).toEqual([false, null]);
    const start = await members().feed.newest();
    const corrected = { memberId: 'm_0001', profile: sealed('new'), by: 'member', phoneVerified: false } as const;
    await ingest([chain.next('tillside.member.corrected.v1', { ...corrected, at: MUCH_LATER })]);
    await ingest([chain.next('tillside.member.verified.v1', { memberId: 'm_0001', at: LATER })]);
    expect(await proven('m_0001')).toBe(false);
    await ingest([chain.next('tillside.member.verified.v1', { memberId: 'm_0001', at: '2024-03-06T00:00:00.000Z' })]);
    expect(await proven('m_0001')).toBe(true);
    expect((await members().feed.since(['s1'], start, 9)).changes.map(({ memberId }) => memberId)).toEqual(['m_0001']);
  });

  test('a withdrawal is told to every store, a statement that changes nothing to none', async () => {
    const chain = chainOf('s1', 'members');
    await ingest([chain.next('tillside.member.joined.v1', joined('m_0001'))]);
    const start = await members().feed.newest();
    const say = (granted: boolean, at: string) =>
      ingest([
        chain.next('tillside.consent.changed.v1', { memberId: 'm_0001', ...consent('membership', granted, at) }),
      ]);
    await say(false, '2023-01-01T00:00:00Z');
    expect(await members().feed.newest()).toBe(start);
    await say(false, LATER);
    expect((await members().feed.since(['s9'], start, 9)).changes).toEqual([{ memberId: 'm_0001', erasedAt: null }]);
  });

  test('the word of a sign-up registers one phone, in its time', async () => {
    const chain = chainOf('s1', 'members');
    const word = (id: string, claimHash: string) =>
      chain.next('tillside.member.joined.v1', joined(id, { claimHash, claimUntil: LATER }));
    await ingest([word('m_0001', HASH), word('m_0002', CARD_A)]);
    const redeem = (claimHash: string, at: string) =>
      members().directory.redeemClaim({ claimHash, publicKey: KEY_A, at });
    expect(await redeem(HASH, AT)).toBe('m_0001');
    expect(await redeem(HASH, AT)).toBeNull();
    expect(await redeem(CARD_A, MUCH_LATER)).toBeNull();
    expect(await find('m_0001')).toMatchObject({ publicKeys: [KEY_A] });
    expect(await find('m_0002')).toMatchObject({ publicKeys: [] });
  });

  test('points are taken once, those of another store never; who knows the member is told', async () => {
    const [chain, ms] = [chainOf('s1'), chainOf('s1', 'members')];
    await ingest([ms.next('tillside.member.joined.v1', joined('m_0001'))]);
    const start = await members().feed.newest();
    const moved = chain.next('tillside.points.moved.v1', { entries: [earn('m_0001', 'a', 5), earn('m_0001', 'b', 6)] });
    await ingest([moved]);
    await ingest([moved]);
    const foreign: LedgerEntry = earn('m_0001', 'c', 100, { entryId: 'earn:s2:c' });
    await ingest([chain.next('tillside.points.moved.v1', { entries: [foreign] })]);
    const points = (await members().ledger.entriesOf(['m_0001'])).map((entry) => entry.points).sort();
    expect(points).toEqual([5, 6]);
    expect(await get().events.quarantined(0, 9)).toHaveLength(1);
    expect((await members().feed.since(['s1'], start, 9)).changes).toHaveLength(1);
  });

  test('purchases add up in any order, with what came back, also before its sale; a released one counts once', async () => {
    const [chain, other] = [chainOf('s1'), chainOf('s2')];
    await ingest([chainOf('s1', 'members').next('tillside.member.joined.v1', joined('m_0001'))]);
    const sale = (of: typeof chain, saleId: string, completedAt: string, payableFen: number) =>
      of.sale({
        saleId,
        completedAt,
        payableFen,
        savingsFen: 0,
        memberId: 'm_0001',
        businessDate: completedAt.slice(0, 10),
      });
    const back = (saleId: string, refundFen: number) => {
      const lines = [{ lineId: 'l1', sku: '1001', quantity: 1, refundFen }];
      const about = { returnId: `r-${saleId}`, saleId, businessDate: '2024-04-01', returnedAt: AT, terminalId: 't' };
      return chain.next('tillside.sale.returned.v1', {
        ...about,
        cashierId: 'c',
        receiptNumber: '9',
        lines,
        refundFen,
      });
    };
    const first = sale(chain, 'a', '2024-03-01T09:00:00+08:00', 1_000);
    const second = sale(chain, 'b', '2024-03-02T09:00:00+08:00', 2_000);
    await ingest([sale(other, 'x', '2024-03-03T09:00:00+08:00', 4_000)], 's2');
    await ingest([second, back('a', 300), back('b', 200)]);
    await ingest([first, first]);
    const summary = () => members().purchases.of('m_0001');
    expect(await summary()).toEqual({
      memberId: 'm_0001',
      joinedAt: AT,
      firstAt: '2024-03-01T01:00:00.000Z',
      lastAt: '2024-03-03T01:00:00.000Z',
      priorAt: '2024-03-02T01:00:00.000Z',
      orders: 3,
      spentFen: 6_500,
    });
    expect(await members().purchases.months('m_0001', '2024-03')).toEqual([
      { month: '2024-03', orders: 3, spentFen: 7_000 },
      { month: '2024-04', orders: 0, spentFen: -500 },
    ]);
    expect((await members().directory.storesOf('m_0001')).map(({ store, orders }) => [store, orders])).toEqual([
      ['s2', 1],
      ['s1', 2],
    ]);
    const late = incoming(sale(chain, 'z', '2024-03-01T08:00:00+08:00', 10));
    await get().events.ingest([
      { store: 's1', receivedAt: AT, events: [{ ...late, quarantine: 'TYPE_UNKNOWN', effects: {} }] },
    ]);
    const [held] = await get().events.quarantined(0, 9);
    expect([
      await get().events.release(held?.cursor ?? 0, late),
      await get().events.release(held?.cursor ?? 0, late),
    ]).toEqual([true, false]);
    expect(await summary()).toMatchObject({ orders: 4, spentFen: 6_510, firstAt: '2024-03-01T00:00:00.000Z' });
    expect(await members().purchases.page(null, 9)).toMatchObject([{ memberId: 'm_0001', orders: 4 }]);
    const sales = [
      { store: 's2', saleId: 'x' },
      { store: 's1', saleId: 'b' },
      { store: 's1', saleId: 'a' },
      { store: 's1', saleId: 'z' },
    ];
    expect(await members().purchases.sales(['m_0001', 'm_0002'], 9)).toEqual(sales);
    expect(await members().purchases.sales(['m_0001'], 2)).toEqual(sales.slice(0, 2));
    await members().directory.erase('m_0001', { at: LATER, by: 'member', reason: 'r' });
    await ingest([sale(chain, 'c', '2024-03-04T09:00:00+08:00', 1)]);
    expect(await members().purchases.sales(['m_0001'], 9)).toEqual([]);
  });

  test('the sums of merged members are those of one person', async () => {
    const chain = chainOf('s1');
    const [a, b] = [joined('m_0001'), joined('m_0002', { joinedAt: LATER })];
    const ms = chainOf('s1', 'members');
    await ingest([ms.next('tillside.member.joined.v1', a), ms.next('tillside.member.joined.v1', b)]);
    const day = (memberId: string, date: number, payableFen: number) =>
      chain.sale({ memberId, completedAt: `2024-03-0${date}T01:00:00Z`, payableFen, savingsFen: 0 });
    await ingest([day('m_0001', 1, 1), day('m_0002', 2, 10), day('m_0001', 3, 100)]);
    await members().directory.merge({ from: 'm_0002', into: 'm_0001', at: LATER, basis: 'certain', by: 'hub' });
    const expected = {
      orders: 3,
      spentFen: 111,
      lastAt: '2024-03-03T01:00:00.000Z',
      priorAt: '2024-03-02T01:00:00.000Z',
    };
    expect(await members().purchases.of('m_0002')).toMatchObject({ memberId: 'm_0001', ...expected });
    expect(await members().purchases.page(null, 9)).toMatchObject([expected]);
  });

  test('a sale of a guest waits until the member is known, and is given once', async () => {
    const chain = chainOf('s1');
    const guest = { codeHash: CARD_A, at: AT, points: 9 };
    const sale = chain.sale({ saleId: 'g', guest, payableFen: 900 });
    await ingest([sale]);
    await ingest([sale, chain.sale({ guest: { at: AT, points: 1 } })]);
    const waiting = await members().guests.waiting(0, 9);
    expect(waiting).toMatchObject([
      { store: 's1', saleId: 'g', codeHash: CARD_A, shown: null, points: 9, payableFen: 900 },
    ]);
    await ingest(
      [chainOf('s2', 'members').next('tillside.member.joined.v1', joined('m_0001', { codeHash: CARD_A }))],
      's2',
    );
    const [held] = waiting;
    if (held === undefined) throw new Error('one waits');
    const entry = earn('m_0001', 'g', 9);
    expect(await Promise.all([1, 2].map(() => members().guests.settle(held, 'm_0001', entry, LATER)))).toEqual(
      expect.arrayContaining([true, false]),
    );
    await ingest([sale]);
    expect(await members().guests.waiting(0, 9)).toEqual([]);
    expect(await members().ledger.entriesOf(['m_0001'])).toEqual([entry]);
    expect(await members().purchases.of('m_0001')).toMatchObject({ orders: 1, spentFen: 900 });

    // Of one that earned nothing it is known all the same whose it was.
    await ingest([chain.sale({ saleId: 'n', guest: { ...guest, points: 0 }, payableFen: 50 })]);
    for (const none of await members().guests.waiting(0, 9)) await members().guests.settle(none, 'm_0001', null, LATER);
    expect(await members().purchases.of('m_0001')).toMatchObject({ orders: 2, spentFen: 950 });
    const lines = [{ lineId: 'l1', sku: '1001', quantity: 1, refundFen: 50 }];
    const back = { returnId: 'r', saleId: 'n', businessDate: '2024-04-01', returnedAt: AT, terminalId: 't' };
    await ingest([
      chain.next('tillside.sale.returned.v1', { ...back, cashierId: 'c', receiptNumber: '9', lines, refundFen: 50 }),
    ]);
    expect(await members().purchases.of('m_0001')).toMatchObject({ orders: 2, spentFen: 900 });
    expect((await members().purchases.sales(['m_0001'], 9)).map(({ saleId }) => saleId).sort()).toEqual(['g', 'n']);
  });

  test('what comes of an erased member changes nothing in the directory and tells nobody; points stay in the books', async () => {
    const [ms, sales] = [chainOf('s1', 'members'), chainOf('s1')];
    await ingest([ms.next('tillside.member.joined.v1', joined('m_0001'))]);
    await ingest([ms.next('tillside.member.erased.v1', { memberId: 'm_0001', at: LATER, by: 'member' })]);
    await ingest(
      [chainOf('s2', 'members').next('tillside.member.erased.v1', { memberId: 'm_0007', at: LATER, by: 'staff' })],
      's2',
    );
    const start = await members().feed.newest();
    await ingest([
      ms.next('tillside.member.joined.v1', joined('m_0001')),
      ms.next('tillside.member.joined.v1', joined('m_0007')),
      ms.next('tillside.consent.changed.v1', { memberId: 'm_0001', ...consent('marketing', true, MUCH_LATER) }),
      ms.next('tillside.member.keyed.v1', { memberId: 'm_0001', publicKey: KEY_A, at: MUCH_LATER }),
      ms.next('tillside.member.corrected.v1', {
        memberId: 'm_0001',
        profile: sealed('x'),
        at: MUCH_LATER,
        by: 'staff',
      }),
      sales.sale({ memberId: 'm_0001' }),
      sales.next('tillside.points.moved.v1', { entries: [earn('m_0001', 'a', 5)] }),
    ]);
    for (const id of ['m_0001', 'm_0007']) expect(await find(id)).toBeNull();
    expect(await members().directory.storesOf('m_0001')).toEqual([]);
    expect(await members().purchases.of('m_0001')).toBeNull();
    expect(await members().directory.consentHistory('m_0001')).toEqual([]);
    expect(await members().feed.newest()).toBe(start);
    expect(await members().ledger.entriesOf(['m_0001'])).toHaveLength(1);
    expect(await members().directory.erasure('m_0001')).toMatchObject({
      stores: [{ store: 's1', confirmedAt: LATER }],
    });
    await ingest([
      ms.next('tillside.member.accessed.v1', {
        memberId: 'm_0001',
        staffId: 'c-1',
        what: 'find',
        reason: 'card',
        at: AT,
      }),
    ]);
    expect(await members().accesses.of('m_0001', 9)).toEqual([{ by: 's1/c-1', what: 'find', reason: 'card', at: AT }]);
  });
}
