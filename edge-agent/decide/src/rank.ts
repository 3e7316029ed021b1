import type { RecommendationCandidate, RecommendationItem } from './schema/recommendation.ts';

/** Name of the rules below, told with every answer; another rule is another name, so that propensities are compared within one. */
export const RANK_POLICY = 'rank-2';

/** Most items of one category where a screen has no better idea. */
export const DEFAULT_PER_CATEGORY = 2;
/** Part of a list that one department may fill while there are others. */
const DEPARTMENT_SHARE = 0.6;
/** Candidates behind those shown, of which one is tried when an answer explores. */
export const EXPLORE_POOL = 20;

/** Chance of one answer: numbers from 0 to below 1, drawn independently of each other and of everything that is ranked. */
export interface RankDraws {
  readonly explore: number;
  readonly place: number;
  readonly item: number;
}

export interface RankOptions {
  readonly candidates: readonly RecommendationCandidate[];
  /** SKUs never shown: those in the basket, held back, shown too often, or not for this shopper. */
  readonly exclude: readonly string[];
  /** Most items shown. */
  readonly limit: number;
  /** Most items of one category among those shown; `DEFAULT_PER_CATEGORY` where absent. */
  readonly perCategory?: number | undefined;
  /** Share of answers that try an item from further down, 0 to 1. Absent: none. */
  readonly explore?: { readonly share: number; readonly draws: RankDraws } | undefined;
}

/**
 * The items to show, best first: by score, ties by SKU, at most `perCategory` of a category, and of a department no more than its share of the list unless there is nothing else. A
 * candidate without a finite score is left out, a SKU shows once with its best score. Deterministic whatever the order of the candidates; selects only, never sets a price.
 *
 * With probability `share` the answer explores: one of the n places, each as likely, shows one of the m next candidates that fit, each as likely. So an item chosen by its score has propensity 1 - share / n
 * at its place, and an explored one share / (n m); where nothing fits, nothing is explored and all have 1.
 */
export function rankRecommendations(options: RankOptions): RecommendationItem[] {
  const { explore, perCategory = DEFAULT_PER_CATEGORY } = options;
  const sorted = openCandidates(options);
  const best = bestOf(sorted, Math.max(0, Math.trunc(options.limit)), perCategory);
  const share = Math.min(1, Math.max(0, explore?.share ?? 0));
  const pool = share > 0 ? poolBehind(best, sorted, perCategory) : [];
  const chance = pool.length === 0 ? 0 : share / best.length;
  const shown = best.map((one): Omit<RecommendationItem, 'rank'> => itemOf(one, chance));
  if (explore !== undefined && pool.length > 0 && explore.draws.explore < share) {
    const tried = pool[placeOf(explore.draws.item, pool.length)];
    const place = placeOf(explore.draws.place, best.length);
    if (tried !== undefined) shown[place] = { ...itemOf(tried, 0), propensity: chance / pool.length, explored: true };
  }
  return shown.map((item, at) => ({ rank: at + 1, ...item }));
}

const placeOf = (draw: number, count: number): number => Math.min(count - 1, Math.floor(draw * count));

function itemOf({ sku, category, score, reasons }: RecommendationCandidate, chance: number) {
  return { sku, category, score, reasons: [...reasons], propensity: 1 - chance, explored: false };
}

/** Best first, each SKU once. */
function openCandidates({ candidates, exclude }: RankOptions): RecommendationCandidate[] {
  const seen = new Set(exclude);
  return candidates
    .filter(({ score }) => Number.isFinite(score))
    .sort(byScore)
    .filter(({ sku }) => !seen.has(sku) && seen.add(sku));
}

const byScore = (a: RecommendationCandidate, b: RecommendationCandidate): number =>
  b.score - a.score || (a.sku < b.sku ? -1 : a.sku > b.sku ? 1 : 0);

function bestOf(sorted: readonly RecommendationCandidate[], limit: number, perCategory: number) {
  const perDepartment = Math.max(1, Math.ceil(limit * DEPARTMENT_SHARE));
  const chosen = new Set<RecommendationCandidate>();
  const inCategory = new Map<string, number>();
  const inDepartment = new Map<string, number>();
  const countIn = (counts: Map<string, number>, key: string): number => counts.get(key) ?? 0;
  // The second look fills what the departments left open.
  for (const most of [perDepartment, limit])
    for (const one of sorted) {
      if (chosen.size >= limit) break;
      const { category, department } = one;
      if (chosen.has(one) || countIn(inCategory, category) >= perCategory) continue;
      if (countIn(inDepartment, department) >= most) continue;
      chosen.add(one);
      inCategory.set(category, countIn(inCategory, category) + 1);
      inDepartment.set(department, countIn(inDepartment, department) + 1);
    }
  return [...chosen].sort(byScore);
}

/** The next that would fit beside all of `best`, so that each fits whichever place it takes. */
function poolBehind(
  best: readonly RecommendationCandidate[],
  sorted: readonly RecommendationCandidate[],
  perCategory: number,
): RecommendationCandidate[] {
  const shown = new Set(best);
  const fits = ({ category }: RecommendationCandidate): boolean =>
    best.filter((other) => other.category === category).length < perCategory;
  return best.length === 0 ? [] : sorted.filter((one) => !shown.has(one) && fits(one)).slice(0, EXPLORE_POOL);
}
