import {
  type Basket,
  indexStore,
  type StatsIndex,
  StoreCount,
  type StoreIndex,
  type StoreSales,
} from '@tillside/features';
import { STORES_KEPT } from './limits.ts';

/** What each store sold, as it was known at the end of a world; a store in service counts its own the same way. */
export class Stores {
  readonly #index: StatsIndex;
  readonly #baskets = new Map<string, Basket[]>();
  readonly #kept = new Map<string, StoreIndex>();

  /** @param known every basket of the world, and no target */
  constructor(known: readonly Basket[], index: StatsIndex) {
    this.#index = index;
    for (const basket of known) {
      if (basket.store === undefined) continue;
      const own = this.#baskets.get(basket.store);
      if (own === undefined) this.#baskets.set(basket.store, [basket]);
      else own.push(basket);
    }
  }

  /** Undefined where the data names no store, or none of its baskets is known. */
  sales(store: string | undefined): StoreSales | undefined {
    const baskets = store === undefined ? undefined : this.#baskets.get(store);
    if (baskets === undefined) return undefined;
    const count = new StoreCount(this.#index.stats.toMs);
    for (const { items, atMs } of baskets) {
      count.add(
        items.map(({ sku }) => sku),
        atMs,
      );
    }
    return count.sales();
  }

  /** The same beside the world's statistics. Of few stores it is kept: each has as many numbers as there are items. */
  of(store: string | undefined): StoreIndex | undefined {
    if (store === undefined) return undefined;
    const kept = this.#kept.get(store);
    const sales = kept === undefined ? this.sales(store) : undefined;
    const found = kept ?? (sales && indexStore(sales, this.#index));
    if (found === undefined) return undefined;
    this.#kept.delete(store);
    this.#kept.set(store, found);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > STORES_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return found;
  }
}
