import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate } from '../open.ts';

test('from 5 to 6: keys stay where they are until they are moved, and nobody is erased', () => {
  const db = new Database(':memory:');
  migrate(db, 5);
  db.exec(`INSERT INTO member_keys VALUES ('s1', 'm_0001', 'k')`);
  migrate(db, 6);
  expect(db.prepare('SELECT count(*) FROM member_keys').pluck().get()).toBe(1);
  expect(db.prepare('SELECT count(*) FROM erasures').pluck().get()).toBe(0);
  db.close();
});
