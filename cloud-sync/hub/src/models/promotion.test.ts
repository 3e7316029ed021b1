import type { ModelComparison } from '@tillside/hub-contract';
import { expect, test } from 'vitest';
import { promotionOf } from './promotion.ts';

const RULES = { afterSales: 1, everyHours: 0, promote: true, margin: 0.02, minQuestions: 100, lookSeconds: 1 };
const of = (recall: number) => ({ recall, hitRate: 0, repeatRecall: 0, exploreRecall: 0 });
const compared = (change: Partial<ModelComparison> = {}): ModelComparison => ({
  questions: 100,
  first: 5,
  from: '2026-01-01T00:00:00Z',
  to: '2026-01-02T00:00:00Z',
  cases: { candidate: of(0.2041), running: of(0.2), popularity: of(0.1) },
  running: 'm1',
  gain: 0.02,
  interval: { low: 0.001, high: 0.007 },
  ...change,
});

test.each([
  ['better', compared()],
  ['few-questions', compared({ questions: 99 })],
  ['not-better', compared({ interval: { low: 0, high: 0.008 } })],
  ['not-better', compared({ cases: { candidate: of(0.2039), running: of(0.2), popularity: of(0.1) } })],
  ['not-better', compared({ interval: null })],
  ['baseline', compared({ cases: { candidate: of(0.204), running: of(0.2), popularity: of(0.204) } })],
  ['first', compared({ cases: { candidate: of(0.204), popularity: of(0.1) } })],
  ['first', null],
] as const)('a model that began by itself: %s', (reason, comparison) => {
  const made = promotionOf('new-sales', comparison, RULES);
  expect(made).toEqual({ promoted: reason === 'better', reason, margin: 0.02, minQuestions: 100 });
});

test('what a person asked for, or the configuration leaves to people, is pushed by people', () => {
  expect(promotionOf('asked', compared(), RULES)).toMatchObject({ promoted: false, reason: 'asked' });
  expect(promotionOf('hours', compared(), { ...RULES, promote: false })).toMatchObject({ reason: 'off' });
});
