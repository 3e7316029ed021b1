import { describe, expect, it } from 'vitest';
import { silentProgress } from '../output/progress.ts';
import { crashSoak } from './crash.ts';

const context = () => ({
  progress: silentProgress,
  signal: new AbortController().signal,
  store: () => Promise.reject(new Error('no demo store is needed')),
});

describe.runIf(process.platform === 'linux')('soak crash', () => {
  it('finds nothing in an agent that is killed and cut off', { timeout: 240_000 }, async () => {
    const { counts, failures } = await crashSoak.run(
      { count: 0, power: 2, points: 8, stores: 1, seed: 7, fault: 'none' },
      context(),
    );
    expect(failures).toEqual([]);
    expect(counts).toMatchObject({ kills: 2, stores: 1 });
    expect(counts.sales).toBeGreaterThan(0);
    expect(counts.pointsChecked).toBeGreaterThan(0);
  });

  it('finds sales that are lost when nothing waits for the disk', { timeout: 240_000 }, async () => {
    const { failures } = await crashSoak.run(
      { count: 0, power: 2, points: 8, stores: 1, seed: 7, fault: 'no-wait' },
      context(),
    );
    // Or what comes before a sale: the terminal goes on with a basket that is gone.
    const lost = failures.filter(({ code, message }) => code === 'SALE_LOST' || message.includes('BASKET_UNKNOWN'));
    expect(lost).not.toEqual([]);
  });
});
