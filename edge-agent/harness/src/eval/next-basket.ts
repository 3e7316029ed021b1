import { measure } from '../measure.ts';
import type { Result } from '../output/schema.ts';
import { personalFrequency, popularity, tifuKnn } from './baselines.ts';
import { pairedGain } from './bootstrap.ts';
import { chosenCases, DATA_OPTIONS, readDataset } from './data-options.ts';
import { METRICS, meanOf, type Scores, scoresOf } from './metrics.ts';
import { oursWith } from './ours.ts';
import { headline, writePlot } from './plot.ts';
import { type CaseFold, caseOf, type Exam, runFigures, runFolds } from './run-folds.ts';
import type { Answer } from './world.ts';

/** What is asked: nothing is in the basket, all of it is to be found. */
const examine = (answers: readonly Answer[]): Exam[] =>
  answers.map(({ user, truth, day }) => ({ question: { user, day, basket: new Int32Array(0) }, truth }));

export const nextBasketEval = measure({
  description: 'what people buy next, given their history: rules, TIFU-KNN and the model as served, by folds of users',
  options: DATA_OPTIONS,
  async run(asked, context): Promise<Result[]> {
    const startedMs = performance.now();
    context.progress.stage('reading');
    const dataset = readDataset(asked);
    const models = {
      popularity,
      'personal-frequency': personalFrequency,
      'tifu-knn': tifuKnn,
      ours: oursWith(asked.seed),
    };
    const runs = await runFolds(
      dataset,
      { models: chosenCases(models, asked.cases), folds: asked.folds, examine },
      context,
    );
    const scored = runs.map((run) => ({ ...run, scores: run.exams.map((_, place) => scoreOf(run, place)) }));
    const figures = ratiosOf(scored);
    if (asked.plot !== '') {
      const title = headline(figures, 'recallAt10', 'of the next basket');
      writePlot(asked.plot, title, figures, ['recallAt10', 'ndcgAt10']);
    }
    return [...figures, ...gainFigures(scored, asked.seed), ...runFigures(dataset, runs, startedMs)];
  },
});

type ScoredFold = CaseFold & { readonly scores: readonly Scores[] };

function scoreOf({ rankings, exams, before }: CaseFold, place: number): Scores {
  return scoresOf(
    rankings[place] ?? new Int32Array(0),
    exams[place]?.truth ?? new Int32Array(0),
    before[place] ?? new Set(),
  );
}

/** Of each case the mean over its folds, then each fold; a fold is the mean over its users. */
function ratiosOf(runs: readonly ScoredFold[]): Result[] {
  const names = [...new Set(runs.map(({ name }) => name))];
  const foldMean = ({ scores }: ScoredFold, metric: keyof Scores): number => meanOf(scores.map((one) => one[metric]));
  const ratio = (of: string, metric: string, value: number): Result => ({ case: of, metric, value, unit: 'ratio' });
  return names.flatMap((name) => {
    const folds = runs.filter((run) => run.name === name);
    return [
      ...METRICS.map((metric) => ratio(name, metric, meanOf(folds.map((fold) => foldMean(fold, metric))))),
      ...folds.flatMap((fold) =>
        METRICS.map((metric) => ratio(caseOf(name, fold.fold), metric, foldMean(fold, metric))),
      ),
    ];
  });
}

/** How much more the model finds than tuned TIFU-KNN, of the same people. Who is asked in several folds counts once, by the mean. */
function gainFigures(runs: readonly ScoredFold[], seed: number): Result[] {
  const byUser = (name: string, metric: keyof Scores): Map<number, number> => {
    const values = new Map<number, number[]>();
    for (const { exams, scores } of runs.filter((run) => run.name === name)) {
      exams.forEach(({ question: { user } }, place) => {
        values.set(user, [...(values.get(user) ?? []), scores[place]?.[metric] ?? 0]);
      });
    }
    return new Map([...values].map(([user, several]) => [user, meanOf(several)]));
  };
  return (['recallAt10', 'ndcgAt10'] as const).flatMap((metric): Result[] => {
    const theirs = byUser('tifu-knn', metric);
    const pairs = [...byUser('ours', metric)].map(([user, value]) => [value, theirs.get(user) ?? 0] as const);
    const gain = theirs.size === 0 ? undefined : pairedGain(pairs, seed);
    if (gain === undefined) return [];
    const percent = (word: string, value: number): Result => ({
      case: 'ours-over-tifu-knn',
      metric: `${metric}${word}`,
      value,
      unit: '%',
    });
    return [percent('Gain', gain.percent), percent('GainLow', gain.low), percent('GainHigh', gain.high)];
  });
}
