import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkExport } from './check.ts';
import { runExport } from './run.ts';
import { ask, glob } from './testing/duck.ts';
import { AT, chainOf, type TestHub, testHub } from './testing/hub.ts';

const NOW = Date.parse('2024-03-05T00:00:00Z');
let hub: TestHub;
let dir: string;
beforeEach(() => {
  hub = testHub();
  dir = join(hub.dir, 'out');
});
afterEach(() => hub.dispose());

const run = (change = {}) => runExport({ dir, events: hub.events, now: () => NOW, ...change });

test('sales become tables by date and bucket, with typed columns and flat lines', async () => {
  const chain = chainOf('s1');
  await hub.ingest([chain.sale(), chain.sale({ businessDate: '2024-03-03', payableFen: 500 })]);
  await hub.ingest([chainOf('s2').sale({ memberId: 'm_0001' })]);
  const ops = chainOf('s1', 'ops');
  await hub.ingest([ops.next('tillside.device.changed.v1', { deviceId: 'scanner-1', state: 'online', at: AT })]);
  const summary = await run();
  expect(summary).toMatchObject({ events: 4, streams: 3, waiting: 0, held: [], version: 1 });
  const days = await ask(
    `SELECT date::VARCHAR AS date, sum(payable_fen)::BIGINT AS fen, count(*) AS n FROM ${glob(dir, 'sale_completed')} GROUP BY 1 ORDER BY 1`,
  );
  expect(days).toEqual([
    { date: '2024-03-02', fen: '1800', n: '2' },
    { date: '2024-03-03', fen: '500', n: '1' },
  ]);
  expect(
    await ask(
      `SELECT sum(payable_fen)::BIGINT AS fen, count(*) AS n, max(line_no) AS l FROM ${glob(dir, 'sale_lines')}`,
    ),
  ).toEqual([{ fen: '2300', n: '6', l: '2' }]);
  expect(await checkExport(dir)).toMatchObject({ findings: [], version: 1, streams: 3 });
});
