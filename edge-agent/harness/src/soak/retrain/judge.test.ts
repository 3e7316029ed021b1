import { expect, test } from 'vitest';
import { failuresOf, type TrainingJob, type Week } from './judge.ts';

const CONFIG = { changeAt: 1, margin: 0.01, minQuestions: 50 };

/** A week whose model found `ours` where the running one found `theirs`, and was promoted or not. */
function weekOf(week: number, isPromoted: boolean, found: { ours: number; theirs: number; low?: number }): Week {
  const { ours, theirs, low = 0.01 } = found;
  const cases = { candidate: { recall: ours }, running: { recall: theirs } };
  const comparison = { cases, questions: 80, interval: { low, high: 0.5 } };
  const job = { modelId: `m${week}`, error: null, sales: 100, comparison, promotion: { reason: 'better' } };
  const before = 'm-before';
  return { week, job: job as unknown as TrainingJob, before, after: isPromoted ? `m${week}` : before };
}
const BETTER = { ours: 0.5, theirs: 0.3 };
const codes = (...weeks: Week[]): string[] => failuresOf(weeks, CONFIG).map(({ code }) => code);

test.each([
  ['a better model is promoted', [weekOf(0, false, BETTER), weekOf(1, true, BETTER)], []],
  ['a worse one is', [weekOf(0, true, { ours: 0.3, theirs: 0.5 }), weekOf(1, true, BETTER)], ['WORSE_PROMOTED']],
  ['one is by less than the margin', [weekOf(1, true, { ours: 0.301, theirs: 0.3 })], ['WORSE_PROMOTED']],
  ['one is by what may be chance', [weekOf(1, true, { ...BETTER, low: -0.01 })], ['WORSE_PROMOTED']],
  ['another is than was trained', [{ ...weekOf(1, true, BETTER), after: 'm7' }], ['OTHER_PROMOTED']],
  ['none ever is', [weekOf(0, false, BETTER), weekOf(1, false, BETTER)], ['HABITS_NOT_LEARNT']],
  ['one is, but before the habits changed', [weekOf(0, true, BETTER), weekOf(1, false, BETTER)], ['HABITS_NOT_LEARNT']],
] as const)('soak retrain, where %s', (_, weeks, expected) => expect(codes(...weeks)).toEqual(expected));

test('a first model is nobody’s promotion, and no change of habits asks for none', () => {
  const first = { ...weekOf(0, true, { ours: 0.1, theirs: 0.9 }), before: null };
  expect(failuresOf([first], { ...CONFIG, changeAt: 1 })).toEqual([]);
});
