import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate } from '../open.ts';

test('from 10 to 11: stores stay as they were, and none is near another', () => {
  const db = new Database(':memory:');
  migrate(db, 10);
  db.exec(`INSERT INTO stores (id, name, created_at) VALUES ('s1', 'One', '2026-01-01T00:00:00Z')`);
  migrate(db, 11);
  expect(db.prepare('SELECT name FROM stores').pluck().all()).toEqual(['One']);
  expect(db.prepare('SELECT count(*) FROM nearby_stores').pluck().get()).toBe(0);
  db.close();
});
