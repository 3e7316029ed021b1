import { z } from 'zod';
import { DECIDE_LIMITS } from '../limits.ts';
import { Id } from './common.ts';

/** Why an item is shown. Rendered by `explainReason`. */
export const ReasonCode = z.enum([
  'BOUGHT_BEFORE',
  'DUE_AGAIN',
  'BOUGHT_TOGETHER',
  'BOUGHT_NEXT',
  'SHOPPERS_ALSO_BUY',
  'LIKE_ITEM',
  'POPULAR_HERE',
  'ON_PROMOTION',
  'UNLOCKS_SAVING',
  'NEW_HERE',
]);
export type ReasonCode = z.infer<typeof ReasonCode>;

/** A part of the store's day. */
export const Daypart = z.enum(['morning', 'noon', 'afternoon', 'evening']);
export type Daypart = z.infer<typeof Daypart>;

/** Arguments that a reason's text may use; texts without them read well too. */
export const ReasonArgs = z.strictObject({
  /** Name of another item, in the reader's language. */
  withName: z.string().max(DECIDE_LIMITS.maxTextChars).optional(),
  times: z.int().min(0).optional(),
  /** Since the last purchase. */
  days: z.int().min(0).optional(),
  /** Between two purchases as a rule. */
  everyDays: z.int().min(0).optional(),
  daypart: Daypart.optional(),
  saveFen: z.int().min(0).max(DECIDE_LIMITS.maxFen).optional(),
});
export type ReasonArgs = z.infer<typeof ReasonArgs>;

export const RecommendationReason = z.strictObject({ code: ReasonCode, args: ReasonArgs });
export type RecommendationReason = z.infer<typeof RecommendationReason>;

/** What a model proposes: a SKU, its score (higher first), and coded reasons. No price: ranking selects, it never sets one. */
export const RecommendationCandidate = z.strictObject({
  sku: Id,
  category: Id,
  department: Id,
  score: z.number(),
  reasons: z.array(RecommendationReason).max(8),
});
export type RecommendationCandidate = z.infer<typeof RecommendationCandidate>;

/** One shown item; `rank` counts from 1. */
export const RecommendationItem = z.strictObject({
  rank: z.int().min(1),
  sku: Id,
  category: Id,
  score: z.number(),
  reasons: z.array(RecommendationReason),
  /** Probability that the policy shows this item at this rank, given the same candidates: above 0, 1 where nothing is left to chance. */
  propensity: z.number().positive().max(1),
  /** It stands there by the explore share, not by its score. */
  explored: z.boolean(),
});
export type RecommendationItem = z.infer<typeof RecommendationItem>;
