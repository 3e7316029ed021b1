import type { ReplayBasket } from './replay.ts';
import type { SimulatedPos } from './simulated-pos.ts';

export interface Running {
  readonly tills: readonly SimulatedPos[];
  readonly baskets: readonly ReplayBasket[];
  /** Baskets to serve; the file is gone through again where it has fewer. */
  readonly count: number;
  /** Baskets a second that come to the tills; undefined: as fast as they are served. */
  readonly rate: number | undefined;
  readonly signal: AbortSignal;
  onServed(of: Served): void;
}

export interface Served {
  readonly baskets: number;
  readonly sales: number;
  readonly seconds: number;
  /** How much later than it was due the last basket began: all tills were busy. */
  readonly lateMs: number;
}

/** Serves the baskets at all tills at once, each till one shopper at a time. Rejects with the first refusal that no till can go on after. */
export async function runFleet({ tills, baskets, count, rate, signal, onServed }: Running): Promise<Served> {
  const startedMs = performance.now();
  let begun = 0;
  let lateMs = 0;
  let done: Served = { baskets: 0, sales: 0, seconds: 0, lateMs: 0 };
  const failed = new AbortController();
  const work = async (till: SimulatedPos): Promise<void> => {
    while (begun < count && !signal.aborted && !failed.signal.aborted) {
      const place = begun++;
      const dueMs = rate === undefined ? performance.now() : startedMs + (place / rate) * 1_000;
      const early = dueMs - performance.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      if (signal.aborted || failed.signal.aborted) return;
      lateMs = Math.max(0, performance.now() - dueMs);
      const basket = baskets[place % baskets.length];
      if (basket === undefined) return;
      const sold = await till.serve(basket);
      const seconds = (performance.now() - startedMs) / 1_000;
      done = { baskets: done.baskets + 1, sales: done.sales + (sold ? 1 : 0), seconds, lateMs };
      onServed(done);
    }
  };
  await Promise.all(
    tills.map((till) =>
      work(till).catch((error: unknown) => {
        failed.abort();
        throw error;
      }),
    ),
  );
  return done;
}
