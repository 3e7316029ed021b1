import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate } from '../open.ts';

test('from 6 to 7: streams stay, nothing of them was told elsewhere, and an occurrence is told once', () => {
  const db = new Database(':memory:');
  migrate(db, 6);
  db.exec(`INSERT INTO streams VALUES (1, 's1', 'e', 'sales', 3, 'h', '[]', NULL, 'r')`);
  migrate(db, 7);
  expect(db.prepare('SELECT contiguous_seq, told FROM streams').all()).toEqual([{ contiguous_seq: 3, told: 0 }]);
  const insert = () => db.exec(`INSERT INTO told VALUES ('s1', 'e', 'sales', 4, 'h', 'f', 1)`);
  insert();
  expect(insert).toThrow(/UNIQUE/u);
  db.close();
});
