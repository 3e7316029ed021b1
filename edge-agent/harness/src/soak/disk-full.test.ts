import { expect, it } from 'vitest';
import { silentProgress } from '../output/progress.ts';
import { diskFullSoak } from './disk-full.ts';

it('soak disk-full finds nothing', { timeout: 240_000 }, async () => {
  const { counts, failures } = await diskFullSoak.run(
    { count: 2, seed: 7 },
    {
      progress: silentProgress,
      signal: new AbortController().signal,
      store: () => Promise.reject(new Error('no demo store is needed')),
    },
  );
  expect(failures).toEqual([]);
  expect(counts).toMatchObject({ timesFull: 2 });
  expect(counts.refusals).toBeGreaterThan(5);
  expect(counts.sales).toBeGreaterThan(0);
});
