import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate } from '../open.ts';

test('from 17 to 18: notes of models stay, and nothing is known of tastes', () => {
  const db = new Database(':memory:');
  migrate(db, 17);
  db.exec(`INSERT INTO model_notes VALUES ('m1', '{}')`);
  migrate(db, 18);
  expect(db.prepare('SELECT model FROM model_notes').all()).toEqual([{ model: 'm1' }]);
  expect(db.prepare('SELECT (SELECT count(*) FROM tastes) + (SELECT count(*) FROM taste_runs) AS rows').get()).toEqual({
    rows: 0,
  });
  db.close();
});
