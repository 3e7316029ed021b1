import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate } from '../open.ts';

test('from 9 to 10: entries that were there are told to nobody; the next one is, once somebody asked', () => {
  const db = new Database(':memory:');
  migrate(db, 9);
  const entry = JSON.stringify({ kind: 'earn', points: 5, at: 'a' });
  const insert = (id: string) =>
    db.prepare('INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?)').run(id, 'm_0001', 'h', 's1', 'a', entry);
  insert('earn:s1:1');
  migrate(db, 10);
  insert('earn:s1:2');
  db.exec(`INSERT INTO webhooks VALUES ('w', 'o', 'u', '["points.moved"]', 1, NULL, 'a', NULL, NULL)`);
  insert('earn:s1:3');
  expect(db.prepare('SELECT count(*) FROM ledger').pluck().get()).toBe(3);
  expect(db.prepare('SELECT type, member_id, at, data FROM webhook_messages').all()).toEqual([
    {
      type: 'points.moved',
      member_id: 'm_0001',
      at: 'a',
      data: JSON.stringify({ memberId: 'm_0001', entryId: 'earn:s1:3', kind: 'earn', points: 5 }),
    },
  ]);
  db.close();
});
