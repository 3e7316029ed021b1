import { compareText, toBaskets } from './baskets.ts';
import { decay, FAST_DECAY, HISTORY_HALF_LIFE_DAYS, SLOW_DECAY } from './feature-set.ts';
import type { HistoryItem, MemberHistory, Purchase } from './types.ts';

/** Items kept of one member; beyond it the longest unbought go. */
export const HISTORY_MAX_ITEMS = 500;
/** SKUs kept of the newest basket. */
export const HISTORY_MAX_LAST_BASKET = 50;

type OpenItem = { -readonly [K in keyof HistoryItem]: HistoryItem[K] };

/** Folds one member's baskets, oldest first, into a bounded history. */
export class HistoryFold {
  readonly #items = new Map<string, OpenItem>();
  #basketCount = 0;
  #firstAtMs = 0;
  #lastAtMs = 0;
  #lastBasketSkus: string[] = [];

  /** A history that more baskets are added to. */
  static from(history: MemberHistory | undefined): HistoryFold {
    const fold = new HistoryFold();
    if (history === undefined) return fold;
    fold.#basketCount = history.basketCount;
    fold.#firstAtMs = history.firstAtMs;
    fold.#lastAtMs = history.lastAtMs;
    fold.#lastBasketSkus = [...history.lastBasketSkus];
    for (const item of history.items) fold.#items.set(item.sku, { ...item });
    return fold;
  }

  /** @param skus distinct SKUs of one basket @param atMs epoch milliseconds; must not go back in time */
  add(skus: readonly string[], atMs: number): void {
    if (this.#basketCount === 0) this.#firstAtMs = atMs;
    this.#basketCount += 1;
    this.#lastAtMs = atMs;
    this.#lastBasketSkus = skus.slice(0, HISTORY_MAX_LAST_BASKET);
    for (const sku of skus) {
      const known = this.#items.get(sku);
      if (known === undefined) {
        const when = { firstAtMs: atMs, lastAtMs: atMs, firstBasket: this.#basketCount, lastBasket: this.#basketCount };
        this.#items.set(sku, { sku, baskets: 1, ...when, decayed: 1, fast: 1, slow: 1 });
        continue;
      }
      const since = this.#basketCount - known.lastBasket;
      known.decayed = known.decayed * decay(atMs - known.lastAtMs, HISTORY_HALF_LIFE_DAYS) + 1;
      known.fast = known.fast * FAST_DECAY ** since + 1;
      known.slow = known.slow * SLOW_DECAY ** since + 1;
      known.baskets += 1;
      known.lastAtMs = atMs;
      known.lastBasket = this.#basketCount;
    }
    // Trimmed at twice the limit, so that sorting stays rare; snapshot() trims to the limit itself.
    if (this.#items.size > 2 * HISTORY_MAX_ITEMS) {
      const kept = new Set(newestItems(this.#items.values()).map((item) => item.sku));
      for (const sku of this.#items.keys()) if (!kept.has(sku)) this.#items.delete(sku);
    }
  }

  has(sku: string): boolean {
    return this.#items.has(sku);
  }

  get lastBasketSkus(): readonly string[] {
    return this.#lastBasketSkus;
  }

  /** The history so far, or undefined before the first basket. */
  snapshot(): MemberHistory | undefined {
    if (this.#basketCount === 0) return undefined;
    return {
      basketCount: this.#basketCount,
      firstAtMs: this.#firstAtMs,
      lastAtMs: this.#lastAtMs,
      items: newestItems(this.#items.values()).map((item) => ({ ...item })),
      lastBasketSkus: [...this.#lastBasketSkus],
    };
  }
}

function newestItems(items: Iterable<OpenItem>): OpenItem[] {
  return [...items]
    .sort((left, right) => right.lastAtMs - left.lastAtMs || compareText(left.sku, right.sku))
    .slice(0, HISTORY_MAX_ITEMS);
}

/** History of one member from purchases in any order; undefined when none count. */
export function buildMemberHistory(purchases: Iterable<Purchase>): MemberHistory | undefined {
  const fold = new HistoryFold();
  for (const basket of toBaskets(purchases)) {
    fold.add(
      basket.items.map((item) => item.sku),
      basket.atMs,
    );
  }
  return fold.snapshot();
}
