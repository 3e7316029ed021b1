import { describe, expect, it } from 'vitest';
import { silentProgress } from '../output/progress.ts';
import { labelsSoak } from './labels.ts';

const context = {
  progress: silentProgress,
  signal: new AbortController().signal,
  store: () => Promise.reject(new Error('needs no store')),
};
const run = (more: Record<string, number | string>) =>
  labelsSoak.run({ count: 1_500, part: 1_500, processes: 1, skus: 40, rule: 'on', answers: 'kept', ...more }, context);

describe('soak labels', () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  it(`finds nothing, and meets everything that it is for (--seed ${seed})`, { timeout: 60_000 }, async () => {
    const { counts, failures } = await run({ seed });
    expect(failures).toEqual([]);
    expect(counts).toMatchObject({ changes: 1_500, breaches: 0 });
    for (const what of [
      'raises',
      'cuts',
      'promotionsPut',
      'promotionsScheduled',
      'promotionsEnded',
      'cameBack',
      'crashesMidway',
    ])
      expect(counts[what], what).toBeGreaterThan(0);
    expect(counts.checks).toBeGreaterThan(1_500);
    expect(counts.sends).toBeGreaterThan(500);
  });

  it('finds a till that does not look at its labels', { timeout: 60_000 }, async () => {
    const { counts, failures } = await run({ seed: 7, count: 300, part: 300, rule: 'off' });
    expect(counts.breaches).toBeGreaterThan(0);
    expect(failures.map(({ code }) => code)).toContain('ABOVE_SHELF');
    expect(failures[0]?.message).toMatch(/seed \d+.*Last steps: \d/);
  });
});
