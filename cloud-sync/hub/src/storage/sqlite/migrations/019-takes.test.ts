import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate } from '../open.ts';

test('from 18 to 19: what stores said of models stays, and nothing is counted of recommendations yet', () => {
  const db = new Database(':memory:');
  migrate(db, 18);
  db.exec(`INSERT INTO applied VALUES ('s1', 'model', 3, 'applied', NULL, NULL, '2026-11-22T10:00:00.000Z')`);
  migrate(db, 19);
  expect(db.prepare('SELECT store, version FROM applied').all()).toEqual([{ store: 's1', version: 3 }]);
  const counts = ['take_cursors', 'shown_answers', 'take_days', 'model_stages'].map((table) =>
    db.prepare(`SELECT count(*) FROM ${table}`).pluck().get(),
  );
  expect(counts).toEqual([0, 0, 0, 0]);
  db.close();
});
