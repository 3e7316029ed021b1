import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chainOf, incoming, many } from '../../testing/events.ts';
import { testService } from '../../testing/services.ts';
import type { HubStorage, Signal } from '../port.ts';
import { CHUNK_BYTES } from './artifacts.ts';
import { postgresFault } from './faults.ts';
import { openPostgresStorage } from './index.ts';
import { migrate } from './migrate.ts';
import { memberSales } from './migrations/011-member-sales.ts';
import { dayOf, monthsFor } from './partitions.ts';
import { openPool } from './pool.ts';
import { packSignals, SIGNAL_LIMITS, unpackSignals } from './signals.ts';
import { testDatabase } from './testing.ts';

const AT = '2024-03-02T01:00:00.000Z';
const database = await testDatabase();
const url = database?.url ?? '';
const query = async (text: string) => (await database?.query(text)) ?? [];
let storage: HubStorage;
/** Another hub on the same database. */
let other: HubStorage;
beforeAll(async () => {
  if (database === null) return;
  // At once: both find the database empty, one makes the schema.
  [storage, other] = await Promise.all([
    openPostgresStorage({ url, connections: 3 }),
    openPostgresStorage({ url, connections: 3 }),
  ]);
  for (const id of ['s1', 's2']) await storage.registry.putStore({ id, name: id, createdAt: AT });
});
afterAll(async () => {
  await storage?.close();
  await other?.close();
  await database?.drop();
});
const ingest = (to: HubStorage, events: Parameters<typeof incoming>[0][], receivedAt = AT) =>
  to.events.ingest([{ store: events[0]?.store ?? '', receivedAt, events: events.map(incoming) }]);

describe.skipIf(database === null)('a PostgreSQL database', () => {
  test('is asked for commits that are on the disk, whatever its own settings say', async () => {
    const name = new URL(url).pathname.slice(1);
    await query(`ALTER DATABASE ${name} SET synchronous_commit = off`);
    const db = openPool({ url, connections: 1 });
    expect(await db.rows('SHOW synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
    await db.close();
    await query(`ALTER DATABASE ${name} RESET synchronous_commit`);
  });

  test('that only answers questions, as a standby does, is not ready', async () => {
    await expect(storage.ping()).resolves.toBeUndefined();
    const standby = new URL(url);
    standby.searchParams.set('options', '-c default_transaction_read_only=on');
    const db = await openPostgresStorage({ url: standby.href, connections: 1 }).catch((error: unknown) => error);
    expect(db).toMatchObject({ code: 'HUB_DATA_UNWRITABLE', detail: 'PostgreSQL (25006)' });
  });

  test('of before there was a list of the sales of members is given one by its log', async () => {
    const chain = chainOf('s1');
    const sale = (saleId: string, memberId?: string) =>
      chain.sale({ saleId, completedAt: '2024-03-02T07:30:00+08:00', ...(memberId === undefined ? {} : { memberId }) });
    await ingest(storage, [sale('a', 'm_0001'), sale('"memberId":"m_0009"'), sale('b'), sale('c', 'm_gone')]);
    await query(`INSERT INTO member_erasures VALUES ('m_gone', 'm_gone', '', 'hq', '')`);
    const earned = { entryId: 'earn:s1:b', memberId: 'm_0002', kind: 'earn', points: 1, at: AT } as const;
    await storage.members.ledger.add([earned, { ...earned, entryId: 'earn:hq:x' }], { store: 'hq', at: AT });
    await query(`DROP TABLE member_sales; ${memberSales.sql}`);
    expect(await query('SELECT * FROM member_sales ORDER BY sale_id')).toEqual([
      { member_id: 'm_0001', at: '2024-03-01T23:30:00.000Z', store: 's1', sale_id: 'a', is_guest: false },
      { member_id: 'm_0002', at: AT, store: 's1', sale_id: 'b', is_guest: true },
    ]);
  });

  test('that may lose at a power cut what it has committed is refused', async (context) => {
    const careless = await testService('careless-postgres');
    if (careless === null) return context.skip();
    await expect(openPostgresStorage({ url: careless.url, connections: 1 })).rejects.toMatchObject({
      code: 'HUB_DURABILITY_REFUSED',
      detail: 'fsync=off, full_page_writes=on',
    });
  });

  test('of a newer hub, one that is away and one that lets nobody in are named without their secrets', async () => {
    await query(`INSERT INTO hub_schema VALUES (99, 'of tomorrow')`);
    const db = openPool({ url, connections: 1 });
    await expect(migrate(db)).rejects.toMatchObject({ code: 'HUB_DATA_NEWER' });
    await db.close();
    await query('DELETE FROM hub_schema WHERE version = 99');
    const wrong = new URL(url);
    wrong.password = 'not-it';
    const away = new URL(url);
    away.port = '1';
    const none = new URL(url);
    none.pathname = '/nowhere';
    for (const [address, detail] of [
      [wrong, '28P01'],
      [away, 'ECONNREFUSED'],
      [none, '3D000'],
    ] as const)
      await expect(openPostgresStorage({ url: address.href, connections: 1 })).rejects.toMatchObject({
        code: 'HUB_STORAGE_UNREACHABLE',
        detail,
      });
  });

  test('of which every session is ended by its operator serves the next request on new ones, and signals again', async () => {
    const heard: Signal[] = [];
    const end = other.signals.subscribe((signal) => void heard.push(signal));
    await storage.signals.publish({ kind: 'wake', store: 's1', version: 1 });
    await expect.poll(() => heard).toEqual([{ kind: 'wake', store: 's1', version: 1 }]);
    await query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    await expect.poll(() => storage.registry.stores().catch(() => [])).toHaveLength(2);
    const events = many(3, () => chainOf('s1').sale());
    await expect
      .poll(() =>
        ingest(storage, events).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    await expect.poll(() => heard.at(-1)).toEqual({ kind: 'gap' });
    await storage.signals.publish({ kind: 'revoked', credentialId: 'c1' });
    await expect.poll(() => heard.at(-1)).toEqual({ kind: 'revoked', credentialId: 'c1' });
    end();
  });

  test('keeps events by the month of their own time; what wrong clocks date lies apart until its month has come', async () => {
    const chain = chainOf('s2', 'ops');
    const at = (time: string) => ({ ...chain.next('strange', {}), time });
    const times = [
      '2023-12-31T23:30:00-02:00',
      '2024-03-02T09:15:30+08:00',
      '2031-05-05T00:00:00Z',
      '0000-01-01T00:00:00Z',
      '9999-12-31T23:59:59-12:00',
    ];
    // A time is part of the envelope's bytes, so that the chain is made by hand.
    let events = times.map(at);
    for (const [index, event] of events.entries()) {
      const before = events[index - 1];
      if (before !== undefined) events = events.with(index, { ...event, prevhash: incoming(before).hash });
    }
    const [{ acks } = { acks: [] }] = await ingest(storage, events);
    expect(acks).toMatchObject([{ contiguousSeq: 5, ranges: [] }]);
    const places = () =>
      query(
        `SELECT e.tableoid::regclass::text AS place, e.seq::int FROM events e JOIN streams s ON s.id = e.stream_id WHERE s.store = 's2' ORDER BY seq`,
      );
    const odd = 'events_odd';
    expect((await places()).map(({ place }) => place)).toEqual(['events_2024_01', 'events_2024_03', odd, odd, odd]);
    // Years later the month has a partition; the same events come once more, and from another hub.
    const again = await ingest(other, events, '2031-05-06T00:00:00.000Z');
    expect(again).toMatchObject([{ duplicates: 5, stored: [], conflicts: [] }]);
    expect((await places()).map(({ place }) => place)).toEqual([
      'events_2024_01',
      'events_2024_03',
      'events_2031_05',
      odd,
      odd,
    ]);
  });

  test('takes text that it has no character for', async () => {
    const chain = chainOf('s1');
    const nul = 'a\u0000b';
    const sale = chain.sale({ receiptNumber: nul });
    const [result] = await ingest(storage, [sale, chain.next(nul, { nul, half: '\ud800' })]);
    expect(result?.acks).toMatchObject([{ contiguousSeq: 2 }]);
    const { store, epoch, stream } = chain;
    const [held] = await storage.events.read({ store, epoch, stream }, 0, 1);
    expect(held?.text).toBe(JSON.stringify(sale));
    expect(await storage.events.list({ store: 's1', limit: 1 })).toMatchObject([{ data: { nul } }]);
  });

  test('judges what two hubs are sent in the same moment as if it had come one after the other', async () => {
    const chains = ['s1', 's2', 's1', 's2'].map((id) => chainOf(id));
    const sales = chains.map((chain) => many(40, () => chain.sale()));
    const before = await storage.events.saleCount(['s1', 's2']);
    const both = [storage, other];
    const sent = many(40, (at) =>
      both.map((hub) =>
        hub.events.ingest(
          // In turn in this order and that, so that locks taken in the order of arrival would wait for each other.
          (hub === storage ? sales : sales.toReversed()).map((list) => {
            const event = list[at];
            if (event === undefined) throw new Error('forty');
            return { store: event.store, receivedAt: AT, events: [incoming(event)] };
          }),
        ),
      ),
    ).flat();
    const results = (await Promise.all(sent)).flat();
    expect(results.reduce((sum, { stored }) => sum + stored.length, 0)).toBe(160);
    expect(results.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(160);
    expect(await storage.events.saleCount(['s1', 's2'])).toBe(before + 160);
  });

  test('holds artifacts in pieces, and gives any part of them', async () => {
    const content = Buffer.from(many(CHUNK_BYTES * 2 + 100, (at) => at % 251));
    await Promise.all([storage, other].map((hub) => hub.artifacts.put('a', content)));
    expect(await other.artifacts.length('a')).toBe(content.length);
    expect(await other.artifacts.length('b')).toBeNull();
    for (const [from, to] of [
      [0, content.length - 1],
      [CHUNK_BYTES - 1, CHUNK_BYTES],
      [CHUNK_BYTES, CHUNK_BYTES],
      [5, CHUNK_BYTES * 2 + 3],
    ] as const) {
      const pieces: Uint8Array[] = [];
      for await (const piece of other.artifacts.read('a', { from, to })) pieces.push(piece);
      expect(Buffer.concat(pieces).equals(content.subarray(from, to + 1))).toBe(true);
    }
  });

  test('gives a turn to one hub at a time, and to the next when it is given back', async () => {
    const order: string[] = [];
    const work = (name: string) => async () => {
      order.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      order.push(`${name} ends`);
    };
    await Promise.all([storage.turns.alone('signing', work('one')), other.turns.alone('signing', work('two'))]);
    const [first, second] = order[0] === 'one begins' ? ['one', 'two'] : ['two', 'one'];
    expect(order).toEqual([`${first} begins`, `${first} ends`, `${second} begins`, `${second} ends`]);
    const release = await storage.turns.take('training');
    expect(await other.turns.take('training')).toBeNull();
    await release?.();
    const next = await other.turns.take('training');
    expect(next).not.toBeNull();
    await next?.();
  });

  test('could be spread over machines: the store leads every unique key of what grows with stores, the member of what is theirs', async () => {
    const keys =
      await query(`SELECT c.relname AS name, (SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum = i.indkey[0]) AS leads
      FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE i.indisunique AND NOT c.relispartition AND c.relnamespace = current_schema::regnamespace`);
    const leads = (names: string[], column: string) =>
      names.map((name) => [name, new Set(keys.filter((key) => key.name === name).map((key) => key.leads)), column]);
    for (const [name, found, column] of [
      ...leads(
        ['events', 'streams', 'sheds', 'conflicts', 'sales_days', 'day_totals', 'stream_counts', 'desired', 'applied'],
        'store',
      ),
      ...leads(['member_keys', 'erasures'], 'member_id'),
    ])
      expect([name, found]).toEqual([name, new Set([column])]);
  });
});

test('days and months', () => {
  expect(dayOf('2024-01-01T01:00:00+08:00', AT)).toBe('2023-12-31');
  expect(dayOf('no time', AT)).toBe('2024-03-02');
  expect(dayOf('0000-01-01T00:00:00Z', AT)).toBe('1970-01-01');
  for (const utc of ['2024-02-29T23:59:59.999', '2023-02-30T00:00:00', '2024-13-01T00:00:00', '1969-12-31T12:00:00'])
    expect(dayOf(`${utc}Z`, AT), utc).toBe(dayOf(`${utc}+00:00`, AT));
  expect(dayOf('2024-03-01T24:00:00Z', AT)).toBe(dayOf('2024-03-01T24:00:00+00:00', AT));
  expect(monthsFor(['2023-12-31', '2013-01-01', '2024-05-31', '2024-06-01'], '2024-03-02')).toEqual([
    '2023-12',
    '2024-03',
    '2024-04',
    '2024-05',
  ]);
});

test('signals are packed below the limit of a message and unpacked by all but their sender', () => {
  const signals = [
    ...many(2000, (at): Signal => ({ kind: 'wake', store: `store-${at}`, version: at })),
    { kind: 'revoked', credentialId: 'c' } as const,
  ] as Parameters<typeof packSignals>[1];
  const packed = packSignals('a', signals);
  expect(packed.length).toBeLessThan(30);
  for (const payload of packed) expect(Buffer.byteLength(payload)).toBeLessThan(SIGNAL_LIMITS.payloadChars + 100);
  expect(packed.flatMap((payload) => unpackSignals('b', payload))).toEqual(signals);
  expect(packed.flatMap((payload) => unpackSignals('a', payload))).toEqual([]);
  expect(unpackSignals('b', 'not ours')).toEqual([]);
});

test.each([
  ['53100', 'HUB_STORAGE_FULL'],
  ['25006', 'HUB_DATA_UNWRITABLE'],
  ['53300', 'HUB_STORAGE_BUSY'],
  ['40P01', 'HUB_STORAGE_BUSY'],
  ['57014', 'HUB_STORAGE_BUSY'],
  ['57P01', 'HUB_STORAGE_UNREACHABLE'],
  ['ECONNRESET', 'HUB_STORAGE_UNREACHABLE'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'HUB_STORAGE_UNREACHABLE'],
])('%s is explained as %s', (code, expected) => {
  const secret = 'postgres://user:secret@host';
  const fault = postgresFault(Object.assign(new Error(secret), { code }));
  expect(fault).toMatchObject({ code: expected });
  expect(JSON.stringify(fault)).not.toContain('secret');
});
