import { compareText } from './baskets.ts';
import { ALIKE_FROM_MAX, CONTENT_FROM_MAX, PAIR_SMOOTHING } from './feature-set.ts';
import { pairCosine } from './pair-table.ts';
import type { PersonalItem, StatsIndex } from './prepare.ts';
import type { ItemStats, PairTable } from './types.ts';

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

export interface Heavy {
  readonly place: number;
  readonly slowShare: number;
}

/** The member's items that weigh most, those that the statistics know. */
export function heaviestOf(personal: ReadonlyMap<string, PersonalItem>, { placeOf }: StatsIndex): Heavy[] {
  return [...personal.values()]
    .sort((left, right) => right.slowShare - left.slowShare || compareText(left.item.sku, right.item.sku))
    .slice(0, ALIKE_FROM_MAX)
    .flatMap(({ item, slowShare }) => {
      const place = placeOf.get(item.sku);
      return place === undefined ? [] : { place, slowShare };
    });
}

export function alikeOf(heaviest: readonly Heavy[], { stats }: StatsIndex): Map<number, number> {
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

export function contentOf(
  heaviest: readonly Heavy[],
  basket: readonly number[],
  { offsets, items, counts }: PairTable,
): Map<number, ContentEvidence> {
  const found = new Map<number, ContentEvidence>();
  if (items.length === 0) return found;
  for (const { place, slowShare } of heaviest.slice(0, CONTENT_FROM_MAX)) {
    for (let at = offsets[place] ?? 0; at < (offsets[place + 1] ?? 0); at += 1) {
      const [other, likeness] = [items[at] ?? 0, counts[at] ?? 0];
      const evidence = found.get(other);
      if (evidence === undefined) {
        found.set(other, { basket: 0, history: slowShare * likeness, likeness, via: place });
        continue;
      }
      evidence.history += slowShare * likeness;
      if (likeness > evidence.likeness) seenFrom(evidence, likeness, place);
    }
  }
  for (const place of basket) {
    for (let at = offsets[place] ?? 0; at < (offsets[place + 1] ?? 0); at += 1) {
      const [other, likeness] = [items[at] ?? 0, counts[at] ?? 0];
      const evidence = found.get(other);
      if (evidence === undefined) {
        found.set(other, { basket: likeness, history: 0, likeness, via: place });
      } else if (likeness > evidence.basket) {
        evidence.basket = likeness;
        seenFrom(evidence, likeness, place);
      }
    }
  }
  return found;
}

function seenFrom(evidence: ContentEvidence, likeness: number, place: number): void {
  evidence.likeness = likeness;
  evidence.via = place;
}

/** Most pairs seen once are chance. */
const FIRST_SIGHTING_DISCOUNT = 0.75;
const SURE_SMOOTHING = 10;

export function gather(from: readonly number[], pairs: PairTable, stats: ItemStats) {
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
