import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate } from '../open.ts';

test('from 15 to 16: what a phone signed is there once, and members stay as they were', () => {
  const db = new Database(':memory:');
  migrate(db, 15);
  db.exec(`INSERT INTO member_sales VALUES ('m_0001', 'a', 's1', 'sale-1', 0)`);
  migrate(db, 16);
  expect(db.prepare('SELECT * FROM member_sales').raw().all()).toEqual([['m_0001', 'a', 's1', 'sale-1', 0]]);
  const take = db.prepare('INSERT INTO phone_sessions VALUES (?, ?) ON CONFLICT DO NOTHING');
  expect([take.run('k', 1).changes, take.run('k', 1).changes, take.run('k', 2).changes]).toEqual([1, 0, 1]);
  db.close();
});
