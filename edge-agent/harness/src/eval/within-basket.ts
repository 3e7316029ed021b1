import { measure } from '../measure.ts';
import type { Result } from '../output/schema.ts';
import { createChance } from '../random.ts';
import { coOccurrence, personalFrequency, popularity } from './baselines.ts';
import { chosenCases, DATA_OPTIONS, readDataset } from './data-options.ts';
import { meanOf } from './metrics.ts';
import { oursWith } from './ours.ts';
import { headline, writePlot } from './plot.ts';
import { type CaseFold, caseOf, type Exam, runFigures, runFolds } from './run-folds.ts';
import { type Answer, NO_ITEM } from './world.ts';

const SHOWN = 10;

/** One item of each basket of two or more is hidden; the rest, as far as the world knows it, is in the basket already. */
export function hideOne(answers: readonly Answer[], seed: number): Exam[] {
  const chance = createChance(seed);
  return answers.flatMap(({ user, truth, day }) => {
    if (truth.length < 2) return [];
    const place = chance.between(0, truth.length - 1);
    const basket = truth.filter((item, at) => at !== place && item !== NO_ITEM);
    return [{ question: { user, day, basket }, truth: truth.subarray(place, place + 1) }];
  });
}

export const withinBasketEval = measure({
  description: 'the item that is missing in a basket: rules and the model as served, by folds of users',
  options: DATA_OPTIONS,
  async run(asked, context): Promise<Result[]> {
    const startedMs = performance.now();
    context.progress.stage('reading');
    const dataset = readDataset(asked);
    const models = {
      popularity,
      'co-occurrence': coOccurrence,
      'personal-frequency': personalFrequency,
      ours: oursWith(asked.seed),
    };
    const examine = (answers: readonly Answer[]): Exam[] => hideOne(answers, asked.seed);
    const runs = await runFolds(
      dataset,
      { models: chosenCases(models, asked.cases), folds: asked.folds, examine },
      context,
    );
    const figures = hitRates(runs);
    if (asked.plot !== '') {
      writePlot(asked.plot, headline(figures, 'hitRateAt10', 'of the missing items'), figures, ['hitRateAt10']);
    }
    return [...figures, ...runFigures(dataset, runs, startedMs)];
  },
});

function hitRates(runs: readonly CaseFold[]): Result[] {
  const ratio = (of: string, value: number): Result => ({ case: of, metric: 'hitRateAt10', value, unit: 'ratio' });
  const rateOf = ({ exams, rankings }: CaseFold): number =>
    meanOf(
      exams.map(({ truth }, place) => (rankings[place]?.subarray(0, SHOWN).includes(truth[0] ?? NO_ITEM) ? 1 : 0)),
    );
  return [...new Set(runs.map(({ name }) => name))].flatMap((name) => {
    const folds = runs.filter((run) => run.name === name);
    return [
      ratio(name, meanOf(folds.map(rateOf))),
      ...folds.map((fold) => ratio(caseOf(name, fold.fold), rateOf(fold))),
    ];
  });
}
