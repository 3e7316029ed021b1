import {
  type FallbackSource,
  fallbackRank,
  prepareContext,
  type RankedItem,
  type RecommendationContext,
  type StatsIndex,
} from '@tillside/features';
import type { AskReply, MissReason } from './model-child.ts';
import { type Observation, overlapOf } from './rollout.ts';

export interface Recommendation {
  readonly items: readonly RankedItem[];
  /** What made the answer. */
  readonly source: 'model' | 'previous-model' | FallbackSource;
  /** The model that answered, or whose statistics the fallback used; null before any model. */
  readonly modelId: string | null;
  /** Why the model did not answer, when it did not. */
  readonly fallbackReason?: MissReason | 'NO_MODEL';
}

/** Rules over statistics, in this process. @throws ContextError when the context's time can't be read */
export function fallback(
  index: StatsIndex | undefined,
  modelId: string | null,
  context: RecommendationContext,
  count: number,
  fallbackReason: MissReason | 'NO_MODEL',
): Recommendation {
  if (index === undefined) return { items: [], source: 'popularity', modelId, fallbackReason };
  return { ...fallbackRank(index, prepareContext(context, index), count), modelId, fallbackReason };
}

export function outcomeOf(reply: AskReply): Observation['outcome'] {
  if ('items' in reply) return 'answered';
  if (reply.miss === 'MODEL_FAILED') return 'failed';
  return reply.miss === 'CHILD_DOWN' ? 'unknown' : 'late';
}

/** What an answer on trial says, beside the answer that the other model or the fallback gave to the same question. */
export function besideOther(reply: AskReply, other: Recommendation): Observation {
  const outcome = outcomeOf(reply);
  const isBusy = other.fallbackReason === 'LATE' || other.fallbackReason === 'BUSY';
  if (outcome === 'late' && isBusy) return { outcome: 'unknown' };
  return {
    outcome,
    overlap: 'items' in reply && other.source === 'model' ? overlapOf(reply.items, other.items) : undefined,
  };
}
