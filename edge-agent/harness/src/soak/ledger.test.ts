import { describe, expect, it } from 'vitest';
import { silentProgress } from '../output/progress.ts';
import { ledgerSoak } from './ledger.ts';

const context = {
  progress: silentProgress,
  signal: new AbortController().signal,
  store: () => Promise.reject(new Error('needs no store')),
};
const run = (more: Record<string, number | string>) =>
  ledgerSoak.run({ count: 3_000, part: 1_500, processes: 1, fault: 'none', ...more }, context);

describe('soak ledger', () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  it(`comes to one hash and to zero (--seed ${seed})`, { timeout: 60_000 }, async () => {
    const { counts, failures } = await run({ seed });
    expect(failures).toEqual([]);
    expect(counts).toMatchObject({ entries: 3_000, parts: 2, rebuilds: 3, hashes: 1 });
    expect(counts.delivered).toBeGreaterThan(9_000);
    expect(counts.conflicts).toBeGreaterThan(0);
  });

  it('comes to the same in processes of its own', { timeout: 60_000 }, async () => {
    const few = { seed: 6, count: 400, part: 200 };
    expect(await run({ ...few, processes: 2 })).toEqual(await run(few));
  });

  it.each(['lost', 'twice', 'altered'])('finds an entry that is %s', { timeout: 60_000 }, async (fault) => {
    const { failures } = await run({ seed: 5, count: 500, part: 500, fault });
    expect(failures.map(({ code }) => code)).toContain('HASH_DIFFERS');
  });
});
