import { compareText } from './baskets.ts';
import { DAY_MS, LIFT_SMOOTHING, STORE_LIFT_MAX } from './feature-set.ts';
import type { StatsIndex } from './prepare.ts';

/** Baskets of one store older than this say nothing of it. */
export const STORE_SALES_DAYS = 90;
/** Items of one store that are counted: those most sold. */
export const STORE_ITEMS_MAX = 2_000;

/** What one store sold lately. Counts only, no member. */
export interface StoreSales {
  readonly baskets: number;
  /** Of each SKU its baskets, most first, then SKU; at most STORE_ITEMS_MAX. */
  readonly counts: ReadonlyMap<string, number>;
}

/** Counts one store's baskets of the STORE_SALES_DAYS before a time, in any order. Training and stores count alike. */
export class StoreCount {
  readonly #untilMs: number;
  readonly #counts = new Map<string, number>();
  #baskets = 0;

  constructor(untilMs: number) {
    this.#untilMs = untilMs;
  }

  /** @param skus each once */
  add(skus: Iterable<string>, atMs: number): void {
    // Written so that NaN counts as outside.
    if (!(atMs <= this.#untilMs && atMs > this.#untilMs - STORE_SALES_DAYS * DAY_MS)) return;
    this.#baskets += 1;
    for (const sku of skus) this.#counts.set(sku, (this.#counts.get(sku) ?? 0) + 1);
  }

  sales(): StoreSales {
    const most = [...this.#counts]
      .sort(([left, a], [right, b]) => b - a || compareText(left, right))
      .slice(0, STORE_ITEMS_MAX);
    return { baskets: this.#baskets, counts: new Map(most) };
  }
}

/** A store's sales beside a model's statistics; made when either changes, not once a question. */
export interface StoreIndex {
  /** By place: how much more than in all baskets the item is in this store's, smoothed; 1 is as everywhere. */
  readonly lifts: Float32Array;
  /** What sells here, most first; only what the statistics know. */
  readonly best: readonly string[];
}

/**
 * An item's lift is its baskets here over those to be expected, with LIFT_SMOOTHING baskets added to both, so that a store that sold little
 * differs little. Of an item beyond the counted ones is expected what is usual, at most as many as the least sold of them has.
 */
export function indexStore({ baskets, counts }: StoreSales, { stats, placeOf }: StatsIndex): StoreIndex {
  const least = counts.size < STORE_ITEMS_MAX ? 0 : Math.min(...counts.values());
  const share = baskets / Math.max(1, stats.basketCount);
  const lifts = stats.columns.baskets.map((all, place) => {
    const expected = all * share;
    const own = counts.get(stats.skus[place] ?? '') ?? Math.min(expected, least);
    const lift = (own + LIFT_SMOOTHING) / (expected + LIFT_SMOOTHING);
    return Math.min(STORE_LIFT_MAX, Math.max(1 / STORE_LIFT_MAX, lift));
  });
  return { lifts, best: [...counts.keys()].filter((sku) => placeOf.has(sku)) };
}
