import { describe, expect, it } from 'vitest';
import { silentProgress } from '../output/progress.ts';
import { createChance } from '../random.ts';
import { drawSale } from './past-sales.ts';
import { play, type Step, together } from './return-play.ts';
import { returnsSoak } from './returns.ts';

const COUNT = 2_000;
const context = {
  progress: silentProgress,
  signal: new AbortController().signal,
  store: () => Promise.reject(new Error('needs no store')),
};

describe('soak returns', () => {
  /** `npm run soak -- returns --count 2000 --seed S` plays the same again. */
  const seed = Math.floor(Math.random() * 2 ** 31);
  it(`finds nothing (--count ${COUNT} --seed ${seed})`, { timeout: 60_000 }, async () => {
    const { counts, failures } = await returnsSoak.run({ count: COUNT, seed }, context);
    expect(failures).toEqual([]);
    expect(counts.sequences).toBe(COUNT);
  });

  it('plays the same for the same seed, and everything that it is for', { timeout: 60_000 }, async () => {
    const [first, second] = [
      await returnsSoak.run({ count: COUNT, seed: 11 }, context),
      await returnsSoak.run({ count: COUNT, seed: 11 }, context),
    ];
    expect(first).toEqual(second);
    for (const what of ['exchanges', 'wholeSales', 'giftsCharged', 'couponsBack', 'couponsExpired', 'pointsMoved'])
      expect(first.counts[what], what).toBeGreaterThan(0);
  });

  it('would tell of a fen too much, and of a unit that comes back twice', () => {
    const sold = drawSale(createChance(6));
    const found: string[] = [];
    const all: Step = { now: together(sold.pieces), exchangeFor: undefined };
    const fail = (code: string): void => void found.push(code);
    play({ ...sold, paidFen: sold.paidFen - 1 }, [all], '2026-04-01T00:00:00Z', fail);
    expect(found).toContain('ABOVE_PAID');
    play(sold, [all, all], '2026-04-01T00:00:00Z', fail);
    expect(found).toContain('RETURN_REFUSED');
  });
});
