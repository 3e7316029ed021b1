import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate } from '../open.ts';

test('from 8 to 9: erasures of keys stay, nobody is a member yet, and a member, a number and an entry are there once', () => {
  const db = new Database(':memory:');
  migrate(db, 8);
  db.exec(`INSERT INTO erasures VALUES ('s1', 'm_0001', 'now')`);
  migrate(db, 9);
  expect(db.prepare('SELECT member_id FROM erasures').pluck().all()).toEqual(['m_0001']);
  expect(db.prepare('SELECT count(*) FROM members').pluck().get()).toBe(0);
  const twice = (sql: string) => {
    db.exec(sql);
    expect(() => db.exec(sql)).toThrow(/UNIQUE/u);
  };
  twice(
    `INSERT INTO members VALUES ('m_0002', '100000000', 'm_0002', NULL, 'hq', 'import', 'a', 0, 'basic', NULL, '[]', '[]', '[]', NULL, NULL, 0, NULL, 1, 'a')`,
  );
  twice(`INSERT INTO ledger VALUES ('earn:s1:a', 'm_0002', 'h', 's1', 'a', '{}')`);
  twice(`INSERT INTO member_numbers VALUES ('100000000')`);
  db.close();
});
