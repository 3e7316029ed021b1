import type { BasketOutcome } from './layers.ts';
import { DECIDE_LIMITS } from './limits.ts';
import { type Saving, WorkBudget } from './model.ts';
import { PartSearch } from './part-search.ts';
import { independentParts } from './parts.ts';
import type { PreparedBasket } from './prepare.ts';

/** The best answer found, and a payable amount below which nothing allowed was left unseen. */
export interface SearchResult {
  readonly outcome: BasketOutcome;
  readonly lowestFen: number;
}

/**
 * The lowest payable amount over everything that the policy allows, within `maxSteps` of work. Parts of the basket that can't influence
 * each other are searched by themselves, small ones first, each with an equal share of what is left.
 */
export function searchBasket(
  prepared: PreparedBasket,
  couponsPerBasket: number,
  maxSteps: number = DECIDE_LIMITS.maxSearchSteps,
): SearchResult {
  const parts = independentParts(prepared, couponsPerBasket);
  const budget = new WorkBudget(maxSteps);
  const lineFen = prepared.lines.map((line) => line.listFen);
  const savings: Saving[] = [];
  let lowestFen = 0;
  const bySize = [...parts].sort((a, b) => a.lines.length - b.lines.length || (a.lineOf[0] ?? 0) - (b.lineOf[0] ?? 0));
  bySize.forEach((part, index) => {
    const share = budget.share(Math.ceil(budget.left / (bySize.length - index)));
    const found = new PartSearch(part, couponsPerBasket, share).run();
    lowestFen += found.lowestFen;
    savings.push(...part.restore(found.outcome.savings));
    part.lineOf.forEach((line, own) => {
      lineFen[line] = found.outcome.lineFen[own] ?? 0;
    });
  });
  return { outcome: { payableFen: lineFen.reduce((sum, fen) => sum + fen, 0), lineFen, savings }, lowestFen };
}
