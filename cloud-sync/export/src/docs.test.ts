import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runExport } from './run.ts';
import { ask } from './testing/duck.ts';
import { chainOf, testHub } from './testing/hub.ts';

const queriesOf = (name: string): string[] => {
  const text = readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');
  return [...text.matchAll(/```sql\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
};

test('the queries of docs/parquet.md run, in both languages the same', async () => {
  const queries = queriesOf('parquet.md');
  expect(queries).toHaveLength(4);
  expect(queriesOf('parquet.zh-CN.md')).toEqual(queries);
  const hub = testHub();
  try {
    const dir = join(hub.dir, 'out');
    await hub.ingest([chainOf('s1').sale(), chainOf('s2').sale()]);
    await runExport({ dir, events: hub.events, now: Date.now });
    const answers = [];
    for (const query of queries) answers.push(await ask(query.replaceAll('/data/export', dir)));
    expect(answers[0]).toMatchObject([{ store: 's1', yuan: 9 }, {}]);
    expect(answers[1]).toMatchObject([{ sku: '1001', pieces: '4', fen: '1600', saved_fen: '200' }, {}]);
    expect(answers[2]).toMatchObject([{ store: 's1', hour: '9', sales: '1' }, { store: 's2' }]);
    expect(answers[3]).toEqual([{ 'sum(payable_fen)': '1800' }]);
  } finally {
    await hub.dispose();
  }
});
