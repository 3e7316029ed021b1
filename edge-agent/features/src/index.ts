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
export { CONTENT_MAX_NEIGHBOURS } from './pair-table.ts';
export { ContextError, indexStats, type PreparedContext, prepareContext, type StatsIndex } from './prepare.ts';
export { buildStats, buildStatsFromBaskets, STATS_MAX_ITEMS } from './stats.ts';
export { decodeStats, encodeStats, StatsError } from './stats-codec.ts';
export { topStats } from './stats-top.ts';
export {
  indexStore,
  STORE_ITEMS_MAX,
  STORE_SALES_DAYS,
  StoreCount,
  type StoreIndex,
  type StoreSales,
} from './store-sales.ts';
export {
  decodeTaste,
  encodeTaste,
  type MemberTaste,
  quantised,
  skuKey,
  TASTE_HISTORY_MAX_ITEMS,
  TASTE_MAX_BYTES,
} from './taste.ts';
export {
  type Basket,
  type BasketItem,
  type CatalogueContent,
  type HistoryItem,
  ITEM_COLUMNS,
  type ItemColumn,
  type ItemStats,
  type MemberHistory,
  type MemberScore,
  type PairTable,
  type Purchase,
  type RecommendationContext,
} from './types.ts';
