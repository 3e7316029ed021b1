import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Envelope } from '@tillside/protocol';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../cli/main.ts';
import type { HubStorage } from '../storage/port.ts';
import { openPostgresStorage } from '../storage/postgres/index.ts';
import { testDatabase } from '../storage/postgres/testing.ts';
import { openSqliteStorage } from '../storage/sqlite/index.ts';
import { chainOf, incoming, many } from '../testing/events.ts';
import { AUDIT_LIMITS, auditStore, isSound, type StreamAudit } from './audit.ts';

const AT = '2024-03-02T01:00:00.000Z';
const database = await testDatabase();
afterAll(() => database?.drop());

interface Adapter {
  readonly name: string;
  open(): Promise<HubStorage>;
  /** What somebody does who has the database. */
  tamper(sql: string): Promise<void>;
  readonly config: object;
}
const SQLITE: Adapter = {
  name: 'SQLite',
  open: async () => openSqliteStorage(join(dir, 'hub.db')),
  tamper: async (sql) => {
    const db = new Database(join(dir, 'hub.db'));
    db.exec(sql);
    db.close();
  },
  config: {},
};
const postgres = ({ url, empty, query }: NonNullable<typeof database>): Adapter => ({
  name: 'PostgreSQL',
  open: async () => {
    const opened = await openPostgresStorage({ url, connections: 2 });
    await empty();
    return opened;
  },
  tamper: async (sql) => {
    await query(sql);
  },
  config: { storage: { kind: 'postgres', url } },
});

let dir: string;
let storage: HubStorage;
let on: Adapter = SQLITE;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tillside-audit-'));
  storage = await on.open();
  await storage.registry.putStore({ id: 's1', name: 's1', createdAt: AT });
  writeFileSync(join(dir, 'hub.json'), JSON.stringify({ dataDir: dir, ...on.config }));
});
afterEach(async () => {
  await storage.close();
  rmSync(dir, { recursive: true, force: true });
});

const ingest = (events: readonly Envelope[], store = 's1') =>
  storage.events.ingest([{ store, receivedAt: AT, events: events.map(incoming) }]);
const audits = async (store = 's1'): Promise<StreamAudit[]> => {
  const all: StreamAudit[] = [];
  for await (const each of auditStore(storage.audit, store)) all.push(each);
  return all;
};
/** Of the one stream that there is. */
const found = async (): Promise<string[]> => {
  const [audit] = await audits();
  return (audit?.findings ?? []).map(({ kind, fromSeq, toSeq }) => `${kind} ${fromSeq}-${toSeq}`);
};
async function verify(id = 's1'): Promise<{ code: number; out: string }> {
  let out = '';
  const write = (text: string): void => {
    out += `${text}\n`;
  };
  const args = ['-c', join(dir, 'hub.json'), 'store', 'verify', id];
  const code = await main(args, { out: write, err: () => undefined });
  return { code, out };
}

describe.each(database === null ? [SQLITE] : [SQLITE, postgres(database)])('$name', (adapter) => {
  beforeAll(() => {
    on = adapter;
  });
  describe('a store whose events are as they came', () => {
    test('is whole, over all its epochs and streams, whatever came in which order', async () => {
      const [sales, ops, other] = [chainOf('s1'), chainOf('s1', 'ops'), chainOf('s1')];
      const some = many(AUDIT_LIMITS.page + 3, () => sales.sale({ cashierId: '张三' }));
      await ingest(some.slice(300));
      await ingest([...some.slice(0, 310), ops.next('from.the.future.v9', { n: 1 }), other.sale()]);
      await ingest([chainOf('s2').sale()], 's2');
      const all = await audits();
      expect(all.map(({ hashed }) => hashed).sort()).toEqual([1, 1, AUDIT_LIMITS.page + 3].sort());
      expect(all.every((audit) => isSound(audit) && audit.findings.length === 0)).toBe(true);
      const { code, out } = await verify();
      expect(code).toBe(0);
      expect(out).toContain(`${AUDIT_LIMITS.page + 5} events, nothing was changed or lost`);
    });

    test('with holes is whole so far; with a fork and declared holes it says so', async () => {
      const chain = chainOf('s1', 'presence');
      const counted = many(9, () => chain.next('tillside.presence.counted.v1', {}));
      const at = (seq: number): Envelope => counted[seq - 1] as Envelope;
      await ingest([at(1), at(3), at(6), at(8)]);
      expect(await found()).toEqual(['waiting 2-2', 'waiting 4-5', 'waiting 7-7']);
      const ops = chainOf('s1', 'ops', chain.epoch);
      // Of the hole from 2 to 5 the third had come.
      const hole = { stream: 'presence', fromSeq: 2, toSeq: 5, prevhash: at(2).prevhash, lastHash: at(6).prevhash };
      await ingest([ops.next('tillside.stream.shed.v1', { ...hole, reason: 'disk-budget', at: AT })]);
      await ingest([{ ...at(8), source: '/restored' }]);
      const presence = (await audits()).find(({ key }) => key.stream === 'presence');
      expect(presence?.findings).toEqual([
        { kind: 'declared', fromSeq: 2, toSeq: 2 },
        { kind: 'declared', fromSeq: 4, toSeq: 5 },
        { kind: 'waiting', fromSeq: 7, toSeq: 7 },
        { kind: 'forked', fromSeq: 8, toSeq: 8 },
      ]);
      expect(presence?.conflicts).toBe(1);
      expect((await verify()).code).toBe(0);
    });

    test('a declaration that fits nothing covers nothing, and is no tampering', async () => {
      const chain = chainOf('s1', 'presence');
      const counted = many(4, () => chain.next('tillside.presence.counted.v1', {}));
      const ops = chainOf('s1', 'ops', chain.epoch);
      const wrong = { stream: 'presence', fromSeq: 2, toSeq: 3, prevhash: 'a'.repeat(64), lastHash: 'b'.repeat(64) };
      await ingest([counted[0] as Envelope, counted[3] as Envelope]);
      await ingest([ops.next('tillside.stream.shed.v1', { ...wrong, reason: 'disk-full', at: AT })]);
      const presence = (await audits()).find(({ key }) => key.stream === 'presence');
      expect(presence?.findings).toEqual([{ kind: 'waiting', fromSeq: 2, toSeq: 3 }]);
    });
  });

  describe('what was changed behind the back of the hub is found, and where', () => {
    beforeEach(async () => {
      const chain = chainOf('s1');
      await ingest(many(6, () => chain.sale({ payableFen: 900 })));
    });
    const SWAP = [
      [3, 100],
      [4, 3],
      [100, 4],
    ]
      .map(([from, to]) => `UPDATE events SET seq = ${to} WHERE seq = ${from}`)
      .join(';');
    const SWAPPED = ['link 3-3', 'columns 3-3', 'link 4-4', 'columns 4-4', 'link 5-5'];

    test.each([
      [
        'a text',
        `UPDATE events SET envelope = replace(envelope, '"payableFen":900', '"payableFen":100') WHERE seq = 3`,
        ['text 3-3'],
      ],
      ['a hash', `UPDATE events SET hash = '${'0'.repeat(64)}' WHERE seq = 3`, ['text 3-3', 'link 4-4']],
      ['the last hash', `UPDATE events SET hash = '${'0'.repeat(64)}' WHERE seq = 6`, ['text 6-6', 'position 6-6']],
      ['a column', `UPDATE events SET type = 'tillside.sale.returned.v1' WHERE seq = 2`, ['columns 2-2']],
      ['a link', `UPDATE events SET prevhash = '${'0'.repeat(64)}' WHERE seq = 5`, ['link 5-5', 'columns 5-5']],
      ['a row that is gone', 'DELETE FROM events WHERE seq = 3', ['lost 3-3']],
      ['the last row', 'DELETE FROM events WHERE seq = 6', ['lost 6-6']],
      ['all rows', 'DELETE FROM events', ['lost 1-6']],
      ['the tail', 'DELETE FROM events WHERE seq > 3', ['lost 4-6']],
      ['two rows, exchanged', SWAP, SWAPPED],
      ['the position, set back', 'UPDATE streams SET contiguous_seq = 4', ['position 4-4']],
      ['the position, set forward', 'UPDATE streams SET contiguous_seq = 8', ['lost 7-8']],
      ["the position's hash", `UPDATE streams SET contiguous_hash = '${'0'.repeat(64)}'`, ['position 6-6']],
      [
        'ranges',
        `UPDATE streams SET ranges = '[{"from":9,"to":9,"prevhash":"a","hash":"b"}]'`,
        ['waiting 7-8', 'lost 9-9'],
      ],
      ['what is no JSON any more', `UPDATE events SET envelope = '{' WHERE seq = 1`, ['text 1-1', 'columns 1-1']],
    ])('%s', async (_, sql, expected) => {
      expect(await found()).toEqual([]);
      await on.tamper(sql);
      expect(await found()).toEqual(expected);
      const { code, out } = await verify();
      expect(code).toBe(1);
      expect(out).toContain('events were changed or lost');
    });

    test('a row, by the number of another store', async () => {
      await ingest([chainOf('s2').sale()], 's2');
      await on.tamper(
        `UPDATE events SET stream_id = (SELECT id FROM streams WHERE store = 's1'), seq = 7 ${on === SQLITE ? '' : ", store = 's1'"}
       WHERE stream_id <> (SELECT id FROM streams WHERE store = 's1')`,
      );
      expect(await found()).toEqual(['link 7-7', 'columns 7-7', 'position 6-6']);
    });

    test('more than can be told one by one is counted', async () => {
      const chain = chainOf('s2');
      await storage.registry.putStore({ id: 's2', name: 's2', createdAt: AT });
      await ingest(
        many(50, () => chain.sale()),
        's2',
      );
      await on.tamper("UPDATE events SET envelope = envelope || ' '");
      const [audit] = await audits('s2');
      expect([audit?.findings.length, audit?.counts.text]).toEqual([AUDIT_LIMITS.findings, 50]);
      expect((await verify('s2')).out).toContain('… and 30 more');
    });
    test('a chain that is cut into more pieces than any stream has', async () => {
      const chain = chainOf('s2');
      await storage.registry.putStore({ id: 's2', name: 's2', createdAt: AT });
      await ingest(
        many(2_100, () => chain.sale()),
        's2',
      );
      await on.tamper("DELETE FROM events WHERE seq % 2 = 0; UPDATE streams SET contiguous_seq = 1 WHERE store = 's2'");
      const [audit] = await audits('s2');
      expect(audit?.counts).toMatchObject({ waiting: 1_049, lost: 0, position: 1, link: 0, text: 0 });
    });
  });

  afterAll(() => {
    on = SQLITE;
  });
});

test('events of before, whose hashes are of another form, are checked by their links', async () => {
  const chain = chainOf('s1');
  await ingest(many(4, () => chain.sale()));
  await on.tamper(
    "INSERT INTO older_hashes SELECT id, 3 FROM streams; UPDATE events SET envelope = replace(envelope, 'milk', 'MILK')",
  );
  expect(await found()).toEqual(['text 4-4']);
  await on.tamper('DELETE FROM events WHERE seq = 2');
  expect(await found()).toEqual(['lost 2-2', 'text 4-4']);
});

test('a store of which nothing is held does not pass for whole', async () => {
  expect(await verify('nobody')).toMatchObject({ code: 1, out: expect.stringContaining('No events of store nobody') });
});

test.skipIf(database === null)(
  'PostgreSQL: a second row of one number, in another month, also where a page ends',
  async () => {
    await storage.close();
    if (database === null) return;
    const { open, tamper } = postgres(database);
    storage = await open();
    await storage.registry.putStore({ id: 's1', name: 's1', createdAt: AT });
    const chain = chainOf('s1');
    await ingest(many(AUDIT_LIMITS.page, () => chain.sale()));
    expect(await found()).toEqual([]);
    const copied = (await database.query('SELECT * FROM events LIMIT 1'))[0] ?? {};
    const columns = Object.keys(copied)
      .filter((name) => name !== 'day')
      .join(', ');
    await tamper(
      `INSERT INTO events (${columns}, day) SELECT ${columns}, DATE '2031-01-01' FROM events WHERE seq = ${AUDIT_LIMITS.page}`,
    );
    expect(await found()).toEqual(['link 500-500', 'position 500-500']);
  },
);
