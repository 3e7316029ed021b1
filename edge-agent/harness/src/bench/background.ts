import { hangLabels, type StaffPhone, staffPhone, TAGS } from '@tillside/demo';
import { type Chance, createChance } from '../random.ts';
import type { MeasuredStore } from '../store/measured-store.ts';
import { TillClient } from '../store/shopper.ts';
import { generateLines, type PoolItem } from './generator.ts';

const SALE_LINES = 4;
const PROMOTION_MS = 86_400_000;
/** Labels of the demo's access point that are hung for the bench. */
export const LABELS = TAGS.length;

/** Something that happens at a steady pace until it is stopped, whatever is measured meanwhile. */
export class Background {
  done = 0;
  #perSecond: number;
  #work: () => Promise<void>;
  #running: Promise<void> | undefined;
  #stopped = new AbortController();

  /** `perSecond` 0: never. */
  constructor(perSecond: number, work: () => Promise<void>) {
    this.#perSecond = perSecond;
    this.#work = work;
  }

  start(): void {
    if (this.#perSecond === 0) return;
    this.#stopped = new AbortController();
    this.#running = this.#run(this.#stopped.signal);
    // Looked at by `stop`; until then a failure must not end the process.
    this.#running.catch(() => undefined);
  }

  /** Waits for what is under way; rejects when any of it failed. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
    this.#running = undefined;
  }

  async #run(stopped: AbortSignal): Promise<void> {
    const everyMs = 1_000 / this.#perSecond;
    for (
      let dueMs = performance.now();
      !stopped.aborted;
      dueMs = Math.max(dueMs + everyMs, performance.now() - everyMs)
    ) {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())));
      await this.#work();
      this.done += 1;
    }
  }
}

/** Sells small baskets through a terminal of its own, so that journal, outbox and link have work. */
export async function salesWork(
  store: MeasuredStore,
  pool: readonly PoolItem[],
  perSecond: number,
): Promise<Background> {
  const till = new TillClient('bench-sales', await store.pair('bench-sales'));
  const chance = createChance(99);
  return new Background(perSecond, async () => {
    const basket = await till.fillBasket(generateLines(chance, pool, SALE_LINES));
    const businessDate = basket.openedAt.slice(0, 10);
    await till.call('completeBasket', till.completion(basket.basketId, basket.decision.payableFen, businessDate));
  });
}

/**
 * Staff cut and restore prices of a labelled shelf: each change replaces the campaigns in force and has a picture drawn, sent, shown and proven. The shelf's goods are
 * in none of the baskets, so that these stay what they are.
 */
export async function labelWork(
  store: MeasuredStore,
  of: { pool: readonly PoolItem[]; chance: Chance; perSecond: number },
): Promise<Background> {
  if (of.perSecond === 0) return new Background(0, () => Promise.resolve());
  const inBaskets = new Set(of.pool.map(({ sku }) => sku));
  const others = store.data.items.filter(({ sku, soldBy }) => soldBy === 'each' && !inBaskets.has(sku));
  const skus = of.chance.sample(others, LABELS).map(({ sku }) => sku);
  const phone = await staffPhone(store.demo);
  await hangLabels(phone, skus);
  const cut = new Map<string, string>();
  let place = 0;
  return new Background(of.perSecond, async () => {
    const sku = skus[place++ % skus.length] ?? '';
    await change(phone, sku, cut, of.chance);
  });
}

/** Cuts the price of a product at full price, and restores that of one whose price is cut. */
async function change(phone: StaffPhone, sku: string, cut: Map<string, string>, chance: Chance): Promise<void> {
  const campaignId = cut.get(sku);
  if (campaignId !== undefined) {
    await phone.call('endPromotion', { params: { campaignId } });
    cut.delete(sku);
    return;
  }
  const until = new Date(Date.now() + PROMOTION_MS).toISOString();
  const percentOffBasisPoints = chance.between(5, 50) * 100;
  const promotion = await phone.call('putPromotion', { body: { sku, percentOffBasisPoints, until } });
  cut.set(sku, promotion.campaignId);
}

/** Pictures that the access point has taken. */
export const picturesOf = (store: MeasuredStore): number =>
  TAGS.reduce((sum, tag) => sum + store.demo.simulators.accessPoint.uploadCount(tag), 0);
