import { compareText } from './baskets.ts';
import {
  ALIKE_FROM_MAX,
  CONTEXT_BASKET_MAX_ITEMS,
  DAY_MS,
  decay,
  FAST_DECAY,
  HISTORY_HALF_LIFE_DAYS,
  MEMBER_SCORES_MAX,
  OWN_SHARE_OF_MIX,
  PAIR_SMOOTHING,
  SLOW_DECAY,
  timeMs,
} from './feature-set.ts';
import { HISTORY_MAX_ITEMS, HISTORY_MAX_LAST_BASKET } from './history.ts';
import { pairCosine } from './pair-table.ts';
import type { StoreIndex } from './store-sales.ts';
import type { HistoryItem, ItemStats, MemberHistory, MemberScore, PairTable, RecommendationContext } from './types.ts';

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

/** How strongly a candidate is tied to a set of items, and to which one most. */
export interface PairEvidence {
  max: number;
  sum: number;
  /** The best share again, with the first sighting discounted: what the rule without a model dares to build on. */
  sure: number;
  /** Place of the item behind `max`. */
  via: number;
}

/** How much a candidate is like what the shopper has or buys, by content. */
export interface ContentEvidence {
  /** To the basket's item that it is most like, 0 to 1. */
  basket: number;
  /** Sum over the member's heaviest items, each by its weight. */
  history: number;
  /** The likeness that says most: the basket's where there is one. */
  likeness: number;
  /** Place of the item behind `likeness`. */
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

interface Heavy {
  readonly place: number;
  readonly slowShare: number;
}

/** The member's items that weigh most, those that the statistics know. */
function heaviestOf(personal: ReadonlyMap<string, PersonalItem>, { placeOf }: StatsIndex): Heavy[] {
  return [...personal.values()]
    .sort((left, right) => right.slowShare - left.slowShare || compareText(left.item.sku, right.item.sku))
    .slice(0, ALIKE_FROM_MAX)
    .flatMap(({ item, slowShare }) => {
      const place = placeOf.get(item.sku);
      return place === undefined ? [] : { place, slowShare };
    });
}

function alikeOf(heaviest: readonly Heavy[], { stats }: StatsIndex): Map<number, number> {
  const { offsets, items, counts } = stats.together;
  const { baskets } = stats.columns;
  const found = new Map<number, number>();
  for (const { place, slowShare } of heaviest) {
    for (let at = offsets[place] ?? 0; at < (offsets[place + 1] ?? 0); at += 1) {
      const other = items[at] ?? 0;
      const cosine = pairCosine(counts[at] ?? 0, baskets[place] ?? 0, baskets[other] ?? 0);
      found.set(other, (found.get(other) ?? 0) + slowShare * cosine);
    }
  }
  return found;
}

function contentOf(
  heaviest: readonly Heavy[],
  basket: readonly number[],
  { offsets, items, counts }: PairTable,
): Map<number, ContentEvidence> {
  const found = new Map<number, ContentEvidence>();
  if (items.length === 0) return found;
  for (const { place, slowShare } of heaviest) {
    for (let at = offsets[place] ?? 0; at < (offsets[place + 1] ?? 0); at += 1) {
      const [other, likeness] = [items[at] ?? 0, counts[at] ?? 0];
      const evidence = found.get(other);
      if (evidence === undefined) {
        found.set(other, { basket: 0, history: slowShare * likeness, likeness, via: place });
        continue;
      }
      evidence.history += slowShare * likeness;
      if (likeness <= evidence.likeness) continue;
      evidence.likeness = likeness;
      evidence.via = place;
    }
  }
  for (const place of basket) {
    for (let at = offsets[place] ?? 0; at < (offsets[place + 1] ?? 0); at += 1) {
      const [other, likeness] = [items[at] ?? 0, counts[at] ?? 0];
      const evidence = found.get(other);
      if (evidence === undefined) {
        found.set(other, { basket: likeness, history: 0, likeness, via: place });
        continue;
      }
      if (likeness <= evidence.basket) continue;
      evidence.basket = likeness;
      evidence.likeness = likeness;
      evidence.via = place;
    }
  }
  return found;
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
