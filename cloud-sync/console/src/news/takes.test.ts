import type { TakeRow } from '@tillside/hub-contract';
import { expect, test } from 'vitest';
import { exploredOf, makersOf, pointsOf, ratesOf, replaced, takeRate } from './takes.ts';

const row = (day: string, change: Partial<TakeRow> = {}): TakeRow => ({
  day,
  source: 'model',
  modelId: 'm1',
  explored: false,
  answers: 10,
  shown: 100,
  added: 12,
  bought: 8,
  ...change,
});
const ROWS: TakeRow[] = [
  row('2026-11-16'),
  row('2026-11-16', { explored: true, answers: 0, shown: 10, bought: 1 }),
  row('2026-11-22', { modelId: 'm2', shown: 20, bought: 3 }),
  row('2026-11-23', { modelId: 'm2', shown: 200, bought: 30 }),
  row('2026-11-23', { source: 'co-occurrence', modelId: 'm1', shown: 40, bought: 2 }),
  row('2026-11-23', { source: 'co-occurrence', modelId: null, shown: 40, bought: 0 }),
];

test('two models are two makers, a rule is one whatever it stood in for, and explored items are apart', () => {
  const makers = makersOf(ROWS);
  expect(makers.map(({ key, answers, all }) => [key, answers, all.shown, takeRate(all)])).toEqual([
    ['model m2', 20, 220, 0.15],
    ['model m1', 10, 110, 9 / 110],
    ['co-occurrence', 20, 80, 0.025],
  ]);
  expect(exploredOf(makers)).toEqual({ shown: 10, added: 12, bought: 1 });
  const both = replaced(makers);
  expect([both?.next.modelId, both?.before.modelId]).toEqual(['m2', 'm1']);
  expect(replaced(makers.slice(1))).toBeUndefined();
});

test('a point is a day, or a week from Monday; of too few items no rate is told', () => {
  expect(pointsOf('2026-11-18', '2026-11-24', 'week')).toEqual(['2026-11-16', '2026-11-23']);
  expect(ratesOf(ROWS, 'model m2', pointsOf('2026-11-22', '2026-11-24', 'day'), 'day')).toEqual([null, 0.15, null]);
  expect(ratesOf(ROWS, 'model m2', ['2026-11-16', '2026-11-23'], 'week')).toEqual([null, 0.15]);
});
