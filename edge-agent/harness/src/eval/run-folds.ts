import type { MeasureContext } from '../measure.ts';
import type { Result } from '../output/schema.ts';
import type { Dataset } from './dataset.ts';
import { RANKED_MAX } from './metrics.ts';
import type { Fitted, NextBasketModel, Setting } from './model.ts';
import { type Answer, type Question, splitFold, type World } from './world.ts';

/** A question and what it should find. Questions go to models one by one, after they have learnt. */
export interface Exam {
  readonly question: Question;
  readonly truth: Int32Array;
}

/** What one case answered in one fold. */
export interface CaseFold {
  readonly name: string;
  readonly fold: number;
  readonly exams: readonly Exam[];
  /** By exam. */
  readonly rankings: readonly Int32Array[];
  /** Items of each exam's user's history, by exam. */
  readonly before: readonly ReadonlySet<number>[];
  readonly fitSeconds: number;
  readonly rankSeconds: number;
  readonly settings: readonly Setting[];
}

export interface FoldsOptions {
  readonly models: Readonly<Record<string, NextBasketModel>>;
  /** Folds to run, from the first on; 0 for all. */
  readonly folds: number;
  examine(answers: readonly Answer[]): Exam[];
}

/** All models on all folds, one after the other. A model has learnt before the first question exists for it. */
export async function runFolds(
  dataset: Dataset,
  options: FoldsOptions,
  { progress, signal }: Pick<MeasureContext, 'progress' | 'signal'>,
): Promise<CaseFold[]> {
  const folds = options.folds === 0 ? dataset.folds : dataset.folds.slice(0, options.folds);
  const runs: CaseFold[] = [];
  for (const [fold, parts] of folds.entries()) {
    const { world, answers } = splitFold(dataset, parts);
    const exams = options.examine(answers);
    const before = exams.map(
      ({ question: { user } }) => new Set((world.histories[user] ?? []).flatMap((one) => [...one])),
    );
    for (const [name, model] of Object.entries(options.models)) {
      signal.throwIfAborted();
      progress.stage(`fold ${fold + 1} of ${folds.length}: ${name}`, 100);
      runs.push({ name, fold, exams, before, ...(await runCase(model, world, exams, percentTicks(progress.tick))) });
    }
  }
  return runs;
}

async function runCase(model: NextBasketModel, world: World, exams: readonly Exam[], tell: (share: number) => void) {
  const startedMs = performance.now();
  const fitted = await model.fit(world, tell);
  const fittedMs = performance.now();
  try {
    const rankings: Int32Array[] = [];
    for (const { question } of exams) rankings.push(await fitted.rank(question, RANKED_MAX));
    const rankedMs = performance.now();
    tell(1);
    return {
      rankings,
      fitSeconds: (fittedMs - startedMs) / 1_000,
      rankSeconds: (rankedMs - fittedMs) / 1_000,
      settings: [...(fitted.settings ?? []), ...(await stopped(fitted))],
    };
  } catch (error) {
    await stopped(fitted);
    throw error;
  }
}

const stopped = async (fitted: Fitted): Promise<readonly Setting[]> => (await fitted.stop?.()) ?? [];

/** Shares as steps of a bar of 100. */
function percentTicks(tick: (steps: number) => void): (share: number) => void {
  let shown = 0;
  return (share) => {
    const percent = Math.floor(100 * share);
    if (percent > shown) tick(percent - shown);
    shown = Math.max(shown, percent);
  };
}

/** What every evaluation tells besides its own figures: times and settings by fold, the data, the run. */
export function runFigures(dataset: Dataset, runs: readonly CaseFold[], startedMs: number): Result[] {
  const count = (of: string, metric: string, value: number): Result => ({ case: of, metric, value, unit: 'count' });
  const seconds = (of: string, metric: string, value: number): Result => ({ case: of, metric, value, unit: 's' });
  const people = [...dataset.people.values()];
  const data = {
    people: people.length,
    baskets: people.reduce((sum, { history, future }) => sum + history.length + (future === undefined ? 0 : 1), 0),
    folds: dataset.folds.length,
    ...dataset.oddities,
  };
  return [
    ...runs.flatMap(({ name, fold, exams, fitSeconds, rankSeconds, settings }) => {
      const of = caseOf(name, fold);
      return [
        count(of, 'questions', exams.length),
        seconds(of, 'fitSeconds', fitSeconds),
        seconds(of, 'rankSeconds', rankSeconds),
        ...settings.map((setting) => ({ case: of, ...setting })),
      ];
    }),
    ...dataset.folds.flatMap(({ train, val, test }, fold) => [
      count(`data.fold${fold + 1}`, 'trainUsers', train.length),
      count(`data.fold${fold + 1}`, 'valUsers', val.length),
      count(`data.fold${fold + 1}`, 'testUsers', test.length),
    ]),
    ...Object.entries(data).map(([metric, value]) => count('data', metric, value)),
    seconds('run', 'seconds', (performance.now() - startedMs) / 1_000),
    // The kernel counts in units of 1,024 bytes.
    { case: 'run', metric: 'rssPeakMb', value: (process.resourceUsage().maxRSS * 1_024) / 1e6, unit: 'MB' },
  ];
}

export const caseOf = (name: string, fold: number): string => `${name}.fold${fold + 1}`;
