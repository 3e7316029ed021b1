import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { main } from '../cli/main.ts';
import { chainOf } from '../testing/events.ts';
import { type TestHub, testHub } from '../testing/hub.ts';

let hub: TestHub;
beforeAll(async () => {
  hub = await testHub();
});
afterAll(() => hub.dispose());

test('after an upgrade what can be read takes effect, once, and the rest stays with its reason', async () => {
  const store = await hub.pairStore('s1');
  const chain = chainOf('s1');
  await store.acked([chain.sale({ payableFen: 700 }), chain.next('from.the.future.v9', {}), chain.sale()]);
  // As a hub would hold them that did not know these bodies yet.
  const db = new Database(join(hub.dataDir, 'hub.db'));
  db.exec(`UPDATE events SET quarantine = 'TYPE_UNKNOWN', sale_id = NULL, receipt_number = NULL, business_date = NULL;
    UPDATE stream_counts SET quarantined = 3; DELETE FROM sales_days; DELETE FROM day_totals`);
  db.close();
  const said: string[] = [];
  const output = { out: (text: string) => said.push(text), err: () => undefined };
  const sold = async () =>
    (await hub.call('salesDaily', { query: {} })).days.map(({ sales, payableFen }) => [sales, payableFen]);

  expect(await main(['-d', hub.dataDir, 'events', 'reread', '--dry-run'], output)).toBe(0);
  expect(said[0]).toContain('3 in quarantine, 2 can be read');
  expect(await sold()).toEqual([]);
  expect(await main(['-d', hub.dataDir, 'events', 'reread'], output)).toBe(0);
  expect(said.join('\n')).toMatch(/3 in quarantine, 2 took effect\.[\s\S]*TYPE_UNKNOWN +1/u);
  expect(await sold()).toEqual([[2, 1600]]);
  expect(await hub.call('rereadEvents', { body: {} })).toEqual({
    looked: 1,
    readable: 0,
    reasons: { TYPE_UNKNOWN: 1 },
  });
  expect(await sold()).toEqual([[2, 1600]]);
  expect((await hub.call('stores')).stores).toMatchObject([{ events: 3, quarantined: 1 }]);
});
