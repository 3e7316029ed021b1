export { compareText, toBaskets } from './baskets.ts';
export {
  CANDIDATES_MAX,
  candidates,
  coOccurrenceScore,
  type FallbackSource,
  fallbackRank,
  type RankedItem,
  type Reason,
  reasonFor,
  topRanked,
} from './candidates.ts';
export { FEATURE_COUNT, FEATURE_DEFINITIONS, FEATURE_SET, MEMBER_SCORES_MAX } from './feature-set.ts';
export { featurize, featurizeAll, featurizeInto } from './featurize.ts';
export { buildMemberHistory, HISTORY_MAX_ITEMS, HistoryFold } from './history.ts';
export { ContextError, indexStats, type PreparedContext, prepareContext, type StatsIndex } from './prepare.ts';
export { buildStats, buildStatsFromBaskets, STATS_MAX_ITEMS, STATS_MAX_NEIGHBOURS } from './stats.ts';
export type {
  Basket,
  BasketItem,
  HistoryItem,
  ItemRow,
  ItemStats,
  MemberHistory,
  MemberScore,
  Pair,
  Purchase,
  RecommendationContext,
} from './types.ts';
