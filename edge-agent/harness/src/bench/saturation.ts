/** Ever doubled from the first rate, until it is too much; beyond this no till load of one store goes. */
export const MAX_RATE = 6_400;
/** Steps of the whole search, repeated ones included. */
export const MAX_STEPS = 16;
/** The answer lies within a tenth of the truth. */
const CLOSE_ENOUGH = 1.1;

/** What a rate was tried with. */
export interface Tried {
  readonly ratePerSecond: number;
  readonly holds: boolean;
}

export interface Found {
  /** The highest rate that held; 0 when none did. */
  readonly ratePerSecond: number;
  readonly steps: readonly Tried[];
}

/**
 * The highest rate that holds: doubled until one does not, then halved in between, geometrically. A rate that fails is tried once more before it is believed, since a
 * step is short and a busy machine has hiccups; one that holds is believed at once. Bounded by `mostSteps` and MAX_RATE.
 */
export async function findSaturation(
  firstRate: number,
  holds: (ratePerSecond: number) => Promise<boolean>,
  mostSteps: number,
): Promise<Found> {
  const steps: Tried[] = [];
  const tryRate = async (ratePerSecond: number): Promise<boolean> => {
    for (let again = 0; again < 2 && steps.length < mostSteps; again++) {
      const held = await holds(ratePerSecond);
      steps.push({ ratePerSecond, holds: held });
      if (held) return true;
    }
    return false;
  };
  let good = 0;
  let bad = Number.POSITIVE_INFINITY;
  let rate = firstRate;
  while (steps.length < mostSteps && bad / good > CLOSE_ENOUGH) {
    if (await tryRate(rate)) good = rate;
    else bad = rate;
    if (good >= MAX_RATE || bad <= 1) break;
    if (bad === Number.POSITIVE_INFINITY) rate = Math.min(MAX_RATE, good * 2);
    else if (good === 0) rate = Math.max(1, bad / 2);
    else rate = Math.sqrt(good * bad);
  }
  return { ratePerSecond: good, steps };
}
