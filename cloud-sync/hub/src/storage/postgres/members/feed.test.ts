import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AT, member } from '../../../testing/members.ts';
import type { HubStorage } from '../../port.ts';
import { openPostgresStorage } from '../index.ts';
import { testDatabase } from '../testing.ts';
import { Touches } from './feed.ts';

const database = await testDatabase();
let storage: HubStorage;
let other: HubStorage;
beforeAll(async () => {
  if (database === null) return;
  storage = await openPostgresStorage({ url: database.url, connections: 3 });
  other = await openPostgresStorage({ url: database.url, connections: 3 });
  for (const id of ['m_0001', 'm_0002', 'm_0003']) await storage.members.directory.add(member(id), AT);
});
afterAll(async () => {
  await storage?.close();
  await other?.close();
  await database?.drop();
});

describe.skipIf(database === null)('the feed of members in PostgreSQL', () => {
  const idsAfter = async (after: number) => {
    const { cursor, changes } = await storage.members.feed.since(['s1'], after, 99);
    return { cursor, ids: changes.map(({ memberId }) => memberId) };
  };
  const open = async () => {
    const session = new pg.Client({ connectionString: database?.url ?? '' });
    await session.connect();
    await session.query('BEGIN');
    return session;
  };
  const touch = async (session: pg.Client, memberId: string) => {
    const touches = new Touches();
    touches.add(memberId, 'all');
    await touches.write(session, AT);
  };

  test('a change that was made first and committed last is not missed', async () => {
    const start = await storage.members.feed.newest();
    const late = await open();
    await touch(late, 'm_0001');
    await storage.members.feed.touch(['m_0002'], 'all', AT);
    const first = await idsAfter(start);
    expect(first.ids).toEqual(['m_0002']);
    await late.query('COMMIT');
    await late.end();
    expect((await idsAfter(first.cursor)).ids).toEqual(['m_0001']);
  });

  test('a change that is changed again by who has not committed yet waits, and is told then, once', async () => {
    const start = await storage.members.feed.newest();
    await storage.members.feed.touch(['m_0003'], 'all', AT);
    const late = await open();
    await touch(late, 'm_0003');
    await storage.members.feed.touch(['m_0002'], 'all', AT);
    const first = await idsAfter(start);
    expect(first.ids).toEqual(['m_0002']);
    await late.query('COMMIT');
    await late.end();
    expect((await idsAfter(first.cursor)).ids).toEqual(['m_0003']);
  });

  test('two hubs that read and write at once give every change to a reader of each', async () => {
    const start = await storage.members.feed.newest();
    const ids = Array.from({ length: 40 }, (_, at) => `m_1${String(at).padStart(3, '0')}`);
    const seen = [new Set<string>(), new Set<string>()];
    const read = async (from: HubStorage, into: Set<string> | undefined) => {
      let after = start;
      while ((into?.size ?? 0) < ids.length) {
        const { cursor, changes } = await from.members.feed.since(['s1'], after, 7);
        expect(cursor).toBeGreaterThanOrEqual(after);
        after = cursor;
        for (const { memberId } of changes) into?.add(memberId);
      }
    };
    const write = (of: number, to: HubStorage) =>
      Promise.all(ids.filter((_, at) => at % 2 === of).map((id) => to.members.feed.touch([id], 'all', AT)));
    await Promise.all([write(0, storage), write(1, other), read(storage, seen[0]), read(other, seen[1])]);
    expect(seen.map(({ size }) => size)).toEqual([ids.length, ids.length]);
  });
});
