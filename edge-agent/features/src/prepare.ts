import { compareText } from './baskets.ts';
import { alikeOf, type ContentEvidence, contentOf, gather, heaviestOf, type PairEvidence } from './evidence.ts';
import {
  CONTEXT_BASKET_MAX_ITEMS,
  DAY_MS,
  daypartOf,
  decay,
  FAST_DECAY,
  HISTORY_HALF_LIFE_DAYS,
  MEMBER_SCORES_MAX,
  OWN_SHARE_OF_MIX,
  SLOW_DECAY,
  seasonOf,
  timeMs,
} from './feature-set.ts';
import { HISTORY_MAX_ITEMS, HISTORY_MAX_LAST_BASKET } from './history.ts';
import type { StoreIndex } from './store-sales.ts';
import type { HistoryItem, ItemStats, MemberHistory, MemberScore, RecommendationContext } from './types.ts';

/** Item statistics with the look-up by SKU; made once a model, not once a question. */
export interface StatsIndex {
  readonly stats: ItemStats;
  readonly placeOf: ReadonlyMap<string, number>;
  /** Items that somebody bought: those of the first places. */
  readonly bought: number;
}

export function indexStats(stats: ItemStats): StatsIndex {
  const unbought = stats.columns.baskets.indexOf(0);
  return {
    stats,
    placeOf: new Map(stats.skus.map((sku, place) => [sku, place])),
    bought: unbought < 0 ? stats.skus.length : unbought,
  };
}

export interface PersonalItem {
  readonly item: HistoryItem;
  /** Age-weighted baskets at the time of asking. */
  readonly decayedNow: number;
  /** Weighted shares of the member's baskets, 0 to 1. */
  readonly fastShare: number;
  readonly slowShare: number;
}

/** Places of an item among the member's, from 1; 0 without one. */
export interface ItemRanks {
  mix: number;
  neighbours: number;
  factors: number;
}

/** What a history says of its member as a whole. */
export interface HistoryTotals {
  readonly items: number;
  /** Share of purchases that were repeats, 0 to 1. */
  readonly repeats: number;
  /** Mean items a basket. */
  readonly basket: number;
  readonly daysSince: number;
}

/** Everything of a context that does not depend on the candidate. */
export interface PreparedContext {
  readonly nowMs: number;
  /** Of all items, the lifts of this quarter of the day and of the year. */
  readonly quarters: { readonly daypart: Float32Array; readonly season: Float32Array };
  readonly history: MemberHistory | undefined;
  readonly personal: ReadonlyMap<string, PersonalItem>;
  readonly lastBasket: ReadonlySet<string>;
  readonly categoryWeight: ReadonlyMap<number, number>;
  readonly departmentWeight: ReadonlyMap<number, number>;
  readonly personalWeight: number;
  /** HQ's scores of the member. */
  readonly memberScores: ReadonlyMap<string, MemberScore>;
  readonly ranks: ReadonlyMap<string, ItemRanks>;
  readonly totals: HistoryTotals;
  /** By place: how much goes with what the member buys. */
  readonly alike: ReadonlyMap<number, number>;
  readonly lastCategories: ReadonlySet<number>;
  readonly basket: ReadonlySet<string>;
  readonly basketPlaces: readonly number[];
  readonly basketCategories: ReadonlySet<number>;
  readonly together: ReadonlyMap<number, PairEvidence>;
  readonly following: ReadonlyMap<number, PairEvidence>;
  readonly content: ReadonlyMap<number, ContentEvidence>;
  readonly excluded: ReadonlySet<string>;
  /** The store that is asked in; undefined where nobody knows what it sells. */
  readonly store: StoreIndex | undefined;
}

/** A context that can't be understood; the caller's mistake, told by a stable code. */
export class ContextError extends Error {
  readonly code = 'CONTEXT_TIME_INVALID';
  readonly hint = 'Give `at` as ISO 8601 with an offset, such as 2026-05-01T09:30:00+08:00.';
}

/** @throws ContextError when `at` is not a time */
export function prepareContext(context: RecommendationContext, index: StatsIndex, store?: StoreIndex): PreparedContext {
  const nowMs = timeMs(context.at);
  if (!Number.isFinite(nowMs)) throw new ContextError(`not a time: ${context.at.slice(0, 40)}`);
  const { stats, placeOf } = index;
  const basket = new Set(context.basketSkus);
  const basketPlaces = [...basket].slice(-CONTEXT_BASKET_MAX_ITEMS).flatMap((sku) => placeOf.get(sku) ?? []);
  const history = context.memberHistory;
  const lastSkus = history?.lastBasketSkus.slice(0, HISTORY_MAX_LAST_BASKET) ?? [];
  const lastPlaces = lastSkus.flatMap((sku) => placeOf.get(sku) ?? []);
  const personal = preparePersonal(history, index, nowMs);
  const memberScores = new Map(context.memberScores?.slice(0, MEMBER_SCORES_MAX).map((score) => [score.sku, score]));
  const heaviest = heaviestOf(personal.personal, index);
  return {
    nowMs,
    quarters: quartersOf(stats, nowMs),
    history,
    ...personal,
    lastBasket: new Set(lastSkus),
    lastCategories: new Set(lastPlaces.map((place) => stats.categoryOf[place] ?? -1)),
    memberScores,
    ranks: rankItems(personal.personal, memberScores),
    totals: totalsOf(history, nowMs),
    alike: alikeOf(heaviest, index),
    basket,
    basketPlaces,
    basketCategories: new Set(basketPlaces.map((place) => stats.categoryOf[place] ?? -1)),
    together: gather(basketPlaces, stats.together, stats),
    following: gather(lastPlaces, stats.following, stats),
    content: contentOf(heaviest, basketPlaces, stats.content),
    excluded: new Set(context.excludeSkus),
    store,
  };
}

const DAYPARTS = ['daypart0', 'daypart1', 'daypart2', 'daypart3'] as const;
const SEASONS = ['season0', 'season1', 'season2', 'season3'] as const;

const quartersOf = ({ columns }: ItemStats, atMs: number): PreparedContext['quarters'] => ({
  daypart: columns[DAYPARTS[daypartOf(atMs)] ?? 'daypart0'],
  season: columns[SEASONS[seasonOf(atMs)] ?? 'season0'],
});

function preparePersonal(history: MemberHistory | undefined, index: StatsIndex, nowMs: number) {
  const personal = new Map<string, PersonalItem>();
  const categoryWeight = new Map<number, number>();
  const departmentWeight = new Map<number, number>();
  let personalWeight = 0;
  const baskets = history?.basketCount ?? 0;
  const [allFast, allSlow] = [weightOfAll(baskets, FAST_DECAY), weightOfAll(baskets, SLOW_DECAY)];
  for (const item of history?.items.slice(0, HISTORY_MAX_ITEMS) ?? []) {
    const decayedNow = item.decayed * decay(nowMs - item.lastAtMs, HISTORY_HALF_LIFE_DAYS);
    const since = Math.max(0, baskets - item.lastBasket);
    const fastShare = (item.fast * FAST_DECAY ** since) / allFast;
    const slowShare = (item.slow * SLOW_DECAY ** since) / allSlow;
    personal.set(item.sku, { item, decayedNow, fastShare, slowShare });
    personalWeight += decayedNow;
    const place = index.placeOf.get(item.sku);
    if (place === undefined) continue;
    const [category, department] = [index.stats.categoryOf[place] ?? -1, index.stats.departmentOf[place] ?? -1];
    categoryWeight.set(category, (categoryWeight.get(category) ?? 0) + decayedNow);
    departmentWeight.set(department, (departmentWeight.get(department) ?? 0) + decayedNow);
  }
  return { personal, categoryWeight, departmentWeight, personalWeight };
}

/** Weight of an item that is in every basket. */
const weightOfAll = (baskets: number, share: number): number => Math.max(1, (1 - share ** baskets) / (1 - share));

/** Own habit and neighbours in one number, 0 to 1. */
export const mixOf = (slowShare: number, neighbours: number): number =>
  OWN_SHARE_OF_MIX * slowShare + (1 - OWN_SHARE_OF_MIX) * neighbours;

function rankItems(
  personal: ReadonlyMap<string, PersonalItem>,
  scores: ReadonlyMap<string, MemberScore>,
): Map<string, ItemRanks> {
  const ranks = new Map<string, ItemRanks>();
  const skus = [...new Set([...personal.keys(), ...scores.keys()])];
  for (const sku of skus) ranks.set(sku, { mix: 0, neighbours: 0, factors: 0 });
  const rank = (name: keyof ItemRanks, of: (sku: string) => number): void => {
    const scored = skus.map((sku) => ({ sku, score: of(sku) })).filter(({ score }) => score > 0);
    scored.sort((left, right) => right.score - left.score || compareText(left.sku, right.sku));
    scored.forEach(({ sku }, place) => {
      const own = ranks.get(sku);
      if (own !== undefined) own[name] = place + 1;
    });
  };
  rank('mix', (sku) => mixOf(personal.get(sku)?.slowShare ?? 0, scores.get(sku)?.neighbours ?? 0));
  rank('neighbours', (sku) => scores.get(sku)?.neighbours ?? 0);
  rank('factors', (sku) => scores.get(sku)?.factors ?? 0);
  return ranks;
}

function totalsOf(history: MemberHistory | undefined, nowMs: number): HistoryTotals {
  if (history === undefined) return { items: 0, repeats: 0, basket: 0, daysSince: 0 };
  const bought = history.items.reduce((sum, { baskets }) => sum + baskets, 0);
  return {
    items: history.items.length,
    repeats: 1 - history.items.length / Math.max(1, bought),
    basket: bought / Math.max(1, history.basketCount),
    daysSince: Math.max(0, nowMs - history.lastAtMs) / DAY_MS,
  };
}
