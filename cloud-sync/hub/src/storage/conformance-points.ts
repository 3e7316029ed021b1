import { entryContent, type LedgerEntry } from '@tillside/decide';
import { expect, test } from 'vitest';
import { chainOf, incoming } from '../testing/events.ts';
import { AT, earn, LATER, MUCH_LATER, member } from '../testing/members.ts';
import type { HubStorage } from './port.ts';

/** Points, holds, feed, access log, secrets and settings. Part of the conformance suite. */
export function pointsCases(get: () => HubStorage, reopen: () => Promise<void>): void {
  const ledger = () => get().members.ledger;
  const heard = { store: 's1', at: AT };
  const add = (id: string) => get().members.directory.add(member(id), AT);
  const byId = (entries: readonly LedgerEntry[]) => [...entries].sort((a, b) => (a.entryId < b.entryId ? -1 : 1));

  test('an entry is taken once; of two contents the one with the lower hash counts, whichever came first', async () => {
    await add('m_0001');
    const [one, two] = [earn('m_0001', 'a', 5), earn('m_0001', 'b', 7)];
    expect(await ledger().add([one, two, one], heard)).toEqual({ added: 2, conflicts: 0 });
    expect(await ledger().add([two], { store: 's2', at: LATER })).toEqual({ added: 0, conflicts: 0 });
    const others = [1, 2, 3].map((points) => earn('m_0001', 'a', 100 + points));
    expect(await ledger().add(others, heard)).toEqual({ added: 0, conflicts: 3 });
    expect(await ledger().add([...others, one], heard)).toEqual({ added: 0, conflicts: 0 });
    const { createHash } = await import('node:crypto');
    const hash = (entry: LedgerEntry) => createHash('sha256').update(entryContent(entry)).digest('hex');
    const [counts] = [one, ...others].sort((a, b) => (hash(a) < hash(b) ? -1 : 1));
    expect(byId(await ledger().entriesOf(['m_0001']))).toEqual([counts, two]);
    await reopen();
    expect(byId(await ledger().entriesOf(['m_0001', 'm_0002']))).toEqual([counts, two]);
  });

  test('the same entry of another member is a conflict as well: it counts for one of them', async () => {
    for (const id of ['m_0001', 'm_0002']) await add(id);
    await ledger().add([earn('m_0001', 'a', 5)], heard);
    expect(await ledger().add([earn('m_0002', 'a', 5)], heard)).toEqual({ added: 0, conflicts: 1 });
    expect(await ledger().entriesOf(['m_0001', 'm_0002'])).toHaveLength(1);
  });

  test("what comes back of a guest's sale takes its points and its spend back, before the sale was settled, after, and before it was heard of", async () => {
    await add('m_0001');
    const chain = chainOf('s1');
    const { guests, purchases } = get().members;
    const tell = (...events: Parameters<typeof incoming>[0][]) =>
      get().events.ingest([{ store: 's1', receivedAt: LATER, events: events.map(incoming) }]);
    const guest = { at: AT, points: 9, codeHash: 'c'.repeat(64) };
    const sale = (saleId: string) => chain.sale({ saleId, guest, payableFen: 900, savingsFen: 0 });
    const back = (saleId: string, returnId: string, refundFen: number) =>
      chain.next('tillside.sale.returned.v1', {
        returnId,
        saleId,
        businessDate: '2024-03-02',
        returnedAt: LATER,
        terminalId: 't',
        cashierId: 'c',
        receiptNumber: returnId,
        lines: [{ lineId: 'l', sku: 'k', quantity: 1, refundFen }],
        refundFen,
      });
    const [early, late] = [back('early', 'r1', 100), sale('early')];
    await tell(early);
    await tell(late, sale('waits'), back('waits', 'r2', 350), sale('settled'), sale('other'));
    for (const held of await guests.waiting(0, 9))
      if (held.saleId !== 'other') await guests.settle(held, 'm_0001', earn('m_0001', held.saleId, 9), MUCH_LATER);
    const last = [back('settled', 'r3', 450), back('settled', 'r4', 450)];
    await tell(...last);
    await tell(...last, back('other', 'r5', 900));
    const entries = await ledger().entriesOf(['m_0001']);
    const taken = entries.flatMap(({ kind, of, points }) => (kind === 'reverse' ? [[of, points]] : []));
    expect(taken.sort()).toEqual([
      ['earn:s1:early', 1],
      ['earn:s1:settled', 4],
      ['earn:s1:settled', 4],
      ['earn:s1:waits', 3],
    ]);
    expect(await purchases.of('m_0001')).toMatchObject({ orders: 3, spentFen: 2_700 - 100 - 350 - 900 });
    await guests.drop('s1', 'other');
    expect(await guests.waiting(0, 9)).toEqual([]);
  });

  test('entries and the marks of what they take into account are of one moment; members with entries are listed', async () => {
    const chain = chainOf('s1');
    const moved = (sale: string, id: string) =>
      incoming(chain.next('tillside.points.moved.v1', { entries: [earn(id, sale, 5)] }));
    const events = [moved('a', 'm_0001'), moved('b', 'm_0002'), moved('c', 'm_0001')];
    await get().events.ingest([{ store: 's1', receivedAt: AT, events: events.filter((_, at) => at !== 1) }]);
    const { entries, included } = await ledger().withMarks(['m_0001'], 's1');
    expect(entries).toHaveLength(2);
    expect(included).toEqual([{ epoch: chain.epoch, contiguousSeq: 1, ranges: [[3, 3]] }]);
    expect((await ledger().withMarks(['m_0001'], 's2')).included).toEqual([]);
    await get().events.ingest([{ store: 's1', receivedAt: AT, events }]);
    expect(await ledger().members(null, 1)).toEqual(['m_0001']);
    expect(await ledger().members('m_0001', 9)).toEqual(['m_0002']);
  });

  test('a hold is given once under its id, counts for the whole person, and lapses', async () => {
    for (const id of ['m_0001', 'm_0002']) await add(id);
    await get().members.directory.merge({ from: 'm_0002', into: 'm_0001', at: AT, basis: 'certain', by: 'hub' });
    await ledger().add([earn('m_0001', 'a', 100)], heard);
    const hold = (holdId: string, at = AT, memberId = 'm_0001', until = LATER) =>
      ledger().hold({ holdId, memberId, store: 's1', at, until }, (entries, held) => {
        const free = entries.reduce((sum, { points }) => sum + points, 0) - held;
        return Math.min(70, free);
      });
    expect(await hold('h1')).toEqual({ points: 70, until: LATER });
    expect(await hold('h1', AT, 'm_0001', MUCH_LATER)).toEqual({ points: 70, until: LATER });
    expect(await hold('h2', AT, 'm_0002')).toEqual({ points: 30, until: LATER });
    expect(await hold('h3')).toEqual({ points: 0, until: LATER });
    await ledger().releaseHold('h2');
    await ledger().releaseHold('h2');
    expect(await hold('h4', AT, 'm_0001', MUCH_LATER)).toEqual({ points: 30, until: MUCH_LATER });
    expect(await hold('h5', LATER, 'm_0001', MUCH_LATER)).toEqual({ points: 70, until: MUCH_LATER });
    expect(
      (
        await Promise.all([
          hold('h6', MUCH_LATER, 'm_0001', '2024-03-06T00:00:00Z'),
          hold('h7', MUCH_LATER, 'm_0001', '2024-03-06T00:00:00Z'),
        ])
      )
        .map(({ points }) => points)
        .sort(),
    ).toEqual([30, 70]);
  });

  test('the feed tells a store of whom it knows, and every store of what concerns all; each id once, by its last change', async () => {
    const { directory, feed } = get().members;
    for (const id of ['m_0001', 'm_0002', 'm_0003']) await add(id);
    await directory.seen('m_0001', 's1', AT);
    await directory.seen('m_0002', 's2', AT);
    const start = await feed.newest();
    await feed.touch(['m_0001', 'm_0002'], 'known', LATER);
    const ids = async (stores: string[], after: number, limit = 9) => {
      const { changes, ...rest } = await feed.since(stores, after, limit);
      return { ...rest, ids: changes.map(({ memberId }) => memberId) };
    };
    expect((await ids(['s1'], start)).ids).toEqual(['m_0001']);
    expect((await ids(['s1', 's2'], start)).ids.sort()).toEqual(['m_0001', 'm_0002']);
    expect((await ids(['s3'], start)).ids).toEqual([]);
    const middle = (await ids(['s3'], start)).cursor;
    expect(middle).toBe(await feed.newest());
    await feed.touch(['m_0003'], 'all', LATER);
    await feed.touch(['m_0003'], 'known', LATER);
    await feed.touch(['m_0002'], 'known', LATER);
    expect((await ids(['s3'], middle)).ids).toEqual(['m_0003']);
    const page = await ids(['s2'], middle, 1);
    expect(page).toMatchObject({ ids: ['m_0003'], more: true });
    expect(await ids(['s2'], page.cursor, 1)).toMatchObject({ ids: ['m_0002'], more: false });
    await directory.erase('m_0001', { at: LATER, by: 'member', reason: 'asked for' });
    expect((await feed.since(['s3'], middle, 9)).changes).toContainEqual({ memberId: 'm_0001', erasedAt: LATER });
    await directory.merge({ from: 'm_0003', into: 'm_0002', at: LATER, basis: 'certain', by: 'hub' });
    const all = await feed.newest();
    await directory.seen('m_0003', 's3', AT);
    await feed.touch(['m_0003'], 'known', MUCH_LATER);
    expect((await ids(['s3'], all)).ids).toEqual(['m_0002']);
    expect((await ids(['s1'], all)).ids).toEqual([]);
    const highest = await feed.newest();
    await feed.skip(0);
    await feed.touch(['m_0002'], 'all', MUCH_LATER);
    expect(await ids(['s3'], highest + 1_000_000)).toMatchObject({ ids: ['m_0002'], more: false });
    // A copy that is put back a second time is as new as the clock: what it told after the first time counts for nothing.
    const nowMs = Date.parse(MUCH_LATER);
    await feed.skip(nowMs);
    await feed.touch(['m_0002'], 'all', MUCH_LATER);
    expect(await ids(['s3'], nowMs * 1_000)).toMatchObject({ ids: ['m_0002'], more: false });
  });

  test('who looked at what is kept, also when the person is gone', async () => {
    const { accesses, directory } = get().members;
    await add('m_0001');
    const access = { memberId: 'm_0001', by: 'office', what: 'view', reason: 'complaint', at: AT };
    await accesses.add(access);
    await accesses.add({ ...access, by: 's1/c-1', what: 'export', at: LATER });
    await directory.erase('m_0001', { at: LATER, by: 'hq', reason: 'asked for' });
    expect((await accesses.of('m_0001', 9)).map(({ by }) => by)).toEqual(['s1/c-1', 'office']);
    const [newest] = await accesses.list(null, 1);
    expect(newest).toMatchObject({ memberId: 'm_0001', what: 'export' });
    expect(await accesses.list(newest?.id ?? 0, 9)).toMatchObject([{ what: 'view' }]);
  });

  test('what a phone signed opens one session, also where two come at once, for as long as it could be shown again', async () => {
    const { sessions } = get().members;
    const take = (key: string, at: number, oldestMs = 0) => sessions.take(key, at, { oldestMs, most: 3 });
    expect((await Promise.all([take('k1', 100), take('k1', 100)])).sort()).toEqual([false, true]);
    expect([await take('k1', 90), await take('k1', 110), await take('k1', 120), await take('k2', 120)]).toEqual([
      true,
      true,
      false,
      true,
    ]);
    expect([await take('k1', 120, 101), await take('k1', 110, 101), await take('k1', 130, 101)]).toEqual([
      true,
      false,
      true,
    ]);
  });

  test('a time step of a phone is used once and never backwards; settings are put over the version that was read', async () => {
    const { secrets, settings } = get().members;
    await add('m_0001');
    expect(await secrets.put('m_0009', 'x')).toBe(false);
    expect(await secrets.put('m_0001', 'x')).toBe(true);
    expect([await secrets.use('m_0001', 7), await secrets.use('m_0001', 7), await secrets.use('m_0001', 6)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(await secrets.use('m_0009', 7)).toBe(false);
    expect(await settings.get()).toBeNull();
    expect(
      await Promise.all([settings.put({ a: 1 }, 0, 'office', AT), settings.put({ a: 2 }, 0, 'office', AT)]),
    ).toContain(null);
    expect(await settings.put({ a: 3 }, 1, 'office', LATER)).toBe(2);
    expect(await settings.get()).toEqual({ version: 2, body: { a: 3 }, at: LATER, by: 'office' });
    expect((await settings.kept())[0]).toEqual({ a: 3 });
    expect(await settings.kept()).toHaveLength(2);
  });
}
