import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSales } from './read-sales.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tillside-sales-'));
});
afterAll(() => rm(dir, { recursive: true }));

/** Rows of `sale_lines` as the export has them: store, sale, member, time, sku, quantity. */
async function parquet(path: string, rows: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await mkdir(join(dir, path, '..'), { recursive: true });
  await connection.run(
    `COPY (SELECT store, sale_id, member_id, CAST(sold AS TIMESTAMPTZ) AS completed_at, sku, quantity::BIGINT AS quantity, 'c' AS category, 'd' AS department
     FROM (VALUES ${rows.join(', ')}) AS t(store, sale_id, member_id, sold, sku, quantity)) TO '${join(dir, path)}' (FORMAT parquet)`,
  );
  connection.closeSync();
  instance.closeSync();
}

test('of an export the files that its manifest names are read: stores, members, no returns, no sale of another table', async () => {
  const [one, two, old] = ['a', 'b', 'merged'].map(
    (name) => `table=sale_lines/date=2026-01-01/bucket=1/${name}.parquet`,
  );
  await parquet(one ?? '', [
    `('s1', 'x', 'm1', '2026-01-02T09:00:00+08:00', 'tea', 2)`,
    `('s1', 'x', 'm1', '2026-01-02T09:00:00+08:00', 'tea', 1)`,
    `('s1', 'x', 'm1', '2026-01-02T09:00:00+08:00', 'cup', -1)`,
  ]);
  // Another store may use the same number.
  await parquet(two ?? '', [`('s2', 'x', NULL, '2026-01-01T09:00:00+08:00', 'rice', 1)`]);
  await parquet(old ?? '', [`('s1', 'old', NULL, '2026-01-01T09:00:00+08:00', 'merged-away', 1)`]);
  const files = [one, two, 'table=sale_completed/date=2026-01-01/bucket=1/a.parquet'].map((path) => ({ path }));
  await writeFile(join(dir, '_manifest.json'), JSON.stringify({ files }));

  const line = { category: 'c', department: 'd' };
  const rice = {
    ...line,
    store: 's2',
    basketId: 's2/x',
    memberId: null,
    at: '2026-01-01T01:00:00.000Z',
    sku: 'rice',
    quantity: 1,
  };
  const tea = {
    ...line,
    store: 's1',
    basketId: 's1/x',
    memberId: 'm1',
    at: '2026-01-02T01:00:00.000Z',
    sku: 'tea',
    quantity: 3,
  };
  expect((await readSales(dir)).purchases).toEqual([rice, tea]);
  expect((await readSales(dir, { stores: ['s1'] })).purchases).toEqual([tea]);
  await writeFile(join(dir, '_manifest.json'), JSON.stringify({ files: [] }));
  await expect(readSales(dir)).rejects.toMatchObject({ code: 'TRAINING_TOO_FEW_BASKETS' });
});
