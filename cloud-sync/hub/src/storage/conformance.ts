import { randomUUID } from 'node:crypto';
import type { CredentialKind, PartnerScope } from '@tillside/hub-contract';
import type { Envelope } from '@tillside/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { IncomingEvent } from '../sync/incoming.ts';
import { chainOf, incoming, many } from '../testing/events.ts';
import { contentCases } from './conformance-content.ts';
import { duplicateCases } from './conformance-duplicates.ts';
import { memberEventCases } from './conformance-member-events.ts';
import { memberCases } from './conformance-members.ts';
import { partnerCases, webhookCases } from './conformance-partners.ts';
import { pointsCases } from './conformance-points.ts';
import { segmentPeopleCases, segmentRunCases } from './conformance-segments.ts';
import { sharedCases } from './conformance-shared.ts';
import { takeCases } from './conformance-takes.ts';
import { tasteCases } from './conformance-tastes.ts';
import type { HubStorage, IngestResult, PairingCodeRecord } from './port.ts';

const AT = '2024-03-02T01:00:00.000Z';
const LATER = '2024-03-02T02:00:00.000Z';

export interface StorageUnderTest {
  readonly storage: HubStorage;
  /** Closes and opens again on the same data. */
  reopen(): Promise<HubStorage>;
  dispose(): Promise<void>;
}

/** What every adapter of HubStorage must do. Call it from the adapter's own test file. */
export function describeHubStorage(name: string, open: () => Promise<StorageUnderTest>): void {
  describe(`hub storage: ${name}`, () => {
    let under: StorageUnderTest;
    let storage: HubStorage;
    beforeEach(async () => {
      under = await open();
      storage = under.storage;
      for (const id of ['s1', 's2']) await storage.registry.putStore({ id, name: id, createdAt: AT });
    });
    afterEach(() => under.dispose());
    eventCases(
      () => storage,
      async () => {
        storage = await under.reopen();
      },
    );
    consumerCases(() => storage);
    returnCases(() => storage);
    pairingCases(() => storage);
    keyCases(
      () => storage,
      async () => {
        storage = await under.reopen();
      },
    );
    desiredCases(() => storage);
    memberEventCases(() => storage);
    const people = [memberCases, duplicateCases, pointsCases, segmentPeopleCases, tasteCases, webhookCases];
    for (const cases of people)
      cases(
        () => storage,
        async () => {
          storage = await under.reopen();
        },
      );
    takeCases(
      () => storage,
      async () => {
        storage = await under.reopen();
      },
    );
    contentCases(
      () => storage,
      async () => {
        storage = await under.reopen();
      },
    );
    partnerCases(() => storage);
    segmentRunCases(
      () => storage,
      async () => {
        storage = await under.reopen();
      },
    );
    sharedCases(
      () => storage,
      async () => {
        storage = await under.reopen();
      },
    );
  });
}

async function ingestInto(storage: HubStorage, store: string, events: IncomingEvent[]): Promise<IngestResult> {
  const [result] = await storage.events.ingest([{ store, receivedAt: AT, events }]);
  if (result === undefined) throw new Error('one batch, one answer');
  return result;
}

function eventCases(get: () => HubStorage, reopen: () => Promise<void>): void {
  const ingest = (events: Envelope[], store = 's1') => ingestInto(get(), store, events.map(incoming));

  test('an event sent twice is held once, and counted once', async () => {
    const sale = chainOf('s1').sale();
    expect((await ingest([sale])).stored).toHaveLength(1);
    const again = await ingest([sale, sale]);
    expect(again).toMatchObject({ stored: [], duplicates: 2, conflicts: [] });
    expect((await get().reads.salesDays({ limit: 9 }))[0]).toMatchObject({ sales: 1, payableFen: 900 });
  });

  test('a hole keeps the contiguous part back, the range above is named, and filling it joins both', async () => {
    const chain = chainOf('s1');
    const [a, b, c, d] = many(4, () => chain.sale());
    if (!a || !b || !c || !d) throw new Error('four');
    expect((await ingest([d, a, c])).acks).toMatchObject([{ contiguousSeq: 1, ranges: [[3, 4]] }]);
    expect((await ingest([b])).acks).toMatchObject([{ contiguousSeq: 4, ranges: [] }]);
  });

  test('the same seq with another hash is a conflict; all above it too; nothing is stored or counted', async () => {
    const chain = chainOf('s1');
    const shared = chain.sale();
    const restored = chain.fork();
    await ingest([shared, chain.sale()]);
    const [x, y, z] = many(3, () => restored.sale());
    if (!x || !y || !z) throw new Error('three');
    expect((await ingest([x, y])).conflicts.map(({ seq }) => seq)).toEqual([2, 3]);
    expect((await ingest([z])).conflicts.map(({ seq }) => seq)).toEqual([4]);
    expect((await ingest([shared])).acks).toMatchObject([{ contiguousSeq: 2, ranges: [] }]);
    expect(await get().events.conflictCount('s1')).toBe(3);
    expect((await get().reads.salesDays({ limit: 9 }))[0]?.sales).toBe(2);
  });

  test('a link that does not fit its neighbour is a conflict, from below and from above', async () => {
    const [left, right] = [chainOf('s1'), chainOf('s1', 'sales')];
    const first = left.sale();
    const alien = { ...right.sale(), epoch: left.epoch, seq: 2 };
    expect((await ingest([first, alien])).conflicts).toMatchObject([{ seq: 2 }]);
    const other = chainOf('s1');
    const [one, two] = [other.sale(), other.sale()];
    await ingest([two]);
    expect((await ingest([{ ...one, source: '/elsewhere' }])).conflicts).toMatchObject([{ seq: 1 }]);
  });

  test('streams and epochs stand apart', async () => {
    const [sales, ops, later] = [chainOf('s1'), chainOf('s1', 'ops'), chainOf('s1')];
    const device = { deviceId: 'scanner-1', state: 'online', at: AT };
    const result = await ingest([sales.sale(), ops.next('tillside.device.changed.v1', device), later.sale()]);
    expect(result.acks.map(({ contiguousSeq }) => contiguousSeq)).toEqual([1, 1, 1]);
    expect(await get().events.positions('s1')).toHaveLength(3);
    expect(await get().events.positions('s2')).toEqual([]);
  });

  test('an unreadable body is held in quarantine, acknowledged, and out of the sums', async () => {
    const chain = chainOf('s1');
    const result = await ingest([chain.sale(), chain.next('tillside.sale.completed.v9', { new: true }), chain.sale()]);
    expect(result.acks).toMatchObject([{ contiguousSeq: 3 }]);
    const [held] = await get().events.list({ quarantined: true, limit: 10 });
    expect(held).toMatchObject({ seq: 2, quarantine: 'TYPE_UNKNOWN', data: { new: true } });
    expect((await get().reads.salesDays({ limit: 9 }))[0]?.sales).toBe(2);
    expect(await get().reads.streamCounts()).toMatchObject([{ stream: 'sales', events: 3, quarantined: 1 }]);
  });

  test('what was stored is there after closing and opening again', async () => {
    const chain = chainOf('s1');
    const sales = many(3, () => chain.sale());
    await ingest(sales);
    await reopen();
    expect(await ingest(sales)).toMatchObject({ stored: [], duplicates: 3, acks: [{ contiguousSeq: 3 }] });
  });

  test('sums of a day add up over stores, by category, campaign and hour', async () => {
    await ingest([chainOf('s1').sale({ payableFen: 500, savingsFen: 0, memberId: 'm_0001' })]);
    await ingest([chainOf('s2').sale({ payableFen: 300 })], 's2');
    const returned = { returnId: 'r', saleId: 'x', businessDate: '2024-03-02', returnedAt: AT, terminalId: 't' };
    const lines = [{ lineId: 'l', sku: '1', quantity: 1, refundFen: 120 }];
    const body = { ...returned, cashierId: 'c', receiptNumber: '9', lines, refundFen: 120 };
    await ingest([chainOf('s1').next('tillside.sale.returned.v1', body)]);
    const days = await get().reads.salesDays({ limit: 9 });
    expect(days).toMatchObject([
      { store: 's1', sales: 1, returns: 1, memberSales: 1, items: 2, payableFen: 500, refundFen: 120 },
      { store: 's2', sales: 1, payableFen: 300, savingsFen: 100 },
    ]);
    expect(await get().reads.newestBusinessDate('2024-03-03')).toBe('2024-03-02');
    expect(await get().reads.newestBusinessDate('2024-03-01')).toBeNull();
    expect(await get().reads.dayTop('2024-03-02', 'category', 5)).toEqual([{ key: 'milk', amountFen: 800, count: 4 }]);
    expect(await get().reads.dayTop('2024-03-02', 'campaign', 5)).toEqual([
      { key: 'milk-10', amountFen: 100, count: 1 },
    ]);
    expect(await get().reads.dayTop('2024-03-02', 'hour', 5)).toEqual([{ key: '09', amountFen: 800, count: 2 }]);
    expect(await get().reads.salesDays({ limit: 9, from: '2024-03-03' })).toEqual([]);
    expect(await get().reads.salesDays({ limit: 9, store: 's2' })).toHaveLength(1);
  });

  test('sales are counted and found by their ids, without what is in quarantine', async () => {
    const chain = chainOf('s1');
    const saleId = randomUUID();
    await ingest([chain.sale({ payableFen: 1, saleId }), chain.next('unknown', {}), chain.sale({ payableFen: 2 })]);
    await ingest([chainOf('s2').sale({ payableFen: 3 })], 's2');
    expect(await get().events.saleCount(['s1', 's2'])).toBe(3);
    expect(await get().events.saleCount(['s2'])).toBe(1);
    const asked = [saleId, 'none'].flatMap((id) => ['s1', 's2'].map((store) => ({ store, saleId: id })));
    const found = await get().events.salesBy(asked);
    expect(found.map(({ store, body }) => [store, JSON.parse(body).payableFen])).toContainEqual(['s1', 1]);
    expect(found.every(({ body }) => JSON.parse(body).saleId === saleId)).toBe(true);
  });

  test('listing goes back page by page and filters', async () => {
    const chain = chainOf('s1');
    await ingest(many(5, () => chain.sale()));
    await ingest([chainOf('s2').sale()], 's2');
    const page = await get().events.list({ store: 's1', limit: 3 });
    expect(page.map(({ seq }) => seq)).toEqual([5, 4, 3]);
    const rest = await get().events.list({ store: 's1', stream: 'sales', limit: 3, before: page.at(-1)?.cursor });
    expect(rest.map(({ seq }) => seq)).toEqual([2, 1]);
    expect(await get().events.list({ stream: 'ops', limit: 3 })).toEqual([]);
  });
}

function consumerCases(get: () => HubStorage): void {
  const ingest = (events: Envelope[], store = 's1') => ingestInto(get(), store, events.map(incoming));

  test('a consumer is given a stream in order, never past a hole, with the bytes as they came', async () => {
    const chain = chainOf('s1');
    const sales = many(5, () => chain.sale());
    await ingest(sales.filter((_, index) => index !== 2));
    const { store, epoch, stream } = chain;
    const read = (after: number, limit = 9) => get().events.read({ store, epoch, stream }, after, limit);
    expect((await read(0)).map(({ seq }) => seq)).toEqual([1, 2]);
    await ingest([sales[2] as Envelope]);
    expect((await read(1, 3)).map(({ seq }) => seq)).toEqual([2, 3, 4]);
    const [fifth] = await read(4);
    expect(fifth?.text).toBe(JSON.stringify(sales[4]));
    expect(await get().events.read({ store: 's2', epoch, stream }, 0, 9)).toEqual([]);
  });

  test('streams that grew are named once each, page by page', async () => {
    for (const store of ['s1', 's2']) await ingest([chainOf(store).sale()], store);
    const first = await get().events.streamsSince(AT, { after: null, limit: 1 });
    const second = await get().events.streamsSince(AT, { after: first[0] ?? null, limit: 9 });
    expect([...first, ...second].map(({ store }) => store)).toEqual(['s1', 's2']);
    expect(await get().events.streamsSince(LATER, { after: null, limit: 9 })).toEqual([]);
  });

  test('a declared hole is stepped across, told to consumers as a hole, and what comes in it later has to be told elsewhere', async () => {
    const chain = chainOf('s1', 'presence');
    const gone = many(6, () => chain.next('tillside.presence.counted.v1', {}));
    const [first, second, , fourth] = gone;
    if (!first || !second || !fourth) throw new Error('six');
    await ingest([first, fourth]);
    const ops = chainOf('s1', 'ops', chain.epoch);
    const shed = {
      stream: 'presence',
      fromSeq: 2,
      toSeq: 5,
      prevhash: second.prevhash,
      lastHash: gone[5]?.prevhash ?? '',
      reason: 'disk-budget',
      at: AT,
    };
    const { acks } = await ingest([ops.next('tillside.stream.shed.v1', shed)]);
    expect(acks).toContainEqual({ epoch: chain.epoch, stream: 'presence', contiguousSeq: 5, ranges: [] });
    expect(await ingest([second])).toMatchObject({ duplicates: 0, conflicts: [{ seq: 2 }], stored: [] });
    expect(await ingest([gone[5] as Envelope])).toMatchObject({ conflicts: [], acks: [{ contiguousSeq: 6 }] });
    const { store, epoch, stream } = chain;
    expect((await get().events.read({ store, epoch, stream }, 0, 9)).map(({ seq }) => seq)).toEqual([1, 4, 6]);
    expect(await get().events.sheds({ store, epoch, stream })).toMatchObject([{ fromSeq: 2, toSeq: 5 }]);
  });

  test('an occurrence that a disk put back tells in two epochs, or under its first number too, counts once', async () => {
    const sums = async () =>
      (await get().reads.salesDays({ limit: 9 })).map(({ sales, payableFen }) => [sales, payableFen]);
    const [first, second] = [chainOf('s1'), chainOf('s1')];
    const waiting = [first.sale({ payableFen: 7 }), first.sale({ payableFen: 20 })];
    const told = waiting.map((envelope) => second.again(envelope));
    expect((await ingest(told)).stored).toHaveLength(2);
    const third = chainOf('s1');
    const more = [...waiting.map((envelope) => third.again(envelope)), third.sale({ payableFen: 400 })];
    const result = await ingest(more);
    expect(result.acks).toMatchObject([{ contiguousSeq: 3 }]);
    expect(result.stored.map(({ quarantine }) => quarantine)).toEqual([
      `TOLD_BEFORE: ${second.epoch}/1`,
      `TOLD_BEFORE: ${second.epoch}/2`,
      null,
    ]);
    expect(await sums()).toEqual([[3, 427]]);
    // Told again from there, it is still what it was first; and the first hub may hear it under its first number after all.
    const fourth = chainOf('s1');
    await ingest([fourth.again(more[0] as Envelope), ...waiting]);
    expect(await sums()).toEqual([[3, 427]]);
    expect(await get().events.quarantined(0, 9)).toEqual([]);
    expect(await get().events.list({ quarantined: true, limit: 9 })).toEqual([]);
    expect(await get().reads.streamCounts()).toMatchObject([{ store: 's1', quarantined: 0 }]);
    // In the other order, and two of one transaction.
    const fifth = chainOf('s1');
    const late = fifth.sale({ payableFen: 1_000 });
    const [sixth, seventh] = [chainOf('s1'), chainOf('s1')];
    await ingest([late, sixth.again(late), seventh.again(late)]);
    const eighth = chainOf('s1');
    await ingest([eighth.again(late)]);
    expect(await sums()).toEqual([[4, 1_427]]);
  });

  test('a hole that is told again is none of the new epoch', async () => {
    const [sales, ops, later] = [chainOf('s1'), chainOf('s1', 'ops'), chainOf('s1', 'ops')];
    const [given, next] = [chainOf('s1', 'sales', later.epoch), chainOf('s1', 'sales', later.epoch)];
    const { prevhash } = sales.sale();
    const span = { stream: 'sales', fromSeq: 1, toSeq: 3, prevhash, lastHash: prevhash, reason: 'disk-budget', at: AT };
    const result = await ingest([later.again(ops.next('tillside.stream.shed.v1', span))]);
    expect(result.acks.map(({ stream }) => stream)).toEqual(['ops']);
    expect((await ingest([given.sale(), given.sale()])).conflicts).toEqual([]);
    expect((await ingest([next.sale()])).conflicts).toHaveLength(1);
  });

  test('what lies above a fork that will never be filled is read in the end', async () => {
    const chain = chainOf('s1');
    const first = chain.sale();
    const restored = chain.fork();
    const [second, third] = many(2, () => chain.sale());
    if (!second || !third) throw new Error('two');
    await ingest([first, third]);
    const { store, epoch, stream } = chain;
    const read = async () => (await get().events.read({ store, epoch, stream }, 0, 9)).map(({ seq }) => seq);
    expect(await read()).toEqual([1]);
    expect((await ingest([restored.sale()])).conflicts).toMatchObject([{ seq: 2 }]);
    expect(await read()).toEqual([1, 3]);
    expect((await ingest([second])).conflicts).toMatchObject([{ seq: 2 }]);
  });

  test('a declared hole that could not be read when it came is stepped across when it can be', async () => {
    const [presence, ops] = [chainOf('s1', 'presence'), chainOf('s1', 'ops')];
    const gone = many(3, () => presence.next('tillside.presence.counted.v1', {}));
    const lastHash = presence.next('x', {}).prevhash;
    const shed = { stream: 'presence', fromSeq: 1, toSeq: 3, prevhash: gone[0]?.prevhash, lastHash, at: AT };
    const { epoch } = presence;
    const told = incoming({ ...ops.next('tillside.stream.shed.v1', { ...shed, reason: 'disk-full' }), epoch });
    const { shed: _, ...unread } = { ...told, quarantine: 'TYPE_UNKNOWN', effects: {} };
    // The genesis of its own stream is of another epoch: only seq 1 points back to it, so it goes in as seq 2.
    await ingestInto(get(), 's1', [{ ...unread, seq: 2 }]);
    const [held] = await get().events.quarantined(0, 9);
    expect(await get().events.release(held?.cursor ?? 0, { ...told, seq: 2 })).toBe(true);
    const positions = await get().events.positions('s1');
    expect(positions.find(({ stream }) => stream === 'presence')).toMatchObject({ contiguousSeq: 3, ranges: [] });
    expect(await get().events.sheds({ store: 's1', epoch, stream: 'presence' })).toMatchObject([{ toSeq: 3 }]);
    expect(await get().events.release(held?.cursor ?? 0, { ...told, seq: 2 })).toBe(false);
  });

  test('batches of several stores become durable together, answered in their order', async () => {
    const chains = [chainOf('s1'), chainOf('s2'), chainOf('s1')];
    const batches = chains.map((chain) => ({ store: chain.store, receivedAt: AT, events: [incoming(chain.sale())] }));
    const answers = await get().events.ingest(batches);
    expect(answers.map(({ acks }) => acks[0]?.epoch)).toEqual(chains.map(({ epoch }) => epoch));
    expect((await get().reads.salesDays({ limit: 9 })).map(({ sales }) => sales)).toEqual([2, 1]);
  });

  test('a body that can be read later takes effect then, once', async () => {
    const chain = chainOf('s1');
    const sale = chain.sale();
    const early = { ...incoming(sale), quarantine: 'TYPE_UNKNOWN', effects: {} };
    await ingestInto(get(), 's1', [early]);
    const [held] = await get().events.quarantined(0, 9);
    if (!held) throw new Error('one is in quarantine');
    expect(held).toMatchObject({ store: 's1', seq: 1, text: early.text });
    expect(await get().events.release(held.cursor, incoming(sale))).toBe(true);
    expect(await get().events.release(held.cursor, incoming(sale))).toBe(false);
    expect(await get().events.quarantined(0, 9)).toEqual([]);
    expect((await get().reads.salesDays({ limit: 9 }))[0]).toMatchObject({ sales: 1, payableFen: 900 });
    expect(await get().reads.streamCounts()).toMatchObject([{ events: 1, quarantined: 0 }]);
  });
}

function returnCases(get: () => HubStorage): void {
  const by = (claimedBy: string) => ({ claimedBy, at: AT, since: '2024-01-01T00:00:00.000Z' });
  const told = async (chain: ReturnType<typeof chainOf>, type: string, data: Record<string, unknown>) => {
    await ingestInto(get(), chain.store, [incoming(chain.next(type, data))]);
  };
  /** A sale of two units of one line in s1. */
  const sold = async () => {
    const chain = chainOf('s1');
    const sale = chain.sale({ saleId: 'sale-1', receiptNumber: 'R7' });
    await ingestInto(get(), 's1', [incoming(sale)]);
    return chain;
  };
  const claimOf = (returnId: string, quantity = 1, lineId = 'l1') => ({
    returnId,
    store: 's1',
    saleId: 'sale-1',
    lines: [{ lineId, quantity }],
  });

  test('a sale is found by its receipt, with what came back of it', async () => {
    await sold();
    const query = { store: 's1', receiptNumber: 'R7', businessDate: '2024-03-02' };
    expect(await get().returns.find(query)).toMatchObject({ sale: { saleId: 'sale-1' }, returned: [] });
    for (const wrong of [{ store: 's2' }, { receiptNumber: 'R8' }, { businessDate: '2024-03-03' }])
      expect(await get().returns.find({ ...query, ...wrong })).toBeNull();
    await get().returns.claim(claimOf('r1'), by('s2'));
    expect((await get().returns.find(query))?.returned).toEqual([{ lineId: 'l1', quantity: 1 }]);
  });

  test('no unit is given out twice, whoever asks; the same claim again is the same answer', async () => {
    const chain = await sold();
    const { returns } = get();
    expect(await returns.claim(claimOf('r1'), by('s2'))).toMatchObject({ returned: [] });
    expect(await returns.claim(claimOf('r1'), by('s2'))).toMatchObject({ returned: [] });
    expect(await returns.claim(claimOf('r1', 2), by('s2'))).toBe('taken');
    expect(await returns.claim(claimOf('r1'), by('s3'))).toBe('taken');
    expect(await returns.claim(claimOf('r2', 2), by('s3'))).toBe('too-many');
    expect(await returns.claim(claimOf('r2', 1, 'l9'), by('s3'))).toBe('too-many');
    expect(await returns.claim({ ...claimOf('r2'), saleId: 'other' }, by('s3'))).toBe('unknown');
    const back = { returnId: 'own', saleId: 'sale-1', businessDate: '2024-03-02', returnedAt: AT, terminalId: 't' };
    const lines = [{ lineId: 'l1', sku: '1001', quantity: 1, refundFen: 450 }];
    await told(chain, 'tillside.sale.returned.v1', {
      ...back,
      cashierId: 'c',
      receiptNumber: 'R9',
      lines,
      refundFen: 450,
    });
    expect(await returns.claim(claimOf('r2'), by('s3'))).toBe('too-many');
  });

  test('a claim can be given back until its return was heard of, and lapses when none comes', async () => {
    await sold();
    const { returns } = get();
    await returns.claim(claimOf('r1', 2), by('s2'));
    expect(await returns.release('r1', 's3')).toBe(false);
    expect(await returns.release('r1', 's2')).toBe(true);
    await returns.claim(claimOf('r2', 2), by('s2'));
    expect(await returns.claim(claimOf('r3', 2), { ...by('s3'), since: LATER })).toMatchObject({ returned: [] });
    await returns.release('r3', 's3');
    const line = { sku: '1001', quantity: 2, refundFen: 900, lineId: 'l1' };
    await told(chainOf('s2'), 'tillside.goods.returned.v1', {
      returnId: 'r2',
      basis: 'other-store',
      businessDate: '2024-03-02',
      returnedAt: AT,
      terminalId: 't',
      cashierId: 'c',
      receiptNumber: 'X1',
      lines: [line],
      refundFen: 900,
      tenders: [{ kind: 'cash', amountFen: 900 }],
      saleStoreId: 's1',
      saleId: 'sale-1',
    });
    expect(await returns.release('r2', 's2')).toBe(false);
    expect(await returns.claim(claimOf('r3'), { ...by('s3'), since: LATER })).toBe('too-many');
    expect((await get().reads.salesDays({ store: 's2', limit: 9 }))[0]).toMatchObject({ returns: 1, refundFen: 900 });
  });
}

function pairingCases(get: () => HubStorage): void {
  const redeem = (codeHash: string, kind: CredentialKind, now = AT) =>
    get().registry.redeemPairingCode({
      codeHash,
      kind,
      now,
      maxAttempts: 3,
      credential: { id: randomUUID(), hash: randomUUID(), name: 'n' },
    });

  test('a code works once, for its kind, until it expires', async () => {
    const code = {
      codeHash: 'h',
      kind: 'store',
      store: 's1',
      scopes: [],
      expiresAt: LATER,
    } satisfies PairingCodeRecord;
    await get().registry.putPairingCode(code, AT);
    expect(await redeem('h', 'store', LATER)).toBeNull();
    expect(await redeem('h', 'store')).toMatchObject({ store: 's1', kind: 'store', revokedAt: null });
    expect(await redeem('h', 'store')).toBeNull();
  });

  test('after so many attempts of the wrong kind a code is dead', async () => {
    await get().registry.putPairingCode(
      { codeHash: 'h', kind: 'operator', store: null, scopes: [], expiresAt: LATER },
      AT,
    );
    for (let attempt = 0; attempt < 3; attempt += 1) expect(await redeem('h', 'store')).toBeNull();
    expect(await redeem('h', 'operator')).toBeNull();
  });

  test('a new code for a store takes the place of the old one', async () => {
    const code = { kind: 'store' as const, store: 's1', scopes: [], expiresAt: LATER };
    await get().registry.putPairingCode({ ...code, codeHash: 'old' }, AT);
    await get().registry.putPairingCode({ ...code, codeHash: 'new' }, AT);
    expect(await redeem('old', 'store')).toBeNull();
    expect(await redeem('new', 'store')).not.toBeNull();
  });

  test('what a partner may do goes with its code to its credential', async () => {
    const scopes: PartnerScope[] = ['members:read', 'points:write'];
    const code = { codeHash: 'p', kind: 'partner' as const, store: null, scopes, expiresAt: LATER };
    await get().registry.putPairingCode(code, AT);
    const paired = await redeem('p', 'partner');
    expect(paired).toMatchObject({ kind: 'partner', store: null, scopes });
    expect((await get().registry.credentials()).find(({ id }) => id === paired?.id)).toMatchObject({ scopes });
  });

  test('of each store the newest instant at which it was heard of stays', async () => {
    const { registry } = get();
    const seen = async (): Promise<unknown> => (await registry.stores()).map(({ id, lastSeenAt }) => [id, lastSeenAt]);
    const byId = (id: string, at: string) => ({ id, at });
    await registry.touchStores([byId('s1', LATER), byId('nobody', LATER)]);
    expect(await seen()).toEqual([
      ['s1', LATER],
      ['s2', null],
    ]);
    await Promise.all([
      registry.touchStores([byId('s2', LATER), byId('s1', AT)]),
      registry.touchStores([byId('s1', AT), byId('s2', AT)]),
    ]);
    expect(await seen()).toEqual([
      ['s1', LATER],
      ['s2', LATER],
    ]);
    await registry.touchStores([]);
  });

  test('a revoked credential is not found, and stays listed', async () => {
    const base = { kind: 'operator' as const, name: 'office', store: null, scopes: [], createdAt: AT, revokedAt: null };
    await get().registry.putCredential({ ...base, id: 'c1', hash: 'secret' });
    expect(await get().registry.credentialByHash('secret')).toMatchObject({ id: 'c1' });
    expect(await get().registry.revokeCredential('c1', LATER)).toMatchObject({ revokedAt: LATER });
    expect(await get().registry.credentialByHash('secret')).toBeNull();
    expect(await get().registry.credentials()).toMatchObject([{ id: 'c1', revokedAt: LATER }]);
    expect(await get().registry.revokeCredential('c9', LATER)).toBeNull();
  });
}

function keyCases(get: () => HubStorage, reopen: () => Promise<void>): void {
  const put = (key: string, store = 's1') => get().keys.put(store, [{ memberId: 'm_0001', key }]);

  test("a member key once held is never replaced, and is its own store's", async () => {
    expect(await put('a')).toBe(1);
    expect(await put('b')).toBe(1);
    expect(await get().keys.held('s1', ['m_0001', 'm_0002'])).toEqual([{ memberId: 'm_0001', key: 'a' }]);
    expect(await get().keys.held('s2', ['m_0001'])).toEqual([]);
  });

  test('an erased member stays erased, whoever asked for it, also for a deposit that comes late', async () => {
    await put('a');
    await put('b', 's2');
    const chain = chainOf('s1', 'members');
    const erased = { memberId: 'm_0001', at: AT, by: 'member' };
    await ingestInto(get(), 's1', [incoming(chain.next('tillside.member.erased.v1', erased))]);
    for (const store of ['s1', 's2']) expect(await get().keys.held(store, ['m_0001'])).toEqual([]);
    expect(await put('a')).toBe(0);
    expect(await get().keys.erase('m_0001', LATER)).toEqual([]);
    await reopen();
    for (const store of ['s2', 's3']) expect(await put('b', store)).toBe(0);
    for (const store of ['s1', 's2'])
      expect(await get().keys.erasures(store)).toEqual([{ memberId: 'm_0001', at: AT }]);
    expect(await get().members.directory.erasure('m_0001')).toMatchObject({
      stores: [
        { store: 's1', confirmedAt: AT },
        { store: 's2', confirmedAt: null },
      ],
    });
  });

  test('the floor of signed numbers only rises', async () => {
    expect(await get().desired.versionFloor()).toBe(0);
    await get().desired.raiseVersionFloor(7);
    await get().desired.raiseVersionFloor(5);
    expect(await get().desired.versionFloor()).toBe(7);
  });
}

function desiredCases(get: () => HubStorage): void {
  const record = { store: 's1', kind: 'campaigns', sha256: 'ab', lengthBytes: 2, publishedAt: AT } as const;

  test('metadata, versions and release appear together or not at all', async () => {
    const release = { id: 'r1', publishedAt: AT, publishedBy: 'office', set: { setId: 'x' } };
    const doc = { role: 'targets', version: 1, body: '{}' } as const;
    await get().desired.publish({ docs: [doc], desired: [{ ...record, version: 1, origin: 'r1' }], release });
    const second = { docs: [doc], desired: [{ ...record, version: 2, origin: 'r2' }] };
    await expect(get().desired.publish({ ...second, release: { ...release, id: 'r2' } })).rejects.toThrow();
    expect(await get().desired.releases(9)).toEqual([release]);
    expect(await get().desired.current()).toMatchObject([{ store: 's1', version: 1, origin: 'r1' }]);
  });

  test('the newest metadata and a named version are found', async () => {
    const docs = [1, 2].map((version) => ({ role: 'root', version, body: `{"v":${version}}` }) as const);
    await get().desired.publish({ docs, desired: [] });
    expect((await get().desired.metadata('root'))?.version).toBe(2);
    expect((await get().desired.metadata('root', 1))?.body).toBe('{"v":1}');
    expect(await get().desired.metadata('root', 3)).toBeNull();
  });

  test('an artifact belongs to the stores it was published to', async () => {
    await get().desired.publish({ docs: [], desired: [{ ...record, version: 1, origin: 'r1' }] });
    expect(await get().desired.wasPublished('s1', 'campaigns', 'ab')).toBe(true);
    expect(await get().desired.wasPublished('s2', 'campaigns', 'ab')).toBe(false);
    expect(await get().desired.wasPublished('s1', 'model', 'ab')).toBe(false);
    expect(await get().desired.byOrigin('r1')).toHaveLength(1);
  });

  test('what a store was given of a kind is found, newest first, with its deltas', async () => {
    const deltas = [{ from: 1, sha256: 'c'.repeat(64), lengthBytes: 3 }];
    const items = { ...record, kind: 'items', origin: 'i' } as const;
    const other = [
      { ...items, store: 's2', version: 9 },
      { ...record, version: 5, origin: 'r1' },
    ];
    const own = [1, 2, 3].map((version) => ({ ...items, version, ...(version === 2 ? { deltas } : {}) }));
    await get().desired.publish({ docs: [], desired: [...own, ...other] });
    expect(await get().desired.history('s1', 'items', 2)).toEqual([own[2], own[1]]);
    expect(await get().desired.history('s3', 'items', 2)).toEqual([]);
  });

  test('what a store reports of a version is kept, the later report standing', async () => {
    const chain = chainOf('s1', 'ops');
    const report = (outcome: string, at: string) =>
      chain.next('tillside.desired.applied.v1', { kind: 'model', version: 4, sha256: 'a'.repeat(64), outcome, at });
    const events = [report('refused', AT), report('applied', LATER), report('refused', AT)].map(incoming);
    await ingestInto(get(), 's1', events);
    expect(await get().desired.applied()).toMatchObject([
      { store: 's1', kind: 'model', version: 4, outcome: 'applied' },
    ]);
  });

  test('models are kept by id', async () => {
    const model = { id: 'm1', createdAt: AT, sha256: 'cd', sizeBytes: 3, manifest: { metrics: { hit: 0.2 } } };
    await get().desired.putModel(model);
    await get().desired.putModel(model);
    expect(await get().desired.models(9)).toEqual([model]);
    expect(await get().desired.model('m1')).toEqual(model);
    expect(await get().desired.model('m2')).toBeNull();
    const notes = { sales: 3, cause: 'asked', card: '# 卡', rules: null, comparison: null, promotion: null } as const;
    expect(await get().desired.modelNotes('m1')).toBeNull();
    await get().desired.putModelNotes('m1', { ...notes, sales: 1 });
    await get().desired.putModelNotes('m1', notes);
    expect(await get().desired.modelNotes('m1')).toEqual(notes);
  });
}
