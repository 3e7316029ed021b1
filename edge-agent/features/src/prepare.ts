import {
  CONTEXT_BASKET_MAX_ITEMS,
  decay,
  HISTORY_HALF_LIFE_DAYS,
  MEMBER_SCORES_MAX,
  PAIR_SMOOTHING,
  timeMs,
} from './feature-set.ts';
import { HISTORY_MAX_ITEMS, HISTORY_MAX_LAST_BASKET } from './history.ts';
import { pairCosine } from './pair-table.ts';
import type { HistoryItem, ItemStats, MemberHistory, MemberScore, PairTable, RecommendationContext } from './types.ts';

/** Item statistics with the look-up by SKU; made once a model, not once a question. */
export interface StatsIndex {
  readonly stats: ItemStats;
  readonly placeOf: ReadonlyMap<string, number>;
}

export function indexStats(stats: ItemStats): StatsIndex {
  return { stats, placeOf: new Map(stats.skus.map((sku, place) => [sku, place])) };
}

export interface PersonalItem {
  readonly item: HistoryItem;
  /** Age-weighted baskets at the time of asking. */
  readonly decayedNow: number;
}

/** How strongly a candidate is tied to a set of items, and to which one most. */
export interface PairEvidence {
  max: number;
  sum: number;
  /** The best share again, with the first sighting discounted: what the rule without a model dares to build on. */
  sure: number;
  /** Place of the item behind `max`. */
  via: number;
}

/** Everything of a context that does not depend on the candidate. */
export interface PreparedContext {
  readonly nowMs: number;
  readonly history: MemberHistory | undefined;
  readonly personal: ReadonlyMap<string, PersonalItem>;
  readonly lastBasket: ReadonlySet<string>;
  readonly categoryWeight: ReadonlyMap<number, number>;
  readonly departmentWeight: ReadonlyMap<number, number>;
  readonly personalWeight: number;
  /** HQ's scores of the member. */
  readonly memberScores: ReadonlyMap<string, MemberScore>;
  readonly basket: ReadonlySet<string>;
  readonly basketPlaces: readonly number[];
  readonly basketCategories: ReadonlySet<number>;
  readonly together: ReadonlyMap<number, PairEvidence>;
  readonly following: ReadonlyMap<number, PairEvidence>;
  readonly excluded: ReadonlySet<string>;
}

/** A context that can't be understood; the caller's mistake, told by a stable code. */
export class ContextError extends Error {
  readonly code = 'CONTEXT_TIME_INVALID';
  readonly hint = 'Give `at` as ISO 8601 with an offset, such as 2026-05-01T09:30:00+08:00.';
}

/** @throws ContextError when `at` is not a time */
export function prepareContext(context: RecommendationContext, index: StatsIndex): PreparedContext {
  const nowMs = timeMs(context.at);
  if (!Number.isFinite(nowMs)) throw new ContextError(`not a time: ${context.at.slice(0, 40)}`);
  const { stats, placeOf } = index;
  const basket = new Set(context.basketSkus);
  const basketPlaces = [...basket].slice(-CONTEXT_BASKET_MAX_ITEMS).flatMap((sku) => placeOf.get(sku) ?? []);
  const history = context.memberHistory;
  const lastSkus = history?.lastBasketSkus.slice(0, HISTORY_MAX_LAST_BASKET) ?? [];
  const lastPlaces = lastSkus.flatMap((sku) => placeOf.get(sku) ?? []);
  return {
    nowMs,
    history,
    ...preparePersonal(history, index, nowMs),
    lastBasket: new Set(lastSkus),
    memberScores: new Map(context.memberScores?.slice(0, MEMBER_SCORES_MAX).map((score) => [score.sku, score])),
    basket,
    basketPlaces,
    basketCategories: new Set(basketPlaces.map((place) => stats.categoryOf[place] ?? -1)),
    together: gather(basketPlaces, stats.together, stats),
    following: gather(lastPlaces, stats.following, stats),
    excluded: new Set(context.excludeSkus),
  };
}

function preparePersonal(history: MemberHistory | undefined, index: StatsIndex, nowMs: number) {
  const personal = new Map<string, PersonalItem>();
  const categoryWeight = new Map<number, number>();
  const departmentWeight = new Map<number, number>();
  let personalWeight = 0;
  for (const item of history?.items.slice(0, HISTORY_MAX_ITEMS) ?? []) {
    const decayedNow = item.decayed * decay(nowMs - item.lastAtMs, HISTORY_HALF_LIFE_DAYS);
    personal.set(item.sku, { item, decayedNow });
    personalWeight += decayedNow;
    const place = index.placeOf.get(item.sku);
    if (place === undefined) continue;
    const [category, department] = [index.stats.categoryOf[place] ?? -1, index.stats.departmentOf[place] ?? -1];
    categoryWeight.set(category, (categoryWeight.get(category) ?? 0) + decayedNow);
    departmentWeight.set(department, (departmentWeight.get(department) ?? 0) + decayedNow);
  }
  return { personal, categoryWeight, departmentWeight, personalWeight };
}

/** Most pairs seen once are chance. */
const FIRST_SIGHTING_DISCOUNT = 0.75;
const SURE_SMOOTHING = 10;

function gather(from: readonly number[], pairs: PairTable, stats: ItemStats) {
  const { baskets } = stats.columns;
  const found = new Map<number, PairEvidence>();
  for (const place of from) {
    const own = baskets[place] ?? 0;
    for (let at = pairs.offsets[place] ?? 0; at < (pairs.offsets[place + 1] ?? 0); at += 1) {
      const [other, count] = [pairs.items[at] ?? 0, pairs.counts[at] ?? 0];
      const share = count / (own + PAIR_SMOOTHING);
      const cosine = pairCosine(count, own, baskets[other] ?? 0);
      const sure = Math.max(0, count - FIRST_SIGHTING_DISCOUNT) / (own + SURE_SMOOTHING);
      const evidence = found.get(other);
      if (evidence === undefined) {
        found.set(other, { max: share, sum: cosine, sure, via: place });
        continue;
      }
      evidence.sum += cosine;
      evidence.sure = Math.max(evidence.sure, sure);
      if (share > evidence.max) {
        evidence.max = share;
        evidence.via = place;
      }
    }
  }
  return found;
}
