import type { DemoStore } from '../store/demo-store.ts';
import type { Cashier } from './cashier.ts';
import { type Errand, serve } from './shopping.ts';

/** What the baskets of the real day came to. */
export interface DayCounts {
  weighed: number;
  ageChecks: number;
  couponsRedeemed: number;
  recommended: number;
  /** Recommended goods that went into a basket. */
  taken: number;
  /** Baskets by what made their recommendations. */
  readonly sources: Map<string, number>;
}

export const noCounts = (): DayCounts => ({
  weighed: 0,
  ageChecks: 0,
  couponsRedeemed: 0,
  recommended: 0,
  taken: 0,
  sources: new Map(),
});

/** Every lane serves the next shopper as soon as it is free. */
export async function sellAll(
  demo: DemoStore,
  cashiers: readonly Cashier[],
  errands: readonly Errand[],
  counts: DayCounts,
  say: (text: string) => void,
): Promise<void> {
  const items = new Map(demo.data.items.map((item) => [item.sku, item]));
  const waiting = [...errands];
  let done = 0;
  const work = async (cashier: Cashier): Promise<void> => {
    for (let errand = waiting.shift(); errand !== undefined; errand = waiting.shift()) {
      const outcome = await serve(cashier, errand, { items, betweenScansMs: 0 });
      counts.weighed += outcome.weighed;
      counts.ageChecks += outcome.ageChecks;
      counts.couponsRedeemed += outcome.couponsRedeemed;
      if (outcome.recommended !== undefined && outcome.recommended.count > 0) {
        counts.recommended += 1;
        counts.taken += outcome.recommended.taken;
        counts.sources.set(outcome.recommended.source, (counts.sources.get(outcome.recommended.source) ?? 0) + 1);
      }
      done += 1;
      if (done % 50 === 0) say(`  ${done} of ${errands.length} baskets`);
    }
  };
  await Promise.all(cashiers.map(work));
}
