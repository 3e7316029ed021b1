import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrate } from '../open.ts';

const EPOCH = '7f1c6a52-8a3e-4a4b-9f5e-0d7f6f1f2a11';

test('from 4 to 5: events keep their numbers, hashes and bodies; positions become streams with the hashes at their edges', () => {
  const db = new Database(':memory:');
  migrate(db, 4);
  const put = db.prepare(
    `INSERT INTO events (store, epoch, stream, seq, id, type, time, source, prevhash, hash, received_at, quarantine, data)
     VALUES (?, ?, ?, ?, 'i', ?, '2024-03-02T09:00:00+08:00', '/s', ?, ?, 'r', ?, ?)`,
  );
  const sale = JSON.stringify({ saleId: 'a', receiptNumber: '7', businessDate: '2024-03-02', name: '张三' });
  const saleType = 'tillside.sale.completed.v1';
  for (const seq of [1, 2, 5, 6]) put.run('s1', EPOCH, 'sales', seq, saleType, `h${seq - 1}`, `h${seq}`, null, sale);
  put.run('s1', EPOCH, 'ops', 3, 'unknown', 'o2', 'o3', 'TYPE_UNKNOWN', '{}');
  const position = db.prepare('INSERT INTO positions VALUES (?, ?, ?, ?, ?, ?)');
  position.run('s1', EPOCH, 'sales', 2, '[[5,6]]', '2024-03-02T01:00:00.000Z');
  position.run('s1', EPOCH, 'ops', 0, '[[3,3]]', '2024-03-02T02:00:00.000Z');
  db.prepare("INSERT INTO conflicts VALUES ('s1', ?, 'sales', 5, 'x', 'r', '{}')").run(EPOCH);
  migrate(db, 5);

  const streams = db
    .prepare(
      'SELECT stream, contiguous_seq AS seq, contiguous_hash AS hash, ranges, fork_seq AS fork FROM streams ORDER BY stream',
    )
    .all() as { ranges: string }[];
  expect(streams.map(({ ranges, ...row }) => ({ ...row, ranges: JSON.parse(ranges) as unknown }))).toEqual([
    { stream: 'ops', seq: 0, hash: '', fork: null, ranges: [{ from: 3, to: 3, prevhash: 'o2', hash: 'o3' }] },
    { stream: 'sales', seq: 2, hash: 'h2', fork: 5, ranges: [{ from: 5, to: 6, prevhash: 'h4', hash: 'h6' }] },
  ]);
  const events = db
    .prepare(
      `SELECT stream, seq, type, prevhash, hash, quarantine, sale_id AS saleId, receipt_number AS receipt, business_date AS date, envelope
       FROM events JOIN streams ON streams.id = stream_id ORDER BY cursor`,
    )
    .all() as { envelope: string; seq: number }[];
  expect(events.map(({ seq }) => seq)).toEqual([1, 2, 5, 6, 3]);
  expect(events[0]).toMatchObject({ saleId: 'a', receipt: '7', date: '2024-03-02', prevhash: 'h0', hash: 'h1' });
  expect(events[4]).toMatchObject({ saleId: null, quarantine: 'TYPE_UNKNOWN' });
  expect(JSON.parse(events[0]?.envelope ?? '')).toMatchObject({
    store: 's1',
    epoch: EPOCH,
    stream: 'sales',
    seq: 1,
    prevhash: 'h0',
    data: JSON.parse(sale) as unknown,
  });
  expect(db.prepare('SELECT upto_seq FROM older_hashes ORDER BY upto_seq').pluck().all()).toEqual([3, 6]);
  const again = db.prepare(
    'INSERT INTO events (stream_id, seq, type, time, prevhash, hash, received_at, envelope) SELECT stream_id, seq, type, time, prevhash, hash, received_at, envelope FROM events',
  );
  expect(() => again.run()).toThrow(/UNIQUE/u);
  db.close();
});
