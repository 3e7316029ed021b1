import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readLine } from '@tillside/hub/planning';
import { EVENT_TYPES, type EventType } from '@tillside/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkExport } from './check.ts';
import { filesOn } from './directory.ts';
import { type ExportOptions, runExport } from './run.ts';
import { ask, glob } from './testing/duck.ts';
import { AT, chainOf, type TestHub, testHub } from './testing/hub.ts';

const NOW = Date.parse('2024-03-05T00:00:00Z');
let hub: TestHub;
let dir: string;
beforeEach(() => {
  hub = testHub();
  dir = join(hub.dir, 'out');
});
afterEach(() => hub.dispose());

const run = (change: Partial<ExportOptions> = {}) => runExport({ dir, events: hub.events, now: () => NOW, ...change });
const device = { deviceId: 'd1', state: 'online', at: AT };

describe('what is exported', () => {
  test('every event type has its table, with the golden body in it', async () => {
    const golden = new URL('../../protocol/src/golden/bodies.json', import.meta.url);
    const bodies = JSON.parse(readFileSync(golden, 'utf8')) as Record<EventType, Record<string, unknown>>;
    const chains = new Map<string, ReturnType<typeof chainOf>>();
    for (const [type, { stream }] of Object.entries(EVENT_TYPES)) {
      const chain = chains.get(stream) ?? chainOf('s1', stream);
      chains.set(stream, chain);
      await hub.ingest([chain.next(type, bodies[type as EventType])]);
    }
    expect(await run()).toMatchObject({ events: Object.keys(EVENT_TYPES).length, waiting: 0 });
    expect((await checkExport(dir)).findings).toEqual([]);
    const [sale] = await ask(
      `SELECT lines, tenders, gifts, coupons, price_owner, completed_at, completed_at_offset_minutes AS minutes, business_date,
       typeof(payable_fen) AS fen, typeof("date") AS d, typeof(bucket) AS b, "table" AS t FROM ${glob(dir, 'sale_completed')}`,
    );
    expect(sale).toMatchObject({
      lines: [{ sku: '1002', payable_fen: '1780', adjustments: [{ campaign_id: 'milk-10', amount_fen: '200' }] }, {}],
      gifts: [{ campaign_id: 'bag-20', pieces: '1' }],
      coupons: ['cp-1'],
      price_owner: null,
      completed_at: '2024-03-02 01:15:30+00',
      minutes: 480,
      business_date: '2024-03-02',
      fen: 'BIGINT',
      d: 'DATE',
      b: 'BIGINT',
      t: 'sale_completed',
    });
    const [day] = await ask(`SELECT map_keys(tenders) AS k, typeof(tenders) AS t FROM ${glob(dir, 'day_closed')}`);
    expect(day).toMatchObject({ t: 'MAP(VARCHAR, BIGINT)' });
    expect(day?.k).not.toEqual([]);
    // An older version is read as the newest.
    const applied = await ask(`SELECT event_type, by_delta FROM ${glob(dir, 'desired_applied')} ORDER BY seq`);
    expect(applied).toMatchObject([{ event_type: 'tillside.desired.applied.v1', by_delta: false }, {}]);
  });

  test('all types are those of Parquet that every reader has', async () => {
    await hub.ingest([chainOf('s1').sale()]);
    await run();
    const kinds = await ask(
      `SELECT DISTINCT type, converted_type FROM parquet_schema('${dir}/table=*/*/*/*.parquet') WHERE type IS NOT NULL ORDER BY ALL`,
    );
    expect(kinds.map(({ type, converted_type: as }) => `${String(type)} ${String(as)}`)).toEqual([
      'BOOLEAN null',
      'BYTE_ARRAY UTF8',
      'INT32 DATE',
      'INT32 INT_32',
      'INT64 INT_64',
      'INT64 TIMESTAMP_MICROS',
    ]);
    const compression = await ask(`SELECT DISTINCT compression FROM parquet_metadata('${dir}/table=*/*/*/*.parquet')`);
    expect(compression).toEqual([{ compression: 'ZSTD' }]);
  });

  test('files of many rows are sorted by store and seq', async () => {
    const presence = { zone: 'z', windowStart: AT, windowMs: 1000, devices: 1, associated: 0, randomised: 0 };
    for (const store of ['s1', 's2', 's3']) {
      const chain = chainOf(store, 'presence');
      const events = Array.from({ length: 1500 }, (_, i) => {
        const time = `2024-03-0${1 + (i % 3)}T09:00:00+08:00`;
        return chain.next('tillside.presence.counted.v1', presence, time);
      });
      await hub.ingest(events);
    }
    expect(await run({ buckets: 1 })).toMatchObject({ events: 4500, files: 3 });
    expect((await checkExport(dir)).findings).toEqual([]);
  });

  test('wild years, odd text and long fractions of a second stop nothing', async () => {
    const ops = chainOf('s1', 'ops');
    const sales = chainOf('s1');
    const type = 'tillside.device.changed.v1';
    await hub.ingest([
      ops.next(type, { ...device, at: '0000-01-01T00:00:00+23:59' }, '0000-01-01T00:00:00+23:59'),
      ops.next(type, { ...device, at: '9999-12-31T23:59:59.9999999-23:59' }, '9999-12-31T23:59:59-23:59'),
      ops.next(type, { ...device, state: '\ud83d\ude00 "\\ \n|\u2028', at: '2024-03-02T09:15:30.1234567Z' }),
      // Held back by the hub; if one gets through, it is written as text can be.
      { ...ops.next(type, { ...device, state: 'half \ud83d' }), quarantine: null },
      sales.sale({ businessDate: '0001-01-01' }),
      sales.sale({ businessDate: '9999-12-31' }),
    ]);
    expect(await run()).toMatchObject({ events: 6, held: [] });
    const rows = await ask(
      `SELECT state, happened_at AS h, happened_at_offset_minutes AS m, "date" FROM ${glob(dir, 'device_changed')} ORDER BY seq`,
    );
    expect(rows).toEqual([
      { state: 'online', h: null, m: 1439, date: '1970-01-01' },
      { state: 'online', h: null, m: -1439, date: '1970-01-01' },
      { state: '\ud83d\ude00 "\\ \n|\u2028', h: '2024-03-02 09:15:30.123456+00', m: 0, date: '2024-03-02' },
      { state: 'half \ufffd', h: '2024-03-02 01:15:30+00', m: 480, date: '2024-03-02' },
    ]);
    const filed = await ask(`SELECT DISTINCT "date" FROM ${glob(dir, 'sale_completed')}`);
    expect(filed).toEqual([{ date: '1970-01-01' }]);
    expect((await checkExport(dir)).findings).toEqual([]);
  });
});

describe('a stream', () => {
  test('is exported up to its hole, and on when the hole is filled or given up', async () => {
    const [ops, sales] = [chainOf('s1', 'ops'), chainOf('s1')];
    const [a, b, c, d] = [1, 2, 3, 4].map(() => sales.sale());
    if (!a || !b || !c || !d) throw new Error('four');
    await hub.ingest([a, c]);
    expect(await run()).toMatchObject({ events: 1 });
    await hub.ingest([b]);
    expect(await run()).toMatchObject({ events: 2 });
    const presence = chainOf('s1', 'presence', ops.epoch);
    const count = { zone: 'z', windowStart: AT, windowMs: 1000, devices: 1, associated: 0, randomised: 0 };
    const [one, two, three] = [1, 2, 3].map(() => presence.next('tillside.presence.counted.v1', count));
    if (!one || !two || !three) throw new Error('three');
    const shed = {
      stream: 'presence',
      fromSeq: 1,
      toSeq: 2,
      prevhash: one.prevhash,
      lastHash: two.hash,
      reason: 'disk-budget',
      at: AT,
    };
    await hub.ingest([three, ops.next('tillside.stream.shed.v1', shed)]);
    expect(await run()).toMatchObject({ events: 2 });
    expect(await ask(`SELECT body_stream, from_seq FROM ${glob(dir, 'stream_shed')}`)).toEqual([
      { body_stream: 'presence', from_seq: '1' },
    ]);
    expect((await checkExport(dir)).findings).toEqual([]);
  });

  test('that tells again what another epoch told already adds nothing, and waits for nothing', async () => {
    const [first, second, third] = [chainOf('s1'), chainOf('s1'), chainOf('s1')];
    const sold = [first.sale({ payableFen: 700 }), first.sale({ payableFen: 900 })];
    await hub.ingest(sold.map((event) => second.again(event)));
    await hub.ingest([...sold.map((event) => third.again(event)), third.sale({ payableFen: 500 })]);
    expect(await run()).toMatchObject({ events: 3, waiting: 0 });
    const [sum] = await ask(
      `SELECT sum(payable_fen)::BIGINT AS fen, count(*) AS n FROM ${glob(dir, 'sale_completed')}`,
    );
    expect(sum).toEqual({ fen: '2100', n: '3' });
    expect((await checkExport(dir)).findings).toEqual([]);
  });

  test('gives up what waited in quarantine as soon as it is released, once, between what is there', async () => {
    const sales = chainOf('s1');
    const odd = () => ({ ...sales.sale(), quarantine: 'TYPE_UNKNOWN', effects: {} });
    await hub.ingest([sales.sale(), odd(), odd(), sales.sale(), odd()]);
    expect(await run()).toMatchObject({ events: 2, waiting: 3 });
    const seqs = async () =>
      (await ask(`SELECT list(seq ORDER BY seq) AS all FROM ${glob(dir, 'sale_completed')}`))[0]?.all;
    const release = async (count: number): Promise<void> => {
      for (const { cursor, text } of await hub.storage.events.quarantined(0, count)) {
        const read = readLine(text);
        if (read.ok) await hub.storage.events.release(cursor, read.event);
      }
    };
    await release(1);
    expect(await run()).toMatchObject({ events: 1, waiting: 2 });
    expect(await seqs()).toEqual(['1', '2', '4']);
    await release(2);
    await hub.ingest([sales.sale()]);
    expect(await run()).toMatchObject({ events: 3, waiting: 0 });
    expect(await seqs()).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(await run()).toMatchObject({ events: 0 });
    expect((await checkExport(dir)).findings).toEqual([]);
  });

  test('of another past than was exported is held and named; the others go on', async () => {
    const [first, second] = [chainOf('s1'), chainOf('s1')];
    await hub.ingest([first.sale()]);
    await run();
    const restored = testHub();
    try {
      const other = chainOf('s1', 'sales', first.epoch);
      await restored.ingest([other.sale({ payableFen: 300 }), other.sale(), second.sale()]);
      const summary = await run({ events: restored.events });
      expect(summary).toMatchObject({ events: 1, held: [{ epoch: first.epoch, code: 'EXPORT_HISTORY_DIFFERS' }] });
      expect((await checkExport(dir)).findings).toEqual([]);
    } finally {
      await restored.dispose();
    }
  });

  test('that the hub lost and gets again is not exported again', async () => {
    const sales = chainOf('s1');
    const events = [1, 2, 3].map(() => sales.sale());
    await hub.ingest(events);
    await run();
    const restored = testHub();
    try {
      await restored.ingest(events.slice(0, 1));
      expect(await run({ events: restored.events })).toMatchObject({ events: 0, held: [] });
      await restored.ingest([...events, sales.sale()]);
      expect(await run({ events: restored.events })).toMatchObject({ events: 1, held: [] });
      expect((await checkExport(dir)).findings).toEqual([]);
    } finally {
      await restored.dispose();
    }
  });
});

test('nothing personal is in the files, and what is sealed stays shut once the key is gone', async () => {
  const phone = '13812345678';
  const key = randomBytes(32);
  const iv = randomBytes(12);
  const memberId = 'm_0001';
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(memberId));
  const sealed = Buffer.concat([cipher.update(JSON.stringify({ phone })), cipher.final(), cipher.getAuthTag()]);
  const profile = { alg: 'A256GCM', iv: iv.toString('base64url'), box: sealed.toString('base64url') };
  const members = chainOf('s1', 'members');
  const joined = { memberId, joinedAt: AT, channel: 'kiosk', tier: 'basic', consents: [], profile };
  await hub.storage.keys.put('s1', [{ memberId, key: key.toString('base64url') }]);
  await hub.ingest([members.next('tillside.member.joined.v1', joined), chainOf('s1').sale({ memberId })]);
  await run();
  const before = await filesOn(dir);
  await hub.ingest([members.next('tillside.member.erased.v1', { memberId, at: AT, by: 'member' })]);
  await run();
  // Erasure rewrites nothing: the files from before are the same, and hold no key and no phone.
  expect(await filesOn(dir)).toEqual(expect.arrayContaining(before));
  const secrets = [phone, key.toString('base64url'), key.toString('hex')];
  for (const path of await filesOn(dir)) {
    const rows = await ask(`SELECT columns(*)::VARCHAR FROM read_parquet('${join(dir, path)}')`);
    const text = `${JSON.stringify(rows)} ${readFileSync(join(dir, path), 'latin1')}`;
    expect(text).toContain('s1');
    for (const secret of secrets) expect(text).not.toContain(secret);
  }
  const [row] = await ask(`SELECT profile, typeof(profile) AS t FROM ${glob(dir, 'member_joined')}`);
  expect(row).toEqual({ profile, t: 'STRUCT(alg VARCHAR, iv VARCHAR, box VARCHAR)' });
  const open = (by: Buffer): string => {
    const box = Buffer.from(profile.box, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', by, iv).setAAD(Buffer.from(memberId));
    decipher.setAuthTag(box.subarray(-16));
    return Buffer.concat([decipher.update(box.subarray(0, -16)), decipher.final()]).toString();
  };
  // The control: with its key it opens, and that key is nowhere any more.
  expect(open(key)).toContain(phone);
  expect(() => open(randomBytes(32))).toThrow();
  expect(await hub.storage.keys.held('s1', [memberId])).toEqual([]);
});
