import type { RecommendationCandidate, RecommendationItem } from './schema/recommendation.ts';

export interface RankOptions {
  readonly candidates: readonly RecommendationCandidate[];
  /** SKUs never shown: those in the basket, out of stock, or not for this shopper. */
  readonly exclude: readonly string[];
  /** Most items shown. */
  readonly limit: number;
  /** Most items of one category among those shown; `DEFAULT_PER_CATEGORY` where absent. */
  readonly perCategory?: number | undefined;
}

/** Most items of one category where a screen has no better idea. */
export const DEFAULT_PER_CATEGORY = 2;

/**
 * The items to show, best first: by score, ties by SKU, at most `perCategory` of a category. A candidate without a finite score is left
 * out, a SKU shows once with its best score. Deterministic whatever the order of the candidates; selects only, never sets a price.
 */
export function rankRecommendations({
  candidates,
  exclude,
  limit,
  perCategory = DEFAULT_PER_CATEGORY,
}: RankOptions): RecommendationItem[] {
  const seen = new Set(exclude);
  const inCategory = new Map<string, number>();
  const items: RecommendationItem[] = [];
  const sorted = candidates
    .filter((candidate) => Number.isFinite(candidate.score))
    .sort((a, b) => b.score - a.score || (a.sku < b.sku ? -1 : a.sku > b.sku ? 1 : 0));
  for (const { sku, category, score, reasons } of sorted) {
    if (items.length >= limit) break;
    const shown = inCategory.get(category) ?? 0;
    if (seen.has(sku) || shown >= perCategory) continue;
    seen.add(sku);
    inCategory.set(category, shown + 1);
    items.push({ rank: items.length + 1, sku, category, score, reasons: [...reasons] });
  }
  return items;
}
