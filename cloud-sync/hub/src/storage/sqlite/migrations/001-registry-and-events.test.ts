import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate } from '../open.ts';

test('from nothing to 1: events are unique by place in their stream', () => {
  const db = new Database(':memory:');
  migrate(db, 1);
  const insert = () =>
    db.exec(`INSERT INTO events (store, epoch, stream, seq, id, type, time, source, prevhash, hash, received_at, data)
      VALUES ('s1', 'e', 'sales', 1, 'i', 't', 'x', 's', 'p', 'h', 'r', '{}')`);
  insert();
  expect(insert).toThrow(/UNIQUE/u);
  expect(db.pragma('user_version', { simple: true })).toBe(1);
  db.close();
});
