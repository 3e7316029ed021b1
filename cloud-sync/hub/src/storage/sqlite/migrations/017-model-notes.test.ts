import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate } from '../open.ts';

test('from 16 to 17: models stay, and nothing is noted of them', () => {
  const db = new Database(':memory:');
  migrate(db, 16);
  db.exec(`INSERT INTO models VALUES ('m1', 'a', 'aa', 1, '{}')`);
  migrate(db, 17);
  expect(db.prepare('SELECT id FROM models').all()).toEqual([{ id: 'm1' }]);
  expect(db.prepare('SELECT count(*) AS notes FROM model_notes').get()).toEqual({ notes: 0 });
  db.close();
});
