import { expect, it } from 'vitest';
import { silentProgress } from '../output/progress.ts';
import { networkSoak } from './network.ts';

const SEED = Number(process.env.SOAK_SEED ?? 2026);
const context = {
  progress: silentProgress,
  signal: new AbortController().signal,
  store: () => Promise.reject(new Error('needs no store')),
};

it(`a month of outage and a bad line lose, repeat and reorder nothing (seed ${SEED}; SOAK_SEED sets another)`, {
  timeout: 120_000,
}, async () => {
  const { counts, failures } = await networkSoak.run(
    { days: 30, perDay: 20, batch: 20, seconds: 3, seed: SEED },
    context,
  );
  expect(failures).toEqual([]);
  expect(counts.backlog).toBe(600);
  expect(counts.events).toBeGreaterThanOrEqual(600);
});
