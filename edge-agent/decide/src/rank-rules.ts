/** Visits of a member in which one item is shown: beyond, it is no help any more. */
export const SHOWN_PER_DAY = 3;
export const SHOWN_PER_WEEK = 8;
/** Answers of one visit that show an item which is not taken; then it gives its place to others. */
export const SHOWN_PER_VISIT = 2;

const DAY_MS = 86_400_000;
/** How far back what was shown is looked at. */
export const SHOWN_LOOK_BACK_MS = 7 * DAY_MS;

/** What a store knows of an item, as far as it decides whether it may be offered. */
export interface OfferableItem {
  readonly state: 'on-sale' | 'coming' | 'discontinued';
  /** Whole years that a shopper must have. */
  readonly minAge?: number | undefined;
  /** The law or the maker allows no promotion (tobacco, infant formula). */
  readonly noPromotions: boolean;
  /** Its price is keyed at the till, so there is none to show. */
  readonly keyedPrice: boolean;
}

/** Why an item is not offered. */
export type Barrier = 'UNKNOWN' | 'NOT_ON_SALE' | 'NO_PROMOTIONS' | 'NO_PRICE' | 'AGE';

/** `provenAge`: whole years that somebody has checked of this shopper; undefined where nobody has. */
export function barrierOf(item: OfferableItem | undefined, provenAge: number | undefined): Barrier | undefined {
  if (item === undefined) return 'UNKNOWN';
  if (item.state !== 'on-sale') return 'NOT_ON_SALE';
  if (item.noPromotions) return 'NO_PROMOTIONS';
  if (item.keyedPrice) return 'NO_PRICE';
  return item.minAge !== undefined && item.minAge > (provenAge ?? 0) ? 'AGE' : undefined;
}

/** One answer that somebody saw. */
export interface PastAnswer {
  /** A basket, or a stay at the kiosk. */
  readonly visit: string;
  readonly atMs: number;
  readonly skus: readonly string[];
}

/**
 * SKUs that have been shown enough: `SHOWN_PER_VISIT` times in this visit, or in too many visits of this member in a day or a week. `ofMember` is empty for whom nothing is remembered, and may hold
 * answers of this visit, which has begun and counts as one of them no more than once.
 */
export function shownEnough(
  { visit, nowMs }: { readonly visit: string | undefined; readonly nowMs: number },
  ofVisit: readonly PastAnswer[],
  ofMember: readonly PastAnswer[],
): Set<string> {
  const enough = new Set<string>();
  for (const [sku, times] of timesOf(ofVisit)) if (times >= SHOWN_PER_VISIT) enough.add(sku);
  const earlier = ofMember.filter((answer) => answer.visit !== visit && answer.atMs <= nowMs);
  const since = (ms: number) => timesOf(onceAVisit(earlier.filter(({ atMs }) => nowMs - atMs < ms)));
  for (const [sku, visits] of since(DAY_MS)) if (visits >= SHOWN_PER_DAY) enough.add(sku);
  for (const [sku, visits] of since(SHOWN_LOOK_BACK_MS)) if (visits >= SHOWN_PER_WEEK) enough.add(sku);
  return enough;
}

function timesOf(answers: readonly Pick<PastAnswer, 'skus'>[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const { skus } of answers) for (const sku of new Set(skus)) times.set(sku, (times.get(sku) ?? 0) + 1);
  return times;
}

function onceAVisit(answers: readonly PastAnswer[]): { skus: string[] }[] {
  const visits = new Map<string, string[]>();
  for (const { visit, skus } of answers) visits.set(visit, [...(visits.get(visit) ?? []), ...skus]);
  return [...visits.values()].map((skus) => ({ skus }));
}
