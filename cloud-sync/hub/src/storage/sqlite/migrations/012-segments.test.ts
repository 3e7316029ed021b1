import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate } from '../open.ts';

test('from 11 to 12: what was there stays, and no run of segments is known', () => {
  const db = new Database(':memory:');
  migrate(db, 11);
  db.exec(`INSERT INTO stores (id, name, created_at) VALUES ('s1', 'one', 'a')`);
  migrate(db, 12);
  expect(db.prepare('SELECT id FROM stores').all()).toEqual([{ id: 's1' }]);
  expect(db.prepare('SELECT count(*) AS runs FROM segment_runs').get()).toEqual({ runs: 0 });
  db.close();
});
