import { expect, it } from 'vitest';
import { silentProgress } from '../output/progress.ts';
import { stormSoak } from './storm.ts';

const STORES = 60;
const EVENTS = 10;
const context = {
  progress: silentProgress,
  signal: new AbortController().signal,
  store: () => Promise.reject(new Error('needs no store')),
};

it(`${STORES} stores come back at once, each with all of its events`, { timeout: 120_000 }, async () => {
  const { counts, failures } = await stormSoak.run(
    { stores: STORES, events: EVENTS, outage: 1, backoff: 2, seed: 7 },
    context,
  );
  expect(failures).toEqual([]);
  expect(counts).toMatchObject({ stores: STORES, events: STORES * EVENTS });
  expect(counts.requests).toBeGreaterThan(STORES);
});
