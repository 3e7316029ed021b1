import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TakeCounter } from '@tillside/hub/planning';
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

test('the query of docs/recommendations.md gives what HQ counts itself, though items are told twice', async () => {
  const [query = ''] = queriesOf('recommendations.md');
  const hub = testHub();
  try {
    const chain = chainOf('s1', 'ops');
    const at = '2024-03-02T01:00:00.000Z';
    const made = (id: string, source: string, modelId?: string) => ({
      recommendationId: id,
      channel: 'till',
      source,
      ...(modelId === undefined ? {} : { modelId }),
      at,
    });
    const served = (id: string, skus: string[], source: string, modelId?: string) =>
      chain.next('tillside.recommendation.served.v1', { ...made(id, source, modelId), skus });
    const outcome = (id: string, what: string, skus: string[], source: string, modelId?: string) =>
      chain.next('tillside.recommendation.outcome.v1', { ...made(id, source, modelId), outcome: what, skus });
    await hub.ingest([
      served('r1', ['a', 'b', 'c'], 'model', 'm1'),
      outcome('r1', 'added', ['a'], 'model', 'm1'),
      outcome('r1', 'bought', ['a', 'b'], 'model', 'm1'),
      outcome('r1', 'bought', ['b'], 'model', 'm1'),
      served('r2', ['a', 'b'], 'model', 'm1'),
      served('r3', ['d', 'e'], 'popularity'),
      outcome('r3', 'bought', ['e'], 'popularity'),
      served('r4', ['d', 'e'], 'co-occurrence'),
    ]);
    await new TakeCounter({ storage: hub.storage, clock: { now: Date.now }, log: { warn: () => undefined } }).round();
    const sums = await hub.storage.takes.days({ from: '2024-03-02', to: '2024-03-02', limit: 9 });
    const dir = join(hub.dir, 'out');
    await runExport({ dir, events: hub.events, now: Date.now });
    const rows = await ask(query.replaceAll('/data/export', dir));
    const line = (...values: unknown[]): string => values.map(String).join(' ');
    expect(rows.map((row) => line(row.model, row.source, row.answers, row.shown, row.bought)).sort()).toEqual(
      sums.map((sum) => line(sum.modelId, sum.source, sum.answers, sum.shown, sum.bought)).sort(),
    );
    expect(rows[0]).toMatchObject({ model: 'm1', shown: '5', bought: '2', take_rate: 0.4 });
  } finally {
    await hub.dispose();
  }
});
