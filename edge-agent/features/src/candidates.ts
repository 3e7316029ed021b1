import { compareText } from './baskets.ts';
import type { ContentEvidence } from './evidence.ts';
import { DAY_MS, MEMBER_SCORES_MAX } from './feature-set.ts';
import type { PreparedContext, StatsIndex } from './prepare.ts';

/** Candidates that are scored for one answer. */
export const CANDIDATES_MAX = 200;

/**
 * Why an item is offered: a code and its arguments, with the codes that decide puts in words. Here it is a SKU that an item goes with;
 * its name in the reader's language is the catalogue's.
 */
export type Reason =
  | { readonly code: 'BOUGHT_BEFORE'; readonly times: number }
  /** `days` since the last purchase, `everyDays` between two as a rule. */
  | { readonly code: 'DUE_AGAIN'; readonly times: number; readonly days: number; readonly everyDays: number }
  | { readonly code: 'BOUGHT_TOGETHER'; readonly withSku: string }
  /** `withSku` was in the member's last basket. */
  | { readonly code: 'BOUGHT_NEXT'; readonly withSku: string }
  | { readonly code: 'LIKE_ITEM'; readonly withSku: string }
  | { readonly code: 'POPULAR_HERE' };

export type FallbackSource = 'co-occurrence' | 'popularity';

export interface RankedItem {
  readonly sku: string;
  /** Comparable within one answer only. */
  readonly score: number;
  readonly reason: Reason;
}

/** Never offered: what is in the basket already and what the caller excludes. */
function isOpen(context: PreparedContext, sku: string): boolean {
  return !context.basket.has(sku) && !context.excluded.has(sku);
}

/**
 * SKUs worth scoring: the member's own, neighbours of the basket, what HQ scored for the member, followers of the newest basket, what is like
 * the basket or the member's items by content (the only way to an item that nobody bought yet), what sells most in this store, and popular
 * items, taken in turns of a few each so that none crowds out the others. Deterministic; at most `limit`, never one of the basket.
 */
export function candidates(index: StatsIndex, context: PreparedContext, limit: number): string[] {
  const { stats } = index;
  const bound = Math.max(0, Math.min(limit, CANDIDATES_MAX));
  const most = bound + context.basket.size + context.excluded.size;
  const bySum = (left: [number, { sum: number }], right: [number, { sum: number }]) =>
    right[1].sum - left[1].sum || left[0] - right[0];
  const skuAt = ([place]: [number, unknown]) => stats.skus[place] ?? '';
  const personal = [...context.personal.values()]
    .sort((left, right) => right.decayedNow - left.decayedNow || compareText(left.item.sku, right.item.sku))
    .map(({ item }) => item.sku);
  const mixed = [...context.memberScores.values()]
    .map(({ sku }) => ({ sku, place: bestPlace(context, sku) }))
    .sort((left, right) => left.place - right.place || compareText(left.sku, right.sku))
    .map(({ sku }) => sku);
  const sources = [
    { skus: personal, each: 3 },
    { skus: mixed, each: 3 },
    { skus: [...context.together].sort(bySum).map(skuAt), each: 2 },
    { skus: [...context.following].sort(bySum).map(skuAt), each: 1 },
    { skus: mostAlike(index, context), each: 1 },
    { skus: context.store?.best.slice(0, most) ?? [], each: 1 },
    { skus: popular(index, most), each: 1 },
  ];
  const chosen = new Set<string>();
  const turns = Math.max(...sources.map(({ skus, each }) => Math.ceil(skus.length / each)));
  for (let turn = 0; turn < turns && chosen.size < bound; turn += 1) {
    for (const { skus, each } of sources) {
      for (const sku of skus.slice(turn * each, (turn + 1) * each)) {
        if (sku !== '' && chosen.size < bound && isOpen(context, sku)) chosen.add(sku);
      }
    }
  }
  return [...chosen];
}

/** The better of an item's places by neighbours and by factors. */
function bestPlace({ ranks }: PreparedContext, sku: string): number {
  const { neighbours, factors } = ranks.get(sku) ?? { neighbours: 0, factors: 0 };
  return Math.min(neighbours || MEMBER_SCORES_MAX, factors || MEMBER_SCORES_MAX);
}

/** As many as take turns in one answer. */
const ALIKE_MAX = 24;

/** What is most like the basket, then like the member's items, of what the member never bought. Kept in order while found: to sort them all takes a third longer, and a till waits. */
function mostAlike({ stats }: StatsIndex, { content, personal }: PreparedContext): string[] {
  const best: { place: number; evidence: ContentEvidence }[] = [];
  for (const [place, evidence] of content) {
    const weakest = best[ALIKE_MAX - 1];
    if (weakest !== undefined && !isMoreAlike(place, evidence, weakest)) continue;
    if (personal.has(stats.skus[place] ?? '')) continue;
    let at = Math.min(best.length, ALIKE_MAX - 1);
    for (; at > 0; at -= 1) {
      const before = best[at - 1];
      if (before === undefined || !isMoreAlike(place, evidence, before)) break;
      best[at] = before;
    }
    best[at] = { place, evidence };
  }
  return best.map(({ place }) => stats.skus[place] ?? '');
}

function isMoreAlike(
  place: number,
  { basket, history }: ContentEvidence,
  than: { place: number; evidence: ContentEvidence },
): boolean {
  if (basket !== than.evidence.basket) return basket > than.evidence.basket;
  return history !== than.evidence.history ? history > than.evidence.history : place < than.place;
}

/** Most bought first; `skus` is kept in that order. */
function popular(index: StatsIndex, count: number): readonly string[] {
  return index.stats.skus.slice(0, Math.min(count, index.bought));
}

/** Baskets added to a member's own, so that one visit does not make every item of it a habit. */
const HABIT_SMOOTHING = 3;

/**
 * The rule that answers without a model: a sum of four shares of baskets, in which the shopper's own count like the store's. Chosen by
 * recall on the newest baskets of the 79-day household data, where pairs weighted 0.3 instead of 1 found less.
 */
export function coOccurrenceScore(index: StatsIndex, context: PreparedContext, sku: string): number {
  const place = index.placeOf.get(sku) ?? -1;
  const own = context.personal.get(sku)?.item.baskets ?? 0;
  return (
    own / ((context.history?.basketCount ?? 0) + HABIT_SMOOTHING) +
    (context.together.get(place)?.sure ?? 0) +
    (context.following.get(place)?.sure ?? 0) +
    (index.stats.columns.baskets[place] ?? 0) / Math.max(1, index.stats.basketCount)
  );
}

/** From this share of the usual gap between two purchases on, an item is due. */
const DUE_FROM = 0.8;
/** Beyond this multiple of the usual gap a habit has probably ended. */
const DUE_UNTIL = 3;

/** From this likeness on, what two items share is worth saying of an item that also sells. */
const LIKE_FROM = 0.5;

/** The strongest ground for offering `sku` in this context. */
export function reasonFor(index: StatsIndex, context: PreparedContext, sku: string): Reason {
  const { skus } = index.stats;
  const place = index.placeOf.get(sku) ?? -1;
  const personal = context.personal.get(sku)?.item;
  const [pair, next] = [context.together.get(place), context.following.get(place)];
  if (personal !== undefined && personal.baskets >= 2) {
    const gapMs = (personal.lastAtMs - personal.firstAtMs) / (personal.baskets - 1);
    const sinceMs = context.nowMs - personal.lastAtMs;
    const due = gapMs > 0 && sinceMs >= DUE_FROM * gapMs && sinceMs <= DUE_UNTIL * gapMs;
    const [days, everyDays] = [Math.round(sinceMs / DAY_MS), Math.round(gapMs / DAY_MS)];
    if (due) return { code: 'DUE_AGAIN', times: personal.baskets, days, everyDays };
    return { code: 'BOUGHT_BEFORE', times: personal.baskets };
  }
  if (pair !== undefined) return { code: 'BOUGHT_TOGETHER', withSku: skus[pair.via] ?? '' };
  if (next !== undefined) return { code: 'BOUGHT_NEXT', withSku: skus[next.via] ?? '' };
  if (personal !== undefined) return { code: 'BOUGHT_BEFORE', times: personal.baskets };
  const like = context.content.get(place);
  // What nobody bought is popular with nobody.
  if (like !== undefined && (like.likeness >= LIKE_FROM || place >= index.bought))
    return { code: 'LIKE_ITEM', withSku: skus[like.via] ?? '' };
  return { code: 'POPULAR_HERE' };
}

/** Best first; ties by SKU, so that every machine answers alike. */
export function topRanked(
  index: StatsIndex,
  context: PreparedContext,
  scored: readonly { readonly sku: string; readonly score: number }[],
  limit: number,
): RankedItem[] {
  return [...scored]
    .sort((left, right) => right.score - left.score || compareText(left.sku, right.sku))
    .slice(0, Math.max(0, limit))
    .map(({ sku, score }) => ({ sku, score, reason: reasonFor(index, context, sku) }));
}

/** The whole answer without a model. `popularity` when nothing in the answer rests on this shopper or basket. */
export function fallbackRank(
  index: StatsIndex,
  context: PreparedContext,
  limit: number,
): { readonly items: RankedItem[]; readonly source: FallbackSource } {
  const scored = candidates(index, context, CANDIDATES_MAX).map((sku) => ({
    sku,
    score: coOccurrenceScore(index, context, sku),
  }));
  const items = topRanked(index, context, scored, limit);
  const source = items.every((item) => item.reason.code === 'POPULAR_HERE') ? 'popularity' : 'co-occurrence';
  return { items, source };
}
