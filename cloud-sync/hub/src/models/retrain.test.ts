import { expect, test } from 'vitest';
import { dueCause } from './retrain.ts';

const HOUR_MS = 3_600_000;
const last = { sales: 100, atMs: 0 };

test.each([
  ['enough new sales', { afterSales: 50, everyHours: 0 }, { sales: 150, atMs: 1 }, last, 'new-sales'],
  ['one sale less', { afterSales: 50, everyHours: 0 }, { sales: 149, atMs: 99 * HOUR_MS }, last, null],
  [
    'old, and something was sold',
    { afterSales: 50, everyHours: 24 },
    { sales: 101, atMs: 24 * HOUR_MS },
    last,
    'hours',
  ],
  ['old, and nothing was sold', { afterSales: 0, everyHours: 24 }, { sales: 100, atMs: 25 * HOUR_MS }, last, null],
  ['not old enough', { afterSales: 0, everyHours: 24 }, { sales: 101, atMs: 24 * HOUR_MS - 1 }, last, null],
  ['nothing trained yet', { afterSales: 0, everyHours: 24 }, { sales: 1, atMs: 0 }, null, 'hours'],
  ['off', { afterSales: 0, everyHours: 0 }, { sales: 1e9, atMs: 1e15 }, null, null],
] as const)('%s', (_, rules, now, before, cause) => {
  expect(dueCause(rules, now, before)).toBe(cause);
});
