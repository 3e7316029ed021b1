import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { chainOf, incoming } from '../../../testing/events.ts';
import { openSqliteStorage } from '../index.ts';
import { migrate } from '../open.ts';

const AT = '2024-03-02T01:00:00.000Z';

test('from 2 to 3: sums made from events already held equal those kept as events come in', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'tillside-hub-'));
  const [kept, old] = [join(dir, 'kept.db'), join(dir, 'old.db')];
  const storage = openSqliteStorage(kept);
  const chain = chainOf('s1');
  const returned = { returnId: 'r', saleId: 'x', businessDate: '2024-03-02', returnedAt: AT, terminalId: 't' };
  const lines = [{ lineId: 'l', sku: '1', quantity: 1, refundFen: 120 }];
  const events = [
    chain.sale({ memberId: 'm_0001' }),
    chain.sale({ businessDate: '2024-03-03', payableFen: 70, savingsFen: 0 }),
    chain.next('tillside.sale.completed.v1', { broken: true }),
    chain.next('tillside.sale.returned.v1', { ...returned, cashierId: 'c', receiptNumber: '9', lines, refundFen: 120 }),
  ];
  await storage.events.ingest([{ store: 's1', receivedAt: AT, events: events.map(incoming) }]);
  await storage.close();
  const before = new Database(old);
  migrate(before, 2);
  before.exec(`ATTACH '${kept}' AS kept; INSERT INTO events
    SELECT cursor, store, epoch, stream, seq, envelope ->> '$.id', type, time, envelope ->> '$.source', prevhash, hash, received_at, quarantine,
      envelope -> '$.data' FROM kept.events JOIN kept.streams ON streams.id = stream_id;`);
  migrate(before, 3);
  for (const table of ['sales_days', 'day_totals', 'stream_counts']) {
    const rows = before.prepare(`SELECT * FROM main.${table} ORDER BY 1, 2, 3`).all();
    expect(rows.length).toBeGreaterThan(0);
    expect(rows).toEqual(before.prepare(`SELECT * FROM kept.${table} ORDER BY 1, 2, 3`).all());
  }
  before.close();
  rmSync(dir, { recursive: true });
});
