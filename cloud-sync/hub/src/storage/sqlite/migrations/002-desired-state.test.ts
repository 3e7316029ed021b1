import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate } from '../open.ts';

test('from 1 to 2: stores stay, and a version of theirs can be published once', () => {
  const db = new Database(':memory:');
  migrate(db, 1);
  db.exec(`INSERT INTO stores VALUES ('s1', 'One', 'then', NULL)`);
  migrate(db, 2);
  const insert = (store: string) => db.exec(`INSERT INTO desired VALUES ('${store}', 'model', 1, 'h', 1, 'o', 'then')`);
  db.pragma('foreign_keys = ON');
  insert('s1');
  expect(() => insert('s1')).toThrow(/UNIQUE/u);
  expect(() => insert('s9')).toThrow(/FOREIGN KEY/u);
  expect(db.prepare('SELECT name FROM stores').all()).toEqual([{ name: 'One' }]);
  db.close();
});
