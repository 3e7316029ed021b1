import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate } from '../open.ts';

test('from 12 to 13: members stay, nobody was compared yet and nothing was said of them', () => {
  const db = new Database(':memory:');
  migrate(db, 12);
  db.exec(
    `INSERT INTO members VALUES ('m_1', '100000001', 'm_1', NULL, 'hq', 'hq', 'a', 0, 'basic', NULL, '[]', '[]', '[]', 'm_1', NULL, 0, NULL, 1, 'a')`,
  );
  migrate(db, 13);
  expect(db.prepare('SELECT member_id AS id, household FROM members').all()).toEqual([{ id: 'm_1', household: 'm_1' }]);
  for (const table of ['duplicate_runs', 'duplicate_pairs', 'member_apart', 'member_households'])
    expect(db.prepare(`SELECT count(*) AS rows FROM ${table}`).get()).toEqual({ rows: 0 });
  db.close();
});
