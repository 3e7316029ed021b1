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

test('what was bought under an id that was merged is its person’s; a list that is none names its line and nobody', async () => {
  const sale = (memberId: string, day: number) =>
    JSON.stringify({ memberId, completedAt: `2026-01-0${day}T00:00:00Z`, lines: [{ sku: 'tea', quantity: 1 }] });
  const write = async (name: string, ...lines: string[]) => {
    await writeFile(join(dir, name), lines.join('\n'));
    return join(dir, name);
  };
  const input = await write('merged-sales.ndjson', sale('old', 1), sale('kept', 2), sale('other', 3));
  const list = (...lines: string[]) => write('merged.list', ...lines);
  const alias = (from: string, into: string) => JSON.stringify({ from, into });
  const merged = await readSales(input, {
    merged: await list(alias('old', 'kept'), alias('never-bought', 'kept'), ''),
  });
  expect(merged.purchases.map(({ memberId }) => memberId)).toEqual(['kept', 'kept', 'other']);
  const plain = await readSales(input);
  expect(plain.purchases.map(({ memberId }) => memberId)).toEqual(['old', 'kept', 'other']);
  expect(merged.dataHash).not.toBe(plain.dataHash);
  // As if it had always been sold so.
  const same = await write('same-sales.ndjson', sale('kept', 1), sale('kept', 2), sale('other', 3));
  expect(merged.dataHash).toBe((await readSales(same)).dataHash);
  for (const bad of [
    [alias('old', 'kept'), alias('old', 'other')],
    [alias('old', 'kept'), alias('kept', 'other')],
    [alias('old', 'old')],
    ['{"from":"old"}'],
    ['{"from":"old"'],
    ['null'],
    [alias('old', 'k'.repeat(200))],
  ]) {
    const error = await readSales(input, { merged: await list(...bad) }).catch((fault: unknown) => fault);
    expect(error).toMatchObject({ code: 'TRAINING_MERGED_INVALID' });
    expect(String(error)).not.toContain('old');
  }
  const nowhere = readSales(input, { merged: join(dir, 'nowhere') });
  await expect(nowhere).rejects.toMatchObject({ code: 'TRAINING_MERGED_INVALID' });
});
