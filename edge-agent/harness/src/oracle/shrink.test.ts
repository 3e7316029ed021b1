import { describe, expect, it } from 'vitest';
import { generateCase } from './generate.ts';
import type { DecideCase } from './problem.ts';
import { shrink } from './shrink.ts';

const spends = ({ set }: DecideCase): number => set.campaigns.filter(({ kind }) => kind === 'spend-save').length;

describe('shrinking', () => {
  it('keeps what makes a case fail and takes the rest away', async () => {
    const found = Array.from({ length: 200 }, (_, number) => generateCase(3, number)).find(
      (asked) => spends(asked) >= 2 && asked.basket.lines.length >= 4,
    ) as DecideCase;
    const fails = async (asked: DecideCase): Promise<boolean> => spends(asked) >= 1 && asked.basket.lines.length >= 2;
    const smallest = await shrink(found, fails, 1000);
    expect(smallest.set.campaigns.map(({ kind }) => kind)).toEqual(['spend-save']);
    expect(smallest.basket.lines.map(({ quantity }) => quantity)).toEqual([1, 1]);
    expect(await shrink(found, fails, 0)).toBe(found);
  });
});
