import type { callHub } from '@tillside/demo';
import type { SoakFailure } from '../../output/schema.ts';

export type TrainingJob = Awaited<ReturnType<typeof callHub<'trainingJob'>>>;

/** What became of a week's sales at HQ. */
export interface Week {
  /** From 0. */
  readonly week: number;
  readonly job: TrainingJob;
  /** The model that stores were to run before the training, and after it. */
  readonly before: string | null;
  readonly after: string | null;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** One line for people. */
export function lineOf({ week, job, before, after }: Week): string {
  if (job.error !== null) return `week ${week + 1}: training failed, ${job.error.code}: ${job.error.message}`;
  const { candidate, running } = job.comparison?.cases ?? {};
  const { interval, questions = 0 } = job.comparison ?? {};
  const fate = after === before ? `kept (${job.promotion?.reason})` : `promoted (${job.promotion?.reason})`;
  const found = candidate === undefined ? 'nothing compared' : `found ${percent(candidate.recall)}`;
  const beside = running === undefined ? '' : ` against ${percent(running.recall)}`;
  const sure = interval == null ? '' : `, difference ${percent(interval.low)} to ${percent(interval.high)}`;
  return `week ${week + 1}: trained on ${job.sales} sales, ${fate}: ${found}${beside} in ${questions} questions${sure}`;
}

/**
 * What no hub may do: give stores a model that did not surely beat the one they ran, keep one that did, or never learn habits that changed. `changeAt` is the first week of the new habits; `margin` and
 * `minQuestions` are what the hub was configured with.
 */
export function failuresOf(
  weeks: readonly Week[],
  { changeAt, margin, minQuestions }: { changeAt: number; margin: number; minQuestions: number },
): SoakFailure[] {
  const failures: SoakFailure[] = [];
  let isLearnt = false;
  for (const each of weeks) {
    const { week, job, before, after } = each;
    const fail = (code: string): void => void failures.push({ code, message: lineOf(each) });
    if (job.error !== null) fail('TRAINING_FAILED');
    // The first model is a person's choice.
    if (before === null) continue;
    const { cases, interval, questions = 0 } = job.comparison ?? {};
    const [ours, theirs] = [cases?.candidate?.recall ?? 0, cases?.running?.recall ?? 1];
    const isBetter = questions >= minQuestions && ours >= theirs * (1 + margin) && (interval?.low ?? 0) > 0;
    if (after !== before && !isBetter) fail('WORSE_PROMOTED');
    if (after !== before && after !== job.modelId) fail('OTHER_PROMOTED');
    if (after !== before && week >= changeAt) isLearnt = true;
  }
  if (!isLearnt && changeAt < weeks.length) {
    const message = `habits changed in week ${changeAt + 1}, and no model of later weeks was promoted`;
    failures.push({ code: 'HABITS_NOT_LEARNT', message });
  }
  return failures;
}
