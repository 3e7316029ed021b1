import type { ModelComparison, Promotion, TrainingJob } from '@tillside/hub-contract';
import type { HubConfig } from '../config.ts';

/**
 * Whether a model that was just trained goes to the stores by itself: only if it was asked the same questions as the running one, enough of them, and was better by the
 * margin, and surely so (the whole interval of the difference lies above zero).
 */
export function promotionOf(
  cause: TrainingJob['cause'],
  comparison: ModelComparison | null,
  { promote, margin, minQuestions }: HubConfig['training'],
): Promotion {
  const say = (reason: Promotion['reason']): Promotion => ({
    promoted: reason === 'better',
    reason,
    margin,
    minQuestions,
  });
  if (cause === 'asked') return say('asked');
  if (!promote) return say('off');
  const { candidate, running, ...baselines } = comparison?.cases ?? {};
  if (comparison === null || running === undefined || candidate === undefined) return say('first');
  if (comparison.questions < minQuestions) return say('few-questions');
  if (Object.values(baselines).some(({ recall }) => recall >= candidate.recall)) return say('baseline');
  const isBetter = candidate.recall >= running.recall * (1 + margin) && (comparison.interval?.low ?? 0) > 0;
  return say(isBetter ? 'better' : 'not-better');
}
