import type { MemberHistory, RecommendationContext } from '@tillside/features';
import type { Chance } from '../../random.ts';

/** Of a member who comes often: what serialising and reading a question costs grows with these. */
const HISTORY_ITEMS = 200;
const HISTORY_BASKETS = 80;
const MEMBER_SCORES = 60;
const LAST_BASKET = 10;
const BASKET_MAX = 20;
const DAY_MS = 86_400_000;

/** Questions about made-up members with long histories, HQ's scores and a basket under way. */
export function madeUpContexts(
  skus: readonly string[],
  { count, nowMs, chance }: { count: number; nowMs: number; chance: Chance },
): RecommendationContext[] {
  const some = (most: number): string[] => [
    ...new Set(Array.from({ length: most }, () => skus[Math.floor(chance.next() ** 2 * skus.length)] ?? '')),
  ];
  return Array.from({ length: count }, () => ({
    memberHistory: historyOf(some(HISTORY_ITEMS), some(LAST_BASKET), nowMs, chance),
    memberScores: some(MEMBER_SCORES).map((sku) => ({ sku, neighbours: chance.next(), factors: chance.next() })),
    basketSkus: some(chance.between(0, BASKET_MAX)),
    at: new Date(nowMs).toISOString(),
  }));
}

function historyOf(skus: readonly string[], last: readonly string[], nowMs: number, chance: Chance): MemberHistory {
  const items = skus.map((sku) => {
    const baskets = chance.between(1, 10);
    const lastAtMs = nowMs - chance.between(1, 100) * DAY_MS;
    const lastBasket = chance.between(baskets, HISTORY_BASKETS);
    const firstAtMs = lastAtMs - (baskets - 1) * chance.between(3, 20) * DAY_MS;
    const weights = {
      decayed: 1 + chance.next() * (baskets - 1),
      fast: 1 + chance.next(),
      slow: 1 + chance.next() * 3,
    };
    return { sku, baskets, firstAtMs, lastAtMs, firstBasket: lastBasket - baskets + 1, lastBasket, ...weights };
  });
  return {
    basketCount: HISTORY_BASKETS,
    firstAtMs: Math.min(...items.map(({ firstAtMs }) => firstAtMs)),
    lastAtMs: nowMs - DAY_MS,
    items,
    lastBasketSkus: last,
  };
}
