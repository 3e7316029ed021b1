import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate } from '../open.ts';

test('from 14 to 15: sales of members in the log are theirs, and those that HQ gave to them; not of who was erased', () => {
  const db = new Database(':memory:');
  migrate(db, 14);
  db.exec(`INSERT INTO streams VALUES (1, 's1', 'e', 'sales', 4, 'h', '[]', NULL, 'r', 0)`);
  const insert = db.prepare(
    `INSERT INTO events VALUES (?, 1, ?, 'tillside.sale.completed.v1', 't', 'p', 'h', 'r', ?, ?, '7', '2024-03-01', ?)`,
  );
  const tell = (seq: number, memberId: string | undefined, quarantine: string | null = null) => {
    const data = { saleId: `sale-${seq}`, memberId, completedAt: '2024-03-02T07:30:00+08:00' };
    insert.run(seq, seq, quarantine, `sale-${seq}`, JSON.stringify({ data }));
  };
  tell(1, 'm_0001');
  tell(2, undefined);
  tell(3, 'm_gone');
  tell(4, 'm_0001', 'unreadable');
  db.exec(`INSERT INTO member_erasures VALUES ('m_gone', 'm_gone', 'a', 'hq', 'r')`);
  const earned = db.prepare(`INSERT INTO ledger VALUES (?, ?, 'h', ?, 'a', '{"at":"2024-03-01T23:00:00Z"}')`);
  earned.run('earn:s1:sale-2', 'm_0002', 'hq');
  earned.run('earn:hq:order-1', 'm_0002', 'hq');
  earned.run('earn:s1:sale-1', 'm_0001', 's1');
  migrate(db, 15);
  expect(db.prepare('SELECT * FROM member_sales').raw().all()).toEqual([
    ['m_0001', '2024-03-01T23:30:00.000Z', 's1', 'sale-1', 0],
    ['m_0002', '2024-03-01T23:00:00.000Z', 's1', 'sale-2', 1],
  ]);
  db.close();
});
