import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chainOf, incoming, many } from '../../testing/events.ts';
import { describeHubStorage } from '../conformance.ts';
import { openSqliteStorage, sqliteStorage } from './index.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { lockDataDir, migrate, openDatabase, storageFault } from './open.ts';

describeHubStorage('SQLite', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'tillside-hub-'));
  const file = join(dir, 'hub.db');
  let storage = openSqliteStorage(file);
  return {
    storage,
    reopen: async () => {
      await storage.close();
      storage = openSqliteStorage(file);
      return storage;
    },
    dispose: async () => {
      await storage.close();
      rmSync(dir, { recursive: true });
    },
  };
});

describe('a SQLite database', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'tillside-hub-'));
  });
  afterEach(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  test('is opened with WAL and FULL', () => {
    const db = openDatabase(join(dir, 'hub.db'));
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
    db.close();
  });

  test.each([
    [Object.assign(new Error('wrong NODE_MODULE_VERSION'), { code: 'ERR_DLOPEN_FAILED' }), 'HUB_SQLITE_MISSING'],
    [new Error('Could not locate the bindings file. Tried:'), 'HUB_SQLITE_MISSING'],
    [Object.assign(new Error('x'), { code: 'SQLITE_READONLY' }), 'HUB_DATA_UNWRITABLE'],
    [Object.assign(new Error('x'), { code: 'EROFS' }), 'HUB_DATA_UNWRITABLE'],
    [Object.assign(new Error('x'), { code: 'ENOSPC' }), 'HUB_STORAGE_FULL'],
  ])('%s is explained as %s', (error, code) => {
    expect(storageFault(error, dir)).toMatchObject({ code });
  });

  test('of a newer hub is refused', () => {
    const db = openDatabase(join(dir, 'hub.db'));
    db.pragma('user_version = 99');
    db.close();
    expect(() => openDatabase(join(dir, 'hub.db'))).toThrow(expect.objectContaining({ code: 'HUB_DATA_NEWER' }));
  });

  test('whose place cannot be written to is refused with a code', () => {
    writeFileSync(join(dir, 'file'), '');
    expect(() => lockDataDir(join(dir, 'file', 'data'))).toThrow(
      expect.objectContaining({ code: 'HUB_DATA_UNWRITABLE' }),
    );
    const db = openDatabase(join(dir, 'hub.db'));
    db.close();
    chmodSync(join(dir, 'hub.db'), 0o444);
    // Root may write to anything, so there the open succeeds.
    if (process.getuid?.() !== 0) {
      expect(() => openDatabase(join(dir, 'hub.db'))).toThrow(expect.objectContaining({ code: 'HUB_DATA_UNWRITABLE' }));
    }
  });

  test('on a full disk refuses a batch whole, and takes it once there is room', async () => {
    const db = openDatabase(join(dir, 'hub.db'));
    const storage = sqliteStorage(db);
    const chain = chainOf('s1');
    const events = many(200, () => incoming(chain.sale()));
    const ingest = () => storage.events.ingest([{ store: 's1', receivedAt: 'now', events }]);
    db.pragma(`max_page_count = ${db.pragma('page_count', { simple: true })}`);
    await expect(ingest()).rejects.toMatchObject({ code: 'HUB_STORAGE_FULL' });
    expect(await storage.events.positions('s1')).toEqual([]);
    db.pragma('max_page_count = 100000');
    expect((await ingest())[0]?.stored).toHaveLength(200);
    await storage.close();
  });

  test('directory is locked by one hub at a time', () => {
    const release = lockDataDir(dir);
    expect(() => lockDataDir(dir)).toThrow(expect.objectContaining({ code: 'HUB_DATA_LOCKED' }));
    release();
    lockDataDir(dir)();
  });

  test('migrations are numbered without a hole, and running them twice changes nothing', () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, index) => index + 1));
    const db = new Database(':memory:');
    migrate(db);
    const schema = db.prepare('SELECT sql FROM sqlite_schema').all();
    migrate(db);
    expect(db.prepare('SELECT sql FROM sqlite_schema').all()).toEqual(schema);
    db.close();
  });
});
