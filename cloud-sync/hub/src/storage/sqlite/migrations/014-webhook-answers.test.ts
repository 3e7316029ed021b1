import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate } from '../open.ts';

test('from 13 to 14: what was delivered stays, without an answer that nobody noted', () => {
  const db = new Database(':memory:');
  migrate(db, 13);
  db.exec(`INSERT INTO webhook_deliveries VALUES (1, 'w1', 1, 'm_1', 'done', 1, 1, 1, 1, NULL)`);
  migrate(db, 14);
  expect(db.prepare('SELECT id, state, status, took_ms AS took FROM webhook_deliveries').all()).toEqual([
    { id: 1, state: 'done', status: null, took: null },
  ]);
  db.close();
});
