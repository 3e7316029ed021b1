import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate } from '../open.ts';

test('from 19 to 20: what was published stays, and there is no card yet', () => {
  const db = new Database(':memory:');
  migrate(db, 19);
  db.exec(`INSERT INTO applied VALUES ('s1', 'terms', 3, 'applied', NULL, NULL, '2026-11-22T10:00:00.000Z')`);
  migrate(db, 20);
  expect(db.prepare('SELECT store, version FROM applied').all()).toEqual([{ store: 's1', version: 3 }]);
  const counts = ['content_draft', 'content_pictures', 'content_releases'].map((table) =>
    db.prepare(`SELECT count(*) FROM ${table}`).pluck().get(),
  );
  expect(counts).toEqual([0, 0, 0]);
  db.close();
});
