import {
  CANDIDATES_MAX,
  candidates,
  compareText,
  fallbackRank,
  featurizeAll,
  type PreparedContext,
  type StatsIndex,
} from '@tillside/features';
import { preparedIn, type Question } from './examples.ts';
import type { Scorer } from './golden.ts';
import { METRIC_CUTOFF } from './limits.ts';
import { ownFirst, popular } from './simple-rules.ts';
import type { World } from './worlds.ts';

export const CASES = ['model', 'popularity', 'personalFrequency', 'coOccurrence'] as const;
export type Case = (typeof CASES)[number];

/** Means over questions, 0 to 1, at METRIC_CUTOFF. Repeat: targets that the member had bought before; explore: all others. */
export interface CaseMetrics {
  readonly recall: number;
  readonly hitRate: number;
  readonly repeatRecall: number;
  readonly exploreRecall: number;
}

export interface Evaluation {
  readonly questions: number;
  readonly repeatQuestions: number;
  readonly exploreQuestions: number;
  readonly cases: Readonly<Record<Case, CaseMetrics>>;
}

/** Best SKUs of each case, of which none is in the basket. */
const RANKERS: Record<Case, (scorer: Scorer, index: StatsIndex, context: PreparedContext) => string[]> = {
  model: rankByModel,
  popularity: (_scorer, index, context) => popular(index, context),
  personalFrequency: (_scorer, index, context) => ownFirst(index, context),
  coOccurrence: (_scorer, index, context) => fallbackRank(index, context, METRIC_CUTOFF).items.map((item) => item.sku),
};

function rankByModel(scorer: Scorer, index: StatsIndex, context: PreparedContext): string[] {
  const skus = candidates(index, context, CANDIDATES_MAX);
  const scores = scorer(featurizeAll(context, skus, index));
  return skus
    .map((sku, row) => ({ sku, score: scores[row] ?? 0 }))
    .sort((left, right) => right.score - left.score || compareText(left.sku, right.sku))
    .map(({ sku }) => sku);
}

interface Sums {
  recall: number;
  hits: number;
  repeat: number;
  explore: number;
}

/** Every case on the same questions. @param world of the time before the questions */
export function evaluate(
  asked: readonly Question[],
  scorer: Scorer,
  world: Pick<World, 'index' | 'stores'>,
): Evaluation {
  const { index } = world;
  const sums = Object.fromEntries(CASES.map((name) => [name, { recall: 0, hits: 0, repeat: 0, explore: 0 }])) as Record<
    Case,
    Sums
  >;
  const counts = { all: 0, repeat: 0, explore: 0 };
  for (const question of asked) {
    const context = preparedIn(world, question);
    const repeat = question.targets.filter((sku) => context.personal.has(sku));
    const explore = question.targets.filter((sku) => !context.personal.has(sku));
    counts.all += 1;
    counts.repeat += repeat.length > 0 ? 1 : 0;
    counts.explore += explore.length > 0 ? 1 : 0;
    for (const name of CASES) {
      const top = new Set(RANKERS[name](scorer, index, context).slice(0, METRIC_CUTOFF));
      const sum = sums[name];
      sum.recall += share(question.targets, top);
      sum.hits += question.targets.some((sku) => top.has(sku)) ? 1 : 0;
      sum.repeat += share(repeat, top);
      sum.explore += share(explore, top);
    }
  }
  const cases = Object.fromEntries(
    CASES.map((name) => [
      name,
      {
        recall: ratio(sums[name].recall, counts.all),
        hitRate: ratio(sums[name].hits, counts.all),
        repeatRecall: ratio(sums[name].repeat, counts.repeat),
        exploreRecall: ratio(sums[name].explore, counts.explore),
      },
    ]),
  ) as Record<Case, CaseMetrics>;
  return { questions: counts.all, repeatQuestions: counts.repeat, exploreQuestions: counts.explore, cases };
}

function share(targets: readonly string[], top: ReadonlySet<string>): number {
  return ratio(targets.filter((sku) => top.has(sku)).length, targets.length);
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** Whether the model finds more than every simple rule, the fallback included; a tie is not better. */
export function beatsBaseline({ cases }: Evaluation): boolean {
  const { model, ...baselines } = cases;
  return Object.values(baselines).every((baseline) => model.recall > baseline.recall);
}

/** Flat numbers with four decimals, such as `popularityHitRateAt5`; the model's own have no prefix. */
export function flatMetrics(evaluation: Evaluation): Record<string, number> {
  const flat: Record<string, number> = {
    questions: evaluation.questions,
    repeatQuestions: evaluation.repeatQuestions,
    exploreQuestions: evaluation.exploreQuestions,
  };
  for (const name of CASES) {
    for (const [metric, number] of Object.entries(evaluation.cases[name])) {
      const title = name === 'model' ? metric : `${name}${metric.charAt(0).toUpperCase()}${metric.slice(1)}`;
      flat[`${title}At${METRIC_CUTOFF}`] = Math.round(number * 1e4) / 1e4;
    }
  }
  return flat;
}
