import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate } from '../open.ts';

test('from 3 to 4: events stay, and a return has one claim', () => {
  const db = new Database(':memory:');
  migrate(db, 3);
  db.exec(`INSERT INTO events (store, epoch, stream, seq, id, type, time, source, prevhash, hash, received_at, data)
    VALUES ('s1', 'e', 'sales', 1, 'i', 'tillside.sale.completed.v1', 'x', 's', 'p', 'h', 'r', '{"receiptNumber":"7","saleId":"a"}')`);
  migrate(db, 4);
  expect(
    db
      .prepare(
        `SELECT data ->> 'saleId' AS id FROM events INDEXED BY events_sale_receipt
         WHERE store = 's1' AND data ->> 'receiptNumber' = '7' AND type = 'tillside.sale.completed.v1' AND quarantine IS NULL`,
      )
      .all(),
  ).toEqual([{ id: 'a' }]);
  const claim = () => db.exec(`INSERT INTO return_claims VALUES ('r1', 's2', 's1', 'a', '[]', 'now', 0)`);
  claim();
  expect(claim).toThrow(/UNIQUE/u);
  db.close();
});
